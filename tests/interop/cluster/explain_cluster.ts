/**
 * The cluster that the tests of `explain` ask: a control plane that runs, and people who are let in, or not.
 *
 * @module
 */
import { Cluster, eventually, type KubectlOptions, type Step } from "./cluster.ts";
import type { Message } from "../../../scripts/teach/explain/messages.ts";
import type { Machine } from "./machine.ts";

/** Its spec: brief's certificate is over, root may do everything, other-proxy is no allowed name. */
export const SPEC = `name: lab
serviceCIDRs: [10.32.0.0/24]
podCIDRs: [10.200.0.0/16]
apiServer: { endpoint: "https://server.kubernetes.local:6443" }
admin: { group: "kubeadm:cluster-admins" }
controlPlane:
  - { name: server, addresses: [10.240.0.10], dnsNames: [server.kubernetes.local], kubelet: false }
workers: [{ name: node-0, addresses: [10.240.0.20] }, { name: node-1, addresses: [10.240.0.21] }]
users:
  - { name: brief, validity: 1d }
  - { name: root, groups: [system:masters] }
certificates: [{ name: other-proxy, authority: front-proxy, usages: [client] }]
dangerous: [system-masters]
validity: { notBefore: 2026-01-01T00:00:00Z, ca: 100y, leaf: 50y }
`;

/** A cluster whose API server is ready. */
export interface Asked {
  readonly cluster: Cluster;
  readonly server: Machine;
  /** For kubectl, as somebody who may do everything. */
  readonly root: KubectlOptions & { readonly kubeconfig: string };
  /** All that the API server said. */
  readonly serverLog: () => Promise<string>;
}

/** Starts the control plane of a cluster as a step. */
export async function askedCluster(cluster: Cluster, step: Step): Promise<Asked> {
  const server = cluster.machine("server");
  const root = { kubeconfig: cluster.kubeconfig("users/root") };
  await step("the control plane runs", async () => {
    await server.systemctl("start", "etcd", "kube-apiserver", "kube-controller-manager");
    await eventually(cluster, "the API server", async () => {
      const { code, stdout } = await cluster.kubectl(["get", "--raw", "/readyz"], root);
      return code === 0 && stdout === "ok" || undefined;
    });
  });
  return {
    cluster,
    server,
    root,
    serverLog: async () => await server.execWell(["cat", "/run/kube-apiserver.log"]),
  };
}

/**
 * Starts a program and ends it when it has said something, or after a minute.
 *
 * @returns all that it said
 */
export async function saidBy(machine: Machine, line: readonly string[], message: Message): Promise<string> {
  // Up to what differs.
  const [words = ""] = message.words.split(/"?</);
  const script = `words=$1; shift; log=$(mktemp); "$@" > "$log" 2>&1 & pid=$!
tries=0
while [ $tries -lt 300 ] && kill -0 $pid 2> /dev/null && ! grep -qF -- "$words" "$log"; do
  sleep 0.2
  tries=$((tries + 1))
done
kill $pid 2> /dev/null
cat "$log"`;
  const { stdout } = await machine.exec(["sh", "-c", script, "sh", words, ...line]);
  return stdout;
}
