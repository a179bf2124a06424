/**
 * `provision`: one spec and one seed become the whole PKI and every kubeconfig.
 *
 * In: `cluster.yaml` (or the hard way's lab), its seed, and what stands in `out/<cluster>`. Out: that tree, complete
 * and right, and a report of what changed.
 *
 * @module
 */
import { join, resolve } from "node:path";
import { issuePlan } from "./issue/issue.ts";
import { formatSeedFile, parseSeed, type Seed, seedId } from "./issue/seed.ts";
import { type Loaded, loadPlan } from "./plan/load.ts";
import { pathsOf } from "./plan/paths.ts";
import type { Plan } from "./plan/types.ts";
import { runCommand, type Shell } from "./shared/command.ts";
import { toHex } from "./shared/encoding.ts";
import { HardwayError } from "./shared/errors.ts";
import type { CommandDefinition, Flags } from "./shared/flags.ts";
import { breathe, makePause } from "./shared/pause.ts";
import { compareText, escapeControls, quote } from "./shared/text.ts";
import type { Spec } from "./spec/types.ts";
import { applyChanges, hasWork, otherOwner, readManifests, refuseAll } from "./write/apply.ts";
import { compareTree, type Comparison, type Known } from "./write/compare.ts";
import { acquireLock } from "./write/disk/lock.ts";
import {
  createSeedFile,
  readSeedFile,
  readSeedFromStdin,
  sweepSeedTemporaries,
} from "./write/disk/seed_file.ts";
import { isThere, readInput } from "./write/disk/input.ts";
import { temporaryName } from "./write/disk/temporary_name.ts";
import { Tree } from "./write/disk/tree.ts";
import { type OutputFile, renderFiles } from "./write/files.ts";
import { MANIFEST, type Manifest, PENDING_MANIFEST } from "./write/manifest.ts";
import { makeProgress } from "./write/progress.ts";
import {
  endingSoon,
  formatEndsSoon,
  formatNewSeed,
  formatNext,
  formatReport,
  makePaint,
  type ProvisionReport,
  summarize,
} from "./write/report.ts";

/** The spec that is used where there is none: the hard way's lab. */
const TEMPLATE = new URL("../templates/cluster.yaml", import.meta.url);

/** What `provision` takes. Relative paths start from `folder`. */
export interface ProvisionOptions {
  /** Folder that relative paths start from. Default: the working directory. */
  readonly folder?: string;
  /** Path of the spec. Default: `cluster.yaml`; where there is none, the hard way's lab. */
  readonly spec?: string;
  /** Path of the seed, `-` for stdin. Default: beside the spec; made when it is missing. */
  readonly seed?: string;
  /** Folder under which `<cluster>/` is written. Default: `out`. */
  readonly out?: string;
  /** Ids or patterns to make. Default: everything. */
  readonly only?: readonly string[];
  /** Whether nothing is to be written. */
  readonly dryRun?: boolean;
  /** Whether files that are not ours are replaced. */
  readonly force?: boolean;
  /** Whether files whose entry left the spec are removed. */
  readonly prune?: boolean;
  /** How many workers may make keys when there is much to do. Default: the number of cores. */
  readonly jobs?: number;
  /** Ends the run early, leaving a tree that the next run completes. */
  readonly signal?: AbortSignal;
  /** The clock, in Unix seconds: a new seed's creation, and what is said to end soon. */
  readonly now?: () => number;
  /** Called for each certificate and key pair. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Called once when another run holds the tree. */
  readonly onWait?: () => void;
  /** Called when a seed was made, before anything is made with it. */
  readonly onNewSeed?: (file: string) => void;
}

/**
 * Provisions a cluster on disk.
 *
 * @returns what was done, or with `dryRun` what would be
 * @throws {HardwayError} `spec-invalid`, `seed-invalid`, `file-unreadable`, `disk`, `refused`, `locked` or
 * `interrupted`
 * @example
 * ```ts ignore
 * import { provision } from "../mod.ts";
 *
 * const report = await provision({ spec: "cluster.yaml", dryRun: true });
 * for (const change of report.changes) console.log(change.path, change.action, change.reasons);
 * ```
 */
