/**
 * `recipe`: the same set as a script for openssl, cfssl, easy-rsa or kubeadm, to read, to learn from and to run.
 *
 * In: a spec, and for an exact recipe the tree that `provision` wrote. Out: a commented shell script on stdout. Nothing
 * is written, and no seed is read.
 *
 * @module
 */
import { resolve } from "node:path";
import { type Loaded, loadPlan } from "./plan/load.ts";
import type { CertificateEntry } from "./plan/types.ts";
import { assetUrl, CALL } from "./shared/assets.ts";
import { runCommand, type Shell, VERSION } from "./shared/command.ts";
import { decodeUtf8 } from "./shared/encoding.ts";
import { HardwayError } from "./shared/errors.ts";
import type { CommandDefinition, Flags } from "./shared/flags.ts";
import { nearest } from "./shared/suggest.ts";
import { quote } from "./shared/text.ts";
import { formatTime, parseTime } from "./shared/time.ts";
import { opensslRecipe } from "./teach/recipe/openssl.ts";
import {
  type ExactFacts,
  RECIPE_TOOLS,
  type RecipeInput,
  type RecipeTool,
} from "./teach/recipe/recipe_input.ts";
import { recipeFor } from "./teach/recipe/recipe.ts";
import { word } from "./teach/recipe/shell.ts";
import { diskError } from "./write/disk/errors.ts";
import { isThere, readInput } from "./write/disk/input.ts";
import { renderKubeconfig } from "./write/kubeconfig.ts";
import { MANIFEST, type ManifestFile, parseRecord, readManifest } from "./write/manifest.ts";
import { formatSubject } from "./write/subject.ts";

/** How long before the moment that counts certificates start, as with a new seed, in seconds. */
const BACKDATE = 300;
const NOTHING = new Uint8Array(0);

/** What `recipe` takes. */
export interface RecipeOptions {
  /** The tool: `openssl`, `cfssl`, `easyrsa` or `kubeadm`. */
  readonly as: RecipeTool;
  /** Folder that relative paths start from. Default: the working directory. */
  readonly folder?: string;
  /** Path of the spec. Default: `cluster.yaml`, or without one the hard way's lab. */
  readonly spec?: string;
  /** Ids or patterns to make. Default: everything. */
  readonly only?: readonly string[];
  /** When certificates begin if the spec does not say it, 5 minutes later, in Unix seconds. Default: now. */
  readonly at?: number;
  /** Whether the script makes the bytes of a tree from its keys. Only with `openssl`. */
  readonly exact?: boolean;
  /** Folder with the tree of an exact recipe in it. Default: `out`. */
  readonly out?: string;
}

/**
 * Writes a script that makes a cluster's PKI with another tool.
 *
 * @returns a POSIX shell script with comments
 * @throws {HardwayError} `spec-invalid`, `file-unreadable`, `usage` when the tool has no exact recipe or the tree is not
 * what the spec says, `refused` when its manifest is not one of ours
 * @example
 * ```ts
 * import { recipe } from "../mod.ts";
 *
 * const script = await recipe({ as: "openssl", spec: "templates/cluster.yaml", only: ["admin"] });
 * console.log(script.split("\n")[0]); // #!/bin/sh
 * ```
 */
export async function recipe(options: RecipeOptions): Promise<string> {
  return (await write(options)).script;
}

interface Written {
  readonly script: string;
  /** Whether the spec is that of the lab, as there is no other. */
  readonly isLab: boolean;
}

async function write(options: RecipeOptions): Promise<Written> {
  const folder = options.folder ?? Deno.cwd();
  const isLab = options.spec === undefined && !isThere(resolve(folder, "cluster.yaml"));
  const shown = options.spec ?? (isLab ? "templates/cluster.yaml" : "cluster.yaml");
  const bytes = await readInput(isLab ? assetUrl(shown) : resolve(folder, shown), shown);
  const only = options.only ?? [];
  const load = (created: number): Loaded => loadPlan(bytes, shown, created, only);
  const input = ({ spec, plan, only }: Loaded): RecipeInput => ({
    spec,
    plan,
    only,
    version: VERSION,
    line: lineOf(options),
    isStartNow: spec.validity.notBefore === undefined && options.exact !== true,
  });
  const loaded = load(options.at ?? Math.floor(Date.now() / 1000));
  if (options.exact !== true) return { script: recipeFor(options.as, input(loaded)), isLab };
  if (options.as !== "openssl") {
    throw usage(`Cannot use --exact with --as ${options.as}: expected --as openssl, as only it can do that`);
  }
  const out = options.out ?? "out";
  const name = `${out}/${loaded.spec.name}/${MANIFEST}`;
  const records = await readRecords(resolve(folder, out, loaded.spec.name, MANIFEST), name);
  const exact = loaded.spec.validity.notBefore === undefined
    ? load(createdOf(loaded, records, name))
    : loaded;
  return { script: opensslRecipe(input(exact), factsOf(exact, records, name)), isLab };
}

/** The command that prints the script, for its head. */
function lineOf({ as, spec, only = [], exact, out }: RecipeOptions): string {
  const words = [
    ...(spec === undefined ? [] : ["--spec", spec]),
    ...["--as", as],
    ...only.flatMap((pattern) => ["--only", pattern]),
    ...(exact === true ? ["--exact"] : []),
    ...(out === undefined ? [] : ["--out", out]),
  ];
  return [CALL, "recipe", ...words.map(word)].join(" ");
}

type Records = ReadonlyMap<string, ManifestFile>;

