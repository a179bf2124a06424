/**
 * Further certificates of a spec: names, groups, usages and subject alternative names.
 *
 * @module
 */
import { parseAddress } from "../shared/address.ts";
import { quote } from "../shared/text.ts";
import type { SpecInput } from "./definition.ts";
import type { Path } from "./document.ts";
import { located, locatedAddresses, type Report } from "./draft.ts";
import { canonicalNames, reportDuplicates } from "./machines.ts";
import { maskSecrets } from "./secrets.ts";
import type { Partly } from "./shape.ts";
import type { Certificate } from "./types.ts";

/** The group that RBAC never asks about, so that nobody in it can be limited or revoked. */
export const MASTERS = "system:masters";

/** Reads names and addresses of a certificate, canonical, and says which stand twice. */
export function readSans(
  items: readonly (string | undefined)[] | undefined,
  path: Path,
  report: Report,
): Pick<Certificate, "dnsNames" | "addresses"> {
  const all = located(items, path);
  const names = all.filter(({ value }) => parseAddress(value) === undefined);
  const addresses = locatedAddresses(items, path);
  reportDuplicates(
    [
      ...names.map(({ value, path }) => ({ key: value.toLowerCase(), path })),
      ...addresses.map(({ value, path }) => ({ key: value.text, path })),
    ].map((entry) => ({ ...entry, message: (name) => `Duplicate name ${show(name)}: expected each once` })),
    report,
  );
  return {
    dnsNames: canonicalNames(names.map(({ value }) => value)),
    addresses: addresses.map(({ value }) => value),
  };
}

/** How a message shows a name: it is good, and a secret may have been put there all the same. */
export function show(name: string): string {
  return quote(maskSecrets(name));
}

/** Reads groups, each once. */
export function readGroups(
  items: readonly (string | undefined)[] | undefined,
  path: Path,
  report: Report,
): string[] {
  const groups = located(items, path);
  reportDuplicates(
    groups.map(({ value, path }) => ({
      key: value,
      path,
      message: (name) => `Duplicate group ${show(name)}: expected each once`,
    })),
    report,
  );
  return groups.map(({ value }) => value);
}

/** Reads the further certificates. */
export function readCertificates(value: Partly<SpecInput>, report: Report): Certificate[] {
  const certificates = located(value.certificates, ["certificates"]).flatMap(({ value: given, path }) => {
    if (given.name === undefined) return [];
    const sans = readSans(given.sans, [...path, "sans"], report);
    const hasSans = sans.dnsNames.length + sans.addresses.length > 0;
    const usages = located(given.usages, [...path, "usages"]);
    reportDuplicates(
      usages.map((usage) => ({
        key: usage.value,
        path: usage.path,
        message: (name) => `Duplicate usage "${name}": expected each once`,
      })),
      report,
    );
    const wanted = given.usages === undefined
      ? [hasSans ? "server" as const : "client" as const]
      : usages.map(({ value }) => value);
    if (wanted.includes("server") && !hasSans && (given.sans?.length ?? 0) === 0) {
      report(
        [...path, given.usages === undefined ? "name" : "usages"],
        `Cannot make the server certificate ${
          show(given.name)
        } without names: expected sans, as clients do not look at the CN`,
      );
    }
    const groups = readGroups(given.groups, [...path, "groups"], report);
    const authority = given.authority ?? "kubernetes";
    if (
      groups.includes(MASTERS) && authority === "kubernetes" &&
      value.dangerous?.includes("system-masters") !== true
    ) {
      const why = "no rule limits it and nothing revokes it; if it must be, say dangerous: [system-masters]";
      report([...path, "groups"], `Cannot put ${show(given.name)} into ${MASTERS}: ${why}`);
    }
    return [{
      name: given.name,
      authority,
      cn: given.cn ?? given.name,
      groups,
      usages: (["server", "client"] as const).filter((usage) => wanted.includes(usage)),
      ...sans,
      path: [...path, "name"],
    }];
  });
  reportDuplicates(
    certificates.map((certificate) => ({
      key: certificate.name,
      path: certificate.path,
      message: (name) => `Duplicate certificate name ${show(name)}: expected each name once`,
    })),
    report,
  );
  return certificates;
}
