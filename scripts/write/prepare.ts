/**
 * Everything before the first look at a tree: in go the places of specs and seeds, out come clusters that were read and
 * planned, each with its seed, and of a shard only those that are its own.
 *
 * @module
 */
import type { Seed } from "../issue/seed.ts";
import { type Loaded, loadPlan } from "../plan/load.ts";
import { pathsOf } from "../plan/paths.ts";
import { dealCluster, digestPlan, formatShard, type Shard } from "../plan/shard.ts";
import { HardwayError } from "../shared/errors.ts";
import { escapeControls } from "../shared/text.ts";
import { makeSeed } from "./cluster_seed.ts";
import type { Place } from "./disk/place.ts";
import { Tree } from "./disk/tree.ts";
import { planFleet, type Planned } from "./fleet.ts";
import type { ShardJob } from "./part.ts";

/** One cluster, ready to be made. */
export interface Cluster extends Loaded {
  readonly place: Place;
  readonly seed: Seed;
  /** Secrets that files of the user's hold, by id. */
  readonly given: ReadonlyMap<string, string>;
  /** Whether the seed was made in this run, or would be. */
  readonly isNewSeed: boolean;
  /** Which part of it is to be made; absent for all. */
  readonly shard?: ShardJob;
}

/** What is wanted of the clusters. */
export interface Wishes {
  /** Ids or patterns to make. Default: everything. */
  readonly only?: readonly string[];
  /** Whether a seed is made beside a tree whose own is missing. */
  readonly force?: boolean;
  readonly shard?: Shard;
  /** Called when reading and planning are over, and nothing is written yet; may refuse what was planned. */
  readonly onPlanned?: (planned: readonly Loaded[]) => void;
  /** Called when a seed was made. */
  readonly onNewSeed?: (file: string) => void;
}

/** What the stages do not take from the system themselves. */
export interface Surroundings {
  /** The clock in Unix seconds, for seeds that are still to be made. */
  readonly now: number;
  /** 32 random bytes. */
  readonly makeEntropy: () => Uint8Array;
  /** 16 random hexadecimal digits for a temporary name. */
  readonly makeUnique: () => string;
  /** Told of each spec before it is understood. */
  readonly onRead: (bytes: Uint8Array) => void;
}

/**
 * Reads and plans clusters, and gives them their seeds.
 *
 * @param places of their specs and seeds
 * @throws {HardwayError} as `planFleet`; `refused` or `disk` when a seed cannot be made
 */
export async function prepare(
  places: readonly Place[],
  wishes: Wishes,
  surroundings: Surroundings,
): Promise<Cluster[]> {
  const { shard, only: patterns = [] } = wishes;
  const planned = await planFleet(places, patterns, surroundings.now, surroundings.onRead);
  wishes.onPlanned?.(planned);
  if (shard === undefined) return planned.map((one) => takeSeed(one, patterns, wishes, surroundings));
  // Shards that each made a seed of their own would make parts of different clusters.
  return dealt(planned, shard).map((one) => {
    const part = {
      shard: formatShard(shard),
      plan: digestPlan(one.plan, patterns),
      isWhole: planned.length > 1,
    };
    return { ...one, seed: requireSeed(one), isNewSeed: false, shard: { shard, part } };
  });
}

/** The clusters of a shard: whole ones of several, or its part of the only one. */
function dealt(planned: readonly Planned[], shard: Shard): readonly Planned[] {
  if (planned.length === 1) return planned;
  return planned.filter((_, place) => dealCluster(place, planned.length, shard.count) === shard.index);
}

/**
 * Gives a cluster the seed that is there.
 *
 * @throws {HardwayError} `seed-invalid` when there is none
 */
export function requireSeed({ place, found }: Planned): Seed {
  if (found !== undefined) return found;
  const { shown } = place.seed;
  throw new HardwayError(
    "seed-invalid",
    `${escapeControls(shown)}: no such file. Shards share one seed: bring it, or make it first with init`,
  );
}

/**
 * Gives a cluster its seed, made when there is none.
 *
 * @throws {HardwayError} `refused` when its tree was made from a seed that is not here; `disk`
 */
function takeSeed(
  planned: Planned,
  patterns: readonly string[],
  wishes: Wishes,
  surroundings: Surroundings,
): Cluster {
  const { place, found, plan, created } = planned;
  if (found !== undefined) return { ...planned, seed: found, isNewSeed: false };
  const tree = new Tree(place.out, plan.cluster, place.outName);
  const { seed, isNew } = makeSeed(place.seed, tree, {
    seed: { entropy: surroundings.makeEntropy(), created },
    unique: surroundings.makeUnique(),
    isForced: wishes.force === true,
    name: `${place.outName}/${plan.cluster}`,
    paths: plan.entries.flatMap(pathsOf),
  });
  if (isNew && !place.seed.isDryRun) wishes.onNewSeed?.(place.seed.shown);
  // Another first run may have been faster: then times count from its seed.
  const loaded = seed.created === created
    ? planned
    : loadPlan(planned.bytes, place.specName, seed.created, patterns);
  return { ...loaded, place, seed, given: planned.given, isNewSeed: isNew };
}
