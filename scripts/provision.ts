/**
 * `provision`: one spec and one seed become the whole PKI and every kubeconfig.
 *
 * In: `cluster.yaml` (or the hard way's lab), its seed, and what stands in `out/<cluster>`. Out: that tree, complete
 * and right, and a report of what changed.
 *
 * @module
 */
import { issuePlan } from "./issue/issue.ts";
import { type Seed, seedId } from "./issue/seed.ts";
import { type Loaded, loadPlan } from "./plan/load.ts";
import { pathsOf } from "./plan/paths.ts";
import type { Plan } from "./plan/types.ts";
import { runCommand, type Shell } from "./shared/command.ts";
import { toHex } from "./shared/encoding.ts";
import { HardwayError } from "./shared/errors.ts";
import type { CommandDefinition, Flags } from "./shared/flags.ts";
import { makePause } from "./shared/pause.ts";
import { quote } from "./shared/text.ts";
import { applyChanges, hasWork, readManifests } from "./write/apply.ts";
import { findSeed, makeSeed } from "./write/cluster_seed.ts";
import type { Comparison } from "./write/compare.ts";
import { decide, refuseOccupied, refuseOtherOwner, sweepLeftovers } from "./write/decide.ts";
import { acquireLock } from "./write/disk/lock.ts";
import { readInput } from "./write/disk/input.ts";
import { locate } from "./write/disk/place.ts";
import { Tree } from "./write/disk/tree.ts";
import { type OutputFile, renderFiles } from "./write/files.ts";
import { makeProgress } from "./write/progress.ts";
import { describeCluster, endingSoon } from "./write/describe.ts";
import {
  formatEndsSoon,
  formatNewSeed,
  formatNext,
  formatReport,
  makePaint,
  type ProvisionReport,
} from "./write/report.ts";

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
  /** Called when reading and planning are over, which hold the thread, and nothing is written yet. */
  readonly onPlanned?: () => void;
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
  const found = await findSeed(place.seed);
  const created = typeof found === "object" && "entropy" in found ? found.created : now();
  const load = (created: number): Loaded => loadPlan(bytes, place.specName, created, options.only ?? []);
  const loaded = load(created);
  if (found instanceof HardwayError) throw found;
  options.onPlanned?.();
  const { cluster } = loaded.plan;
  const tree = new Tree(place.out, cluster, place.outName);
  const name = `${place.outName}/${cluster}`;
  const { seed, isNew } = found === undefined
    ? makeSeed(place.seed, tree, {
      seed: { entropy: crypto.getRandomValues(new Uint8Array(32)), created },
      unique: toHex(crypto.getRandomValues(new Uint8Array(8))),
      isForced: options.force === true,
      name,
      paths: loaded.plan.entries.flatMap(pathsOf),
    })
    : { seed: found, isNew: false };
  if (isNew && options.dryRun !== true) options.onNewSeed?.(place.seed.shown);
  // Another first run may have been faster: then times count from its seed.
  const { spec, plan, only } = seed.created === created ? loaded : load(seed.created);
  const id = seedId(seed);
  const first = readManifests(tree, name);
  refuseOtherOwner(first, plan, id, name);
  refuseOccupied(tree, plan, first, name);
  const files = await issueFiles(plan, seed, only, options);
  const report = (
    comparison: Comparison,
    manifestChanges: boolean,
    folders: readonly string[],
  ): ProvisionReport => ({
    ...describeCluster(spec, plan, only, place.specName),
    folder: name,
    seed: place.seed.shown,
    isNewSeed: isNew,
    isDryRun: options.dryRun === true,
    isPruning: options.prune === true,
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
  const limits = { isForced: options.force === true, isPruning: options.prune === true };
  if (options.dryRun === true) {
    const known = readManifests(tree, name);
    const { comparison, manifest } = await decide(
      tree,
      plan,
      wanted,
      known,
      id,
      name,
      limits,
      makePause(options.signal),
    );
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
    const intent = await decide(tree, plan, wanted, known, id, name, limits, makePause(options.signal));
    const { comparison, manifest, pending } = intent;
    const isWork = hasWork(tree, comparison, known, manifest);
    if (isWork) {
      await applyChanges(tree, comparison, manifest, pending, wanted, makePause(options.signal));
    }
    tree.fixFolderModes();
    return report(comparison, isWork, tree.fixedFolders);
  } finally {
    lock.release();
  }
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
      onPlanned: shell.hearSignals,
      onProgress: progress.advance,
      onWait: () => shell.say("Another run is at work here: waiting up to 10 s"),
      onNewSeed: (file) => newSeed = file,
    });
  } catch (error) {
    // The seed stays even when what came after it failed: a person must hear of it in the run that made it.
    progress.end();
    if (newSeed !== undefined) shell.warn(formatNewSeed(newSeed));
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
  if (next !== "" && !shell.isQuiet) shell.say(next);
  else if (newSeed !== undefined) shell.warn(formatNewSeed(newSeed));
  const soon = formatEndsSoon(report, Math.floor(Date.now() / 1000));
  if (soon !== undefined) shell.say(soon);
  return report.isDryRun && report.hasWork ? 1 : 0;
}

if (import.meta.main) await runCommand(COMMAND, Deno.args, main);
