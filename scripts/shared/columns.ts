/**
 * Tables of text that fit a terminal: columns as wide as their cells need, cut where there is no room.
 *
 * @module
 */
import { cutToWidth, displayWidth, padToWidth } from "./text.ts";

/** One column. */
export interface Column {
  readonly head: string;
  readonly cells: readonly string[];
  /** The least width it is cut to; undefined when it is never cut. */
  readonly least?: number;
  /** Cells lose their beginning when they are cut, as paths differ at the end. */
  readonly keepsEnd?: boolean;
}

const GAP = "  ";

/**
 * Lays out a table; a gap of two columns stands between its columns, none behind the last.
 *
 * @param columns with as many cells each; the cells hold no line breaks
 * @param width columns of the terminal; `Infinity` for no limit
 * @returns the heading and one line a row
 */
export function layOut(columns: readonly Column[], width: number): string[] {
  const shown = columns.filter(({ cells, head }) => head !== "" || cells.some((cell) => cell !== ""));
  const widths = shown.map(({ head, cells }) =>
    cells.reduce((most, cell) => Math.max(most, displayWidth(cell)), displayWidth(head))
  );
  shrink(shown, widths, width - GAP.length * (shown.length - 1));
  const rows = shown[0]?.cells.length ?? 0;
  const line = (cellOf: (column: Column) => string): string =>
    shown.map((column, index) => fit(cellOf(column), widths[index] ?? 0, column.keepsEnd === true))
      .join(GAP).trimEnd();
  return [
    line(({ head }) => head),
    ...Array.from({ length: rows }, (_, row) => line(({ cells }) => cells[row] ?? "")),
  ];
}

/** Takes from the widest column that may lose something, until all fit or none may. */
function shrink(columns: readonly Column[], widths: number[], room: number): void {
  for (let excess = sum(widths) - room; excess > 0;) {
    let widest = -1;
    for (const [index, { least }] of columns.entries()) {
      const width = widths[index] ?? 0;
      if (least !== undefined && width > least && width > (widths[widest] ?? 0)) widest = index;
    }
    if (widest === -1) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess--;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function fit(cell: string, width: number, keepsEnd: boolean): string {
  if (displayWidth(cell) <= width) return padToWidth(cell, width);
  return padToWidth(keepsEnd ? cutStart(cell, width) : cutToWidth(cell, width), width);
}

/** The end of a text, behind `...`. */
function cutStart(text: string, width: number): string {
  const characters = Array.from(text);
  let used = 3;
  let from = characters.length;
  while (from > 0) {
    const next = displayWidth(characters[from - 1] ?? "");
    if (used + next > width) break;
    used += next;
    from--;
  }
  return `...${characters.slice(from).join("")}`;
}
