/**
 * Where a run finds its spec and its seed, and where it writes: the caller's words, and the defaults.
 *
 * @module
 */
import { join, resolve } from "node:path";
import { HardwayError } from "../../shared/errors.ts";
import { quote } from "../../shared/text.ts";
import { seedBeside, type SeedPlace } from "../cluster_seed.ts";
import { isThere } from "./input.ts";

/** The spec that is used where there is none: the hard way's lab. */
const TEMPLATE = new URL("../../../templates/cluster.yaml", import.meta.url);

/** Where things are, and how the caller named them. */
export interface Place {
  readonly spec: string | URL;
  readonly specName: string;
  readonly isTemplate: boolean;
  readonly seed: SeedPlace;
  readonly out: string;
  readonly outName: string;
}

/** What the caller said of places. */
export interface PlaceOptions {
  readonly folder?: string;
  readonly spec?: string;
  readonly seed?: string;
  readonly out?: string;
  readonly dryRun?: boolean;
}

/**
 * Finds out where things are.
 *
 * @throws {HardwayError} `usage` when the spec and the seed would be one file
 */
export function locate(options: PlaceOptions): Place {
  const folder = options.folder ?? Deno.cwd();
  const isTemplate = options.spec === undefined && !isThere(join(folder, "cluster.yaml"));
  const specName = options.spec ?? (isTemplate ? "templates/cluster.yaml" : "cluster.yaml");
  const seedName = options.seed ?? (isTemplate ? "cluster.seed" : seedBeside(specName));
  const outName = (options.out ?? "out").replace(/(?<=.)\/+$/, "");
  if (specName === seedName) {
    throw new HardwayError(
      "usage",
      `provision: Cannot use ${quote(seedName)} as the seed's file: it is the spec's`,
    );
  }
  return {
    spec: isTemplate ? TEMPLATE : resolve(folder, specName),
    specName,
    isTemplate,
    seed: {
      path: seedName === "-" ? "-" : resolve(folder, seedName),
      shown: seedName,
      isNamed: options.seed !== undefined,
      isDryRun: options.dryRun === true,
    },
    out: resolve(folder, outName),
    outName,
  };
}
