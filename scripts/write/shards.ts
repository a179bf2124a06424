/**
 * The manifests that shards left in a tree.
 *
 * @module
 */
import { readManifests } from "./known.ts";
import { type ManifestHead, shardManifests, type StoredManifest } from "./manifest.ts";
import type { ReadableTree } from "./verdict.ts";

/** What finding shards needs of a disk. */
export interface ListableTree extends ReadableTree {
  /** Names of what stands directly in the tree's folder. */
  names(): string[];
}

const SHARD = /^manifest\.shard-([1-9]\d*)-of-([1-9]\d*)\.json$/;

/**
 * Reads the manifests of all shards that are finished.
 *
 * @param name the tree's folder, for messages
 * @throws {HardwayError} `refused` when one is not what hardway writes
 */
export function readShards(tree: ListableTree, name: string): StoredManifest[] {
  return tree.names().flatMap((file) => {
    const match = SHARD.exec(file);
    if (match === null) return [];
    const { stored } = readManifests(tree, shardManifests(Number(match[1]), Number(match[2])), name);
    return stored === undefined ? [] : [stored];
  });
}

/** Puts what several manifests say into one; of two lines for one path the later counts. */
export function unite(
  head: ManifestHead,
  manifests: readonly (StoredManifest | undefined)[],
): StoredManifest | undefined {
  const lines = new Map<string, string>();
  for (const manifest of manifests) for (const [path, line] of manifest?.lines ?? []) lines.set(path, line);
  return manifests.every((manifest) => manifest === undefined) ? undefined : { ...head, lines };
}
