/**
 * Rows as people and programs read them: the guide's table, whole or fitted to a terminal, Markdown, CSV, JSON, YAML.
 *
 * @module
 */
import { type Column, layOut } from "../shared/columns.ts";
import { formatCsv } from "../shared/csv.ts";
import { Document } from "../shared/npm/yaml.ts";
import { count, cutToWidth, displayWidth, escapeControls } from "../shared/text.ts";
import type { Row } from "./row.ts";

/** The forms of `-o`. */
export const ROW_FORMS = ["table", "wide", "json", "yaml", "csv", "markdown"] as const;

/** One of them. */
export type RowForm = typeof ROW_FORMS[number];

/** The headings of the guide's health check, and what stands under each. */
const GUIDE: readonly (readonly [string, (row: Row) => string])[] = [
  ["Component", ({ component }) => component ?? ""],
  ["Type", ({ type }) => type ?? ""],
  ["Certificate Path", ({ path }) => path],
  ["CN", ({ cn }) => cn ?? ""],
  ["ALT Names", ({ altNames }) => altNames.join(", ")],
  ["Organization", ({ organization }) => organization.join(", ")],
  ["Issuer", ({ issuer }) => issuer ?? ""],
  ["Expiration", ({ expiration }) => expiration ?? ""],
];

/** What CSV has behind them. */
const MORE: readonly (readonly [string, (row: Row) => string])[] = [
  ["Purpose", ({ purpose }) => purpose ?? ""],
  ["Flag", ({ flag }) => flag ?? ""],
  ["Serial", ({ serial }) => serial ?? ""],
  ["Not Before", ({ notBefore }) => notBefore ?? ""],
  ["Residual Seconds", ({ residualSeconds }) => residualSeconds === null ? "" : String(residualSeconds)],
  ["Key Algorithm", ({ keyAlgorithm }) => keyAlgorithm ?? ""],
  ["Signature Algorithm", ({ signatureAlgorithm }) => signatureAlgorithm ?? ""],
  ["SHA-256", ({ sha256 }) => sha256 ?? ""],
  ["Problems", ({ problems }) => problems.join("; ")],
];

/**
 * Writes rows in a form.
 *
 * @param rows the table
 * @param columns width of the terminal, for `table`
 * @returns text without a last line break
 */
export function formatRows(rows: readonly Row[], form: RowForm, columns: number): string {
  switch (form) {
    case "json":
      return JSON.stringify({ rows }, null, 2);
    case "yaml":
      return String(new Document({ rows }, { aliasDuplicateObjects: false })).trimEnd();
    case "csv":
      return formatCsv([
        [...GUIDE, ...MORE].map(([head]) => head),
        ...rows.map((row) => [...GUIDE, ...MORE].map(([, cell]) => cell(row))),
      ]);
    case "markdown":
      return formatMarkdown(rows);
    case "wide":
      return formatWide(rows);
    case "table":
      return formatTable(rows, columns);
  }
}

