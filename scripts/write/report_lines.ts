/**
 * Lines that the reports of several commands have: what changed, what is left over, a new seed, lists that are cut.
 *
 * @module
 */
import { cutToWidth, displayWidth, escapeControls, groupDigits, padToWidth } from "../shared/text.ts";
import type { Change } from "./change.ts";

/** How many changes of a kind are listed before the rest is counted. */
const LISTED = 40;

/** Lines for what changes, at most 40. */
export function changeLines(changes: readonly Change[], columns: number): string[] {
  const listed = changes.slice(0, LISTED);
  const longest = Math.max(...listed.map((change) => displayWidth(escapeControls(change.path))));
  const pathWidth = Math.min(longest, Math.max(24, columns - 12));
  const lines = listed.flatMap((change) => {
    const path = escapeControls(change.path);
    const head = `  ${padToWidth(path, pathWidth)}  ${change.action.padEnd(8)}`;
    const reason = change.reasons.join("; ");
    if (reason === "") return [head.trimEnd()];
    if (displayWidth(head) + 2 + displayWidth(reason) <= columns) return [`${head}  ${reason}`];
    // What does not fit stands below, whole: a name that was cut would be of no use.
    return [head.trimEnd(), ...change.reasons.map((one) => `      ${one}`)];
  });
  const rest = changes.length - listed.length;
  return rest === 0 ? lines : [...lines, `  ... and ${groupDigits(rest)} more`];
}

/** Lines for what stays although nothing in the spec asks for it. */
export function staleLines(
  report: { readonly stale: readonly string[]; readonly isPruning: boolean },
  columns: number,
): string[] {
  if (report.stale.length === 0) return [];
  const shown = report.stale.slice(0, 10).map((path) => `  ${cutToWidth(escapeControls(path), columns - 2)}`);
  const rest = report.stale.length - shown.length;
  // What stays although it was to go is not what we wrote: it is left alone.
  const why = report.isPruning ? "edited since, so it is left alone" : "--prune removes them";
  const [file, stays] = report.stale.length === 1
    ? ["file", "belongs to nothing in the spec and stays"]
    : ["files", "belong to nothing in the spec and stay"];
  return [
    "",
    `${groupDigits(report.stale.length)} ${file} ${stays} (${why}):`,
    ...shown,
    ...(rest === 0 ? [] : [`  ... and ${groupDigits(rest)} more`]),
  ];
}

/** Lines for folders whose mode is put right. */
export function folderLines(
  report: { readonly fixedFolders: readonly string[]; readonly isDryRun: boolean },
): string[] {
  const set = report.isDryRun ? "would be set" : "set";
  return report.fixedFolders.map((folder) => `Mode 0700 ${set} on ${escapeControls(folder)}`);
}

/** What a person must know of seeds that were just made. */
export function formatNewSeed(files: readonly string[]): string {
  if (files.length > 1) {
    const names = files.slice(0, 10).map((file) => `  ${escapeControls(file)}`);
    const rest = files.length - names.length;
    return [
      `${groupDigits(files.length)} new seeds:`,
      ...names,
      ...(rest === 0 ? [] : [`  ... and ${groupDigits(rest)} more`]),
      "  Whoever holds one holds every key of its cluster; without it nothing can be",
      "  made again. Keep copies offline, and never commit them.",
    ].join("\n");
  }
  return `New seed: ${escapeControls(files[0] ?? "")}
  Whoever holds it holds every key of this cluster; without it nothing can be
  made again. Keep a copy offline, and never commit it.`;
}

/**
 * The first names of a list, and how many more there are.
 *
 * @param width columns that the names may take; one is always named
 */
export function someOf(names: readonly string[], width = Infinity): string {
  const shown = names.slice(0, names.length > 4 ? 3 : 4).map(escapeControls);
  const more = " and 999,999 more".length;
  while (shown.length > 1) {
    const room = shown.length === names.length ? width : width - more;
    if (displayWidth(shown.join(", ")) <= room) break;
    shown.pop();
  }
  const rest = names.length - shown.length;
  return rest === 0 ? shown.join(", ") : `${shown.join(", ")} and ${groupDigits(rest)} more`;
}
