/**
 * Rules about the names in servers' certificates: every name and address by which one is reached.
 *
 * @module
 */
import { addressAt, parseCidr } from "../../shared/address.ts";
import { verifyHostname } from "../chain/hostname.ts";
import { isHardWayShaped } from "./certificates.ts";
import type { Facts, PlacedCertificate, Program } from "./facts.ts";
import { programsOf, usesOf, valueOf } from "./facts.ts";
import { type Finding, finding } from "./findings.ts";
import { describe } from "./rules_certificates.ts";
import { hostOf } from "./rules_flags.ts";

/** A name that a certificate has to have, and why. */
interface Wanted {
  readonly name: string;
  readonly why: string;
  /** Whether the guide's own certificates lack it. */
  readonly isKnownFault: boolean;
}

/** Judges servers whose names are known. */
export function nameRules(facts: Facts): Finding[] {
  return facts.programs.flatMap((program) => {
    switch (program.component) {
      case "kube-apiserver":
        return judge(program, "tls-cert-file", apiServerNames(program, facts), facts);
      case "etcd":
        return [
          ...judge(program, "cert-file", etcdNames(program, facts), facts),
          ...judge(program, "peer-cert-file", peerNames(program), facts),
        ];
      case "kubelet": {
        const names = kubeletNames(program);
        return [
          ...judge(program, "tls-cert-file", names, facts),
          ...judge(program, "tlsCertFile", names, facts),
        ];
      }
      default:
        return [];
    }
  });
}

function judge(program: Program, setting: string, wanted: readonly Wanted[], facts: Facts): Finding[] {
  return usesOf(program, setting).flatMap((use) => {
    const [leaf] = facts.certificatesOf(use.scan);
    // Without any names there is a finding already.
    if (
      leaf === undefined || (leaf.item.fields.altNames ?? []).length === 0 || leaf.item.fields.isAuthority
    ) return [];
    const names = new Set<string>();
    return wanted.flatMap(({ name, why, isKnownFault }) => {
      if (names.has(name) || verifyHostname(leaf.item.fields, name)) return [];
      names.add(name);
      return [missing(leaf, use.flag, name, why, isKnownFault)];
    });
  });
}

function missing(
  leaf: PlacedCertificate,
  flag: string | null,
  name: string,
  why: string,
  isKnownFault: boolean,
): Finding {
  const message = `${describe(leaf)} is not good for ${name}, ${why}`;
  const code = isKnownFault && isHardWayShaped(leaf) ? "hard-way-fault" : "san-missing";
  return finding(code, leaf.path, flag ?? leaf.flag, message, HINT);
}

const HINT =
  "Add it and make the certificate again: apiServer.certSANs and kubeadm init phase certs, or certificates.apiserver.sans of a spec.";

/** https://kubernetes.io/docs/setup/best-practices/certificates/#all-certificates */
function apiServerNames(program: Program, facts: Facts): Wanted[] {
  const domain = programsOf(facts, "kubelet").map((kubelet) => valueOf(kubelet, "clusterDomain"))
    .find((value) => value !== undefined) ?? "cluster.local";
  const pods = "by which pods reach it";
  const wanted: Wanted[] = [
    { name: "kubernetes", why: pods, isKnownFault: false },
    { name: "kubernetes.default", why: pods, isKnownFault: false },
    { name: "kubernetes.default.svc", why: pods, isKnownFault: false },
    // The guide's configuration says kubernetes.svc.cluster.local.
    { name: `kubernetes.default.svc.${domain}`, why: pods, isKnownFault: true },
  ];
  const ranges = valueOf(program, "service-cluster-ip-range");
  // What the API server takes when the flag is not set, as in the guide's unit.
  const list = ranges ?? (program.isStarted ? "10.0.0.0/24" : "");
  for (const range of list.split(",").filter((one) => one !== "")) {
    const first = firstAddress(range.trim());
    if (first === undefined) continue;
    const said = ranges === undefined
      ? "the default of --service-cluster-ip-range"
      : `--service-cluster-ip-range=${range}`;
    wanted.push({
      name: first,
      why: `the first address of ${said}: pods cannot reach it`,
      isKnownFault: ranges === undefined,
    });
  }
  const advertised = valueOf(program, "advertise-address");
  if (advertised !== undefined && !isUnspecified(advertised)) {
    wanted.push({ name: advertised, why: "the address of --advertise-address", isKnownFault: true });
  }
  return wanted;
}

function firstAddress(range: string): string | undefined {
  const cidr = parseCidr(range);
  return cidr === undefined ? undefined : addressAt(cidr, 1n).text;
}

function isUnspecified(host: string): boolean {
  return host === "" || host === "0.0.0.0" || host === "::";
}

function etcdNames(program: Program, facts: Facts): Wanted[] {
  const own = ["advertise-client-urls", "listen-client-urls"].flatMap((flag) => hostsOf(program, flag));
  // Other members have certificates of their own; with one member, its address is this one's.
  const members = (valueOf(program, "initial-cluster") ?? "").split(",").filter((one) => one !== "").length;
  const asked = members > 1
    ? []
    : programsOf(facts, "kube-apiserver").flatMap((api) => hostsOf(api, "etcd-servers"));
  return [...own, ...asked];
}

function peerNames(program: Program): Wanted[] {
  return ["initial-advertise-peer-urls", "listen-peer-urls"].flatMap((flag) => hostsOf(program, flag));
}

/** The hosts of a flag's https URLs, save those that stand for all addresses. */
function hostsOf(program: Program, flag: string): Wanted[] {
  return (valueOf(program, flag) ?? "").split(",").map((url) => url.trim())
    .filter((url) => url.startsWith("https:"))
    .map(hostOf)
    .filter((host) => !isUnspecified(host))
    .map((name) => ({ name, why: `a host of --${flag} of ${program.component}`, isKnownFault: false }));
}

function kubeletNames(program: Program): Wanted[] {
  const name = valueOf(program, "hostname-override");
  const addresses = (valueOf(program, "node-ip") ?? "").split(",").filter((one) => !isUnspecified(one));
  return [
    ...(name === undefined ? [] : [{ name, why: "the name of --hostname-override", isKnownFault: false }]),
    ...addresses.map((one) => ({ name: one, why: "the address of --node-ip", isKnownFault: true })),
  ];
}
