/**
 * What a run changes, as its report tells it.
 *
 * @module
 */

/** What happens to one file. */
export interface Change {
  readonly path: string;
  readonly id: string;
  readonly action: "new" | "replaced" | "mode" | "removed";
  /** Short phrases. */
  readonly reasons: readonly string[];
}

/** What became of a tree whose shards were merged. */
export interface MergeResult {
  /** How many shards there were; 0 when they had been merged before. */
  readonly shards: number;
  /** How many files the manifest names. */
  readonly files: number;
  readonly changes: readonly Change[];
  readonly stale: readonly string[];
}
