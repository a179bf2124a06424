/**
 * The results as text, at most 80 columns wide, and as JSON.
 *
 * @module
 */
import { count, cutToWidth, displayWidth, escapeControls, padToWidth } from "../../scripts/shared/text.ts";
import type { Machine } from "./machine.ts";
import type { Result } from "./results.ts";
import type { Row } from "./rows.ts";
import { type Bound, round } from "./verdict.ts";

const HEAD = ["what", "ours", "rival", "ratio", "bound", ""] as const;

/** Widths of the columns, two spaces apart; the last is open. */
const WIDTHS = [30, 7, 7, 5, 9] as const;

/** Renders the table, its head and its sum. */
export function formatTable(results: readonly Result[], machine: Machine): string {
  const has = (average: string): boolean => results.some(({ row }) => row.average === average);
  const notes = [
    "medians of interleaved runs",
    has("highest") && "memory: the highest",
    has("mean") && "RSA: the mean",
  ];
  return [
    `${count(machine.cores, "core")}, ${[...machine.versions, `files on ${machine.fileSystem}`].join(", ")}`,
    notes.filter((note) => note !== false).join("; "),
    "",
    formatLine(HEAD),
    ...results.map((result) =>
      "ours" in result ? formatLine(cellsOf(result)) : cutToWidth(formatLine(reasonOf(result)), 80)
    ),
    "",
    formatSum(results),
    ...formatReasons(results),
  ].join("\n");
}

/** A build that failed says more than fits: the first line has to do. */
function reasonOf(result: Exclude<Result, { readonly ours: number }>): string[] {
  const reason = "skipped" in result ? `skipped: ${result.skipped}` : `failed: ${result.failed}`;
  return [result.row.what, escapeControls(reason.split("\n")[0] ?? "")];
}

function cellsOf(result: Extract<Result, { readonly ours: number }>): string[] {
  const { row, ours, rival, ratio, verdict } = result;
  return [
    row.what,
    formatFigure(ours, row.unit),
    rival === undefined ? "" : formatFigure(rival, row.unit),
    ratio === undefined ? "" : formatRatio(ratio, row.bound?.on),
    row.bound === undefined ? "" : formatBound(row.bound, row.unit),
    verdict === undefined ? "told only" : verdict.isMet ? "met" : `missed ${formatMiss(verdict.missedBy)}`,
  ];
}

function formatLine(cells: readonly string[]): string {
  return cells.map((cell, index) => padToWidth(cell, WIDTHS[index] ?? 0)).join("  ").trimEnd();
}

function formatSum(results: readonly Result[]): string {
  const verdicts = results.flatMap((result) => "verdict" in result && result.verdict ? [result.verdict] : []);
  const met = verdicts.filter((verdict) => verdict.isMet).length;
  const missed = verdicts.length - met;
  const skipped = results.filter((result) => "skipped" in result).length;
  const failed = results.filter((result) => "failed" in result).length;
  return `${met} met, ${missed} missed, ${skipped} skipped${failed === 0 ? "" : `, ${failed} failed`}`;
}

/** What stands in the way of the bounds that were missed, each thing once. */
function formatReasons(results: readonly Result[]): string[] {
  const missed = results.flatMap(({ row: { what, why }, ...result }) =>
    "verdict" in result && result.verdict?.isMet === false && why !== undefined ? [{ what, why }] : []
  );
  return [...Map.groupBy(missed, ({ why }) => why)].flatMap(([why, rows]) => [
    "",
    ...wrap(`${rows.map(({ what }) => what).join("; ")}:`, ""),
    ...wrap(why, "  "),
  ]);
}

/** Breaks a text into lines of at most 80 columns. */
function wrap(text: string, indent: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1) ?? ""} ${word}`;
    if (lines.length > 0 && displayWidth(longer) <= 80) lines[lines.length - 1] = longer;
    else lines.push(`${indent}${word}`);
  }
  return lines;
}

/** Whether nothing failed and no bound was missed; what was skipped was not missed. */
export function isAllMet(results: readonly Result[]): boolean {
  return results.every((result) =>
    "skipped" in result || ("ours" in result && result.verdict?.isMet !== false)
  );
}

/** Three digits, those that are judged. */
export function formatNumber(value: number): string {
  return Math.abs(value) >= 100 ? String(round(value)) : value.toPrecision(3);
}

function formatRatio(value: number, on: Bound["on"] | undefined): string {
  return `${value < 0.1 ? value.toFixed(3) : formatNumber(value)}${on === "speed-up" ? "x" : ""}`;
}

/** A figure with its unit. */
export function formatFigure(value: number, unit: Row["unit"]): string {
  if (unit === "MiB") return `${formatNumber(value)} MiB`;
  const size = Math.abs(round(value));
  if (size >= 1) return `${formatNumber(value)} s`;
  return size >= 1e-3 ? `${formatNumber(value * 1e3)} ms` : `${formatNumber(value * 1e6)} µs`;
}

/** What has to hold, and in brackets what we would like. */
export function formatBound(bound: Bound, unit: Row["unit"]): string {
  if (bound.on === "speed-up") return `≥ ${bound.limit}x`;
  if (bound.on === "ours") return `≤ ${formatFigure(bound.limit, unit)}`;
  return `≤ ${bound.limit}${bound.aim === undefined ? "" : ` (${bound.aim})`}`;
}

/** How much too much or too little, in percent of the limit; never 0. */
export function formatMiss(part: number): string {
  const percent = Math.max(1, Math.round(Math.abs(part) * 100));
  return `${part < 0 ? "-" : "+"}${percent}%`;
}

/** The same for programs; figures are seconds or MiB, unrounded. */
export function formatJson(results: readonly Result[], machine: Machine): string {
  const rows = results.map((result) => {
    const { what, unit, average, bound, why } = result.row;
    const { row: _, ...rest } = result;
    return {
      what,
      unit,
      average: average ?? "median",
      ...(bound && { bound }),
      ...(why && { why }),
      ...rest,
    };
  });
  return JSON.stringify({ ...machine, rows, isMet: isAllMet(results) }, null, 2);
}
