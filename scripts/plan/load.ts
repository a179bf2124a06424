/**
 * From the bytes of a spec to a checked plan, with every problem of the document and of the patterns in one run.
 *
 * @module
 */
import { compilePattern } from "../shared/pattern.ts";
import { compareProblems, type Problem } from "../shared/problem.ts";
import { readSpec, specError } from "../spec/read.ts";
import type { Spec } from "../spec/types.ts";
import { checkPlan, describeMisses } from "./check.ts";
import { layOut } from "./plan.ts";
import type { Plan } from "./types.ts";

/** A checked plan and what belongs to it. */
export interface Loaded {
  readonly spec: Spec;
  readonly plan: Plan;
  /** Whether an id was asked for: by `--only`, or all of them. */
  readonly only: (id: string) => boolean;
}

/**
 * Reads, plans and checks.
 *
 * @param bytes the YAML document
 * @param file its name for messages
 * @param created the seed's creation, in Unix seconds
 * @param patterns ids or patterns; empty for everything
 * @throws {HardwayError} `spec-invalid` with all problems, sorted by place
 */
export function loadPlan(
  bytes: Uint8Array,
  file: string,
  created: number,
  patterns: readonly string[],
): Loaded {
  const reading = readSpec(bytes, file);
  const { spec } = reading;
  const plan = layOut(spec, created);
  const found = checkPlan(plan, spec, reading.hasAllNames);
  const told = new Set(reading.problems.map(placeOf));
  // What the spec stage said of a place is the cause of what the plan says of it.
  const problems: Problem[] = [
    ...reading.problems,
    ...found.filter((problem) => !told.has(placeOf(problem))),
  ];
  problems.sort(compareProblems);
  if (reading.hasAllNames) problems.unshift(...patternProblems(plan, patterns));
  if (problems.length > 0) throw specError(problems);
  const matchers = patterns.map(compilePattern);
  return { spec, plan, only: (id) => matchers.length === 0 || matchers.some((matches) => matches(id)) };
}

function placeOf(problem: Problem): string {
  return `${problem.line}:${problem.column}`;
}

function patternProblems(plan: Plan, patterns: readonly string[]): Problem[] {
  if (patterns.length === 0) return [];
  const describe = describeMisses(plan.entries.map((entry) => entry.id));
  return patterns.flatMap((pattern) => {
    const message = describe(pattern);
    return message === undefined ? [] : [{ file: "--only", line: 0, column: 0, message }];
  });
}
