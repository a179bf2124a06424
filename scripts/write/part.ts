/**
 * Which part of a tree a run answers for: all of it, or a shard's.
 *
 * @module
 */
import { pathsOf } from "../plan/paths.ts";
import { dealMachines, type Shard } from "../plan/shard.ts";
import type { Plan, PlanEntry } from "../plan/types.ts";
import { temporaryName } from "./disk/temporary_name.ts";
import { type ManifestNames, shardManifests, type ShardPart, WHOLE_TREE } from "./manifest.ts";

/** A shard's work on one tree. */
export interface ShardJob {
  readonly shard: Shard;
  readonly part: ShardPart;
}

/** A part of a tree. */
export interface Part {
  readonly names: ManifestNames;
  /** The lock's name: runs with different ones do not stand in each other's way. */
  readonly lock: string;
  /** The paths that the plan asks for in this part. */
  readonly paths: () => ReadonlySet<string>;
  /** Paths at which something shows that the folder is hardway's. */
  readonly signs: Iterable<string>;
  readonly askedBy: (path: string) => "us" | "others" | "nobody";
  /** Narrows a selection of ids to this part. */
  readonly selects: (only: (id: string) => boolean) => (id: string) => boolean;
}

/** The whole tree. */
export function wholeTree(plan: Plan): Part {
  const paths = lazily(() => new Set(plan.entries.flatMap(pathsOf)));
  return {
    names: WHOLE_TREE,
    lock: plan.cluster,
    paths,
    signs: signsOf([WHOLE_TREE], paths),
    askedBy: (path) => paths().has(path) ? "us" : "nobody",
    selects: (only) => only,
  };
}

/** The part of one shard. */
export function partOfShard(plan: Plan, { shard, part }: ShardJob): Part {
  const { index, count } = shard;
  const shardOf = part.isWhole ? (): number => index : dealMachines(plan, count);
  const isOurs = (entry: PlanEntry): boolean => shardOf(entry) === index;
  const all = lazily(() => new Set(plan.entries.flatMap(pathsOf)));
  const own = lazily(() => new Set(plan.entries.filter(isOurs).flatMap(pathsOf)));
  const ids = lazily(() => new Set(plan.entries.filter(isOurs).map((entry) => entry.id)));
  const names = shardManifests(index, count);
  const others = Array.from({ length: count }, (_, i) => shardManifests(i + 1, count));
  return {
    names,
    lock: `${plan.cluster}.shard-${index}-of-${count}`,
    paths: own,
    // Other shards may be under way.
    signs: signsOf([WHOLE_TREE, ...others], all),
    askedBy: (path) => own().has(path) ? "us" : all().has(path) ? "others" : "nobody",
    selects: (only) => (id) => ids().has(id) && only(id),
  };
}

function* signsOf(manifests: readonly ManifestNames[], paths: () => ReadonlySet<string>): Generator<string> {
  for (const { final, pending } of manifests) yield* [final, pending, temporaryName(pending)];
  yield* paths();
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
