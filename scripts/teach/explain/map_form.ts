/**
 * The map in a terminal: who calls whom, and what each shows to the other.
 *
 * @module
 */
import { cutToWidth } from "../../shared/text.ts";
import type { Connection, Explanation } from "./explanation.ts";
import { sentencesOf } from "./parts.ts";
import { wrapText } from "./wrap.ts";

/** What the drawing needs. */
const WIDTH = 80;
/** Where the right side begins. */
const RIGHT = 55;
/** Room for what a caller shows. */
const SHOWS = 24;

/** What stands below the drawing and above it. */
const LEGEND =
  "Left: who calls, and what it shows. Right: who is called, what it shows, and against what it checks the caller.";

/**
 * Draws the map.
 *
 * @param explained of the kind `map`
 * @param columns of the terminal; with fewer than 80 the same is said in sentences
 */
export function drawMap(explained: Explanation, columns: number): string[] {
  if (columns < WIDTH) return sentencesOf(explained).flatMap((line) => wrapText(line, columns, "", "  "));
  const called = new Map<string, Connection[]>();
  for (const one of explained.connections) {
    // Whoever calls itself is no other server: the CA may be another.
    const key = `${one.to} ${one.isShown ?? ""}`;
    called.set(key, [...called.get(key) ?? [], one]);
  }
  return [
    ...wrapText(LEGEND, WIDTH, "", ""),
    ...[...called.values()].flatMap((all) => ["", ...drawServer(all)]),
  ];
}

/** One who is called, and all who call. */
function drawServer(connections: readonly Connection[]): string[] {
  const [first] = connections;
  if (first === undefined) return [];
  const [check = "", ...checks] = new Set(connections.map(({ checkedAgainst }) => checkedAgainst));
  const shown = first.isShown ?? "its own certificate";
  const right = [first.to, `  ${shown}`, `  checks: ${check}`, ...checks.map((more) => `          ${more}`)]
    .map((line) => cutToWidth(line, WIDTH - RIGHT));
  const rows = Math.max(connections.length, right.length);
  let last = "";
  return Array.from({ length: rows }, (_, row) => {
    const one = connections[row];
    const text = right[row] ?? "";
    if (one === undefined) return `${" ".repeat(RIGHT)}${text}`;
    const from = one.from === last ? "" : one.from;
    last = one.from;
    const shows = one.shows === "service-account" ? "token of service-account" : one.shows;
    const line = `${from} `.padEnd(24, from === "" ? " " : "-");
    const middle = `${line}- ${cutToWidth(shows, SHOWS)} `.padEnd(RIGHT - 4, "-");
    const joint = connections.length === 1 ? "-" : "+";
    return `${middle}${joint}${row === 0 ? "-> " : "   "}${text}`.trimEnd();
  });
}
