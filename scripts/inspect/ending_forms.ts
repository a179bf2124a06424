/**
 * What ends, as people, calendars and monitoring read it.
 *
 * @module
 */
import { layOut } from "../shared/columns.ts";
import { formatCsv } from "../shared/csv.ts";
import { digestHex } from "../shared/digest.ts";
import { encodeUtf8 } from "../shared/encoding.ts";
import { count, displayWidth, escapeControls } from "../shared/text.ts";
import type { Ending } from "./endings.ts";
import { formatResidual, sharedFolder } from "./row_forms.ts";

/** The forms of `-o`. */
export const ENDING_FORMS = ["table", "json", "csv", "ics", "prometheus"] as const;

/** One of them. */
export type EndingForm = typeof ENDING_FORMS[number];

/** What the forms need beside the endings. */
export interface EndingOptions {
  /** The moment that counts, Unix seconds. */
  readonly at: number;
  /** What ends within so many seconds ends soon. */
  readonly within: number;
  /** Width of the terminal. */
  readonly columns: number;
}

/**
 * Writes endings in a form.
 *
 * @returns text without a last line break
 */
export function formatEndings(endings: readonly Ending[], form: EndingForm, options: EndingOptions): string {
  switch (form) {
    case "json":
      return JSON.stringify({ endings }, null, 2);
    case "csv":
      return formatEndingsCsv(endings);
    case "ics":
      return formatCalendar(endings, options);
    case "prometheus":
      return formatMetrics(endings);
    case "table":
      return formatEndingsTable(endings, options);
  }
}

function formatEndingsCsv(endings: readonly Ending[]): string {
  return formatCsv([
    ["Expiration", "Residual Seconds", "Type", "CA", "Component", "CN", "Path", "Flag", "Issuer"],
    ...endings.map((one) => [
      one.expiration,
      String(one.residualSeconds),
      one.type ?? "",
      one.isCA ? "yes" : "no",
      one.component ?? "",
      one.cn ?? "",
      one.path,
      one.flag ?? "",
      one.issuer ?? "",
    ]),
  ]);
}

function formatEndingsTable(endings: readonly Ending[], { within, columns }: EndingOptions): string {
  const shown = foldCopies(endings);
  const cells = (cell: (one: Shown) => string): string[] => shown.map((one) => escapeControls(cell(one)));
  const layOutFrom = (folder: string, width: number): string[] =>
    layOut([
      { head: "EXPIRATION", cells: cells(({ one }) => one.expiration.slice(0, 10)) },
      { head: "LEFT", cells: cells(({ one }) => formatResidual(one.residualSeconds)) },
      {
        head: "TYPE",
        cells: cells(({ one, files }) => files > 1 ? `CA in ${files} files` : one.type ?? "-"),
      },
      { head: "CN", cells: cells(({ one }) => one.cn ?? "-"), least: 8 },
      { head: "PATH", cells: cells(({ one }) => one.path.slice(folder.length)), least: 30, keepsEnd: true },
    ], width);
  const isNarrow = layOutFrom("", Infinity).some((line) => displayWidth(line) > columns);
  // What all paths begin with is said once, before anything is cut.
  const folder = isNarrow ? sharedFolder(shown.map(({ one }) => one.path)) : "";
  const ended = endings.filter(({ residualSeconds }) => residualSeconds < 0).length;
  const soon = endings.filter(({ residualSeconds }) => residualSeconds <= within).length - ended;
  return [
    ...(folder === "" ? [] : [`In ${escapeControls(folder)}`]),
    ...layOutFrom(folder, columns),
    `${count(shown.length, "row")}, ${ended === 0 ? "" : `${ended} past, `}${soon} within ${
      formatResidual(within)
    }.`,
    ...(shown.length < endings.length ? ["-o csv has a row for each file of a CA."] : []),
  ].join("\n");
}

/** An ending with the number of files that it is in. */
interface Shown {
  readonly one: Ending;
  readonly files: number;
}

/**
 * A CA in many files, such as each kubeconfig, is one line: of the first file that is it, or else of the first that
 * embeds it. Leaves are not folded: those of one name that end at once, such as etcd's two, may still differ.
 */
