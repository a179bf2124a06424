/**
 * `provision`: one spec and one seed become the whole PKI and every kubeconfig.
 *
 * In: `cluster.yaml` (or the hard way's lab), its seed, and what stands in `out/<cluster>`. Out: that tree, complete
 * and right, and a report of what changed.
 *
 * @module
 */
import { isKeyed } from "./plan/types.ts";
import { MAX_SHARDS, parseShard, type Shard } from "./plan/shard.ts";
import { runCommand, type Shell } from "./shared/command.ts";
import { toHex } from "./shared/encoding.ts";
import { HardwayError } from "./shared/errors.ts";
import type { CommandDefinition, Flags } from "./shared/flags.ts";
import { makePause } from "./shared/pause.ts";
import { escapeControls, quote } from "./shared/text.ts";
import { reportOf } from "./write/describe.ts";
import { locateAll } from "./write/disk/place.ts";
import { forEachCluster } from "./write/fleet.ts";
import { Hands } from "./write/hands.ts";
import { prepare } from "./write/prepare.ts";
import { makeProgress } from "./write/progress.ts";
import {
  formatEndsSoon,
  formatFleet,
  formatNext,
  formatReport,
  makePaint,
  type ProvisionReport,
} from "./write/report.ts";
import { formatNewSeed } from "./write/report_lines.ts";
import { TarRun } from "./write/tar_run.ts";
import { TreeRun } from "./write/tree_run.ts";

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
  /** Whether everything is made again and compared, and each signature checked by itself. */
  readonly recheck?: boolean;
  /** Whether each cluster becomes one archive, `out/<cluster>.tar`, instead of a tree. */
  readonly tar?: boolean;
  /** The part to make, for work that several machines share; `merge` puts the parts together. Default: everything. */
  readonly shard?: Shard;
  /** How many workers there may be when there is much to do. Default: the number of cores. */
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
  const [report] = await provisionFleet({
    ...options,
    ...(options.spec !== undefined && { specs: [options.spec] }),
  });
  if (report === undefined) throw new Error("One spec gives one report");
  return report;
}

/** What `provisionFleet` takes. */
export interface FleetOptions extends Omit<ProvisionOptions, "spec"> {
  /** Paths of specs, and of folders whose `.yaml` and `.yml` files are specs. Default: as with `provision`. */
  readonly specs?: readonly string[];
}

/**
 * Provisions several clusters in one run. Every spec is read before anything is written, and one that is wrong stops
 * all; a tree that refuses stops only its own cluster.
 *
 * @returns what was done, in the order of the specs
 * @throws {HardwayError} as `provision`; when clusters could not be provisioned, after all others are
 */
export async function provisionFleet(options: FleetOptions = {}): Promise<ProvisionReport[]> {
  const now = options.now ?? (() => Math.floor(Date.now() / 1000));
  const start = performance.now();
  const cores = navigator.hardwareConcurrency;
  const { signal } = options;
  const hands = new Hands(Math.min(options.jobs ?? cores, 4 * cores), makePause(signal), signal);
  try {
    const clusters = await prepare(locateAll(options), options, {
      now: now(),
      makeEntropy: () => crypto.getRandomValues(new Uint8Array(32)),
      makeUnique: () => toHex(crypto.getRandomValues(new Uint8Array(8))),
      onRead: (bytes) => hands.expect(bytes),
    });
    const keys = clusters.map(({ plan, only }) =>
      plan.entries.flatMap((entry) => isKeyed(entry) && only(entry.id) ? [entry.keyAlgorithm] : [])
    );
    const context = {
      isDryRun: options.dryRun === true,
      isPruning: options.prune === true,
      isTar: options.tar === true,
    };
    const total = keys.reduce((sum, { length }) => sum + length, 0);
    let steps = 0;
    const onStep = (some: number): void => {
      steps += some;
      options.onProgress?.(Math.floor(steps / 2), total);
    };
    const runs = clusters.map((cluster) => {
      const { out, outName } = cluster.place;
      const Run = context.isTar ? TarRun : TreeRun;
      const run = new Run({
        ...cluster,
        ...context,
        out,
        outName,
        isForced: options.force === true,
        isRecheck: options.recheck === true,
        onStep,
        onWait: options.onWait,
        signal,
      });
      return { cluster, plan: cluster.plan, run };
    });
    for (const { run } of runs) run.check();
    await hands.hire(keys);
    return await forEachCluster(runs, hands.lanes, async ({ cluster, run }, index) => {
      const result = await hands.with(index, (crew) => run.run(crew, index));
      return reportOf(cluster, result, {
        ...context,
        now: now(),
        seconds: (performance.now() - start) / 1000,
      });
    });
  } finally {
    hands.close();
  }
}

