/**
 * Findings as people and programs read them.
 *
 * @module
 */
import { formatCsv } from "../../shared/csv.ts";
import { Document } from "../../shared/npm/yaml.ts";
import { count, cutToWidth, displayWidth, escapeControls } from "../../shared/text.ts";
import type { Finding, Severity } from "./findings.ts";

/** The forms of `-o`. */
export const FINDING_FORMS = ["table", "json", "yaml", "csv"] as const;

/** One of them. */
export type FindingForm = typeof FINDING_FORMS[number];

const FIELDS = ["severity", "code", "path", "flag", "message", "hint"] as const;

/**
 * Writes findings in a form.
 *
 * @param files how many files were looked at
 * @param columns width of the terminal, for `table`
 * @param isColored whether severities are coloured, for `table`
 * @returns text without a last line break
 */
export function formatFindings(
  findings: readonly Finding[],
  files: number,
  form: FindingForm,
  columns: number,
  isColored: boolean,
): string {
  switch (form) {
    case "json":
      return JSON.stringify({ findings }, null, 2);
    case "yaml":
      return String(new Document({ findings }, { aliasDuplicateObjects: false })).trimEnd();
    case "csv":
      return formatCsv([[...FIELDS], ...findings.map((one) => FIELDS.map((field) => one[field] ?? ""))]);
    case "table":
      return [
        ...findings.flatMap((one) => formatFinding(one, columns, isColored)),
        summary(findings, files),
      ].join("\n");
  }
}

const COLORS: Readonly<Record<Severity, string>> = { error: "31", warning: "33", info: "36" };
/** As wide as `warning`, with a gap. */
const INDENT = " ".repeat(9);

function formatFinding(one: Finding, columns: number, isColored: boolean): string[] {
  const { severity, code, path, flag, message, hint } = one;
  const word = isColored ? `\x1b[${COLORS[severity]}m${severity}\x1b[0m` : severity;
  const head = `${word}${" ".repeat(INDENT.length - severity.length)}${code.padEnd(17)}  `;
  const place = escapeControls(flag === null ? path : `${path}  ${flag}`);
  const room = columns - INDENT.length;
  const text = [
    ...wrap(escapeControls(`${message}.`), room),
    ...(hint === null ? [] : wrap(escapeControls(hint), room)),
  ];
  const used = INDENT.length + 19;
  const isShort = used + displayWidth(place) <= columns;
  const lines = displayWidth(place) <= room ? [place] : [path, flag ?? ""].map(escapeControls);
  return [
    isShort ? head + place : head.trimEnd(),
    ...(isShort ? [] : lines.filter((line) => line !== "").map((line) => INDENT + cutToWidth(line, room))),
    ...text.map((line) => INDENT + line),
  ];
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

function summary(findings: readonly Finding[], files: number): string {
  const of = (severity: Severity): number => findings.filter((one) => one.severity === severity).length;
  const [errors, warnings, infos] = [of("error"), of("warning"), of("info")];
  const note = infos === 0 ? "" : `, ${count(infos, "note")}`;
  return `${count(errors, "error")}, ${count(warnings, "warning")}${note} in ${count(files, "file")}`;
}
