/**
 * Shards: disjoint parts of the work for machines that do not talk to each other. Which part is whose follows from the
 * specs alone.
 *
 * @module
 */
import { digestHex } from "../shared/digest.ts";
import { encodeUtf8 } from "../shared/encoding.ts";
import type { Plan, PlanEntry } from "./types.ts";

/** One of several shards. */
export interface Shard {
  /** From 1 to `count`. */
  readonly index: number;
  readonly count: number;
}

/** How many shards there may be. */
export const MAX_SHARDS = 10_000;

/**
 * Reads a shard as `--shard` takes it.
 *
 * @param text such as `2/8`
 * @returns undefined when it is none
 */
export function parseShard(text: string): Shard | undefined {
  const match = /^([1-9]\d{0,4})\/([1-9]\d{0,4})$/.exec(text);
  if (match === null) return undefined;
  const [index, count] = [Number(match[1]), Number(match[2])];
  return index <= count && count <= MAX_SHARDS ? { index, count } : undefined;
}

/** Writes a shard as `--shard` takes it. */
export function formatShard(shard: Shard): string {
  return `${shard.index}/${shard.count}`;
}

/**
 * Deals the entries of one cluster: machines as a whole, in runs of neighbours; what belongs to no machine, the CAs
 * among it, to the first shard.
 *
 * @returns a function that gives an entry the number of its shard
 */
export function dealMachines(plan: Plan, count: number): (entry: PlanEntry) => number {
  const places = new Map<string, number>();
  for (const { machine } of plan.entries) {
    if (machine !== undefined && !places.has(machine)) places.set(machine, places.size);
  }
  return ({ machine }) => machine === undefined ? 1 : dealt(places.get(machine) ?? 0, places.size, count);
}

/**
 * Deals whole clusters.
 *
 * @param place of the cluster among those of the run, from 0
 * @param clusters how many there are
 * @returns the number of its shard
 */
export function dealCluster(place: number, clusters: number, count: number): number {
  return dealt(place, clusters, count);
}

function dealt(place: number, places: number, count: number): number {
  return Math.floor(place * count / places) + 1;
}

/**
 * A digest of everything that a plan says, so that shards of different specs are not taken for one set.
 *
 * @param patterns of `--only`, part of what a shard makes
 * @returns SHA-256, lower-case hexadecimal
 */
export function digestPlan(plan: Plan, patterns: readonly string[]): string {
  const lines = plan.entries.map((entry) => {
    const { source: _, title: __, ...rest } = entry;
    return JSON.stringify(
      rest,
      (_key, value: unknown) => typeof value === "bigint" ? value.toString(16) : value,
    );
  });
  return digestHex(encodeUtf8(JSON.stringify([plan.cluster, patterns, lines])));
}