function formatMarkdown(rows: readonly Row[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const cellOf = (text: string): string =>
    escapeControls(text).replace(/[\\|`*_<>[\]]/g, (character) => `\\${character}`);
  return [
    line(GUIDE.map(([head]) => head)),
    line(GUIDE.map(() => "---")),
    ...rows.map((row) => line(GUIDE.map(([, cell]) => cellOf(cell(row))))),
  ].join("\n");
}

function formatWide(rows: readonly Row[]): string {
  const columns = GUIDE.map(([head, cell]): Column => ({
    head: head.toUpperCase(),
    cells: rows.map((row) => escapeControls(cell(row))),
  }));
  columns.push({ head: "PROBLEMS", cells: rows.map(({ problems }) => escapeControls(problems.join("; "))) });
  const isEmpty = ({ cells }: Column): boolean => cells.every((cell) => cell === "");
  return [
    ...layOut(columns.filter((column) => column.head !== "PROBLEMS" || !isEmpty(column)), Infinity),
    summary(rows),
  ].join("\n");
}

function formatTable(rows: readonly Row[], width: number): string {
  const cells = (cell: (row: Row) => string): string[] => rows.map((row) => escapeControls(cell(row)));
  const columns = (folder: string): Column[] => [
    { head: "COMPONENT", cells: cells(({ component }) => component ?? "-"), least: 14 },
    { head: "TYPE", cells: cells(({ type }) => type ?? "-") },
    {
      head: "CERTIFICATE PATH",
      cells: cells(({ path }) => path.slice(folder.length)),
      least: 20,
      keepsEnd: true,
    },
    { head: "CN", cells: cells(({ cn }) => cn ?? "-"), least: 8 },
    { head: "EXPIRATION", cells: cells(formatEnd) },
  ];
  const whole = layOut(columns(""), Infinity);
  // What all paths begin with is said once, before anything is cut.
  const folder = whole.every((line) => displayWidth(line) <= width)
    ? ""
    : sharedFolder(rows.map(({ path }) => path));
  const [head = "", ...body] = layOut(columns(folder), width);
  return [
    ...(folder === "" ? [] : [`In ${escapeControls(folder)}`]),
    head,
    ...body.flatMap((line, index) => [line, ...detailsOf(rows[index], width)]),
    summary(rows),
    ...(rows.length > 0 ? ["-o wide shows ALT names, organization and issuer in full."] : []),
  ].join("\n");
}

/** The folder that all paths are in, with its slash; empty when there is none, or a single path. */
export function sharedFolder(paths: readonly string[]): string {
  const [first, ...others] = paths.map((path) => path.slice(0, path.lastIndexOf("/") + 1));
  if (first === undefined || others.length === 0) return "";
  let folder = first;
  while (folder !== "" && !others.every((other) => other.startsWith(folder))) {
    folder = folder.slice(0, folder.lastIndexOf("/", folder.length - 2) + 1);
  }
  return folder === "/" ? "" : folder;
}

/** What a row of a narrow table has no column for: the names that a server answers to, and problems. */
function detailsOf(row: Row | undefined, width: number): string[] {
  if (row === undefined) return [];
  const { altNames, type, problems } = row;
  const lines = problems.map((problem) => `  ${problem}`);
  if (altNames.length > 0 && type !== "CA") {
    const shown: string[] = [];
    for (const name of altNames) {
      if (shown.length > 0 && displayWidth(`  ALT  ${[...shown, name].join(", ")}, +999 more`) > width) break;
      shown.push(name);
    }
    const rest = altNames.length - shown.length;
    lines.push(`  ALT  ${shown.join(", ")}${rest === 0 ? "" : `, +${rest} more`}`);
  }
  return lines.map((line) => cutToWidth(escapeControls(line), width));
}

/** Such as `2027-11-23  364d`. */
function formatEnd({ expiration, residualSeconds }: Row): string {
  if (expiration === null || residualSeconds === null) return "-";
  return `${expiration.slice(0, 10)}  ${formatResidual(residualSeconds)}`;
}

/**
 * What is left of a time, as kubeadm's report has it: years from two on, days from two on, else hours, minutes or
 * seconds.
 *
 * @param seconds negative when it is over
 */
export function formatResidual(seconds: number): string {
  if (seconds < 0) return "ended";
  const [minute, hour, day, year] = [60, 3600, 86400, 365 * 86400];
  if (seconds >= 2 * year) return `${Math.floor(seconds / year)}y`;
  if (seconds >= 2 * day) return `${Math.floor(seconds / day)}d`;
  if (seconds >= hour) return `${Math.floor(seconds / hour)}h`;
  return seconds >= minute ? `${Math.floor(seconds / minute)}m` : `${seconds}s`;
}

function summary(rows: readonly Row[]): string {
  const problems = rows.reduce((total, row) => total + row.problems.length, 0);
  return `${count(rows.length, "row")}, ${count(problems, "problem")}.`;
}
