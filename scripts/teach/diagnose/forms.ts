/**
 * Causes as people and programs read them.
 *
 * @module
 */
import { count, cutToWidth, displayWidth, escapeControls } from "../../shared/text.ts";
import type { Confidence, Diagnosis } from "./diagnosis.ts";

/** The forms of `-o`. */
export const DIAGNOSIS_FORMS = ["table", "json"] as const;

/** One of them. */
export type DiagnosisForm = typeof DIAGNOSIS_FORMS[number];

/**
 * Writes causes in a form.
 *
 * @param logs how many logs were read
 * @param columns width of the terminal, for `table`
 * @param isColored whether the confidence is coloured, for `table`
 * @returns text without a last line break
 */
export function formatDiagnoses(
  findings: readonly Diagnosis[],
  logs: number,
  form: DiagnosisForm,
  columns: number,
  isColored: boolean,
): string {
  if (form === "json") return JSON.stringify({ findings }, null, 2);
  return [
    ...findings.flatMap((one) => formatOne(one, columns, isColored)),
    summary(findings, logs),
  ].join("\n");
}

function summary(findings: readonly Diagnosis[], logs: number): string {
  const files = new Set(findings.flatMap(({ path }) => path ?? [])).size;
  const found = count(findings.length, "finding");
  return `${found}, ${count(files, "file")} at fault; ${count(logs, "log")} read`;
}

const COLORS: Readonly<Record<Confidence, string>> = { certain: "31", likely: "33", possible: "36" };
/** As wide as `possible`, with a gap. */
const INDENT = " ".repeat(10);

function formatOne(one: Diagnosis, columns: number, isColored: boolean): string[] {
  const { confidence, family, code, path, flag, message, remedy, parties } = one;
  const word = isColored ? `\x1b[${COLORS[confidence]}m${confidence}\x1b[0m` : confidence;
  const head = `${word}${" ".repeat(INDENT.length - confidence.length)}${family}  ${parties.join(" -> ")}`;
  const room = columns - INDENT.length;
  const place = [path, flag].filter((part) => part !== undefined).map((part) => escapeControls(part));
  const line = `${code}  ${place.join("  ")}`;
  const places = displayWidth(line) <= room ? [line.trimEnd()] : [code, ...place];
  const text = message.endsWith(".") ? message : `${message}.`;
  return [
    isColored ? head : cutToWidth(head, columns),
    ...[
      ...[...timesOf(one), ...places].flatMap((part) => wrap(part, room)),
      ...wrap(escapeControls(text), room),
      ...wrap(`Remedy: ${escapeControls(remedy)}`, room),
    ]
      .map((part) => INDENT + part),
  ];
}

function timesOf({ count: number, first, last }: Diagnosis): string[] {
  if (number === 0) return [];
  const times = number === 1 ? "once" : `${number} times`;
  if (first === null || last === null) return [times];
  return [first === last ? `${times}, ${first}` : `${times}, ${first} to ${last}`];
}

/** Breaks at spaces; a word that is too long is broken where the line ends, so that commands stay whole. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const whole of text.split(" ")) {
    let word = whole;
    if (line !== "" && displayWidth(line) + 1 + displayWidth(word) <= width) {
      line = `${line} ${word}`;
      continue;
    }
    if (line !== "") lines.push(line);
    while (displayWidth(word) > width) {
      lines.push(word.slice(0, width));
      word = word.slice(width);
    }
    line = word;
  }
  return [...lines, line];
}
