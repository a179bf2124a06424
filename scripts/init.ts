/**
 * `init`: a commented starter spec, and a seed unless there is one. Never over an existing file.
 *
 * @module
 */
import { dirname, join, resolve } from "node:path";
import { formatSeedFile, parseSeed } from "./issue/seed.ts";
import { assetUrl, CALL } from "./shared/assets.ts";
import { runCommand, type Shell } from "./shared/command.ts";
import { decodeUtf8, encodeUtf8, toHex } from "./shared/encoding.ts";
import { HardwayError } from "./shared/errors.ts";
import type { CommandDefinition, Flags } from "./shared/flags.ts";
import { escapeControls, quote } from "./shared/text.ts";
import { isLabel } from "./spec/names.ts";
import { seedBeside } from "./write/cluster_seed.ts";
import { readInput } from "./write/disk/input.ts";
import { formatNewSeed } from "./write/report_lines.ts";
import { createFileOnce } from "./write/disk/new_file.ts";
import { createSeedFile, readSeedFile } from "./write/disk/seed_file.ts";

const TEMPLATE = assetUrl("templates/cluster.yaml");
const SCHEMA = assetUrl("templates/cluster.schema.json");

/** What `init` takes. Relative paths start from `folder`. */
export interface InitOptions {
  /** Folder that relative paths start from. Default: the working directory. */
  readonly folder?: string;
  /** Path of the spec to write. Default: `cluster.yaml`. */
  readonly spec?: string;
  /** Path of the seed. Default: beside the spec. */
  readonly seed?: string;
  /** Name of the cluster. Default: `lab`. */
  readonly name?: string;
  /** The clock, in Unix seconds: the seed's creation. */
  readonly now?: () => number;
}

/** What `init` wrote. */
export interface InitReport {
  readonly spec: string;
  readonly seed: string;
  /** Whether the seed was made in this run. */
  readonly isNewSeed: boolean;
}

/**
 * Writes a starter spec, its JSON Schema for editors, and a seed unless there is one.
 *
 * @throws {HardwayError} `refused` when the spec exists; `seed-invalid` when the seed that exists is bad; `usage`;
 * `disk`
 */
export async function init(options: InitOptions = {}): Promise<InitReport> {
  const now = options.now ?? (() => Math.floor(Date.now() / 1000));
  const folder = options.folder ?? Deno.cwd();
  const specName = options.spec ?? "cluster.yaml";
  const seedName = options.seed ?? seedBeside(specName);
  const [spec, seed] = [resolve(folder, specName), resolve(folder, seedName)];
  const name = options.name ?? "lab";
  if (!isLabel(name)) {
    throw new HardwayError(
      "usage",
      `init: Cannot use ${quote(name)} as --name: expected an RFC 1123 label such as lab`,
    );
  }
  if (seedName === "-" || seed === spec) {
    throw new HardwayError(
      "usage",
      `init: Cannot use ${quote(seedName)} as the seed's file: expected a path of its own`,
    );
  }
  const existing = readSeedFile(seed, seedName);
  if (existing !== undefined) parseSeed(existing, seedName);
  const starter = decodeUtf8(await readInput(TEMPLATE, "templates/cluster.yaml")).replace(
    /^name: lab/m,
    `name: ${name}`,
  );
  if (!createFileOnce(spec, specName, encodeUtf8(starter), 0o644, newSuffix())) {
    throw new HardwayError(
      "refused",
      `Refused: ${
        escapeControls(specName)
      } exists\nNothing was changed. Use another --spec, or move it away.`,
    );
  }
  // Beside the spec, where its first line points: an editor completes from it. One that is there stays.
  const schema = join(dirname(spec), "cluster.schema.json");
  const schemaName = join(dirname(specName), "cluster.schema.json");
  createFileOnce(
    schema,
    schemaName,
    await readInput(SCHEMA, "templates/cluster.schema.json"),
    0o644,
    newSuffix(),
  );
  if (existing !== undefined) return { spec: specName, seed: seedName, isNewSeed: false };
  const fresh = { entropy: crypto.getRandomValues(new Uint8Array(32)), created: now() };
  const { created } = createSeedFile(seed, formatSeedFile(fresh), {
    unique: newSuffix(),
    shown: seedName,
  });
  return { spec: specName, seed: seedName, isNewSeed: created };
}

function newSuffix(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(8)));
}

const COMMAND = {
  name: "init",
  summary: "write a commented starter spec, and a seed unless there is one.",
  flags: {
    spec: { value: "FILE", help: "the spec to write; default ./cluster.yaml; never over an existing file" },
    seed: { value: "FILE", help: "the seed; default beside the spec" },
    name: { value: "NAME", help: "name of the cluster; default lab" },
  },
} as const satisfies CommandDefinition<string>;

async function main(flags: Flags<keyof typeof COMMAND.flags>, shell: Shell): Promise<number> {
  const [spec, seed, name] = [flags.spec[0], flags.seed[0], flags.name[0]];
  const report = await init({
    folder: shell.folder,
    ...(spec !== undefined && { spec }),
    ...(seed !== undefined && { seed }),
    ...(name !== undefined && { name }),
  });
  const seedFile = escapeControls(report.seed);
  shell.print(`${escapeControls(report.spec)}  written: edit it, then run ${CALL} provision`);
  (report.isNewSeed ? shell.warn : shell.say)(
    report.isNewSeed
      ? `\n${formatNewSeed([report.seed])}`
      : `${seedFile}  kept: what was made with it stays right`,
  );
  return 0;
}

if (import.meta.main) await runCommand(COMMAND, Deno.args, main);
