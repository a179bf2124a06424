/**
 * Carries a comparison out: the pending manifest first, then each file, then the manifest. A run that is killed
 * anywhere is completed by the next one.
 *
 * @module
 */
import { encodeUtf8 } from "../shared/encoding.ts";
import { HardwayError } from "../shared/errors.ts";
import { displayWidth, escapeControls, padToWidth, quote } from "../shared/text.ts";
import type { Comparison, Foreign, Known, ReadableTree } from "./compare.ts";
import type { OutputFile } from "./files.ts";
import {
  MANIFEST,
  type Manifest,
  MANIFEST_MODE,
  parseManifest,
  PENDING_MANIFEST,
  renderManifest,
} from "./manifest.ts";

/** What carrying out needs of a disk. */
export interface WritableTree extends ReadableTree {
  ensureRoot(): void;
  write(path: string, bytes: Uint8Array, mode: number, options?: { readonly sync?: boolean }): void;
  chmod(path: string, mode: number): void;
  remove(path: string): void;
  removeEmptyFolders(path: string): void;
  renameSynced(from: string, to: string): void;
}

/** A manifest of a million files takes less, in bytes. */
const LARGEST_MANIFEST = 1024 * 1024 * 1024;

/**
 * Reads the manifests of a tree.
 *
 * @param name the tree's folder, for messages
 * @throws {HardwayError} `refused` when one is not what hardway writes
 */
export function readManifests(tree: ReadableTree, name: string): Known {
  const one = (path: string, attempts: number): Manifest | undefined => {
    const state = tree.state(path);
    if (state.kind === "missing" || (state.kind === "file" && state.size === 0)) return undefined;
    if (state.kind === "other") {
      throw refuseAll(name, [{ path, reason: `is ${state.what}`, isReplaceable: false }]);
    }
    if (state.size > LARGEST_MANIFEST) {
      throw refuseAll(name, [{ path, reason: "is larger than a manifest can be", isReplaceable: false }]);
    }
    let bytes: Uint8Array;
    try {
      bytes = tree.read(path);
    } catch (error) {
      // Looking without the lock, another run may have renamed it just now.
      if (attempts > 1) return one(path, attempts - 1);
      throw error;
    }
    return parseManifest(bytes, `${name}/${path}`);
  };
  return { stored: one(MANIFEST, 3), pending: one(PENDING_MANIFEST, 3) };
}

/**
 * The refusal of a tree that was made from another seed or for another cluster.
 *
 * @returns undefined when the manifests fit
 */
export function otherOwner(known: Known, cluster: string, seedId: string): string | undefined {
  for (const manifest of [known.stored, known.pending]) {
    if (manifest === undefined) continue;
    if (manifest.cluster !== cluster) return `belongs to the cluster ${quote(manifest.cluster)}`;
    if (manifest.seedId !== seedId) {
      return `belongs to another seed (${manifest.seedId}; this one is ${seedId})`;
    }
  }
  return undefined;
}

/** The refusal that names each file in the way. */
export function refuseAll(name: string, foreign: readonly Foreign[]): HardwayError {
  const paths = foreign.map((file) => escapeControls(file.path));
  const width = paths.reduce((widest, path) => Math.min(48, Math.max(widest, displayWidth(path))), 0);
  const lines = foreign.map((file, index) => `  ${padToWidth(paths[index] ?? "", width)}  ${file.reason}`);
  const what = foreign.length === 1 ? "1 file in" : `${foreign.length} files in`;
  const them = foreign.length === 1 ? "it" : "them";
  const remedy = foreign.every((file) => file.isReplaceable)
    ? `Move ${them} away, or replace ${them} with --force.`
    : `Move ${them} away: links and folders are never replaced.`;
  const head = `Refused: ${what} ${escapeControls(name)} ${
    foreign.length === 1 ? "is" : "are"
  } not what hardway wrote`;
  return new HardwayError("refused", [head, ...lines, `Nothing was changed. ${remedy}`].join("\n"));
}

/** Whether anything on disk differs from what a comparison wants. */
export function hasWork(
  tree: ReadableTree,
  comparison: Comparison,
  known: Known,
  manifest: Manifest,
): boolean {
  const state = tree.state(MANIFEST);
  return comparison.changes.length > 0 || known.pending !== undefined || known.stored === undefined ||
    (state.kind === "file" && state.mode !== MANIFEST_MODE) ||
    renderManifest(known.stored) !== renderManifest(manifest);
}

/**
 * Writes what a comparison found to be done.
 *
 * @param manifest what the manifest says in the end
 * @param pending the manifest for the time of writing
 * @param wanted the files, by path
 * @param pause lets other work run; throws when the run is interrupted
 */
export async function applyChanges(
  tree: WritableTree,
  comparison: Comparison,
  manifest: Manifest,
  pending: Manifest,
  wanted: ReadonlyMap<string, OutputFile>,
  pause: () => Promise<void>,
): Promise<void> {
  tree.ensureRoot();
  const text = renderManifest(pending);
  tree.write(PENDING_MANIFEST, encodeUtf8(text), MANIFEST_MODE, { sync: true });
  for (const { path, action } of comparison.changes) {
    await pause();
    const file = wanted.get(path);
    if (action === "removed") {
      tree.remove(path);
      tree.removeEmptyFolders(path);
    } else if (file !== undefined) {
      if (action === "mode") tree.chmod(path, file.mode);
      else tree.write(path, file.bytes, file.mode);
    }
  }
  const final = renderManifest(manifest);
  // While writing, the manifest may have said more than it does in the end.
  if (final !== text) tree.write(PENDING_MANIFEST, encodeUtf8(final), MANIFEST_MODE, { sync: true });
  tree.renameSynced(PENDING_MANIFEST, MANIFEST);
}
