/**
 * Several clusters in one run: every spec is read before anything is made, every tree looked at before anything is
 * written, and all hands work for all clusters. A single cluster is a fleet of one.
 *
 * @module
 */
import type { Seed } from "../issue/seed.ts";
import { type Loaded, loadPlan } from "../plan/load.ts";
import { HardwayError } from "../shared/errors.ts";
import { compilePattern } from "../shared/pattern.ts";
import type { Problem } from "../shared/problem.ts";
import { count, quote } from "../shared/text.ts";
import { specError } from "../spec/read.ts";
import { findSeed } from "./cluster_seed.ts";
import { readGivenFiles } from "./disk/given_files.ts";
import { readInput } from "./disk/input.ts";
import type { Place } from "./disk/place.ts";

/** A cluster that was read and planned, whose seed may still have to be made. */
export interface Planned extends Loaded {
  readonly place: Place;
  readonly found: Seed | undefined;
  readonly bytes: Uint8Array;
  /** Secrets that files of the user's hold, by id. */
  readonly given: ReadonlyMap<string, string>;
  /** What times count from, in Unix seconds. */
  readonly created: number;
}

/**
 * Reads and plans every cluster.
 *
 * @param places of their specs and seeds
 * @param patterns ids or patterns to make; empty for everything
 * @param now the clock in Unix seconds, for seeds that are still to be made
 * @param onRead told of each spec before it is understood
 * @throws {HardwayError} `spec-invalid` with the problems of every spec, `seed-invalid`, `file-unreadable` or `usage`
 */
export async function planFleet(
  places: readonly Place[],
  patterns: readonly string[],
  now: number,
  onRead?: (bytes: Uint8Array) => void,
): Promise<Planned[]> {
  const planned: Planned[] = [];
  const problems: Problem[] = [];
  const matched = new Set<string>();
  const misses = new Map<string, Problem>();
  let seedError: HardwayError | undefined;
  for (const place of places) {
    const bytes = await readInput(place.spec, place.specName);
    onRead?.(bytes);
    // A broken spec is told first: it is what a person edits.
    const found = await findSeed(place.seed);
    const created = typeof found === "object" && "entropy" in found ? found.created : now;
    if (found instanceof HardwayError) seedError ??= found;
    try {
      const loaded = loadPlan(bytes, place.specName, created, patterns);
      const given = readGivenFiles(loaded.spec, place.spec);
      if (!(found instanceof HardwayError)) planned.push({ ...loaded, place, found, bytes, given, created });
      for (const pattern of patterns) matched.add(pattern);
    } catch (error) {
      if (!(error instanceof HardwayError) || error.code !== "spec-invalid") throw error;
      // A pattern that matches nothing here may be meant for another cluster.
      const own = error.problems.filter(isMiss);
      problems.push(...error.problems.filter((problem) => !isMiss(problem)));
      if (own.length < error.problems.length) continue;
      const ids = loadPlan(bytes, place.specName, created, []).plan.entries.map((entry) => entry.id);
      const here = patterns.filter((pattern) => ids.some(compilePattern(pattern)));
      // The problems stand in the order of the patterns that match nothing here.
      for (const [index, pattern] of patterns.filter((one) => !here.includes(one)).entries()) {
        const miss = own[index];
        if (miss !== undefined) misses.set(pattern, miss);
      }
      for (const pattern of here) matched.add(pattern);
      if (here.length === 0 || found instanceof HardwayError) continue;
      const loaded = loadPlan(bytes, place.specName, created, here);
      const given = readGivenFiles(loaded.spec, place.spec);
      planned.push({ ...loaded, place, found, bytes, given, created });
    }
  }
  if (problems.length === 0) {
    problems.push(...[...misses].flatMap(([pattern, miss]) => matched.has(pattern) ? [] : [miss]));
  }
  if (problems.length > 0) throw specError(problems);
  if (seedError !== undefined) throw seedError;
  refuseSameName(planned);
  return planned;
}

function isMiss(problem: Problem): boolean {
  return problem.file === "--only";
}

function refuseSameName(planned: readonly Planned[]): void {
  const seen = new Map<string, Planned>();
  for (const one of planned) {
    const other = seen.get(one.plan.cluster);
    if (other !== undefined) {
      throw new HardwayError(
        "usage",
        `provision: Cannot use ${quote(other.place.specName)} and ${
          quote(one.place.specName)
        } together: both are the cluster ${quote(one.plan.cluster)}`,
      );
    }
    seen.set(one.plan.cluster, one);
  }
}

/**
 * Runs something for each cluster, several at once, and to the end even where one is refused.
 *
 * @param lanes how many at once
 * @throws {HardwayError} for one cluster what stopped it; for several what stopped each of those that were
 */
export async function forEachCluster<Item extends { readonly plan: { readonly cluster: string } }, Result>(
  clusters: readonly Item[],
  lanes: number,
  act: (cluster: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const failures: HardwayError[] = [];
  const queue = clusters.entries();
  const lane = async (): Promise<void> => {
    for (const [index, cluster] of queue) {
      try {
        results[index] = await act(cluster, index);
      } catch (error) {
        if (!(error instanceof HardwayError) || error.code === "interrupted") throw error;
        failures.push(error);
      }
    }
  };
  for (const end of await Promise.allSettled(Array.from({ length: lanes }, lane))) {
    if (end.status === "rejected") throw end.reason;
  }
  const [first] = failures;
  if (first === undefined) return results;
  if (clusters.length === 1) throw first;
  const done = clusters.length - failures.length;
  throw new HardwayError(
    first.code,
    [
      ...failures.map(({ message }) => message),
      `${count(failures.length, "cluster")} of ${clusters.length} could not be provisioned; ${done} ${
        done === 1 ? "is" : "are"
      } done`,
    ].join("\n"),
  );
}
