/**
 * Templates that are lines: systemd units, shell scripts, hosts files. Every value is quoted as its reader wants it.
 *
 * @module
 */
import { cutText } from "./placeholders.ts";
import { expand, valueOf } from "./tree_form.ts";
import type { Values } from "./types.ts";

/** Who reads the lines. */
export type Reader = "unit" | "shell" | "json lines" | "plain";

/**
 * Fills a template line by line: a line with an absent value goes, one with lists is repeated for each item. Lines that
 * a backslash continues stay one command, whichever of them go or are repeated.
 *
 * @throws {RangeError} when a value cannot stand in such a file
 */
export function fillLines(text: string, values: Values, reader: Reader): string {
  const filled: string[] = [];
  const continues = (line: string | undefined): boolean =>
    (reader === "unit" || reader === "shell") && line?.endsWith(CONTINUED) === true;
  let isInside = false;
  let isGone = false;
  for (const line of text.split("\n")) {
    const rows = fillLine(line, values, reader);
    // Without its first line there is no command.
    isGone = isInside ? isGone : rows.length === 0;
    if (isGone) {
      isInside = continues(line);
      continue;
    }
    if (isInside && !continues(line)) {
      // The last line of a command: without it, the one before is the last.
      const last = filled.at(-1);
      if (rows.length === 0 && continues(last)) filled.push(filled.pop()?.replace(/\s*\\$/, "") ?? "");
      filled.push(...rows.map((row, index) => index === rows.length - 1 ? row : `${row} ${CONTINUED}`));
    } else filled.push(...rows);
    isInside = continues(line);
  }
  return filled.join("\n");
}

/** What continues a line, for systemd and for shells. */
const CONTINUED = "\\";

function fillLine(line: string, values: Values, reader: Reader): string[] {
  const pieces = cutText(line);
  if (!pieces.some(({ kind }) => kind === "hole")) {
    return [pieces.map((piece) => piece.kind === "text" ? piece.text : "").join("")];
  }
  const rows = expand(
    pieces.map((piece) => piece.kind === "text" ? piece.text : valueOf(values, piece.name)),
  );
  return (rows ?? []).map((row) =>
    row.map((part, index) => pieces[index]?.kind === "hole" ? quoteFor(reader, part) : part).join("")
  );
}

/** Quotes a value for a reader. */
export function quoteFor(reader: Reader, value: string): string {
  switch (reader) {
    case "unit":
      return quoteUnit(value);
    case "shell":
      return quoteShell(value);
    case "json lines":
      JSON.parse(value);
      if (/[\r\n]/.test(value)) throw new RangeError("a line of JSON cannot hold a line break");
      return value;
    case "plain":
      if (/^(?:[\w.:/-]+(?: [\w.:/-]+)*)?$/.test(value)) return value;
      throw new RangeError("a value is no plain words, and nothing else can stand there");
  }
}

/**
 * One word of a unit's command line: what systemd could take for anything else is written as an escape, and `%` and
 * `$`, which it would replace, twice.
 *
 * https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#Command%20lines
 *
 * @throws {RangeError} for a NUL, which no word can hold
 */
export function quoteUnit(value: string): string {
  if (value.includes("\0")) throw new RangeError("a word of a unit cannot hold a NUL");
  return Array.from(new TextEncoder().encode(value), (byte) => {
    const character = String.fromCharCode(byte);
    if (/[\w.,:;/=+@*[\](){}<>!~^#?&|-]/.test(character)) return character === ";" ? "\\x3b" : character;
    if (character === "%" || character === "$") return character + character;
    return `\\x${byte.toString(16).padStart(2, "0")}`;
  }).join("");
}

/**
 * One word of a POSIX shell.
 *
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02
 *
 * @throws {RangeError} for a NUL, which no word can hold
 */
export function quoteShell(value: string): string {
  if (value.includes("\0")) throw new RangeError("a word of the shell cannot hold a NUL");
  return /^[\w.,:/=+@%-]*$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}
