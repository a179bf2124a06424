/**
 * What is known of a tree before anything is done to it: its manifests, and whose it is.
 *
 * @module
 */
import { CALL } from "../shared/assets.ts";
import { HardwayError } from "../shared/errors.ts";
import { count, displayWidth, escapeControls, padToWidth, quote } from "../shared/text.ts";
import type { Change } from "./change.ts";
import {
  BUNDLES,
  type ManifestNames,
  readManifest,
  refuseManifest,
  type StoredManifest,
} from "./manifest.ts";
import { isBundlePath } from "../render/paths.ts";
import type { ReadableTree } from "./verdict.ts";

/** What is known of a tree from its manifests. */
export interface Known {
  readonly stored: StoredManifest | undefined;
  readonly pending: StoredManifest | undefined;
}

/** A file at a path that we want and that is not ours. */
export interface Foreign {
  readonly path: string;
  readonly reason: string;
  /** Whether `--force` may replace it: a link or a folder it may not. */
  readonly isReplaceable: boolean;
}

/** A tree that can say whether its folder holds anything. */
export interface OccupiedTree extends ReadableTree {
  isOccupied(): boolean;
}

/** No manifest is larger, in bytes: that of a million files takes less. */
const LARGEST_MANIFEST = 1024 * 1024 * 1024;

/**
 * Reads the manifests of a tree.
 *
 * @param names of its manifests
 * @param name the tree's folder, for messages
 * @throws {HardwayError} `refused` when one is not what hardway writes
 */
export function readManifests(tree: ReadableTree, names: ManifestNames, name: string): Known {
  const one = (path: string, attempts: number): StoredManifest | undefined => {
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
    const manifest = readManifest(bytes, `${name}/${path}`);
    refuseStrayPaths(manifest, names, `${name}/${path}`);
    return manifest;
  };
  return { stored: one(names.final, 3), pending: one(names.pending, 3) };
}

/** A quick look, as the manifest of a whole cluster has up to a million lines. */
const MAY_BE_BUNDLE = /^(?:hosts|manifests)\//;

/** A manifest of bundles names files of bundles, any other none of these: neither may have the other's removed. */
function refuseStrayPaths(manifest: StoredManifest, names: ManifestNames, name: string): void {
  const isOfBundles = names === BUNDLES;
  for (const path of manifest.lines.keys()) {
    const isStray = isOfBundles ? !isBundlePath(path) : MAY_BE_BUNDLE.test(path) && isBundlePath(path);
    if (isStray) throw refuseManifest(name, `the path of ${quote(path)} is not what hardway writes`);
  }
}

/** Refuses a tree of another seed or cluster, with `--force` too: no tree is of two seeds. */
export function refuseOtherOwner(known: Known, cluster: string, seedId: string, name: string): void {
  for (const manifest of [known.stored, known.pending]) {
    if (manifest === undefined) continue;
    const reason = manifest.cluster !== cluster
      ? `belongs to the cluster ${quote(manifest.cluster)}`
      : manifest.seedId !== seedId
      ? `belongs to another seed (${manifest.seedId}; this one is ${seedId})`
      : undefined;
    if (reason === undefined) continue;
    throw new HardwayError(
      "refused",
      `Refused: ${
        escapeControls(name)
      } ${reason}\nNothing was changed. Use its own seed, or move the folder away.`,
    );
  }
}

/**
 * Refuses a folder that holds something, and nothing that was ever ours: its modes would be changed too.
 *
 * @param paths where files of ours would be
 */
export function refuseOccupied(
  tree: OccupiedTree,
  paths: Iterable<string>,
  known: Known,
  name: string,
): void {
  if (known.stored !== undefined || known.pending !== undefined || !tree.isOccupied()) return;
  // A manifest of no bytes, or files at our paths: a tree of ours that lost its manifest.
  for (const path of paths) if (tree.state(path).kind !== "missing") return;
  throw new HardwayError(
    "refused",
    `Refused: ${
      escapeControls(name)
    } holds files, and none is of hardway\nNothing was changed. Use another --out or name, or move the folder away.`,
  );
}

/**
 * The refusal that names each file in the way.
 *
 * @param force how a person has them replaced
 * @param unchanged what was left alone
 */
export function refuseAll(
  name: string,
  foreign: readonly Foreign[],
  force = "--force",
  unchanged = "Nothing was changed.",
): HardwayError {
  const paths = foreign.map((file) => escapeControls(file.path));
  const width = paths.reduce((widest, path) => Math.min(48, Math.max(widest, displayWidth(path))), 0);
  const lines = foreign.map((file, index) => `  ${padToWidth(paths[index] ?? "", width)}  ${file.reason}`);
  const what = foreign.length === 1 ? "1 file in" : `${foreign.length} files in`;
  const them = foreign.length === 1 ? "it" : "them";
  const remedy = foreign.every((file) => file.isReplaceable)
    ? `Move ${them} away, or replace ${them} with ${force}.`
    : `Move ${them} away: links and folders are never replaced.`;
  const head = `Refused: ${what} ${escapeControls(name)} ${
    foreign.length === 1 ? "is" : "are"
  } not what hardway wrote`;
  return new HardwayError("refused", [head, ...lines, `${unchanged} ${remedy}`].join("\n"));
}

/** Refuses a tree in which something stands that is not what spec and seed make now. */
export function refuseOutdated(name: string, changes: readonly Change[]): void {
  const outdated = changes.filter(({ action }) => action === "replaced" || action === "removed");
  if (outdated.length === 0) return;
  const shown = outdated.slice(0, 20).map(({ path, reasons }) =>
    `  ${escapeControls(path)}  ${reasons.map(escapeControls).join("; ")}`
  );
  const rest = outdated.length - shown.length;
  throw new HardwayError(
    "refused",
    [
      `Refused: ${count(outdated.length, "file")} in ${escapeControls(name)} ${
        outdated.length === 1 ? "is" : "are"
      } not what the spec and the seed make now`,
      ...shown,
      ...(rest === 0 ? [] : [`  ... and ${rest} more`]),
      `Nothing was changed. Run ${CALL} provision first, or move them away.`,
    ].join("\n"),
  );
}