async function readRecords(path: string, name: string): Promise<Records> {
  if (!isThere(path)) {
    throw usage(
      `Cannot make an exact recipe without ${quote(name)}: expected a tree, run ${CALL} provision first`,
    );
  }
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(path);
  } catch (error) {
    throw new HardwayError("file-unreadable", diskError(error, name, "read").message);
  }
  const { lines } = readManifest(bytes, name);
  return new Map([...lines].map(([path, line]) => [path, parseRecord(line, name)]));
}

/** The creation of the tree's seed, as far as certificates tell it. */
function createdOf({ plan }: Loaded, records: Records, name: string): number {
  for (const entry of plan.entries) {
    if (entry.kind !== "certificate") continue;
    const start = parseTime(records.get(entry.certificatePath)?.notBefore ?? "");
    if (start !== undefined) return start + BACKDATE;
  }
  throw differs(name, plan.entries[0]?.id ?? "");
}

/** What the manifest tells of certificates, once it is sure that they are those of the spec. */
function factsOf({ plan, only }: Loaded, records: Records, name: string): ExactFacts {
  const subjects = new Map(
    plan.entries.flatMap((entry) =>
      entry.kind === "certificate" ? [[entry.id, formatSubject(entry.subject)] as const] : []
    ),
  );
  const serials = new Map<string, string>();
  for (const entry of plan.entries) {
    if (entry.kind !== "certificate") continue;
    const record = records.get(entry.certificatePath);
    const isSame = record?.kind === "certificate" && record.stale !== true &&
      record.generation === entry.generation &&
      record.subject === subjects.get(entry.id) && record.issuer === subjects.get(entry.issuer) &&
      record.notBefore === formatTime(entry.notBefore) && record.notAfter === formatTime(entry.notAfter) &&
      JSON.stringify(record.sans) === JSON.stringify(sansOf(entry));
    if (isSame && record.serial !== undefined) serials.set(entry.id, record.serial);
    else if (only(entry.id) || record !== undefined) throw differs(name, entry.id);
  }
  return {
    serialOf: (entry) => {
      const serial = serials.get(entry.id);
      if (serial === undefined) throw differs(name, entry.id);
      return serial;
    },
    digestOf: (path) => {
      const record = records.get(path);
      if (record === undefined) throw differs(name, path);
      return record.sha256;
    },
    frameOf: ({ server, user, namespace }) =>
      decodeUtf8(renderKubeconfig({
        cluster: plan.cluster,
        server,
        user,
        ...(namespace !== undefined && { namespace }),
        authority: NOTHING,
        certificate: NOTHING,
        key: NOTHING,
      })),
  };
}

function sansOf({ dnsNames, addresses }: CertificateEntry): string[] {
  return [...dnsNames, ...addresses.map(({ text }) => text)];
}

function differs(name: string, id: string): HardwayError {
  return usage(
    `Cannot make an exact recipe from ${quote(name)}: ${
      quote(id)
    } is not in it as the spec says, run ${CALL} provision`,
  );
}

function usage(message: string): HardwayError {
  return new HardwayError("usage", `recipe: ${message}`);
}

const COMMAND = {
  name: "recipe",
  summary: "the same set as a script for another tool, to read and to run.",
  flags: {
    as: { value: RECIPE_TOOLS.join("|"), help: "the tool that the script is for" },
    spec: { value: "FILE", help: "the spec; default ./cluster.yaml, without one the hard way's lab" },
    only: { value: "PATTERN", repeatable: true, help: "ids to make, such as apiserver, with what they need" },
    exact: { help: "with openssl: the bytes of provision, from the keys of its tree" },
    out: { value: "DIR", help: "with --exact: where <cluster>/manifest.json is; default out" },
    at: {
      value: "TIME",
      help: "certificates begin 5 minutes before it if the spec does not say; default now",
    },
  },
} as const satisfies CommandDefinition<string>;

async function main(flags: Flags<keyof typeof COMMAND.flags>, shell: Shell): Promise<number> {
  const [as, spec, out] = [flags.as[0], flags.spec[0], flags.out[0]];
  const exact = flags.exact.length > 0;
  const at = momentOf(flags.at[0]);
  if (out !== undefined && !exact) throw usage("Cannot use --out: expected --exact with it");
  const { script, isLab } = await write({
    as: toolOf(as),
    folder: shell.folder,
    only: flags.only,
    exact,
    ...(spec !== undefined && { spec }),
    ...(out !== undefined && { out }),
    ...(at !== undefined && { at }),
  });
  shell.print(script.trimEnd());
  if (isLab) {
    shell.say(
      "No cluster.yaml here: this is the hard way's lab, templates/cluster.yaml",
    );
  }
  return 0;
}

function toolOf(given: string | undefined): RecipeTool {
  const expected = RECIPE_TOOLS.join(", ");
  if (given === undefined) throw usage(`Missing flag --as: expected one of ${expected}`);
  const tool = RECIPE_TOOLS.find((known) => known === given);
  if (tool !== undefined) return tool;
  const meant = nearest(given, RECIPE_TOOLS);
  throw usage(
    `Cannot use ${quote(given)} as --as: ${
      meant === undefined
        ? `expected one of ${expected}`
        : `did you mean ${meant}? Expected one of ${expected}`
    }`,
  );
}

function momentOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const at = parseTime(given);
  if (at !== undefined) return at;
  throw usage(`Cannot use ${quote(given)} as --at: expected a time such as 2026-01-01T00:00:00Z`);
}

if (import.meta.main) await runCommand(COMMAND, Deno.args, main);
