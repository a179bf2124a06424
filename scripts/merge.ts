/**
 * `merge`: what shards left becomes one tree, as one run would have made it.
 *
 * In: the specs, their seeds, and `out/<cluster>` with the manifest of every shard. Out: `manifest.json` in place of
 * those.
 *
 * @module
 */
import { seedId } from "./issue/seed.ts";
import { digestPlan } from "./plan/shard.ts";
import { runCommand, type Shell } from "./shared/command.ts";
import { HardwayError } from "./shared/errors.ts";
import type { CommandDefinition, Flags } from "./shared/flags.ts";
import { count, cutToWidth, escapeControls, groupDigits, quote } from "./shared/text.ts";
import { locateAll } from "./write/disk/place.ts";
import { forEachCluster, planFleet } from "./write/fleet.ts";
import { requireSeed } from "./write/prepare.ts";
import type { MergeResult } from "./write/change.ts";
import { mergeTree } from "./write/merge.ts";

/** What `merge` takes. Relative paths start from `folder`. */
export interface MergeOptions {
  /** Folder that relative paths start from. Default: the working directory. */
  readonly folder?: string;
  /** Paths of specs, and of folders of specs, as the shards had them. Default: as with `provision`. */
  readonly specs?: readonly string[];
  /** Path of the seed, `-` for stdin. Default: beside each spec. */
  readonly seed?: string;
  /** Folder that holds the trees. Default: `out`. */
  readonly out?: string;
  /** The ids or patterns that the shards were told to make. Default: everything. */
  readonly only?: readonly string[];
  /** Whether files whose entry left the spec are removed. */
  readonly prune?: boolean;
  /** Ends the work early, leaving trees that the next run completes. */
  readonly signal?: AbortSignal;
  /** Called when reading and planning are over, which hold the thread, and nothing is written yet. */
  readonly onPlanned?: () => void;
}

/** What became of one tree. */
export interface MergeReport extends MergeResult {
  readonly cluster: string;
  /** The tree's folder, as the caller would name it. */
  readonly folder: string;
}

/**
 * Merges what the shards of one or more clusters left.
 *
 * @returns what was done, in the order of the specs
 * @throws {HardwayError} `spec-invalid`, `seed-invalid`, `file-unreadable`, `disk`, `locked`, `interrupted`, or
 * `refused` when a shard is missing, not finished, or of another seed or spec
 */
export async function merge(options: MergeOptions = {}): Promise<MergeReport[]> {
  const patterns = options.only ?? [];
  const planned = await planFleet(locateAll(options), patterns, 0);
  const clusters = planned.map((one) => ({ ...one, seed: requireSeed(one) }));
  options.onPlanned?.();
  return await forEachCluster(clusters, 1, async ({ plan, place, seed }) => {
    const { out, outName } = place;
    const result = await mergeTree({
      plan,
      planDigest: digestPlan(plan, patterns),
      seedId: seedId(seed),
      out,
      outName,
      isPruning: options.prune === true,
      signal: options.signal,
    });
    return { ...result, cluster: plan.cluster, folder: `${outName}/${plan.cluster}` };
  });
}

const COMMAND = {
  name: "merge",
  summary: "what shards of provision left becomes one tree.",
  flags: {
    spec: { value: "FILE", repeatable: true, help: "the spec, or a folder of them, as the shards had it" },
    seed: { value: "FILE", help: "the seed, - for stdin; default beside each spec" },
    out: { value: "DIR", help: "where <cluster>/ is; default out" },
    only: {
      value: "PATTERN",
      repeatable: true,
      help: "what the shards were told to make, if not everything",
    },
    prune: { help: "remove files whose entry left the spec" },
    output: { value: "table|json", short: "o", help: "form of the report" },
  },
} as const satisfies CommandDefinition<string>;

async function main(flags: Flags<keyof typeof COMMAND.flags>, shell: Shell): Promise<number> {
  const form = flags.output[0] ?? "table";
  if (form !== "table" && form !== "json") {
    throw new HardwayError("usage", `merge: Cannot use ${quote(form)} as --output: expected table or json`);
  }
  const [seed, out] = [flags.seed[0], flags.out[0]];
  const reports = await merge({
    folder: shell.folder,
    ...(flags.spec.length > 0 && { specs: flags.spec }),
    ...(seed !== undefined && { seed }),
    ...(out !== undefined && { out }),
    only: flags.only,
    prune: flags.prune.length > 0,
    signal: shell.signal,
    onPlanned: shell.hearSignals,
  });
  shell.print(
    form === "json"
      ? JSON.stringify({ clusters: reports }, null, 2)
      : reports.flatMap((report) => formatMerge(report, shell.columns)).join("\n"),
  );
  return 0;
}

function formatMerge(report: MergeReport, columns: number): string[] {
  const files = count(report.files, "file");
  const head = report.shards === 0
    ? `${report.cluster}  nothing to do: ${files} in ${escapeControls(report.folder)}`
    : `${report.cluster}  ${count(report.shards, "shard")} merged: ${files} in ${
      escapeControls(report.folder)
    }`;
  const removed = report.changes.length === 0 ? [] : [`  ${count(report.changes.length, "file")} removed`];
  const stale = report.stale.slice(0, 10).map((path) => `  ${cutToWidth(escapeControls(path), columns - 2)}`);
  const rest = report.stale.length - stale.length;
  const tail = report.stale.length === 0 ? [] : [
    `  ${count(report.stale.length, "file")} of nothing in the spec (--prune removes what is ours):`,
    ...stale,
    ...(rest === 0 ? [] : [`  ... and ${groupDigits(rest)} more`]),
  ];
  return [head, ...removed, ...tail];
}

if (import.meta.main) await runCommand(COMMAND, Deno.args, main);
