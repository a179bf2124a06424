/**
 * Makes one tree of what shards left: their manifests become `manifest.json`, as one run would have written it.
 *
 * @module
 */
import { pathsOf } from "../plan/paths.ts";
import type { Plan } from "../plan/types.ts";
import { HardwayError } from "../shared/errors.ts";
import { makePause } from "../shared/pause.ts";
import { count, escapeControls } from "../shared/text.ts";
import { applyChanges, hasWork } from "./apply.ts";
import type { MergeResult } from "./change.ts";
import { compareTree, type Comparison } from "./compare.ts";
import { acquireLock, removeLock } from "./disk/lock.ts";
import { Tree } from "./disk/tree.ts";
import { readManifests, refuseOtherOwner } from "./known.ts";
import {
  type ManifestHead,
  type ManifestLine,
  shardManifests,
  sortLines,
  type StoredManifest,
  WHOLE_TREE,
} from "./manifest.ts";
import { readShards, unite } from "./shards.ts";

/** One tree to merge. */
export interface MergeJob {
  readonly plan: Plan;
  /** Digest of the plan that the shards must have made. */
  readonly planDigest: string;
  readonly seedId: string;
  /** Absolute path of the output folder, and how messages name it. */
  readonly out: string;
  readonly outName: string;
  /** Whether files whose entry left the spec are removed. */
  readonly isPruning: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Merges the shards of one tree.
 *
 * @throws {HardwayError} `refused` when a shard is missing, not finished, or of another seed or spec; `locked`, `disk`
 */
export async function mergeTree(job: MergeJob): Promise<MergeResult> {
  const { plan, out, outName } = job;
  const tree = new Tree(out, plan.cluster, outName);
  const name = `${outName}/${plan.cluster}`;
  if (!tree.isOccupied()) throw refuse(name, "holds no shard", "Run the shards first.");
  const lock = await acquireLock(out, plan.cluster, {
    shownOut: outName,
    ...(job.signal && { signal: job.signal }),
  });
  try {
    tree.refresh();
    return await mergeLocked(tree, job, name);
  } finally {
    lock.release();
  }
}

async function mergeLocked(tree: Tree, job: MergeJob, name: string): Promise<MergeResult> {
  const { plan, seedId, out, outName } = job;
  const head: ManifestHead = { version: 1, cluster: plan.cluster, seedId };
  const known = readManifests(tree, WHOLE_TREE, name);
  refuseOtherOwner(known, plan.cluster, seedId, name);
  const shards = readShards(tree, name);
  const planned = new Set(plan.entries.flatMap(pathsOf));
  if (shards.length === 0) return alreadyMerged(known.stored, planned, name);
  checkShards(tree, shards, job, name);
  const all = unite(head, shards)?.lines ?? new Map<string, string>();
  const made: ManifestLine[] = [];
  const others = new Map(known.stored?.lines);
  for (const [path, line] of all) {
    // A line that a shard kept of what left the spec is judged like any other of that kind.
    if (planned.has(path)) made.push({ path, line });
    else others.set(path, line);
  }
  for (const { path } of made) others.delete(path);
  const pause = makePause(job.signal);
  const shown = { final: `${name}/${WHOLE_TREE.final}`, pending: `${name}/${WHOLE_TREE.pending}` };
  const leftovers = {
    known: { stored: { ...head, lines: others }, pending: undefined },
    askedBy: (path: string) => planned.has(path) ? "us" as const : "nobody" as const,
  };
  const limits = { isForced: false, isPruning: job.isPruning };
  const compared = await compareTree(tree, [], leftovers, shown, limits, pause);
  const comparison: Comparison = {
    ...compared,
    lines: sortLines([...made, ...compared.lines]),
    pendingLines: sortLines([...made, ...compared.pendingLines]),
  };
  if (hasWork(tree, comparison, head, known, WHOLE_TREE)) {
    await applyChanges(tree, comparison, head, WHOLE_TREE, () => Promise.resolve());
  }
  // Only now: a merge that is killed before finds all shards again.
  for (const { part } of shards) {
    const [index, of] = (part?.shard ?? "").split("/").map(Number);
    if (index === undefined || of === undefined) continue;
    const { final } = shardManifests(index, of);
    if (tree.state(final).kind === "file") tree.remove(final);
    await removeLock(out, `${plan.cluster}.shard-${index}-of-${of}`, outName);
  }
  return {
    shards: shards.length,
    files: comparison.lines.length,
    changes: comparison.changes,
    stale: comparison.stale,
  };
}

/** A merge that was repeated, or that a kill caught behind its last step. */
function alreadyMerged(
  stored: StoredManifest | undefined,
  planned: ReadonlySet<string>,
  name: string,
): MergeResult {
  const isComplete = stored !== undefined && [...planned].every((path) => stored.lines.has(path));
  if (!isComplete) throw refuse(name, "holds no shard", "Run the shards first.");
  return { shards: 0, files: stored.lines.size, changes: [], stale: [] };
}

/** All shards of one number must be there, each finished, of this seed and this spec. */
function checkShards(tree: Tree, shards: readonly StoredManifest[], job: MergeJob, name: string): void {
  const counts = new Set(shards.map(({ part }) => Number(part?.shard.split("/")[1])));
  const [total = 0] = counts;
  if (counts.size !== 1) {
    const found = [...counts].sort((a, b) => a - b).join(" and of ");
    throw refuse(name, `holds shards of ${found}`, "Move those away that are not of the last run.");
  }
  for (const shard of shards) {
    const which = `shard ${shard.part?.shard}`;
    refuseOtherOwner(
      { stored: shard, pending: undefined },
      job.plan.cluster,
      job.seedId,
      `${name}: ${which}`,
    );
    if (shard.part?.plan !== job.planDigest) {
      throw refuse(
        name,
        `holds ${which}, which was made from another spec`,
        "Run that shard again with this spec, or merge with its own; --only must be the same too.",
      );
    }
  }
  const pending = Array.from({ length: total }, (_, i) => i + 1).filter((index) =>
    tree.state(shardManifests(index, total).pending).kind !== "missing"
  );
  if (pending.length > 0) {
    throw refuse(name, `holds ${list(pending, total)} unfinished`, "Wait for it, or run it again.");
  }
  if (shards.some(({ part }) => part?.isWhole === true)) return;
  const there = new Set(shards.map(({ part }) => Number(part?.shard.split("/")[0])));
  const missing = Array.from({ length: total }, (_, i) => i + 1).filter((index) => !there.has(index));
  if (missing.length > 0) throw refuse(name, `lacks ${list(missing, total)}`, "Run what is missing first.");
}

function list(indexes: readonly number[], total: number): string {
  const shown = indexes.slice(0, 10).join(", ");
  const rest = indexes.length > 10 ? ` and ${indexes.length - 10} more` : "";
  return `${count(indexes.length, "shard").replace(/^\d+ /, "")} ${shown}${rest} of ${total}`;
}

function refuse(name: string, what: string, remedy: string): HardwayError {
  return new HardwayError(
    "refused",
    `Refused: ${escapeControls(name)} ${what}\nNothing was changed. ${remedy}`,
  );
}