export async function provision(options: ProvisionOptions = {}): Promise<ProvisionReport> {
  const now = options.now ?? (() => Math.floor(Date.now() / 1000));
  const start = performance.now();
  const place = locate(options);
  const bytes = await readInput(place.spec, place.specName);
  // A broken spec is told first: it is what a person edits.
  const found = await findSeed(options, place);
  const created = typeof found === "object" && "entropy" in found ? found.created : now();
  const load = (created: number): Loaded => loadPlan(bytes, place.specName, created, options.only ?? []);
  const loaded = load(created);
  if (found instanceof HardwayError) throw found;
  const { cluster } = loaded.plan;
  const tree = new Tree(place.out, cluster, place.outName);
  const name = `${place.outName}/${cluster}`;
  const { seed, isNew } = found === undefined
    ? makeSeed(options, place, created, tree, name, loaded.plan.entries.flatMap(pathsOf))
    : { seed: found, isNew: false };
  // Another first run may have been faster: then times count from its seed.
  const { spec, plan, only } = seed.created === created ? loaded : load(seed.created);
  const id = seedId(seed);
  const first = readManifests(tree, name);
  refuseOtherOwner(first, plan, id, name);
  refuseOccupied(tree, plan, first, name);
  // Planning holds the thread: a signal that came meanwhile is heard here.
  await breathe(options.signal);
  const files = await issueFiles(plan, seed, only, options);
  const report = (
    comparison: Comparison,
    manifestChanges: boolean,
    folders: readonly string[],
  ): ProvisionReport => ({
    ...describeCluster(spec, plan, only, place),
    folder: name,
    seed: place.seedName,
    isNewSeed: isNew,
    isDryRun: options.dryRun === true,
    changes: comparison.changes,
    stale: comparison.stale.map((file) => file.path),
    fixedFolders: folders.map((folder) => folder === "" ? name : `${name}/${folder}`),
    right: comparison.right,
    manifestChanges,
    hasWork: manifestChanges || folders.length > 0,
    endsSoon: endingSoon(plan, only, now()),
    seconds: (performance.now() - start) / 1000,
  });
  const wanted = new Map(files.map((file) => [file.path, file]));
  if (options.dryRun === true) {
    const known = readManifests(tree, name);
    const { comparison, manifest } = await compare(tree, plan, files, known, id, name, options);
    return report(comparison, hasWork(tree, comparison, known, manifest), [...tree.wrongFolders]);
  }
  tree.ensureRoot();
  const lock = await acquireLock(
    place.out,
    plan.cluster,
    {
      shownOut: place.outName,
      ...(options.onWait && { onWait: options.onWait }),
      ...(options.signal && { signal: options.signal }),
    },
  );
  try {
    const known = readManifests(tree, name);
    refuseOtherOwner(known, plan, id, name);
    await sweepLeftovers(tree, plan, known, makePause(options.signal));
    const { comparison, manifest, pending } = await compare(tree, plan, files, known, id, name, options);
    const isWork = hasWork(tree, comparison, known, manifest);
    if (isWork) {
      await breathe(options.signal);
      await applyChanges(tree, comparison, manifest, pending, wanted, makePause(options.signal));
    }
    tree.fixFolderModes();
    return report(comparison, isWork, tree.fixedFolders);
  } finally {
    lock.release();
  }
}

/** Where things are, and how the caller named them. */
interface Place {
  readonly spec: string | URL;
  readonly specName: string;
  readonly isTemplate: boolean;
  readonly seed: string;
  readonly seedName: string;
  readonly out: string;
  readonly outName: string;
}

function locate(options: ProvisionOptions): Place {
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
    seed: seedName === "-" ? "-" : resolve(folder, seedName),
    seedName,
    out: resolve(folder, outName),
    outName,
  };
}

/** `cluster.yaml` -> `cluster.seed`. */
export function seedBeside(spec: string): string {
  return `${spec.replace(/(?<=[^/])\.[^./]*$/, "")}.seed`;
}

/** The seed that is there; undefined when it may be made; the error is kept until the spec was read. */
async function findSeed(options: ProvisionOptions, place: Place): Promise<Seed | HardwayError | undefined> {
  try {
    if (place.seed === "-") return parseSeed(await readSeedFromStdin(), "stdin");
    const text = readSeedFile(place.seed, place.seedName);
    if (text !== undefined) {
      // A run that was killed while it made the seed may have left a copy of it, or of one that lost.
      if (options.dryRun !== true && options.seed === undefined) {
        sweepSeedTemporaries(place.seed, place.seedName);
      }
      return parseSeed(text, place.seedName);
    }
  } catch (error) {
    if (error instanceof HardwayError) return error;
    throw error;
  }
  if (options.seed === undefined) return undefined;
  return new HardwayError(
    "seed-invalid",
    `${
      escapeControls(place.seedName)
    }: no such file. Only the default seed is ever made; leave --seed out, or bring the file`,
  );
}