const COMMAND = {
  name: "provision",
  summary: "one spec and one seed become the whole PKI and every kubeconfig.",
  flags: {
    spec: {
      value: "FILE",
      repeatable: true,
      help: "the spec, or a folder of them; default ./cluster.yaml, without one the hard way's lab",
    },
    seed: { value: "FILE", help: "the seed, - for stdin; default beside each spec, made when missing" },
    out: { value: "DIR", help: "where <cluster>/ is written; default out" },
    only: { value: "PATTERN", repeatable: true, help: "ids to make, such as apiserver or 'kubelet-*'" },
    "dry-run": { help: "say what would change and why, write nothing; exit 1 when something would" },
    force: { help: "replace files that hardway did not write" },
    prune: { help: "remove files whose entry left the spec" },
    recheck: { help: "make everything again and compare, instead of trusting the manifest's digests" },
    tar: { help: "write out/<cluster>.tar instead of a tree" },
    shard: { value: "I/N", help: "make the I-th of N parts; merge puts them together" },
    jobs: { value: "N", help: "workers when there is much to do; default the cores" },
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
  const shard = flags.shard[0] === undefined ? undefined : parseShard(flags.shard[0]);
  if (flags.shard[0] !== undefined && shard === undefined) {
    throw new HardwayError(
      "usage",
      `provision: Cannot use ${quote(flags.shard[0])} as --shard: expected such as 1/4, up to ${MAX_SHARDS}`,
    );
  }
  if (flags.tar.length > 0 && (shard !== undefined || flags.prune.length > 0)) {
    const other = shard === undefined ? "--prune" : "--shard";
    throw new HardwayError("usage", `provision: Cannot use --tar with ${other}: an archive is made whole`);
  }
  const progress = makeProgress(shell.redraw, () => performance.now());
  const [seed, out] = [flags.seed[0], flags.out[0]];
  const newSeeds: string[] = [];
  let reports: ProvisionReport[];
  try {
    reports = await provisionFleet({
      folder: shell.folder,
      ...(flags.spec.length > 0 && { specs: flags.spec }),
      ...(seed !== undefined && { seed }),
      ...(out !== undefined && { out }),
      ...(jobs !== undefined && { jobs: Number(jobs) }),
      ...(shard !== undefined && { shard }),
      only: flags.only,
      dryRun: flags["dry-run"].length > 0,
      force: flags.force.length > 0,
      prune: flags.prune.length > 0,
      recheck: flags.recheck.length > 0,
      tar: flags.tar.length > 0,
      signal: shell.signal,
      onPlanned: shell.hearSignals,
      onProgress: progress.advance,
      onWait: () => shell.say("Another run is at work here: waiting up to 10 s"),
      onNewSeed: (file) => newSeeds.push(file),
    });
  } catch (error) {
    // The seed stays even when what came after it failed: a person must hear of it in the run that made it.
    progress.end();
    if (newSeeds.length > 0) shell.warn(formatNewSeed(newSeeds));
    throw error;
  } finally {
    progress.end();
  }
  const [report] = reports;
  const isOne = reports.length === 1 && report !== undefined;
  const paint = makePaint(shell.isColored);
  shell.print(
    form === "json"
      ? JSON.stringify(isOne ? report : { clusters: reports }, null, 2)
      : isOne
      ? formatReport(report, shell.columns, paint)
      : formatFleet(reports, shell.columns, paint),
  );
  // Whoever has JSON read by a program is told of a new seed all the same.
  const next = form === "table" && isOne
    ? formatNext(report, report.spec === "templates/cluster.yaml" && flags.spec.length === 0, shell.columns)
    : newSeeds.length > 0
    ? formatNewSeed(newSeeds)
    : "";
  if (next !== "" && !shell.isQuiet) shell.say(next);
  else if (newSeeds.length > 0) shell.warn(formatNewSeed(newSeeds));
  const now = Math.floor(Date.now() / 1000);
  for (const note of reports.flatMap(({ notes }) => notes)) shell.say(`Warning: ${escapeControls(note)}`);
  for (const soon of reports.flatMap((one) => formatEndsSoon(one, now) ?? [])) shell.say(soon);
  return reports.some((one) => one.isDryRun && one.hasWork) ? 1 : 0;
}

if (import.meta.main) await runCommand(COMMAND, Deno.args, main);
