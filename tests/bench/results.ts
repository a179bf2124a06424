/**
 * From the samples of a contest to the figures of its rows.
 *
 * @module
 */
import type { Contestant, Outcome } from "./contest.ts";
import type { Sample } from "./measure.ts";
import { MEMORY_MISSING } from "./measure.ts";
import type { Row } from "./rows.ts";
import { average, compare, judge, type Verdict } from "./verdict.ts";

/** The contestants that a row needs. */
export function contestantsOf(row: Row): Contestant[] {
  return [row.ours, row.rival, row.less].filter((one) => one !== undefined);
}

/** A row with its figures, in seconds or MiB; or why it has none: a program that is missing, or that failed. */
export type Result =
  | { readonly row: Row; readonly skipped: string }
  | { readonly row: Row; readonly failed: string }
  | {
    readonly row: Row;
    readonly ours: number;
    readonly rival?: number;
    /** Ours by the rival's, or the other way round where the bound is on the speed-up. */
    readonly ratio?: number;
    readonly verdict?: Verdict;
    readonly samples: { readonly ours: readonly Sample[]; readonly rival: readonly Sample[] };
  };

/** Makes a row's figures. */
export function resultOf(row: Row, outcomes: ReadonlyMap<Contestant, Outcome>): Result {
  const samples = new Map<Contestant, readonly Sample[]>();
  for (const contestant of contestantsOf(row)) {
    const outcome = outcomes.get(contestant) ?? { missing: `${contestant.name} did not run` };
    if ("missing" in outcome) return { row, skipped: outcome.missing };
    samples.set(contestant, outcome.samples);
  }
  if (row.unit === "MiB" && MEMORY_MISSING !== undefined) return { row, skipped: MEMORY_MISSING };
  const samplesOf = (contestant: Contestant | undefined): readonly Sample[] =>
    contestant === undefined ? [] : samples.get(contestant) ?? [];
  const start = row.less === undefined ? 0 : average("median", samplesOf(row.less).map((one) => one.seconds));
  const figure = (contestant: Contestant): number => {
    const values = samplesOf(contestant).map((one) =>
      row.unit === "MiB" ? one.mebibytes ?? NaN : one.seconds - start
    );
    const whole = average(row.average ?? "median", values);
    return row.unit === "seconds a certificate" ? whole / contestant.certificates : whole;
  };
  const ours = figure(row.ours);
  const rival = row.rival === undefined ? undefined : figure(row.rival);
  const on = row.bound?.on ?? "ratio";
  return {
    row,
    ours,
    ...(rival !== undefined && { rival, ratio: compare(on, ours, rival) }),
    ...(row.bound !== undefined && { verdict: judge(row.bound, ours, rival) }),
    samples: { ours: samplesOf(row.ours), rival: samplesOf(row.rival) },
  };
}
