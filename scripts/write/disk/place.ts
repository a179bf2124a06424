/**
 * Where a run finds its spec and its seed, and where it writes: the caller's words, and the defaults.
 *
 * @module
 */
import { join, resolve } from "node:path";
import { assetUrl } from "../../shared/assets.ts";
import { HardwayError } from "../../shared/errors.ts";
import { quote } from "../../shared/text.ts";
import { seedBeside, type SeedPlace } from "../cluster_seed.ts";
import { isThere, specsIn } from "./input.ts";

/** The spec that is used where there is none: the hard way's lab. */
const TEMPLATE = assetUrl("templates/cluster.yaml");

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
  /** Paths of specs, and of folders of specs. */
  readonly specs?: readonly string[];
  readonly seed?: string;
  readonly out?: string;
  readonly dryRun?: boolean;
}

/**
 * Finds out where things are.
 *
 * @returns one place for each spec, in the order given; those of a folder by name
 * @throws {HardwayError} `usage` when a spec and its seed would be one file, a spec is named twice, or a folder holds
 * none
 */
export function locateAll(options: PlaceOptions): Place[] {
  const folder = options.folder ?? Deno.cwd();
  const names = (options.specs ?? []).flatMap((name) => specsIn(resolve(folder, name), name) ?? [name]);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) {
    throw new HardwayError("usage", `provision: Cannot use ${quote(twice)} twice: expected each spec once`);
  }
  return names.length === 0
    ? [locate(options, folder, undefined)]
    : names.map((name) => locate(options, folder, name));
}

function locate(options: PlaceOptions, folder: string, spec: string | undefined): Place {
  const isTemplate = spec === undefined && !isThere(join(folder, "cluster.yaml"));
  const specName = spec ?? (isTemplate ? "templates/cluster.yaml" : "cluster.yaml");
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
