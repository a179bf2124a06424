/**
 * Machines and members of a document: host ranges become their machines, each with what is dealt to it.
 *
 * @module
 */
import { type Address, type Cidr, type Family, makeCidr, parseAddress } from "../shared/address.ts";
import { compareText, quote } from "../shared/text.ts";
import { addressPool, networkPool, type Pool } from "./deal.ts";
import type { Path } from "./document.ts";
import { type DraftMember, located, locatedCidrs, type MachineInput, type Report } from "./draft.ts";
import { parseRange, type Range, rangeName, rangeSize } from "./ranges.ts";
import { isMachineName } from "./scalars.ts";
import { maskSecrets } from "./secrets.ts";
import { formatPath, isRefused } from "./shape.ts";
import type { Located } from "./types.ts";

/** The most machines that one spec may have. */
export const MAX_MACHINES = 100_000;

/**
 * Reads a list of machines.
 *
 * @param items the list, with holes where an item was refused
 * @param room how many machines may still be made
 * @param kubelet whether they run a kubelet when they do not say
 */
export function readMachines(
  items: readonly (MachineInput | undefined)[] | undefined,
  path: Path,
  room: number,
  kubelet: boolean,
  report: Report,
): DraftMember[] {
  const machines: DraftMember[] = [];
  for (const { value: item, path: at } of located(items, path)) {
    const { name } = item;
    if (name === undefined) continue;
    const namePath = [...at, "name"];
    const shown = quote(maskSecrets(name));
    const range = parseRange(name);
    const fail = (expected: string): void =>
      report(namePath, `Cannot use ${shown} as ${formatPath(namePath)}: expected ${expected}`);
    if (range !== undefined && "expected" in range) {
      fail(range.expected);
    } else if (range === undefined) {
      if (machines.length + 1 > room) fail(`at most ${MAX_MACHINES} machines in a spec`);
      else machines.push(readOne(item, name, at, kubelet, report));
    } else if (machines.length + rangeSize(range) > room) {
      fail(`at most ${MAX_MACHINES} machines in a spec`);
    } else if (
      !isMachineName(rangeName(range, 0)) || !isMachineName(rangeName(range, rangeSize(range) - 1))
    ) {
      fail("a range whose names are lower-case RFC 1123 names of at most 52 characters");
    } else {
      for (const machine of readRange(item, range, at, kubelet, report)) machines.push(machine);
    }
  }
  return machines;
}

function readOne(
  item: MachineInput,
  name: string,
  path: Path,
  kubelet: boolean,
  report: Report,
): DraftMember {
  const addresses: Located<Address>[] = [];
  for (const entry of located(item.addresses, [...path, "addresses"])) {
    const value = parseAddress(entry.value);
    if (value !== undefined) addresses.push({ value, path: entry.path });
    else {
      const wanted = "expected an IPv4 or IPv6 address; a CIDR goes with a host range";
      report(entry.path, `Cannot use "${entry.value}" as ${formatPath(entry.path)}: ${wanted}`);
    }
  }
  if (item.podCIDRSize !== undefined) {
    report(
      [...path, "podCIDRSize"],
      "Cannot use podCIDRSize here: expected it only with a host range",
      "key",
    );
  }
  return {
    name,
    path,
    namePath: [...path, "name"],
    addresses,
    dnsNames: located(item.dnsNames, [...path, "dnsNames"]),
    kubelet: item.kubelet ?? kubelet,
    podCIDRs: locatedCidrs(item.podCIDR, [...path, "podCIDR"], report),
  };
}

function readRange(
  item: MachineInput,
  range: Range,
  path: Path,
  kubelet: boolean,
  report: Report,
): DraftMember[] {
  const count = rangeSize(range);
  if ((item.dnsNames?.length ?? 0) > 0 && count > 1) {
    const wanted = "expected none with a host range, as each name belongs to one machine";
    report([...path, "dnsNames"], `Cannot use dnsNames for ${count} machines: ${wanted}`, "key");
  }
  const addressesPath = [...path, "addresses"];
  const podPath = [...path, "podCIDR"];
  const addressPools = enough(
    readAddressPools(item, addressesPath, count, report),
    addressesPath,
    count,
    "addresses",
    report,
  );
  const podPools = enough(readPodPools(item, path, report), podPath, count, "pod networks", report);
  return Array.from({ length: count }, (_, index) => ({
    name: rangeName(range, index),
    path,
    namePath: [...path, "name"],
    addresses: addressPools.map((pool) => ({ value: pool.at(BigInt(index)), path: addressesPath })),
    dnsNames: count > 1 ? [] : located(item.dnsNames, [...path, "dnsNames"]),
    kubelet: item.kubelet ?? kubelet,
    podCIDRs: podPools.map((pool) => ({ value: pool.at(BigInt(index)), path: podPath })),
  }));
}

