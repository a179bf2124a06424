/**
 * Holds what is wanted against what is there: which files are right, which are ours and out of date, which are
 * foreign. Reads the tree, writes nothing.
 *
 * @module
 */
import { equalBytes, toHex } from "../shared/encoding.ts";
import { sha256 } from "../shared/npm/hashes.ts";
import { compareText } from "../shared/text.ts";
import { formatMode, type OutputFile } from "./files.ts";
import type { Manifest, ManifestFile } from "./manifest.ts";
import { reasonsFor } from "./reasons.ts";

/** What the comparison needs of a disk. */
export interface ReadableTree {
  state(path: string):
    | { readonly kind: "missing" }
    | { readonly kind: "file"; readonly mode: number; readonly size: number; readonly mtime: Date | null }
    | { readonly kind: "other"; readonly what: string };
  read(path: string): Uint8Array;
}

/** What happens to one file. */
export interface Change {
  readonly path: string;
  readonly id: string;
  readonly action: "new" | "replaced" | "mode" | "removed";
  /** Short phrases. */
  readonly reasons: readonly string[];
}

/** A file at a path that we want and that is not ours. */
export interface Foreign {
  readonly path: string;
  readonly reason: string;
  /** Whether `--force` may replace it: a link or a folder it may not. */
  readonly isReplaceable: boolean;
}

/** The result of a comparison. */
export interface Comparison {
  /** Sorted by path. */
  readonly changes: readonly Change[];
  readonly foreign: readonly Foreign[];
  /** Files whose entry left the spec and that stay. */
  readonly stale: readonly ManifestFile[];
  /** How many files are right as they are. */
  readonly right: number;
  /** What the manifest says in the end. */
  readonly files: readonly ManifestFile[];
  /** The same with the digests that are still on disk until they are replaced. */
  readonly pendingFiles: readonly ManifestFile[];
}

/** What is known of the tree from its manifests. */
export interface Known {
  readonly stored: Manifest | undefined;
  readonly pending: Manifest | undefined;
}

/**
 * Compares a tree with what is wanted.
 *
 * @param wanted the files that were asked for
 * @param planned every path that the whole spec asks for, wanted now or not
 * @param prune whether files whose entry left the spec go
 */
export async function compareTree(
  tree: ReadableTree,
  wanted: readonly OutputFile[],
  planned: ReadonlySet<string>,
  known: Known,
  prune: boolean,
  pause: () => Promise<void>,
): Promise<Comparison> {
  const stored = new Map(known.stored?.files.map((file) => [file.path, file]));
  const pending = new Map(known.pending?.files.map((file) => [file.path, file]));
  const changes: Change[] = [];
  const foreign: Foreign[] = [];
  const files: ManifestFile[] = [];
  const pendingFiles: ManifestFile[] = [];
  let right = 0;
  for (const file of wanted) {
    await pause();
    const old = { stored: stored.get(file.path), pending: pending.get(file.path) };
    const verdict = judge(tree, file, old);
    files.push(file.record);
    pendingFiles.push(
      verdict.supersedes === undefined ? file.record : { ...file.record, supersedes: [verdict.supersedes] },
    );
    if (verdict.foreign !== undefined) foreign.push(verdict.foreign);
    else if (verdict.change !== undefined) changes.push(verdict.change);
    else right++;
  }
  const made = new Set(wanted.map((file) => file.path));
  const stale: ManifestFile[] = [];
  for (const path of new Set([...stored.keys(), ...pending.keys()])) {
    if (made.has(path)) continue;
    await pause();
    const record = keep(tree, stored.get(path), pending.get(path));
    if (record === undefined) continue;
    if (planned.has(path)) {
      const { stale: _, ...fresh } = record.file;
      files.push(fresh);
      pendingFiles.push(fresh);
      continue;
    }
    const file = { ...record.file, stale: true as const };
    if (prune && record.isOurs) {
      changes.push({ path, id: file.id, action: "removed", reasons: ["left the spec"] });
      pendingFiles.push(file);
      continue;
    }
    files.push(file);
    pendingFiles.push(file);
    stale.push(file);
  }
  const byPath = (a: { path: string }, b: { path: string }): number => compareText(a.path, b.path);
  return {
    changes: changes.sort(byPath),
    foreign: foreign.sort(byPath),
    stale: stale.sort(byPath),
    right,
    files,
    pendingFiles,
  };
}

/** No file of ours is larger, in bytes: a planted one is not read into memory. */
const LARGEST_FILE = 64 * 1024 * 1024;

interface Old {
  readonly stored: ManifestFile | undefined;
  readonly pending: ManifestFile | undefined;
}

interface Verdict {
  readonly change?: Change;
  readonly foreign?: Foreign;
  /** Digest of what is there now, when only an interrupted run knows it. */
  readonly supersedes?: string;
}

function judge(tree: ReadableTree, file: OutputFile, old: Old): Verdict {
  const { path, record } = file;
  const state = tree.state(path);
  const change = (action: Change["action"], ...reasons: string[]): Verdict => ({
    change: { path, id: record.id, action, reasons },
  });
  if (state.kind === "missing") return change("new", ...(old.stored === undefined ? [] : ["was missing"]));
  if (state.kind === "other") return { foreign: { path, reason: `is ${state.what}`, isReplaceable: false } };
  if (state.size > LARGEST_FILE) {
    return { foreign: { path, reason: "was not made by hardway", isReplaceable: true } };
  }
  const content = tree.read(path);
  if (equalBytes(content, file.bytes)) {
    const mode = formatMode(state.mode);
    return mode === record.mode ? {} : change("mode", `mode ${record.mode}, was ${mode}`);
  }
  if (content.length === 0) return change("replaced", "was empty");
  const digest = toHex(sha256(content));
  if (digest === old.stored?.sha256) return change("replaced", ...reasonsFor(old.stored, record));
  if (old.pending !== undefined && ourDigests(old.pending).includes(digest)) {
    return { ...change("replaced", "left by an interrupted run"), supersedes: digest };
  }
  const when = state.mtime === null
    ? ""
    : ` (${state.mtime.toISOString().slice(0, 16).replace("T", " ")} UTC)`;
  const reason = old.stored === undefined ? "was not made by hardway" : `was edited${when}`;
  return { foreign: { path, reason, isReplaceable: true } };
}

function ourDigests(file: ManifestFile): string[] {
  return [file.sha256, ...(file.supersedes ?? [])];
}

/** Which record of a file that is not wanted now stays: the one that tells what is on disk. */
function keep(
  tree: ReadableTree,
  stored: ManifestFile | undefined,
  pending: ManifestFile | undefined,
): { readonly file: ManifestFile; readonly isOurs: boolean } | undefined {
  const record = stored ?? pending;
  if (record === undefined) return undefined;
  const state = tree.state(record.path);
  if (state.kind === "missing") return undefined;
  if (state.kind === "other" || state.size > LARGEST_FILE) {
    return { file: withoutSupersedes(record), isOurs: false };
  }
  const digest = toHex(sha256(tree.read(record.path)));
  if (stored?.sha256 === digest) return { file: withoutSupersedes(stored), isOurs: true };
  if (pending !== undefined && ourDigests(pending).includes(digest)) {
    return { file: { ...withoutSupersedes(pending), sha256: digest }, isOurs: true };
  }
  return { file: withoutSupersedes(record), isOurs: false };
}

function withoutSupersedes(file: ManifestFile): ManifestFile {
  const { supersedes: _, ...rest } = file;
  return rest;
}
