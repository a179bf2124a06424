/**
 * Judges everything that was found by every rule.
 *
 * In: files and their uses. Out: findings, the worst first.
 *
 * @module
 */
import type { Gathered } from "../gather.ts";
import { isHardWayShaped } from "./certificates.ts";
import { type Facts, makeFacts } from "./facts.ts";
import { compareFindings, type Finding } from "./findings.ts";
import { certificateRules } from "./rules_certificates.ts";
import { fileRules } from "./rules_files.ts";
import { flagRules } from "./rules_flags.ts";
import { kubeconfigRules } from "./rules_kubeconfigs.ts";
import { nameRules } from "./rules_names.ts";
import { serviceAccountRules } from "./rules_service_accounts.ts";
import { useRules } from "./rules_uses.ts";

/** Rules, each about one thing; their order does not matter. */
const RULES: readonly ((facts: Facts) => Finding[])[] = [
  fileRules,
  certificateRules,
  useRules,
  flagRules,
  nameRules,
  kubeconfigRules,
  serviceAccountRules,
];

/** When something ends soon: 30 days, in seconds. */
export const SOON = 30 * 86400;

/**
 * Judges what was gathered.
 *
 * @param at the moment that counts, Unix seconds
 * @param within how many seconds before its end something ends soon
 * @returns findings, sorted, each once
 */
export function verifyGathered(gathered: Gathered, at: number, within: number = SOON): Finding[] {
  const facts = makeFacts(gathered, at, within);
  const found = RULES.flatMap((rule) => rule(facts));
  return uniqueFindings(asHardWayFaults(found, facts));
}

/** Sorts findings and drops those that say the same of the same place. */
export function uniqueFindings(findings: readonly Finding[]): Finding[] {
  const seen = new Map<string, Finding>();
  for (const one of [...findings].sort(compareFindings)) {
    const key = [one.code, one.path, one.flag, one.message].join("\0");
    if (!seen.has(key)) seen.set(key, one);
  }
  return [...seen.values()];
}

/** What the guide's own certificates have wrong by their configuration, and what works all the same. */
const KNOWN_FAULTS: ReadonlySet<string> = new Set(["eku-extra", "outlives-issuer"]);

function asHardWayFaults(findings: readonly Finding[], facts: Facts): Finding[] {
  const shaped = new Set(
    facts.certificates.filter(isHardWayShaped).map(({ path, flag }) => `${path}\0${flag}`),
  );
  const paths = new Set(facts.certificates.filter(isHardWayShaped).map(({ path }) => path));
  return findings.map((one) =>
    KNOWN_FAULTS.has(one.code) && (shaped.has(`${one.path}\0${one.flag}`) || paths.has(one.path))
      ? { ...one, code: "hard-way-fault", severity: "warning" }
      : one
  );
}