function foldCopies(endings: readonly Ending[]): Shown[] {
  const groups = new Map<string, Ending[]>();
  for (const [index, one] of endings.entries()) {
    const { cn, issuer, expiration, isCA } = one;
    const key = isCA ? [cn, issuer, expiration].join("\0") : String(index);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) => {
    const one = group.find(({ flag }) => flag === null || flag.startsWith("--")) ?? group[0];
    return one === undefined ? [] : [{ one, files: new Set(group.map(({ path }) => path)).size }];
  });
}

/** https://github.com/prometheus/node_exporter#textfile-collector */
function formatMetrics(endings: readonly Ending[]): string {
  const labels = (one: Ending): string =>
    ([
      ["path", one.path],
      ["place", one.flag ?? ""],
      ["type", one.type ?? ""],
      ["component", one.component ?? ""],
      ["cn", one.cn ?? ""],
      ["issuer", one.issuer ?? ""],
    ] as const).map(([name, value]) => `${name}="${escapeLabel(value)}"`).join(",");
  // The same labels twice are an error; the soonest of them counts.
  const lines = new Map<string, string>();
  for (const one of endings) {
    const key = labels(one);
    if (!lines.has(key)) {
      lines.set(key, `hardway_expiration_timestamp_seconds{${key}} ${Date.parse(one.expiration) / 1000}`);
    }
  }
  return [
    "# HELP hardway_expiration_timestamp_seconds When a certificate, CRL or token ends, in Unix seconds.",
    "# TYPE hardway_expiration_timestamp_seconds gauge",
    ...lines.values(),
  ].join("\n");
}

function escapeLabel(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

/** A calendar (RFC 5545): one event for each end, with an alarm when it ends soon. */
function formatCalendar(endings: readonly Ending[], { at, within }: EndingOptions): string {
  const stamp = calendarTime(at);
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//hardway//expiry//EN",
    "CALSCALE:GREGORIAN",
    ...endings.flatMap((one) => eventOf(one, stamp, within)),
    "END:VCALENDAR",
  ].map(fold).join("\r\n");
}

function eventOf(one: Ending, stamp: string, within: number): string[] {
  const { expiration, path, flag, cn, component, issuer, isCA } = one;
  const end = calendarTime(Date.parse(expiration) / 1000);
  // The same thing keeps its event when the calendar is imported again, and a renewed one gets another.
  const id = digestHex(encodeUtf8([path, flag, cn, issuer, expiration].join("\0"))).slice(0, 32);
  const what = `${isCA ? "CA " : ""}${cn ?? path}`;
  const description = [
    path,
    ...(flag === null ? [] : [flag]),
    ...(component === null ? [] : [`used by ${component}`]),
    ...(issuer === null ? [] : [`issued by ${issuer}`]),
  ].join("\n");
  return [
    "BEGIN:VEVENT",
    `UID:${id}@hardway`,
    `DTSTAMP:${stamp}`,
    `DTSTART:${end}`,
    `DTEND:${end}`,
    `SUMMARY:${calendarText(`${what} ends`)}`,
    `DESCRIPTION:${calendarText(description)}`,
    "TRANSP:TRANSPARENT",
    "BEGIN:VALARM",
    "ACTION:DISPLAY",
    `DESCRIPTION:${calendarText(`${what} ends soon`)}`,
    `TRIGGER:-PT${within}S`,
    "END:VALARM",
    "END:VEVENT",
  ];
}

function calendarTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/[-:]|\.\d{3}/g, "");
}

function calendarText(text: string): string {
  return escapeControlsButLines(text).replace(/[\\;,]/g, (character) => `\\${character}`).replaceAll(
    "\n",
    "\\n",
  );
}

function escapeControlsButLines(text: string): string {
  return text.split("\n").map(escapeControls).join("\n");
}

/** Lines of at most 75 octets; the rest goes on behind a space (RFC 5545 section 3.1). */
function fold(line: string): string {
  let folded = "";
  let octets = 0;
  for (const character of line) {
    const length = encodeUtf8(character).length;
    if (octets + length > 75) {
      folded += "\r\n ";
      octets = 1;
    }
    folded += character;
    octets += length;
  }
  return folded;
}
