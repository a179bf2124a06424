/**
 * One file held against what stands at its path: right, ours and out of date, or foreign.
 *
 * @module
 */
import { digestHex } from "../shared/digest.ts";
import { equalBytes } from "../shared/encoding.ts";
import { formatMode, type OutputFile } from "./files.ts";
import type { ManifestFile } from "./manifest.ts";
import { reasonsFor } from "./reasons.ts";

/** What looking needs of a disk. */
export interface ReadableTree {
  state(path: string):
    | { readonly kind: "missing" }
    | { readonly kind: "file"; readonly mode: number; readonly size: number; readonly mtime: Date | null }
    | { readonly kind: "other"; readonly what: string };
  read(path: string): Uint8Array;
}

/** A tree in which nothing is. */
export const NOTHING: ReadableTree = {
  state: () => ({ kind: "missing" }),
  read: () => new Uint8Array(0),
};

/** What the manifests on disk say of one path. */
export interface OldRecords {
  readonly stored?: ManifestFile | undefined;
  readonly pending?: ManifestFile | undefined;
}

/** What is to become of one file. */
export type Verdict =
  | { readonly kind: "right" }
  | {
    readonly kind: "new" | "replaced" | "mode";
    /** Short phrases. */
    readonly reasons: readonly string[];
    /** Digest of what is there now, when only an interrupted run knows it. */
    readonly supersedes?: string;
  }
  | {
    readonly kind: "foreign";
    readonly reason: string;
    /** Whether `--force` may replace it: a link or a folder it may not. */
    readonly isReplaceable: boolean;
  };

const RIGHT: Verdict = { kind: "right" };
const NEW: Verdict = { kind: "new", reasons: [] };
const WAS_MISSING: Verdict = { kind: "new", reasons: ["was missing"] };

/** No file of ours is larger, in bytes: a planted one is not read into memory. */
export const LARGEST_FILE = 64 * 1024 * 1024;

/**
 * Judges a file by records that have been read.
 *
 * @param tree where it belongs
 * @param file what it should be
 * @param old what the manifests say of its path
 */
export function judgeByRecords(tree: ReadableTree, file: OutputFile, old: OldRecords): Verdict {
  const { path, record } = file;
  const { stored, pending } = old;
  const state = tree.state(path);
  if (state.kind === "missing") return stored === undefined ? NEW : WAS_MISSING;
  if (state.kind === "other") return foreign(`is ${state.what}`, false);
  if (state.size > LARGEST_FILE) return foreign("was not made by hardway");
  const content = tree.read(path);
  if (equalBytes(content, file.bytes)) {
    const mode = formatMode(state.mode);
    return mode === record.mode ? RIGHT : { kind: "mode", reasons: [`mode ${record.mode}, was ${mode}`] };
  }
  if (content.length === 0) return { kind: "replaced", reasons: ["was empty"] };
  const digest = digestHex(content);
  if (stored !== undefined && digest === stored.sha256) {
    return { kind: "replaced", reasons: reasonsFor(stored, record) };
  }
  if (pending !== undefined && ourDigests(pending).includes(digest)) {
    return { kind: "replaced", reasons: ["left by an interrupted run"], supersedes: digest };
  }
  if (stored === undefined) return foreign("was not made by hardway");
  const when = state.mtime === null
    ? ""
    : ` (${state.mtime.toISOString().slice(0, 16).replace("T", " ")} UTC)`;
  return foreign(`was edited${when}`);
}

function foreign(reason: string, isReplaceable = true): Verdict {
  return { kind: "foreign", reason, isReplaceable };
}

/** The digests that a file of a pending manifest may have. */
export function ourDigests(file: ManifestFile): string[] {
  return [file.sha256, ...(file.supersedes ?? [])];
}
