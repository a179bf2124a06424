/**
 * What a run may do to a tree, before it does anything: whose tree it is, what a killed run left, what is in the way.
 *
 * @module
 */
import { pathsOf } from "../plan/paths.ts";
import type { Plan } from "../plan/types.ts";
import { HardwayError } from "../shared/errors.ts";
import { compareText, escapeControls } from "../shared/text.ts";
import { otherOwner, refuseAll } from "./apply.ts";
import { compareTree, type Comparison, type Known, type ReadableTree } from "./compare.ts";
import { temporaryName } from "./disk/temporary_name.ts";
import type { OutputFile } from "./files.ts";
import { MANIFEST, type Manifest, PENDING_MANIFEST } from "./manifest.ts";

/** A tree that can say whether its folder holds anything. */
export interface OccupiedTree extends ReadableTree {
  isOccupied(): boolean;
}

/** A tree whose leftovers can be removed. */
export interface SweepableTree {
  sweep(paths: Iterable<string>): number;
  removeEmptyFolders(path: string): void;
}

/** Refuses a tree of another seed or cluster, with `--force` too: no tree is of two seeds. */
export function refuseOtherOwner(
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
export function refuseOccupied(tree: OccupiedTree, plan: Plan, known: Known, name: string): void {
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

/** Removes what a killed run may have left beside its files. */
export async function sweepLeftovers(
  tree: SweepableTree,
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

/** What a run is going to do. */
export interface Intent {
  readonly comparison: Comparison;
  /** What the manifest says in the end. */
  readonly manifest: Manifest;
  /** What it says while files are written. */
  readonly pending: Manifest;
}

/** What decides which files may be touched. */
export interface Limits {
  readonly isForced: boolean;
  readonly isPruning: boolean;
}

/**
 * Compares a tree with what is wanted and refuses what is in the way.
 *
 * @param seedId of the seed that the files come from
 * @param name the tree's folder, for messages
 * @throws {HardwayError} `refused`, naming each file that is not ours
 */
export async function decide(
  tree: ReadableTree,
  plan: Plan,
  wanted: ReadonlyMap<string, OutputFile>,
  known: Known,
  seedId: string,
  name: string,
  limits: Limits,
  pause: () => Promise<void>,
): Promise<Intent> {
  const planned = new Set(plan.entries.flatMap(pathsOf));
  const comparison = await compareTree(tree, [...wanted.values()], planned, known, limits.isPruning, pause);
  const refused = comparison.foreign.filter((file) => !limits.isForced || !file.isReplaceable);
  if (refused.length > 0) throw refuseAll(name, refused);
  const head = { version: 1 as const, cluster: plan.cluster, seedId };
  const forced = comparison.foreign.map(({ path, reason }) => ({
    path,
    id: wanted.get(path)?.record.id ?? "",
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
