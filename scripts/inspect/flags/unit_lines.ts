/**
 * Text of a systemd unit as assignments, with continued lines put together.
 *
 * https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html
 *
 * @module
 */

/** One assignment. */
export interface Assignment {
  /** Such as `Service`. */
  readonly section: string;
  /** Such as `ExecStart`. */
  readonly key: string;
  readonly value: string;
  /** The line of the file, from 1, in which a place of the value stands; places are asked for in rising order. */
  readonly lineAt: (offset: number) => number;
}

/** Where a piece of a continued line begins. */
interface Piece {
  readonly offset: number;
  readonly line: number;
}

/**
 * Reads the assignments of a unit, in order. Lines that are none are passed over, as systemd does.
 *
 * @param text the whole file
 */
export function readAssignments(text: string): Assignment[] {
  const found: Assignment[] = [];
  let section: string | undefined;
  let parts: string[] = [];
  let pieces: Piece[] = [];
  let length = 0;
  const end = (): void => {
    const whole = parts.join("");
    const line = strip(whole);
    if (line.startsWith("[")) {
      if (line.endsWith("]")) section = line.slice(1, -1);
    } else {
      const equals = whole.indexOf("=");
      if (equals !== -1 && section !== undefined) {
        const key = strip(whole.slice(0, equals));
        const value = strip(whole.slice(equals + 1));
        const start = value === "" ? equals : whole.indexOf(value.charAt(0), equals + 1);
        found.push({ section, key, value, lineAt: lineFinder(pieces, start) });
      }
    }
    parts = [];
    pieces = [];
    length = 0;
  };
  let number = 0;
  for (const line of text.replace(/^\ufeff/, "").split(/\r\n|\n\r|[\n\r\0]/)) {
    number++;
    // A comment does not end a continued line.
    if (/^[ \t]*[#;]/.test(line)) continue;
    const isContinued = endsInEscape(line);
    const part = isContinued ? `${line.slice(0, -1)} ` : line;
    parts.push(part);
    pieces.push({ offset: length, line: number });
    length += part.length;
    if (!isContinued) end();
  }
  if (parts.length > 0) end();
  return found;
}

function endsInEscape(line: string): boolean {
  let count = 0;
  while (line.charAt(line.length - 1 - count) === "\\") count++;
  return count % 2 === 1;
}

/** Takes blanks off both ends; only those of ASCII are blanks to systemd. */
export function strip(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text, start)) start++;
  while (end > start && isBlank(text, end - 1)) end--;
  return text.slice(start, end);
}

/** Whether a character is a blank to systemd. */
export function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

function lineFinder(pieces: readonly Piece[], start: number): (offset: number) => number {
  let at = 0;
  return (offset) => {
    while ((pieces[at + 1]?.offset ?? Infinity) <= start + offset) at++;
    return pieces[at]?.line ?? 1;
  };
}
