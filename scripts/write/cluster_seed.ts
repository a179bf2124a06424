/**
 * The seed of a cluster: found beside its spec, or made on the first run, and never beside a tree whose own is lost.
 *
 * @module
 */
import { formatSeedFile, parseSeed, type Seed } from "../issue/seed.ts";
import { HardwayError } from "../shared/errors.ts";
import { escapeControls } from "../shared/text.ts";
import { readManifests, refuseAll } from "./known.ts";
import { WHOLE_TREE } from "./manifest.ts";
import { createSeedFile, readSeedFile, readSeedFromStdin, sweepSeedTemporaries } from "./disk/seed_file.ts";
import type { ReadableTree } from "./verdict.ts";

/** Where a seed is. */
export interface SeedPlace {
  /** Its path, or `-` for standard input. */
  readonly path: string;
  /** How messages name it. */
  readonly shown: string;
  /** Whether the user named it: then it is never made. */
  readonly isNamed: boolean;
  readonly isDryRun: boolean;
}

/** `cluster.yaml` -> `cluster.seed`. */
export function seedBeside(spec: string): string {
  return `${spec.replace(/(?<=[^/])\.[^./]*$/, "")}.seed`;
}

/**
 * Reads the seed that is there.
 *
 * @returns undefined when it may be made; an error is returned and not thrown, so that the spec can be read first
 */
export async function findSeed(place: SeedPlace): Promise<Seed | HardwayError | undefined> {
  try {
    if (place.path === "-") return parseSeed(await readSeedFromStdin(), "stdin");
    const text = readSeedFile(place.path, place.shown);
    if (text !== undefined) {
      // A run that was killed while it made the seed may have left a copy of it, or of one that lost.
      if (!place.isDryRun && !place.isNamed) {
        sweepSeedTemporaries(place.path, place.shown);
      }
      return parseSeed(text, place.shown);
    }
  } catch (error) {
    if (error instanceof HardwayError) return error;
    throw error;
  }
  if (!place.isNamed) return undefined;
  return new HardwayError(
    "seed-invalid",
    `${
      escapeControls(place.shown)
    }: no such file. Only the default seed is ever made; leave --seed out, or bring the file`,
  );
}

/** What a new seed needs beside its place. */
export interface Birth {
  readonly seed: Seed;
  /** 16 random hexadecimal digits for its temporary name. */
  readonly unique: string;
  /** Whether files that are not ours may be replaced. */
  readonly isForced: boolean;
  /** The tree it is for, as messages name it, and every path of its plan. */
  readonly name: string;
  readonly paths: readonly string[];
}

/**
 * Makes the first seed, unless the tree shows that another one was lost.
 *
 * @returns the seed of the cluster: this one, or that of a run that was faster
 * @throws {HardwayError} `refused` when the tree was made from a seed that is not here; `disk`
 */
export function makeSeed(
  place: SeedPlace,
  tree: ReadableTree,
  birth: Birth,
): { readonly seed: Seed; readonly isNew: boolean } {
  const { seed, name } = birth;
  // Reading and planning take time: another first run may have made it meanwhile.
  const late = readSeedFile(place.path, place.shown);
  if (late !== undefined) return { seed: parseSeed(late, place.shown), isNew: false };
  const known = readManifests(tree, WHOLE_TREE, name);
  const owner = known.stored ?? known.pending;
  if (owner !== undefined) {
    throw new HardwayError(
      "refused",
      `Refused: ${escapeControls(name)} belongs to a seed (${owner.seedId}) that is not here: ${
        escapeControls(place.shown)
      } is missing\nNothing was changed. Bring the seed back, or move the folder away for a new one.`,
    );
  }
  const inTheWay = birth.paths.filter((path) => tree.state(path).kind !== "missing");
  if (inTheWay.length > 0 && !birth.isForced) {
    const reason = "is there, and the seed that made it is not";
    throw refuseAll(name, inTheWay.map((path) => ({ path, reason, isReplaceable: true })));
  }
  if (place.isDryRun) return { seed, isNew: true };
  const options = { unique: birth.unique, shown: place.shown };
  const { created: isNew } = createSeedFile(place.path, formatSeedFile(seed), options);
  if (isNew) return { seed, isNew };
  // Another first run was faster: its seed is the cluster's.
  return { seed: parseSeed(readSeedFile(place.path, place.shown) ?? "", place.shown), isNew };
}
