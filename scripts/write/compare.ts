/**
 * What a run found out, put together: what changes, what stands in the way, what the manifest will say.
 *
 * @module
 */
import { pathsOfUnit, type Unit } from "../plan/units.ts";
import { digestHex } from "../shared/digest.ts";
import { compareText } from "../shared/text.ts";
import type { Change } from "./change.ts";
import type { Foreign, Known } from "./known.ts";
import type { Outcome } from "./maker.ts";
import {
  type ManifestFile,
  type ManifestLine,
  type ManifestNames,
  parseRecord,
  renderRecord,
  sortLines,
} from "./manifest.ts";
import { LARGEST_FILE, ourDigests, type ReadableTree } from "./verdict.ts";

/** The result of a comparison. */
export interface Comparison {
  /** Sorted by path. */
  readonly changes: readonly Change[];
  readonly foreign: readonly Foreign[];
  /** Paths of files whose entry left the spec and that stay. */
  readonly stale: readonly string[];
  /** How many files are right as they are. */
  readonly right: number;
  /** What the manifest says in the end, sorted by path. */
  readonly lines: readonly ManifestLine[];
  /** The same with the digests that are still on disk until they are replaced, and with what is to be removed. */
  readonly pendingLines: readonly ManifestLine[];
}

/** One file that was wanted, with what came of it. */
export interface Finding {
  readonly path: string;
  /** Id of the entry that it belongs to. */
  readonly id: string;
  /** The line of the stored manifest when it was proven, its outcome when it was made. */
  readonly file: string | Outcome;
}

/** A unit with what came of it. */
export interface Done {
  readonly unit: Unit;
  readonly files: readonly (string | Outcome)[];
}

/** What came of the files of units. */
export function* findingsOf(done: Iterable<Done>): Generator<Finding> {
  for (const { unit, files } of done) {
    for (const [index, path] of pathsOfUnit(unit).entries()) {
      const file = files[index];
      if (file === undefined) throw new Error(`Nothing came of ${path}`);
      const around = [unit.kubeconfig, ...unit.documents ?? []].find((one) => one?.path === path);
      yield { path, id: (around ?? unit.entry).id, file };
    }
  }
}

/** What may be done to files that are not what is wanted. */
export interface Limits {
  /** Whether files that are not ours are replaced. */
  readonly isForced: boolean;
  /** Whether files whose entry left the spec are removed. */
  readonly isPruning: boolean;
}

/** What files of ours become that a run did not make. */
export interface Leftovers {
  /** What the manifests on disk say that this run answers for. */
  readonly known: Known;
  /** Whether a path is still asked for, by this run's part of the plan, by another's, or by nobody. */
  readonly askedBy: (path: string) => "us" | "others" | "nobody";
}

/**
 * Puts together what was found out.
 *
 * @param tree where the files stand that the manifests name
 * @param findings everything that was wanted
 * @param leftovers what this run did not make
 * @param names the manifests' paths, for messages
 * @param pause lets other work run
 * @throws {HardwayError} `refused` when a line of a manifest is not what hardway writes
 */
export async function compareTree(
  tree: ReadableTree,
  findings: Iterable<Finding>,
  leftovers: Leftovers,
  names: ManifestNames,
  limits: Limits,
  pause: () => Promise<void>,
): Promise<Comparison> {
  const changes: Change[] = [];
  const foreign: Foreign[] = [];
  const lines: ManifestLine[] = [];
  const superseding: ManifestLine[] = [];
  const made = new Set<string>();
  let right = 0;
  for (const { path, id, file } of findings) {
    await pause();
    made.add(path);
    if (typeof file === "string") {
      lines.push({ path, line: file });
      right++;
      continue;
    }
    const { line, verdict } = file;
    lines.push({ path, line });
    if (verdict.kind === "right") right++;
    else if (verdict.kind === "foreign") {
      const { reason, isReplaceable } = verdict;
      if (limits.isForced && isReplaceable) {
        changes.push({ path, id, action: "replaced", reasons: [`${reason}; --force`] });
      } else foreign.push({ path, reason, isReplaceable });
    } else {
      changes.push({ path, id, action: verdict.kind, reasons: verdict.reasons });
      if (verdict.supersedes !== undefined) {
        superseding.push({ path, line: withSupersedes(line, verdict.supersedes) });
      }
    }
  }
  const others = await keepOthers(tree, made, leftovers, names, limits, pause);
  for (const { path, line } of others.kept) lines.push({ path, line });
  sortLines(lines);
  const replaced = new Map([...superseding, ...others.removed].map((line) => [line.path, line]));
  return {
    changes: [...changes, ...others.changes].sort(byPath),
    foreign: foreign.sort(byPath),
    stale: others.stale.sort(compareText),
    right,
    lines,
    pendingLines: replaced.size === 0 ? lines : sortLines([
      ...lines.filter(({ path }) => !replaced.has(path)),
      ...replaced.values(),
    ]),
  };
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return compareText(a.path, b.path);
}

function withSupersedes(line: string, digest: string): string {
  const record = JSON.parse(line) as ManifestFile;
  return renderRecord({ ...record, supersedes: [digest] });
}

interface Others {
  readonly kept: ManifestLine[];
  readonly removed: ManifestLine[];
  readonly changes: Change[];
  readonly stale: string[];
}

/** What the manifests name and this run did not make: it stays, or goes when its entry left the spec. */
async function keepOthers(
  tree: ReadableTree,
  made: ReadonlySet<string>,
  { known, askedBy }: Leftovers,
  names: ManifestNames,
  { isPruning }: Limits,
  pause: () => Promise<void>,
): Promise<Others> {
  const others: Others = { kept: [], removed: [], changes: [], stale: [] };
  const paths = [...(known.stored?.lines.keys() ?? []), ...(known.pending?.lines.keys() ?? [])]
    .filter((path) => !made.has(path));
  for (const path of new Set(paths)) {
    await pause();
    const stored = known.stored?.lines.get(path);
    const pending = known.pending?.lines.get(path);
    const kept = keep(
      tree,
      path,
      stored === undefined ? undefined : parseRecord(stored, names.final),
      pending === undefined ? undefined : parseRecord(pending, names.pending),
    );
    if (kept === undefined) continue;
    const asker = askedBy(path);
    if (asker === "others") continue;
    if (asker === "us") {
      const { stale: _, ...fresh } = kept.file;
      others.kept.push({ path, line: renderRecord(fresh) });
      continue;
    }
    const line = renderRecord({ ...kept.file, stale: true });
    if (isPruning && kept.isOurs) {
      others.changes.push({ path, id: kept.file.id, action: "removed", reasons: ["left the spec"] });
      others.removed.push({ path, line });
      continue;
    }
    others.kept.push({ path, line });
    others.stale.push(path);
  }
  return others;
}

/** Which record of a file that is not wanted now stays: the one that tells what is on disk. */
function keep(
  tree: ReadableTree,
  path: string,
  stored: ManifestFile | undefined,
  pending: ManifestFile | undefined,
): { readonly file: ManifestFile; readonly isOurs: boolean } | undefined {
  const record = stored ?? pending;
  if (record === undefined) return undefined;
  const state = tree.state(path);
  if (state.kind === "missing") return undefined;
  if (state.kind === "other" || state.size > LARGEST_FILE) {
    return { file: withoutSupersedes(record), isOurs: false };
  }
  const digest = digestHex(tree.read(path));
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
