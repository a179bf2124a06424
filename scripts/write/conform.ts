/**
 * Whether files that were found are those of a spec: to the byte with its seed, by what certificates say without.
 *
 * In: what was gathered, and the plan. Out: findings. Nothing is written.
 *
 * @module
 */
import type { Gathered } from "../inspect/gather.ts";
import type { CertificateItem } from "../inspect/item.ts";
import { keyName } from "../inspect/certificate/algorithms.ts";
import { DerError } from "../inspect/der/der.ts";
import { commonName, formatName, organizations } from "../inspect/certificate/names.ts";
import type { Scan } from "../inspect/scan.ts";
import { type Finding, finding } from "../inspect/verify/findings.ts";
import { issuePlan } from "../issue/issue.ts";
import type { Seed } from "../issue/seed.ts";
import type { CertificateEntry, Plan, PlanEntry } from "../plan/types.ts";
import { equalBytes } from "../shared/encoding.ts";
import { compareText } from "../shared/text.ts";
import { renderFiles } from "./files.ts";

/** What the spec says. */
export interface Conformance {
  readonly plan: Plan;
  /** Undefined: bytes are not compared. */
  readonly seed: Seed | undefined;
  /** Secrets that files of the user's hold, by id. */
  readonly given: ReadonlyMap<string, string>;
  /** Whether the spec itself says when certificates begin. */
  readonly hasTimes: boolean;
}

const HINT = "Run hardway provision with this spec, or bring the spec up to date.";

/**
 * Compares what was found with a spec.
 *
 * @returns findings, not sorted
 */
export async function conform(gathered: Gathered, spec: Conformance): Promise<Finding[]> {
  const files = new Map<string, Scan>();
  for (const scan of [...gathered.scans, ...gathered.uses.map((use) => use.scan)]) {
    if (scan.isKnown || scan.items.length > 0 || scan.faults.length > 0) files.set(scan.identity, scan);
  }
  const expected = spec.seed === undefined ? undefined : await render(spec.plan, spec.seed, spec.given);
  const byPath = new Map([...files.values()].map((scan) => [scan.path, scan]));
  const trees = treesOf(byPath, spec.plan);
  const byName = Map.groupBy(
    spec.plan.entries.filter((entry) => entry.kind === "certificate"),
    ({ subject }) => subject.commonName,
  );
  const found: Finding[] = [];
  const known = new Set<string>();
  for (const tree of trees) {
    for (const [path, entry] of pathsOf(spec.plan)) {
      const scan = byPath.get(`${tree}${path}`);
      if (scan === undefined) {
        // A copy for one machine leaves out what is not its own; the whole tree has everything.
        const message = `The spec says that it is there: ${entry.title}`;
        found.push(finding("differs-from-spec", `${tree}${path}`, null, message, HINT));
        continue;
      }
      known.add(scan.identity);
      const bytes = expected?.get(path);
      if (bytes !== undefined && scan.bytes !== undefined && !equalBytes(bytes, scan.bytes)) {
        const why = scan.items.flatMap((item) =>
          item.kind === "certificate" && entry.kind === "certificate" ? differences(item, entry, spec) : []
        );
        const message = `It is not what the spec and its seed make: ${why[0] ?? "other bytes"}`;
        found.push(finding("differs-from-spec", scan.path, null, message, HINT));
      } else if (bytes === undefined && entry.kind === "certificate" && path === entry.certificatePath) {
        found.push(...judge(scan, entry, spec));
      }
    }
  }
  for (const scan of files.values()) {
    if (!known.has(scan.identity)) found.push(...byIdentity(scan, spec, byName, expected, trees));
  }
  return found;
}

/** Every file of `out/<cluster>` that the plan has, with its entry. */
function pathsOf(plan: Plan): [string, PlanEntry][] {
  return plan.entries.flatMap((entry): [string, PlanEntry][] => {
    switch (entry.kind) {
      case "certificate":
        return [[entry.certificatePath, entry], [entry.keyPath, entry]];
      case "key-pair":
        return [[entry.keyPath, entry], [entry.publicKeyPath, entry]];
      case "kubeconfig":
      case "document":
        return [[entry.path, entry]];
    }
  });
}

/** The folders, with a slash, in which a tree of `provision` stands: those with its first CA and a kubeconfig. */
function treesOf(byPath: ReadonlyMap<string, Scan>, plan: Plan): string[] {
  const marks = new Set(plan.entries.flatMap((entry) => entry.kind === "kubeconfig" ? [entry.path] : []));
  const authority = plan.entries.find((entry) => entry.kind === "certificate");
  const trees = new Set<string>();
  for (const path of byPath.keys()) {
    const [, tree = "", end = ""] = /^(|.*\/)(kubeconfig\/[^/]+)$/.exec(path) ?? [];
    if (marks.has(end) && byPath.has(`${tree}${authority?.certificatePath ?? ""}`)) trees.add(tree);
  }
  return [...trees].sort(compareText);
}

async function render(
  plan: Plan,
  seed: Seed,
  given: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const secrets = { cluster: plan.cluster, entropy: seed.entropy, given };
  const files = await Array.fromAsync(renderFiles(plan, issuePlan(plan, seed), secrets));
  return new Map(files.map(({ path, bytes }) => [path, bytes]));
}

