/**
 * Carries a comparison out: the pending manifest first, then each file, then the manifest. A run that is killed
 * anywhere is completed by the next one.
 *
 * @module
 */
import { encodeUtf8 } from "../shared/encoding.ts";
import type { Comparison } from "./compare.ts";
import type { Known } from "./known.ts";
import {
  MANIFEST_MODE,
  type ManifestHead,
  type ManifestLine,
  type ManifestNames,
  renderManifestParts,
} from "./manifest.ts";
import type { ReadableTree } from "./verdict.ts";

/** What carrying out needs of a disk. */
export interface WritableTree extends ReadableTree {
  ensureRoot(): void;
  write(
    path: string,
    content: Uint8Array | Iterable<Uint8Array>,
    mode: number,
    options?: { readonly sync?: boolean },
  ): void;
  remove(path: string): void;
  removeEmptyFolders(path: string): void;
  renameSynced(from: string, to: string): void;
}

/** A tree whose leftovers can be removed. */
export interface SweepableTree {
  sweep(paths: Iterable<string>): number;
  removeEmptyFolders(path: string): void;
}

/**
 * Removes what a killed run may have left beside its files.
 *
 * @param planned the paths that this run answers for
 */
export async function sweepLeftovers(
  tree: SweepableTree,
  planned: ReadonlySet<string>,
  known: Known,
  names: ManifestNames,
  pause: () => Promise<void>,
): Promise<void> {
  tree.sweep([names.pending, names.final]);
  // The pending manifest is the first file of a run and goes last: without it nothing else was left.
  if (known.pending === undefined) return;
  for (const path of new Set([...planned, ...known.pending.lines.keys()])) {
    await pause();
    tree.sweep([path]);
    // A run that was killed while it removed files, or for another spec, may have left an empty folder.
    if (!planned.has(path)) tree.removeEmptyFolders(path);
  }
}

/** Whether anything on disk differs from what a comparison wants. */
export function hasWork(
  tree: ReadableTree,
  comparison: Comparison,
  head: ManifestHead,
  known: Known,
  names: ManifestNames,
): boolean {
  const state = tree.state(names.final);
  return comparison.changes.length > 0 || known.pending !== undefined || known.stored === undefined ||
    (state.kind === "file" && state.mode !== MANIFEST_MODE) ||
    known.stored.part?.plan !== head.part?.plan || !areSameLines(known.stored.lines, comparison.lines);
}

function areSameLines(stored: ReadonlyMap<string, string>, lines: readonly ManifestLine[]): boolean {
  return stored.size === lines.length && lines.every(({ path, line }) => stored.get(path) === line);
}

/**
 * Writes what a comparison found to be done.
 *
 * @param head whose tree
 * @param names of its manifests
 * @param writeFiles has every new and changed file written
 */
export async function applyChanges(
  tree: WritableTree,
  comparison: Comparison,
  head: ManifestHead,
  names: ManifestNames,
  writeFiles: () => Promise<void>,
): Promise<void> {
  const { lines, pendingLines } = comparison;
  tree.ensureRoot();
  tree.write(names.pending, encodeParts(head, pendingLines), MANIFEST_MODE, { sync: true });
  await writeFiles();
  for (const { path, action } of comparison.changes) {
    if (action !== "removed") continue;
    tree.remove(path);
    tree.removeEmptyFolders(path);
  }
  // While writing, the manifest may have said more than it does in the end.
  if (pendingLines !== lines) {
    tree.write(names.pending, encodeParts(head, lines), MANIFEST_MODE, { sync: true });
  }
  tree.renameSynced(names.pending, names.final);
}

function* encodeParts(head: ManifestHead, lines: readonly ManifestLine[]): Generator<Uint8Array> {
  for (const part of renderManifestParts(head, lines)) yield encodeUtf8(part);
}