/** Makes the first seed, unless the tree shows that another one was lost. */
function makeSeed(
  options: ProvisionOptions,
  place: Place,
  created: number,
  tree: Tree,
  name: string,
  paths: readonly string[],
): { readonly seed: Seed; readonly isNew: boolean } {
  // Reading and planning take time: another first run may have made it meanwhile.
  const late = readSeedFile(place.seed, place.seedName);
  if (late !== undefined) return { seed: parseSeed(late, place.seedName), isNew: false };
  const known = readManifests(tree, name);
  const owner = known.stored ?? known.pending;
  if (owner !== undefined) {
    throw new HardwayError(
      "refused",
      `Refused: ${escapeControls(name)} belongs to a seed (${owner.seedId}) that is not here: ${
        escapeControls(place.seedName)
      } is missing\nNothing was changed. Bring the seed back, or move the folder away for a new one.`,
    );
  }
  const inTheWay = paths.filter((path) => tree.state(path).kind !== "missing");
  if (inTheWay.length > 0 && options.force !== true) {
    const reason = "is there, and the seed that made it is not";
    throw refuseAll(name, inTheWay.map((path) => ({ path, reason, isReplaceable: true })));
  }
  const seed = { entropy: crypto.getRandomValues(new Uint8Array(32)), created };
  if (options.dryRun === true) return { seed, isNew: true };
  const unique = toHex(crypto.getRandomValues(new Uint8Array(8)));
  const { created: isNew } = createSeedFile(place.seed, formatSeedFile(seed), {
    unique,
    shown: place.seedName,
  });
  if (isNew) {
    options.onNewSeed?.(place.seedName);
    return { seed, isNew };
  }
  // Another first run was faster: its seed is the cluster's.
  return { seed: parseSeed(readSeedFile(place.seed, place.seedName) ?? "", place.seedName), isNew };
}

function refuseOtherOwner(
  known: Known,
  plan: Plan,
  id: string,
  name: string,
): void {
  const reason = otherOwner(known, plan.cluster, id);
  if (reason === undefined) return;
  throw new HardwayError(
    "refused",
    `Refused: ${
      escapeControls(name)
    } ${reason}\nNothing was changed. Use its own seed, or move the folder away.`,
  );
}

/** Refuses a folder that holds something, and nothing that was ever ours: its modes would be changed too. */
function refuseOccupied(tree: Tree, plan: Plan, known: Known, name: string): void {
  if (known.stored !== undefined || known.pending !== undefined || !tree.isOccupied()) return;
  // A manifest of no bytes, or files at our paths: a tree of ours that lost its manifest.
  const isOurs = [
    MANIFEST,
    PENDING_MANIFEST,
    temporaryName(PENDING_MANIFEST),
    ...plan.entries.flatMap(pathsOf),
  ]
    .some((path) => tree.state(path).kind !== "missing");
  if (isOurs) return;
  throw new HardwayError(
    "refused",
    `Refused: ${
      escapeControls(name)
    } holds files, and none is of hardway\nNothing was changed. Use another --out or name, or move the folder away.`,
  );
}

async function issueFiles(
  plan: Plan,
  seed: Seed,
  only: (id: string) => boolean,
  options: ProvisionOptions,
): Promise<OutputFile[]> {
  const issued = issuePlan(plan, seed, {
    only,
    jobs: Math.min(options.jobs ?? navigator.hardwareConcurrency, 4 * navigator.hardwareConcurrency),
    ...(options.onProgress && { onProgress: options.onProgress }),
    ...(options.signal && { signal: options.signal }),
  });
  return await Array.fromAsync(renderFiles(plan, issued, only));
}

/** Removes what a killed run may have left beside its files. */
async function sweepLeftovers(
  tree: Tree,
  plan: Plan,
  known: Known,
  pause: () => Promise<void>,
): Promise<void> {
  tree.sweep([PENDING_MANIFEST, MANIFEST]);
  // The pending manifest is the first file of a run and goes last: without it nothing else was left.
  if (known.pending === undefined) return;
  const planned = new Set(plan.entries.flatMap(pathsOf));
  for (const path of new Set([...planned, ...known.pending.files.map((file) => file.path)])) {
    await pause();
    tree.sweep([path]);
    // A run that was killed while it removed files, or for another spec, may have left an empty folder.
    if (!planned.has(path)) tree.removeEmptyFolders(path);
  }
}

async function compare(
  tree: Tree,
  plan: Plan,
  files: readonly OutputFile[],
  known: Known,
  id: string,
  name: string,
  options: ProvisionOptions,
): Promise<{ comparison: Comparison; manifest: Manifest; pending: Manifest }> {
  const planned = new Set(plan.entries.flatMap(pathsOf));
  const pause = makePause(options.signal);
  const comparison = await compareTree(tree, files, planned, known, options.prune === true, pause);
  const refused = options.force === true
    ? comparison.foreign.filter((file) => !file.isReplaceable)
    : comparison.foreign;
  if (refused.length > 0) throw refuseAll(name, refused);
  const head = { version: 1 as const, cluster: plan.cluster, seedId: id };
  const forced = comparison.foreign.map(({ path, reason }) => ({
    path,
    id: files.find((file) => file.path === path)?.record.id ?? "",
    action: "replaced" as const,
    reasons: [`${reason}; --force`],
  }));
  return {
    comparison: {
      ...comparison,
      changes: [...comparison.changes, ...forced].sort((a, b) => compareText(a.path, b.path)),
      foreign: [],
    },
    manifest: { ...head, files: comparison.files },
    pending: { ...head, files: comparison.pendingFiles },
  };
}

