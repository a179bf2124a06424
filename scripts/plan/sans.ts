/**
 * Subject alternative names: what each group of the catalogue stands for in one cluster.
 *
 * @module
 */
import { type Address, addressAt, compareAddresses, makeAddress, parseAddress } from "../shared/address.ts";
import { compareText } from "../shared/text.ts";
import type { Member, Spec } from "../spec/types.ts";
import type { SanGroup } from "./templates.ts";

/** Names of a certificate, canonical: each once, sorted. */
export interface Sans {
  /** Lower-case DNS names, by bytes. */
  readonly dnsNames: readonly string[];
  /** IPv4 first, then by bytes. */
  readonly addresses: readonly Address[];
}

type Names = { readonly dnsNames?: readonly string[]; readonly addresses?: readonly Address[] };

const NO_SANS: Sans = { dnsNames: [], addresses: [] };
const LOOPBACK: readonly Address[] = [makeAddress(4, 0x7f000001n), makeAddress(6, 1n)];

const GROUPS: Readonly<Record<SanGroup, (spec: Spec, self: Member | undefined) => readonly Names[]>> = {
  // https://kubernetes.io/docs/setup/best-practices/certificates/: the names under which pods reach the API server.
  service: (spec) => [{
    dnsNames: [
      "kubernetes",
      "kubernetes.default",
      "kubernetes.default.svc",
      `kubernetes.default.svc.${spec.clusterDomain}`,
    ],
    addresses: spec.serviceCIDRs.map((cidr) => addressAt(cidr, 1n)),
  }],
  localhost: () => [{ dnsNames: ["localhost"] }],
  loopback: () => [{ addresses: LOOPBACK }],
  "control-plane": (spec) => spec.controlPlane.map(namesOf),
  endpoint: (spec) => {
    const { host } = spec.apiServer.endpoint;
    const address = parseAddress(host);
    return [address === undefined ? { dnsNames: [host] } : { addresses: [address] }, {
      dnsNames: spec.apiServer.dnsNames,
      addresses: spec.apiServer.addresses,
    }];
  },
  self: (_, self) => self === undefined ? [] : [namesOf(self)],
};

function namesOf(member: Member): Names {
  const { name, dnsNames, addresses } = member;
  return { dnsNames: dnsNames.length === 0 ? [name] : [name, ...dnsNames], addresses };
}

/**
 * Collects the names of groups.
 *
 * @param groups of the catalogue
 * @param self the machine or member that the certificate is for, if it is for one
 */
export function collectSans(groups: readonly SanGroup[], spec: Spec, self: Member | undefined): Sans {
  return groups.length === 0 ? NO_SANS : canonicalSans(groups.flatMap((group) => GROUPS[group](spec, self)));
}

/** Puts names into canonical order, each once. */
export function canonicalSans(names: readonly Names[]): Sans {
  const [only] = names;
  if (only === undefined) return NO_SANS;
  // Most machines have one name and one address.
  if (names.length === 1 && (only.dnsNames?.length ?? 0) < 2 && (only.addresses?.length ?? 0) < 2) {
    return { dnsNames: only.dnsNames ?? [], addresses: only.addresses ?? [] };
  }
  const dnsNames = new Set(names.flatMap((name) => name.dnsNames ?? []));
  const addresses = new Map(names.flatMap((name) => name.addresses ?? []).map((item) => [item.text, item]));
  return {
    dnsNames: [...dnsNames].sort(compareText),
    addresses: [...addresses.values()].sort(compareAddresses),
  };
}
