/**
 * What must hold for a plan as a whole. Each problem points at the part of the spec that asked for the entry.
 *
 * @module
 */
import { compilePattern } from "../shared/pattern.ts";
import { compareProblems, type Problem } from "../shared/problem.ts";
import { describeMiss, nearest } from "../shared/suggest.ts";
import { foldName, quote } from "../shared/text.ts";
import { formatTime, isSayableEnd } from "../shared/time.ts";
import type { Path } from "../spec/document.ts";
import { maskSecrets } from "../spec/secrets.ts";
import type { Spec } from "../spec/types.ts";
import { CATALOGUE } from "./catalogue.ts";
import { kubeconfigPath, pathsOf } from "./paths.ts";
import { chooserOf } from "./features.ts";
import { validityPathsOf } from "./settings.ts";
import { secretIds } from "./documents.ts";
import { type CertificateEntry, isKeyed, type Plan } from "./types.ts";

type Report = (path: Path, message: string, target?: "key" | "value") => void;

/**
 * Checks a plan.
 *
 * @param plan what was laid out
 * @param spec its cluster, for places
 * @param hasAllNames whether the plan holds every id that the document asks for; if not, patterns may match what is missing
 * @returns problems sorted by place
 */
export function checkPlan(plan: Plan, spec: Spec, hasAllNames: boolean): Problem[] {
  const problems: Problem[] = [];
  // One problem a place: the first says the cause, and the others would follow from it.
  const told = new Set<string>();
  const report: Report = (path, message, target) => {
    const place = path.join("\n");
    if (!told.has(place)) problems.push(spec.problem(path, message, target));
    told.add(place);
  };
  checkNames(spec, report);
  checkPaths(plan, report);
  checkTimes(plan, spec, report);
  checkTokens(plan, spec, report);
  if (hasAllNames) checkPatterns(plan, spec, report);
  return problems.sort(compareProblems);
}

/** Users that would pass for a part of the cluster, machines that would share a kubeconfig with one. */
function checkNames(spec: Spec, report: Report): void {
  const isMade = chooserOf(spec);
  const reserved = new Set(
    CATALOGUE.flatMap((entry) => {
      if (entry.per !== "cluster" || !isMade(entry)) return [];
      if (entry.kind === "document") return [entry.path];
      return entry.kind === "kubeconfig" ? [kubeconfigPath(entry.id)] : [];
    }),
  );
  for (const machine of [...spec.controlPlane, ...spec.workers]) {
    if (reserved.has(kubeconfigPath(`kubeconfig/${machine.name}`))) {
      report(
        machine.path,
        `Cannot use "${machine.name}" as a machine's name: a kubeconfig of the cluster has it`,
      );
    }
  }
  // Those of every layout: a user must not become somebody else when the layout changes.
  const identities = new Set(
    CATALOGUE.flatMap((entry) =>
      (entry.kind === "leaf" || entry.kind === "authority") && ["cluster", "webhook"].includes(entry.per)
        ? [entry.cn]
        : []
    ),
  );
  for (const user of spec.users) {
    if (user.name.toLowerCase().startsWith("system:")) {
      report(
        user.path,
        `Cannot use ${quote(user.name)} as a user's name: names with system: belong to Kubernetes`,
      );
    } else if (identities.has(user.name)) {
      report(
        user.path,
        `Cannot use ${quote(user.name)} as a user's name: a certificate of the cluster has this CN`,
      );
    }
  }
}

function checkPaths(plan: Plan, report: Report): void {
  const files = new Map<string, string>();
  const folders = new Map<string, string>();
  for (const entry of plan.entries) {
    for (const path of pathsOf(entry)) {
      const key = foldName(path);
      const other = files.get(key) ?? folders.get(key);
      if (other !== undefined) {
        // Two of one id have one name, and the spec stage told of that.
        if (other === entry.id) continue;
        report(
          entry.source,
          `Cannot write ${quote(path)} for ${quote(entry.id)}: ${quote(other)} wants it too`,
        );
        continue;
      }
      files.set(key, entry.id);
      for (let slash = key.lastIndexOf("/"); slash > 0; slash = key.lastIndexOf("/", slash - 1)) {
        const folder = key.slice(0, slash);
        const file = files.get(folder);
        if (file !== undefined) {
          report(
            entry.source,
            `Cannot write ${quote(path)} for ${quote(entry.id)}: ${quote(file)} wants a file there`,
          );
        }
        if (folders.has(folder)) break;
        folders.set(folder, entry.id);
      }
    }
  }
}

