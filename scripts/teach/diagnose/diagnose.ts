/**
 * Everything that `diagnose` does once logs and files are read.
 *
 * In: groups of what logs say, and a tree. Out: causes, the surest first.
 *
 * @module
 */
import type { Gathered } from "../../inspect/gather.ts";
import { makeFacts } from "../../inspect/verify/facts.ts";
import type { Finding } from "../../inspect/verify/findings.ts";
import { verifyGathered } from "../../inspect/verify/verify.ts";
import { checkTree } from "./checks.ts";
import type { Diagnosis } from "./diagnosis.ts";
import type { Group } from "./groups.ts";
import { joinGroups } from "./join.ts";
import { predict } from "./predict.ts";
import { relationsOf } from "./relations.ts";

/**
 * Finds causes.
 *
 * @param groups what logs say; undefined where no log was given: then it is foretold what they will say
 * @param gathered the files; undefined where none were given
 * @param at the moment that counts, Unix seconds
 * @param against how the files differ from a spec
 */
export function diagnoseGathered(
  groups: readonly Group[] | undefined,
  gathered: Gathered | undefined,
  at: number,
  against: readonly Finding[] = [],
): Diagnosis[] {
  if (gathered === undefined) return joinGroups(groups ?? [], undefined);
  const facts = makeFacts(gathered, at, 0);
  const findings = checkTree(facts, verifyGathered(gathered, at, 0));
  const tree = { facts, findings, relations: relationsOf(facts) };
  const found = groups === undefined ? predict(tree) : joinGroups(groups, tree);
  return found.map((one) => {
    const other = against.find(({ code, path }) => code === "differs-from-spec" && path === one.path);
    return other === undefined
      ? one
      : { ...one, message: `${one.message}. It differs from the spec: ${other.message}` };
  });
}
