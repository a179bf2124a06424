/**
 * Custom signers of a spec: which requests each of them signs, and with which CA.
 *
 * https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#signers
 *
 * @module
 */
import { compilePattern } from "../shared/pattern.ts";
import { formatTime, isSayableEnd, parseValidity, type Validity } from "../shared/time.ts";
import type { SpecInput } from "./definition.ts";
import type { Path } from "./document.ts";
import { located, locatedCidrs, type Report } from "./draft.ts";
import { show } from "./identities.ts";
import { reportDuplicates } from "./machines.ts";
import { formatPath, type Partly } from "./shape.ts";
import type { Located, Signer } from "./types.ts";

type Given = Partly<NonNullable<SpecInput["signers"]>[number]>;

const MASTERS = "system:masters";
const RESERVED = /(?:^|\.)kubernetes\.io\//;

/** What a policy that nobody else looks after has to say. */
const TOLD = ["groups", "commonNames", "dnsNames", "addresses"] as const;

/** Reads the custom signers. */
export function readSigners(value: Partly<SpecInput>, report: Report): Signer[] {
  const mayBeMasters = value.dangerous?.includes("system-masters") === true;
  const signers = located(value.signers, ["signers"]).flatMap(({ value: given, path }) => {
    const policy = readPolicy(given, path, report);
    if (!mayBeMasters && policy.authority === "kubernetes") checkMasters(given, path, report);
    const { name } = given;
    if (name === undefined) return [];
    const namePath = [...path, "name"];
    if (RESERVED.test(name)) {
      report(
        namePath,
        `Cannot use ${show(name)} as ${
          formatPath(namePath)
        }: kubernetes.io and its subdomains belong to Kubernetes`,
      );
    }
    return [{ signer: { name, ...policy }, path: namePath }];
  });
  reportDuplicates(
    signers.map(({ signer, path }) => ({
      key: signer.name,
      path,
      message: (name) => `Duplicate signer ${show(name)}: expected each name once`,
    })),
    report,
  );
  return signers.map(({ signer }) => signer);
}

function readPolicy(given: Given, path: Path, report: Report): Omit<Signer, "name"> {
  const once = (items: readonly (string | undefined)[] | undefined, key: string, what: string): string[] =>
    readOnce(located(items, [...path, key]), what, report);
  const usages = once(given.usages, "usages", "usage");
  const requiredUsages = once(given.requiredUsages, "requiredUsages", "usage");
  checkUsages(given, path, report);
  const [groups, commonNames] = [
    once(given.groups, "groups", "organization"),
    once(given.commonNames, "commonNames", "common name"),
  ];
  const lower = given.dnsNames?.map((name) => name?.toLowerCase());
  const dnsNames = once(lower, "dnsNames", "DNS name");
  const networks = locatedCidrs(given.addresses, [...path, "addresses"], report);
  readOnce(networks.map(({ value, path }) => ({ value: value.text, path })), "network", report);
  const validity = readValidity(given.validity, [...path, "validity"], report);
  const missing = TOLD.filter((key) => !Object.hasOwn(given, key));
  if (given.autoApprove === true && missing.length > 0) {
    const key = [...path, "autoApprove"];
    const why = `as nobody else looks, expected ${missing.join(", ")} too, [] for none`;
    report(key, `Cannot use true as ${formatPath(key)}: ${why}`);
  }
  return {
    authority: given.authority ?? "kubernetes",
    usages,
    requiredUsages,
    ...(given.groups !== undefined && { groups }),
    ...(given.commonNames !== undefined && { commonNames }),
    ...(given.dnsNames !== undefined && { dnsNames }),
    ...(given.addresses !== undefined && { addresses: networks.map(({ value }) => value) }),
    hasEmails: given.emails ?? false,
    hasUris: given.uris ?? false,
    ...(validity !== undefined && { validity }),
    isAutoApproved: given.autoApprove ?? false,
  };
}

function readOnce(items: readonly Located<string>[], what: string, report: Report): string[] {
  reportDuplicates(
    items.map(({ value, path }) => ({
      key: value,
      path,
      message: (name) => `Duplicate ${what} ${show(name)}: expected each once`,
    })),
    report,
  );
  return items.map(({ value }) => value);
}

function checkUsages(given: Given, path: Path, report: Report): void {
  for (const { value, path: at } of located(given.usages, [...path, "usages"])) {
    if (value !== "cert sign") continue;
    // RFC 5280 section 4.2.1.3: without the CA bit a certificate may not have it.
    report(at, `Cannot use "cert sign" as ${formatPath(at)}: no certificate of a request is a CA's`);
  }
  // What was refused has been told of.
  const allowed = new Set(given.usages);
  if (given.usages === undefined || allowed.has(undefined)) return;
  for (const { value, path: at } of located(given.requiredUsages, [...path, "requiredUsages"])) {
    if (allowed.has(value)) continue;
    report(at, `Cannot use ${show(value)} as ${formatPath(at)}: expected one of ${formatPath(path)}.usages`);
  }
}

/** A group that no rule limits is never given by the way, not by a pattern either. */
function checkMasters(given: Given, path: Path, report: Report): void {
  for (const { value, path: at } of located(given.groups, [...path, "groups"])) {
    if (!matchesName([value], MASTERS)) continue;
    const why = "no rule limits it and nothing revokes it; if it must be, say dangerous: [system-masters]";
    report(at, `Cannot use ${show(value)} as ${formatPath(at)}, which allows ${MASTERS}: ${why}`);
  }
}

function readValidity(text: string | undefined, path: Path, report: Report): Validity | undefined {
  const validity = text === undefined ? undefined : parseValidity(text);
  if (validity !== undefined && "until" in validity && !isSayableEnd(validity.until)) {
    report(
      path,
      `Cannot use ${formatTime(validity.until)} as an end: expected one before 9999-12-31T23:59:59Z`,
    );
  }
  return validity;
}

/**
 * Whether a policy allows an organization or a common name. Names that begin with `system:` are Kubernetes' own: only a
 * pattern that begins so too allows them.
 *
 * @param patterns of the policy; undefined where it says nothing
 */
export function matchesName(patterns: readonly string[] | undefined, name: string): boolean {
  const isOwn = name.startsWith("system:");
  if (patterns === undefined) return !isOwn;
  return patterns.some((pattern) =>
    (!isOwn || pattern.startsWith("system:")) && compilePattern(pattern)(name)
  );
}
