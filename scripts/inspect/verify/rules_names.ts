/**
 * Rules about the names in servers' certificates: every name and address by which one is reached.
 *
 * @module
 */
import { addressAt, parseCidr } from "../../shared/address.ts";
import { verifyHostname } from "../chain/hostname.ts";
import { isHardWayShaped } from "./certificates.ts";
import type { Facts, PlacedCertificate, Program } from "./facts.ts";
import { usesOf, valueOf } from "./facts.ts";
import { type Finding, finding } from "./findings.ts";
import { nearestPrograms, placeOfProgram } from "./nearest.ts";
import { describe } from "./rules_certificates.ts";
import { hostOf } from "./rules_flags.ts";

/** A name that a certificate has to have, and why. */
interface Wanted {
  readonly name: string;
  readonly why: string;
  /** Whether the guide's own certificates lack it. */
  readonly isKnownFault: boolean;
  /** Whether nobody else needs it. */
  readonly isMild?: boolean;
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
    return wanted.flatMap((one) => {
      const { name } = one;
      if (names.has(name) || verifyHostname(leaf.item.fields, name)) return [];
      names.add(name);
      return [missing(leaf, use.flag, one)];
    });
  });
}

function missing(
  leaf: PlacedCertificate,
  flag: string | null,
  { name, why, isKnownFault, isMild = false }: Wanted,
): Finding {
  const message = `${describe(leaf)} is not good for ${name}, ${why}`;
  const code = isKnownFault && isHardWayShaped(leaf) ? "hard-way-fault" : "san-missing";
  return finding(code, leaf.path, flag ?? leaf.flag, message, HINT, isMild ? "warning" : undefined);
}

const HINT =
  "Add it and make the certificate again: apiServer.certSANs, then kubeadm init phase certs or hardway provision.";

/** https://kubernetes.io/docs/setup/best-practices/certificates/#all-certificates */
function apiServerNames(program: Program, facts: Facts): Wanted[] {
  const domain =
    nearestPrograms(facts, "kubelet", placeOfProgram(program)).map((kubelet) =>
      valueOf(kubelet, "clusterDomain")
    )
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
  const own = ownHosts(program, "advertise-client-urls", "listen-client-urls");
  // Other members have certificates of their own; with one member, its address is this one's.
  const members = (valueOf(program, "initial-cluster") ?? "").split(",").filter((one) => one !== "").length;
  if (members > 1) return own;
  const asked = nearestPrograms(facts, "kube-apiserver", placeOfProgram(program))
    .filter((api) => nearestPrograms(facts, "etcd", placeOfProgram(api)).includes(program))
    .map((api) => hostsOf(api, "etcd-servers"))
    // Members may find each other by other means; then each URL is another one's.
    .filter((hosts) => members === 1 || hosts.length === 1);
  return [...own, ...asked.flat()];
}

function peerNames(program: Program): Wanted[] {
  return ownHosts(program, "initial-advertise-peer-urls", "listen-peer-urls");
}

/** Where a member says that it is counts; where it listens only for those who go there all the same. */
function ownHosts(program: Program, said: string, heard: string): Wanted[] {
  const advertised = hostsOf(program, said);
  const isMild = advertised.length > 0;
  return [...advertised, ...hostsOf(program, heard).map((one) => ({ ...one, isMild }))];
}

/** The hosts of a flag's https URLs, save those that stand for all addresses. */
function hostsOf(program: Program, flag: string): Wanted[] {
  return (valueOf(program, flag) ?? "").split(",").map((url) => url.trim())
    .filter((url) => url.startsWith("https:"))
    .map(hostOf)
    .filter((host) => !isUnspecified(host))
    .map((name) => ({ name, why: `a host of --${flag} of ${program.component}`, isKnownFault: false }));
}

/** The name of a kubelet's node, as it makes it of `--hostname-override`; undefined when the flag does not tell. */
export function nodeNameOf(kubelet: Program): string | undefined {
  const name = valueOf(kubelet, "hostname-override")?.trim().toLowerCase();
  // What a shell or systemd puts in its place is not known here.
  return name === undefined || name === "" || /[$%]/.test(name) ? undefined : name;
}

function kubeletNames(program: Program): Wanted[] {
  const name = nodeNameOf(program);
  const addresses = (valueOf(program, "node-ip") ?? "").split(",").filter((one) => !isUnspecified(one));
  return [
    ...(name === undefined ? [] : [{ name, why: "the name of --hostname-override", isKnownFault: false }]),
    ...addresses.map((one) => ({ name: one, why: "the address of --node-ip", isKnownFault: true })),
  ];
}
