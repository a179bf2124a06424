/**
 * Words of a command line as flags, the way the program itself reads them: Kubernetes' programs and etcdctl with pflag,
 * etcd with Go's own package flag.
 *
 * https://pkg.go.dev/github.com/spf13/pflag and https://pkg.go.dev/flag
 *
 * @module
 */
import { meaningOf } from "./flag_table.ts";
import type { Argument, Component, Word } from "./invocation.ts";

/**
 * Flags that take no word of their own: true when they stand alone. From the help of Kubernetes 1.37 and etcd 3.6, and
 * from releases that are gone.
 */
const SWITCHES: ReadonlySet<string> = new Set(
  `add-dir-header aggregator-reject-forwarding-redirect allocate-node-cidrs allow-privileged alsologtostderr anonymous-auth
  audit-log-batch-throttle-enable audit-log-compress audit-log-truncate-enabled audit-webhook-batch-throttle-enable
  audit-webhook-truncate-enabled authentication-skip-lookup authentication-tolerate-lookup-failure
  authentication-token-webhook auto-tls bind-address-hard-fail cgroups-per-qos cleanup cleanup-ipvs client-cert-auth
  configure-cbr0 configure-cloud-routes conntrack-tcp-be-liberal containerized contention-profiling cpu-cfs-quota
  debug disable-attach-detach-reconcile-sync disable-force-detach-on-timeout disable-http2-serving
  discovery-insecure-skip-tls-verify discovery-insecure-transport emulation-forward-compatible
  enable-aggregator-routing enable-bootstrap-token-auth enable-controller-attach-detach enable-custom-metrics
  enable-debugging-handlers enable-distributed-tracing enable-dynamic-provisioning enable-garbage-collector
  enable-grpc-gateway enable-hostpath-provisioner enable-leader-migration enable-log-rotation enable-logs-handler
  enable-pprof enable-priority-and-fairness enable-server enable-swagger-ui enable-taint-manager enable-v2
  encryption-provider-config-automatic-reload exit-on-lock-contention experimental-allocatable-ignore-eviction
  experimental-compact-hash-check-enabled experimental-enable-distributed-tracing
  experimental-enable-lease-checkpoint experimental-enable-lease-checkpoint-persist experimental-fail-swap-on
  experimental-initial-corrupt-check experimental-kernel-memcg-notification experimental-memory-mlock
  experimental-peer-skip-client-san-verification experimental-txn-mode-write-with-shared-buffer fail-cgroupv1
  fail-swap-on force-new-cluster help hex horizontal-pod-autoscaler-use-rest-clients init-only
  initial-election-tick-advance insecure-discovery insecure-skip-tls-verify insecure-transport
  iptables-localhost-nodeports ipvs-strict-arp keep-terminated-pod-volumes kernel-memcg-notification kubelet-https
  leader-elect local-storage-capacity-isolation log-json-split-stream log-text-split-stream logtostderr
  make-iptables-util-chains masquerade-all memory-mlock one-output peer-auto-tls peer-client-cert-auth
  peer-skip-client-san-verification permit-address-sharing permit-port-sharing pre-vote profiling
  protect-kernel-defaults register-node register-schedulable repair-malformed-updates rotate-certificates
  rotate-server-certificates runonce runtime-config-emulation-forward-compatible seccomp-default
  serialize-image-pulls service-account-extend-token-expiration service-account-lookup shutdown-send-retry-after
  skip-headers skip-log-headers socket-reuse-address socket-reuse-port strict-reconfig-check unsafe-no-fsync
  use-service-account-credentials version watch-cache windows-service`.split(/\s+/),
);

/**
 * Reads words as flags. What is no flag is passed over, as are flags of one letter other than `-v`.
 *
 * @param component the program
 * @param words without the program's own
 */
export function readFlags(component: Component, words: readonly Word[]): Argument[] {
  const found: Argument[] = [];
  for (let index = 0; index < words.length; index++) {
    const { text = "", line } = words[index] ?? {};
    if (text === "--") break;
    const flag = readFlag(component, text);
    if (flag === undefined) continue;
    let { value } = flag;
    if (value === undefined && takesNext(component, flag.name, words[index + 1]?.text)) {
      value = words[++index]?.text;
    }
    found.push({ name: flag.name, value, from: "argument", line });
  }
  return found;
}

function readFlag(
  component: Component,
  text: string,
): { readonly name: string; readonly value: string | undefined } | undefined {
  const dashes = text.startsWith("--") ? 2 : text.startsWith("-") ? 1 : 0;
  if (dashes === 0) return undefined;
  const equals = text.indexOf("=");
  const name = text.slice(dashes, equals === -1 ? undefined : equals);
  const value = equals === -1 ? undefined : text.slice(equals + 1);
  if (component === "etcd") return /^[^-]/.test(name) ? { name, value } : undefined;
  if (dashes === 1) {
    // The level of the log is the one flag of a letter that stands in units: -v=2, -v 2, -v2.
    const level = /^-v=?(.*)$/s.exec(text)?.[1];
    return level === undefined ? undefined : { name: "v", value: level === "" ? undefined : level };
  }
  if (!/^[^-]/.test(name)) return undefined;
  // https://pkg.go.dev/k8s.io/component-base/cli/flag#WordSepNormalizeFunc, which etcdctl does not use.
  return { name: component === "etcdctl" ? name : name.replaceAll("_", "-"), value };
}

function takesNext(component: Component, name: string, next: string | undefined): boolean {
  if (next === undefined || SWITCHES.has(name)) return false;
  // A flag that takes a value takes whatever follows. Of one that is not known here only this much is clear.
  return name === "v" || meaningOf(component, name) !== undefined || !/^-(?!\d)/.test(next);
}

const VARIABLES: Readonly<Partial<Record<Component, string>>> = { etcd: "ETCD_", etcdctl: "ETCDCTL_" };

/**
 * Flags that the environment gives: etcd reads `ETCD_CERT_FILE` where there is no `--cert-file`.
 *
 * @param component the program
 * @param environment its variables
 * @param given its flags, which win
 * @see https://etcd.io/docs/v3.6/op-guide/configuration/
 */
export function readVariables(
  component: Component,
  environment: ReadonlyMap<string, string>,
  given: readonly Argument[],
): Argument[] {
  const prefix = VARIABLES[component];
  if (prefix === undefined) return [];
  const names = new Set(given.map(({ name }) => name));
  const found: Argument[] = [];
  for (const [variable, value] of environment) {
    if (!variable.startsWith(prefix) || value === "") continue;
    const name = variable.slice(prefix.length).toLowerCase().replaceAll("_", "-");
    if (name !== "" && name !== "api" && !names.has(name)) {
      found.push({ name, value, from: "environment", line: undefined });
    }
  }
  return found;
}