function describeCluster(spec: Spec, plan: Plan, only: (id: string) => boolean, place: Place): Pick<
  ProvisionReport,
  | "cluster"
  | "kubernetesVersion"
  | "controlPlanes"
  | "workers"
  | "keys"
  | "spec"
  | "authorities"
  | "keyPairs"
  | "kubeconfigs"
> {
  const { ca, leaf } = spec.keys;
  return {
    cluster: plan.cluster,
    kubernetesVersion: `1.${spec.kubernetesMinor}`,
    controlPlanes: spec.controlPlane.length,
    workers: spec.workers.length,
    keys: ca === leaf ? ca : `${ca} CAs, ${leaf} leaves`,
    spec: place.specName,
    ...summarize(plan, only),
  };
}

const COMMAND = {
  name: "provision",
  summary: "one spec and one seed become the whole PKI and every kubeconfig.",
  flags: {
    spec: { value: "FILE", help: "the spec; default ./cluster.yaml, without one the hard way's lab" },
    seed: { value: "FILE", help: "the seed, - for stdin; default beside the spec, made when missing" },
    out: { value: "DIR", help: "where <cluster>/ is written; default out" },
    only: { value: "PATTERN", repeatable: true, help: "ids to make, such as apiserver or 'kubelet-*'" },
    "dry-run": { help: "say what would change and why, write nothing; exit 1 when something would" },
    force: { help: "replace files that hardway did not write" },
    prune: { help: "remove files whose entry left the spec" },
    jobs: { value: "N", help: "workers that make keys when there is much to do; default the cores" },
    output: { value: "table|json", short: "o", help: "form of the report" },
  },
} as const satisfies CommandDefinition<string>;

async function main(flags: Flags<keyof typeof COMMAND.flags>, shell: Shell): Promise<number> {
  const form = flags.output[0] ?? "table";
  if (form !== "table" && form !== "json") {
    throw new HardwayError(
      "usage",
      `provision: Cannot use ${quote(form)} as --output: expected table or json`,
    );
  }
  const jobs = flags.jobs[0];
  if (jobs !== undefined && !/^[1-9]\d{0,2}$/.test(jobs)) {
    throw new HardwayError(
      "usage",
      `provision: Cannot use ${quote(jobs)} as --jobs: expected a number from 1 to 999`,
    );
  }
  const progress = makeProgress(shell.redraw, () => performance.now());
  const [spec, seed, out] = [flags.spec[0], flags.seed[0], flags.out[0]];
  let report: ProvisionReport;
  let newSeed: string | undefined;
  try {
    report = await provision({
      folder: shell.folder,
      ...(spec !== undefined && { spec }),
      ...(seed !== undefined && { seed }),
      ...(out !== undefined && { out }),
      ...(jobs !== undefined && { jobs: Number(jobs) }),
      only: flags.only,
      dryRun: flags["dry-run"].length > 0,
      force: flags.force.length > 0,
      prune: flags.prune.length > 0,
      signal: shell.signal,
      onProgress: progress.advance,
      onWait: () => shell.say("Another run is at work here: waiting up to 10 s"),
      onNewSeed: (file) => newSeed = file,
    });
  } catch (error) {
    // The seed stays even when what came after it failed: a person must hear of it in the run that made it.
    progress.end();
    if (newSeed !== undefined) shell.say(formatNewSeed(newSeed));
    throw error;
  } finally {
    progress.end();
  }
  shell.print(
    form === "json"
      ? JSON.stringify(report, null, 2)
      : formatReport(report, shell.columns, makePaint(shell.isColored)),
  );
  // Whoever has JSON read by a program is told of a new seed all the same.
  const next = form === "table"
    ? formatNext(report, report.spec === "templates/cluster.yaml" && spec === undefined)
    : report.isNewSeed && !report.isDryRun
    ? formatNewSeed(report.seed)
    : "";
  if (next !== "") shell.say(next);
  const soon = formatEndsSoon(report, Math.floor(Date.now() / 1000));
  if (soon !== undefined) shell.say(soon);
  return report.isDryRun && report.hasWork ? 1 : 0;
}

if (import.meta.main) await runCommand(COMMAND, Deno.args, main);
