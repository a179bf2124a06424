/**
 * Judging a file by lines of manifests that nobody has read yet. It stands apart from `verdict.ts` because checking
 * such lines takes modules that a worker can do without as long as nothing changes.
 *
 * @module
 */
import type { OutputFile } from "./files.ts";
import { type ManifestNames, parseRecord } from "./manifest.ts";
import { judgeByRecords, type OldRecords, type ReadableTree, type Verdict } from "./verdict.ts";

export type { Verdict } from "./verdict.ts";

/** What the manifests on disk say of one path: lines that nobody has read yet. */
export interface OldLines {
  readonly stored?: string | undefined;
  readonly pending?: string | undefined;
}

/**
 * Judges a file.
 *
 * @param tree where it belongs
 * @param file what it should be
 * @param old what the manifests say of its path
 * @param names the manifests' paths, for messages
 * @throws {HardwayError} `refused` when a line of a manifest is not what hardway writes
 */
export function judge(tree: ReadableTree, file: OutputFile, old: OldLines, names: ManifestNames): Verdict {
  return judgeByRecords(tree, file, parseOld(old, names));
}

/**
 * Reads the lines of one path.
 *
 * @throws {HardwayError} as `judge`
 */
export function parseOld(old: OldLines, names: ManifestNames): OldRecords {
  return {
    stored: old.stored === undefined ? undefined : parseRecord(old.stored, names.final),
    pending: old.pending === undefined ? undefined : parseRecord(old.pending, names.pending),
  };
}