/** No leaf outlives its CA, nothing ends before it starts or after the last time a certificate can say. */
function checkTimes(plan: Plan, spec: Spec, report: Report): void {
  const authorities = new Map<string, CertificateEntry>();
  const validityPath = validityPathsOf(spec);
  for (const entry of plan.entries) {
    if (entry.kind !== "certificate") continue;
    if (entry.isAuthority) authorities.set(entry.id, entry);
    const authority = authorities.get(entry.issuer);
    const isGood = entry.notAfter > entry.notBefore && isSayableEnd(entry.notAfter) &&
      (authority === undefined || entry.notAfter <= authority.notAfter);
    // Saying where and when costs more than looking, and is for few.
    if (isGood) continue;
    const path = validityPath(entry.id, entry.isAuthority);
    const end = formatTime(Math.min(entry.notAfter, 8.64e12));
    if (entry.notAfter <= entry.notBefore) {
      report(path, `Cannot end ${quote(entry.id)} at ${end}: it starts at ${formatTime(entry.notBefore)}`);
    } else if (!isSayableEnd(entry.notAfter)) {
      report(
        path,
        `Cannot end ${quote(entry.id)} after the year 9999: expected an end before 9999-12-31T23:59:59Z`,
      );
    } else if (authority !== undefined && entry.notAfter > authority.notAfter) {
      const until = formatTime(authority.notAfter);
      report(path, `Cannot end ${quote(entry.id)} at ${end}: its CA ${quote(authority.id)} ends at ${until}`);
    }
  }
}

/** No bootstrap token ends before it starts or later than can be said; the key that signs is not retired. */
function checkTokens(plan: Plan, spec: Spec, report: Report): void {
  // All certificates start when tokens do.
  const start = plan.entries.find((entry) => entry.kind === "certificate")?.notBefore ?? 0;
  for (const entry of plan.entries) {
    if (entry.kind === "key-pair" && spec.keys.retiredServiceAccount.includes(entry.generation)) {
      report(
        ["keys", "retiredServiceAccount"],
        `Cannot retire generation ${entry.generation} of "${entry.id}": it is the one that signs`,
      );
    }
    if (entry.kind !== "document" || entry.content.form !== "bootstrap-secrets") continue;
    for (const [index, { secret, expiration }] of entry.content.tokens.entries()) {
      const path = spec.bootstrapTokens[index]?.validity.path ?? [];
      const end = formatTime(Math.min(expiration, 8.64e12));
      if (expiration <= start) {
        report(path, `Cannot end ${quote(secret.id)} at ${end}: it starts at ${formatTime(start)}`);
      } else if (!isSayableEnd(expiration)) {
        report(
          path,
          `Cannot end ${quote(secret.id)} after the year 9999: expected an end before 9999-12-31T23:59:59Z`,
        );
      }
    }
  }
}

/** Patterns of the spec that match nothing they could set. */
function checkPatterns(plan: Plan, spec: Spec, report: Report): void {
  if (spec.validity.overrides.length + spec.generations.length === 0) return;
  const certificates = plan.entries.filter((entry) => entry.kind === "certificate").map((entry) => entry.id);
  const keyed = [...plan.entries.filter(isKeyed).map((entry) => entry.id), ...secretIds(spec)];
  for (const [items, ids] of [[spec.validity.overrides, certificates], [spec.generations, keyed]] as const) {
    const describe = describeMisses(ids);
    for (const { pattern, path } of items) {
      const message = describe(pattern);
      if (message !== undefined) report(path, message, "key");
    }
  }
}

/** How many pairs of words are compared in search of what was meant: it keeps a large document's report quick. */
const MAX_COMPARISONS = 200_000;

/**
 * Prepares the message about a pattern that matches no id.
 *
 * @param ids what there is
 * @returns a function that gives the message, or undefined when the pattern matches something
 */
export function describeMisses(ids: readonly string[]): (pattern: string) => string | undefined {
  const known = new Set(ids);
  let hints = Math.max(1, Math.floor(MAX_COMPARISONS / ids.length));
  return (pattern) => {
    if (pattern.includes("*") ? ids.some(compilePattern(pattern)) : known.has(pattern)) return undefined;
    const meant = hints-- > 0 ? nearest(pattern, pattern.includes("*") ? familiesOf(ids) : ids) : undefined;
    return describeMiss(maskSecrets(pattern), meant);
  };
}

/** Patterns that stand for many ids, such as `kubelet-*` and `kubelet-server/*`. */
function familiesOf(ids: readonly string[]): Set<string> {
  return new Set(
    ids.flatMap((id) => [...id.matchAll(/[-/]/g)].map(({ index }) => `${id.slice(0, index + 1)}*`)),
  );
}