/** A file that is not in a whole tree: its certificates are known by their names. */
function byIdentity(
  scan: Scan,
  spec: Conformance,
  byName: ReadonlyMap<string, readonly CertificateEntry[]>,
  expected: ReadonlyMap<string, Uint8Array> | undefined,
  trees: readonly string[],
): Finding[] {
  const certificates = scan.items.filter((item): item is CertificateItem => item.kind === "certificate");
  const isInTree = trees.some((tree) =>
    ["pki/", "kubeconfig/", "auth/"].some((folder) => scan.path.startsWith(tree + folder))
  );
  if (certificates.length === 0) {
    return isInTree ? [finding("foreign-file", scan.path, null, "The spec knows no such file")] : [];
  }
  return certificates.flatMap((item) => {
    const place = item.inside === undefined || item.inside.startsWith("line ") ? null : item.inside;
    const entries = (byName.get(commonName(item.certificate.subject) ?? "") ?? [])
      .filter((entry) => hasSubject(item, entry));
    if (entries.length === 0) {
      const name = formatName(item.certificate.subject) || "no subject";
      return [
        finding("foreign-file", scan.path, place, `The spec knows no certificate with the subject ${name}`),
      ];
    }
    if (expected !== undefined) {
      const isOurs = entries.some((entry) =>
        pemHolds(expected.get(entry.certificatePath), item.certificate.der)
      );
      if (isOurs) return [];
    }
    const reasons = entries.map((entry) => differences(item, entry, spec));
    const [least = []] = reasons.sort((a, b) => a.length - b.length);
    if (expected === undefined && least.length === 0) return [];
    const why = least[0] ?? "the key or the bytes are others";
    return [
      finding("differs-from-spec", scan.path, place, `The certificate differs from the spec's: ${why}`, HINT),
    ];
  });
}

function pemHolds(pem: Uint8Array | undefined, der: Uint8Array): boolean {
  if (pem === undefined) return false;
  const body = new TextDecoder().decode(pem).replace(/-----[^-]+-----|\s/g, "");
  return body === der.toBase64();
}

function hasSubject({ certificate }: CertificateItem, { subject }: CertificateEntry): boolean {
  return commonName(certificate.subject) === subject.commonName &&
    sameSet(organizations(certificate.subject), subject.organizations);
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one) => b.includes(one));
}

function judge(scan: Scan, entry: CertificateEntry, spec: Conformance): Finding[] {
  const [item] = scan.items.filter((one): one is CertificateItem => one.kind === "certificate");
  if (item === undefined) {
    return [finding("differs-from-spec", scan.path, null, "There is no certificate in it", HINT)];
  }
  const [why] = differences(item, entry, spec);
  return why === undefined ? [] : [
    finding("differs-from-spec", scan.path, null, `The certificate differs from the spec's: ${why}`, HINT),
  ];
}

const USAGES = { server: "1.3.6.1.5.5.7.3.1", client: "1.3.6.1.5.5.7.3.2" } as const;

/** In what a certificate differs from its entry, in words. */
function differences(item: CertificateItem, entry: CertificateEntry, spec: Conformance): string[] {
  const { certificate, fields } = item;
  const found: string[] = [];
  const compare = (what: string, is: readonly string[], wanted: readonly string[]): void => {
    const added = is.filter((one) => !wanted.includes(one));
    const missing = wanted.filter((one) => !is.includes(one));
    if (added.length > 0) found.push(`${what} ${added.join(", ")} is not in the spec`);
    if (missing.length > 0) found.push(`${what} ${missing.join(", ")} is missing`);
  };
  if (!hasSubject(item, entry)) {
    const wanted = [...entry.subject.organizations.map((one) => `O=${one}`), `CN=${entry.subject.commonName}`]
      .join(", ");
    found.push(`the subject is ${formatName(certificate.subject) || "empty"}, expected ${wanted}`);
  }
  if (fields.isAuthority !== entry.isAuthority) {
    found.push(entry.isAuthority ? "it is no CA's" : "it is a CA's");
  }
  compare(
    "the alternative name",
    (fields.altNames ?? []).map(({ value }) => value),
    [...entry.dnsNames, ...entry.addresses.map(({ text }) => text)],
  );
  compare("the usage", fields.extKeyUsage ?? [], entry.usages.map((usage) => USAGES[usage]));
  const key = nameOfKey(item);
  if (key !== entry.keyAlgorithm) found.push(`the key is ${key}, expected ${entry.keyAlgorithm}`);
  const issuer = spec.plan.entries.find((other) => other.id === entry.issuer);
  if (issuer?.kind === "certificate" && commonName(certificate.issuer) !== issuer.subject.commonName) {
    found.push(`the issuer is ${formatName(certificate.issuer)}, expected CN=${issuer.subject.commonName}`);
  }
  if ((spec.seed !== undefined || spec.hasTimes) && certificate.notAfter !== entry.notAfter) {
    found.push("it ends at another time");
  }
  if ((spec.seed !== undefined || spec.hasTimes) && certificate.notBefore !== entry.notBefore) {
    found.push("it begins at another time");
  }
  return found;
}

function nameOfKey({ certificate }: CertificateItem): string {
  try {
    return keyName(certificate.publicKey);
  } catch (error) {
    if (error instanceof DerError) return certificate.publicKey.algorithm.oid;
    throw error;
  }
}
