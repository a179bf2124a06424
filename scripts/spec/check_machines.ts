/**
 * What must hold between machines, etcd members and networks.
 *
 * @module
 */
import { type Cidr, contains, type Family, isHostAddress, overlaps } from "../shared/address.ts";
import { type DraftMember, oncePerPlace, type Report } from "./draft.ts";
import { reportDuplicates } from "./machines.ts";
import { formatPath } from "./shape.ts";
import type { Located } from "./types.ts";

/** Names, addresses and DNS names that stand twice. */
export function checkMachines(
  machines: readonly DraftMember[],
  members: readonly DraftMember[],
  report: Report,
): void {
  reportDuplicates(
    machines.map((machine) => ({
      key: machine.name,
      path: machine.namePath,
      message: (name) => `Duplicate machine name "${name}": expected each name once`,
    })),
    oncePerPlace(report),
  );
  reportDuplicates(
    members.map((member) => ({
      key: member.name,
      path: member.namePath,
      message: (name) => `Duplicate member name "${name}": expected each name once`,
    })),
    oncePerPlace(report),
  );
  // Backwards, so that the first of a doubled name is the one meant.
  const byName = new Map(machines.toReversed().map((machine) => [machine.name, machine]));
  const separate = members.filter((member) => {
    const machine = byName.get(member.name);
    if (machine === undefined) return true;
    const own = member.addresses.map(({ value }) => value.text).sort();
    const wanted = machine.addresses.map(({ value }) => value.text).sort();
    if (own.join() !== wanted.join()) {
      const path = [...member.path, "addresses"];
      const expected = `those of the machine of that name, ${wanted.join(", ") || "none"}`;
      report(path, `Cannot use ${own.join(", ") || "none"} as ${formatPath(path)}: expected ${expected}`);
    }
    return false;
  });
  checkAddresses([...machines, ...separate], report);
  for (const member of [...machines, ...members]) {
    reportDuplicates(
      member.dnsNames.map(({ value, path }) => ({
        key: value.toLowerCase(),
        path,
        message: (name) => `Duplicate DNS name "${name}": expected each name once`,
      })),
      report,
    );
  }
}

function checkAddresses(machines: readonly DraftMember[], report: Report): void {
  const owners = new Map<string, string>();
  const [reportShared, reportUnfit] = [oncePerPlace(report), oncePerPlace(report)];
  for (const machine of machines) {
    for (const { value: address, path } of machine.addresses) {
      const { text } = address;
      const owner = owners.get(text);
      if (owner !== undefined) {
        const whose = owner === machine.name ? "once" : `an address that ${owner} does not have`;
        reportShared(path, `Duplicate address ${text} of ${machine.name}: expected ${whose}`);
      }
      owners.set(text, machine.name);
      if (!isHostAddress(address)) {
        reportUnfit(path, `Cannot use ${text} as ${formatPath(path)}: expected the address of one machine`);
      }
    }
  }
}

/** Keeps the first network of each family; a cluster takes no more. */
export function keepOnePerFamily(
  name: string,
  cidrs: readonly Located<Cidr>[],
  report: Report,
): Located<Cidr>[] {
  const families = new Set<Family>();
  return cidrs.filter(({ value, path }) => {
    if (families.has(value.family)) {
      const expected = `one CIDR per family, and IPv${value.family} has one`;
      report(path, `Cannot use ${value.text} in ${name}: expected ${expected}`);
      return false;
    }
    families.add(value.family);
    return true;
  });
}

/** Service and pod networks: sizes, overlaps. */
export function checkNetworks(
  services: readonly Located<Cidr>[],
  pods: readonly Located<Cidr>[],
  report: Report,
): void {
  for (const { value, path } of services) {
    const longest = value.family === 4 ? 29 : 125;
    if (value.prefix > longest) {
      const expected = `/${longest} or shorter, as the API server wants 8 addresses`;
      report(path, `Cannot use ${value.text} as ${formatPath(path)}: expected ${expected}`);
    }
  }
  for (const service of services) {
    for (const pod of pods) {
      if (overlaps(service.value, pod.value)) {
        const what = `it overlaps ${service.value.text} of serviceCIDRs`;
        report(pod.path, `Cannot use ${pod.value.text} as ${formatPath(pod.path)}: ${what}`);
      }
    }
  }
}

/** Pod networks of machines: inside the cluster's, of a family the machine has, one per family, none shared. */
export function checkMachinePods(
  machines: readonly DraftMember[],
  pods: readonly Located<Cidr>[],
  report: Report,
): void {
  const all: { cidr: Cidr; path: Located<Cidr>["path"]; name: string; order: number }[] = [];
  const [reportRepeated, reportForeign, reportOutside, reportOverlap] = [
    oncePerPlace(report),
    oncePerPlace(report),
    oncePerPlace(report),
    oncePerPlace(report),
  ];
  for (const machine of machines) {
    const families = new Set(machine.addresses.map(({ value }) => value.family));
    const told = new Set<Family>();
    for (const { value, path } of machine.podCIDRs) {
      const fail = (report: Report, expected: string): void =>
        report(path, `Cannot use ${value.text} as podCIDR of ${machine.name}: expected ${expected}`);
      if (told.has(value.family)) fail(reportRepeated, `one CIDR per family, and IPv${value.family} has one`);
      told.add(value.family);
      if (families.size > 0 && !families.has(value.family)) {
        fail(reportForeign, "a family that the machine has an address of");
      }
      if (pods.length > 0 && !pods.some((pod) => contains(pod.value, value))) {
        fail(
          reportOutside,
          `a network inside podCIDRs (${pods.map((pod) => pod.value.text).join(", ")})`,
        );
      }
      all.push({ cidr: value, path, name: machine.name, order: all.length });
    }
  }
  // Sorted by start, only neighbours can overlap first: the one that reaches furthest so far and the next.
  all.sort((a, b) =>
    a.cidr.family - b.cidr.family ||
    (a.cidr.value < b.cidr.value ? -1 : a.cidr.value > b.cidr.value ? 1 : a.cidr.prefix - b.cidr.prefix)
  );
  let widest: (typeof all)[number] | undefined;
  for (const next of all) {
    if (widest !== undefined && overlaps(widest.cidr, next.cidr)) {
      const [earlier, later] = widest.order < next.order ? [widest, next] : [next, widest];
      reportOverlap(
        later.path,
        `Cannot use ${later.cidr.text} as podCIDR of ${later.name}: it overlaps ${earlier.cidr.text} of ${earlier.name}`,
      );
    } else {
      widest = next;
    }
  }
}

/** Each control plane must have an address of the first service network's family: the API server checks it. */
export function checkServiceFamily(
  controlPlane: readonly DraftMember[],
  services: readonly Located<Cidr>[],
  report: Report,
): void {
  const first = services[0];
  // Not when the first one was refused: the next one is not the first.
  if (first === undefined || (first.path.at(-1) !== 0 && first.path.length > 1)) return;
  const lacking = controlPlane.find((machine) =>
    machine.addresses.length > 0 &&
    !machine.addresses.some(({ value }) => value.family === first.value.family)
  );
  if (lacking !== undefined) {
    const expected =
      `a family that every control plane has; ${lacking.name} has no IPv${first.value.family} address`;
    report(first.path, `Cannot use ${first.value.text} as serviceCIDRs[0]: expected ${expected}`);
  }
}