/** Keeps the pools that have one for each machine; says so of those that are exhausted. */
function enough<T>(pools: Pool<T>[], path: Path, count: number, what: string, report: Report): Pool<T>[] {
  return pools.filter((pool) => {
    if (pool.size >= BigInt(count)) return true;
    const name = formatPath(path);
    report(path, `Cannot deal ${count} IPv${pool.family} ${what} from ${name}: it holds ${pool.size}`);
    return false;
  });
}

function readAddressPools(item: MachineInput, path: Path, count: number, report: Report): Pool<Address>[] {
  const networks = located(item.addresses, path).flatMap((entry) => {
    const address = parseAddress(entry.value);
    if (address !== undefined) {
      return [{
        cidr: makeCidr(address.family, address.value, address.family === 4 ? 32 : 128),
        single: true,
        path: entry.path,
      }];
    }
    return locatedCidrs(entry.value, entry.path, report)
      .map(({ value }) => ({ cidr: value, single: false, path: entry.path }));
  });
  return familiesOf(networks.map(({ cidr }) => cidr)).map((family) => {
    const ofFamily = networks.filter(({ cidr }) => cidr.family === family);
    const surplus = ofFamily.every(({ single }) => single) ? ofFamily[count] : undefined;
    if (surplus !== undefined) {
      report(
        surplus.path,
        `Cannot use ${ofFamily.length} IPv${family} addresses for ${count} machines: expected ${count}`,
      );
    }
    return addressPool(ofFamily.map(({ cidr }) => cidr), family);
  });
}

function readPodPools(item: MachineInput, path: Path, report: Report): Pool<Cidr>[] {
  const podPath = [...path, "podCIDR"];
  const networks = locatedCidrs(item.podCIDR, podPath, report);
  const sizes = typeof item.podCIDRSize === "number" ? [item.podCIDRSize] : item.podCIDRSize ?? [];
  if (isRefused(item, "podCIDRSize") || sizes.includes(undefined)) return [];
  const given = typeof item.podCIDR === "string" ? 1 : item.podCIDR?.length ?? 0;
  // Which size is whose cannot be said when a network was refused.
  if (networks.length < given) return [];
  const families = familiesOf(networks.map(({ value }) => value));
  if (sizes.length > 0 && sizes.length > families.length) {
    report(
      [...path, "podCIDRSize"],
      `Cannot use ${sizes.length} values as podCIDRSize: expected one per family of podCIDR`,
    );
  }
  return families.flatMap((family, index) => {
    const prefix = sizes[index] ?? (family === 4 ? 24 : 64);
    const small = networks.find(({ value }) => value.family === family && value.prefix > prefix);
    if (prefix <= (family === 4 ? 32 : 128) && small === undefined) {
      return [networkPool(networks.map(({ value }) => value), family, prefix)];
    }
    const wanted = small === undefined
      ? "at most 32 for IPv4"
      : `a podCIDRSize of ${small.value.prefix} or more`;
    report(
      small?.path ?? [...path, "podCIDRSize"],
      `Cannot deal /${prefix} networks from podCIDR: expected ${wanted}`,
    );
    return [];
  });
}

/** The families among networks, in the order of their first network. */
function familiesOf(networks: readonly Cidr[]): Family[] {
  return [...new Set(networks.map((cidr) => cidr.family))];
}

/** Finds what stands twice among machines and says so at the later one. */
export function reportDuplicates(
  entries: Iterable<
    { readonly key: string; readonly path: Path; readonly message: (name: string) => string }
  >,
  report: Report,
): void {
  const seen = new Set<string>();
  for (const { key, path, message } of entries) {
    if (seen.has(key)) report(path, message(key));
    seen.add(key);
  }
}

/** Orders DNS names as certificates list them: lower-cased, each once, by bytes. */
export function canonicalNames(names: readonly string[]): string[] {
  return [...new Set(names.map((name) => name.toLowerCase()))].sort(compareText);
}
