/**
 * Reads the spec and the seed that `verify` compares with.
 *
 * @module
 */
import { resolve } from "node:path";
import type { Gathered } from "../../inspect/gather.ts";
import type { Finding } from "../../inspect/verify/findings.ts";
import { parseSeed, type Seed } from "../../issue/seed.ts";
import { loadPlan } from "../../plan/load.ts";
import { HardwayError } from "../../shared/errors.ts";
import { escapeControls } from "../../shared/text.ts";
import { conform } from "../conform.ts";
import { readGivenFiles } from "./given_files.ts";
import { readInput } from "./input.ts";
import { readSeedFile, readSeedFromStdin } from "./seed_file.ts";

/** Where spec and seed are, as the user named them. */
export interface SpecPlace {
  readonly folder: string;
  readonly spec: string;
  /** `-` for stdin; undefined when only what certificates say is compared. */
  readonly seed: string | undefined;
}

/**
 * Compares what was found with a spec.
 *
 * @throws {HardwayError} `spec-invalid`, `seed-invalid`, `file-unreadable`, `disk`
 */
export async function compareWithSpec(gathered: Gathered, place: SpecPlace): Promise<Finding[]> {
  const seed = place.seed === undefined ? undefined : await readSeed(place.folder, place.seed);
  const bytes = await readInput(resolve(place.folder, place.spec), place.spec);
  const { plan, spec } = loadPlan(bytes, place.spec, seed?.created ?? 0, []);
  const given = seed === undefined
    ? new Map<string, string>()
    : readGivenFiles(spec, resolve(place.folder, place.spec));
  return await conform(gathered, { plan, seed, given, hasTimes: spec.validity.notBefore !== undefined });
}

async function readSeed(folder: string, shown: string): Promise<Seed> {
  if (shown === "-") return parseSeed(await readSeedFromStdin(), "stdin");
  const text = readSeedFile(resolve(folder, shown), shown);
  if (text === undefined) throw new HardwayError("seed-invalid", `${escapeControls(shown)}: no such file`);
  return parseSeed(text, shown);
}
