/**
 * The text of an `EnvironmentFile=` of systemd as variables.
 *
 * https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#EnvironmentFile=
 *
 * @module
 */
import { isBlank } from "./unit_lines.ts";

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Reads variables; a later one of the same name wins. Lines that set none are passed over.
 *
 * @param text the whole file
 */
export function readEnvironmentFile(text: string): Map<string, string> {
  const found = new Map<string, string>();
  let at = 0;
  const isNewline = (): boolean => text.charAt(at) === "\n" || text.charAt(at) === "\r";
  while (at < text.length) {
    if (isBlank(text, at)) {
      at++;
      continue;
    }
    const start = at++;
    while (at < text.length && !isNewline() && text.charAt(at) !== "=") at++;
    const isComment = /[#;]/.test(text.charAt(start));
    if (isComment || text.charAt(at) !== "=") {
      while (at < text.length && !isNewline()) at++;
      continue;
    }
    const name = text.slice(start, at).trimEnd();
    const read = readValue(text, at + 1);
    at = read.next;
    if (NAME.test(name)) found.set(name, read.value);
  }
  return found;
}

/** A value: pieces with and without quotation marks, up to a line end that no backslash hides. */
function readValue(text: string, from: number): { readonly value: string; readonly next: number } {
  let value = "";
  /** How much of the value is not blanks at its end. */
  let kept = 0;
  let isBegun = false;
  let quote = "";
  let at = from;
  for (; at < text.length; at++) {
    const character = text.charAt(at);
    const isNewline = character === "\n" || character === "\r";
    if (quote === "'") {
      if (character === quote) [quote, isBegun] = ["", false];
      else value += character;
      kept = value.length;
    } else if (quote === '"') {
      if (character === quote) [quote, isBegun] = ["", false];
      else if (character !== "\\") value += character;
      else {
        const next = text.charAt(++at);
        if (/["\\`$]/.test(next)) value += next;
        else if (next !== "\n" && next !== "") value += `\\${next}`;
      }
      kept = value.length;
    } else if (isNewline) break;
    else if (character === "\\") {
      const next = text.charAt(++at);
      if (next !== "\n" && next !== "\r") value += next;
      kept = value.length;
      isBegun = true;
    } else if (!isBegun && (character === "'" || character === '"')) quote = character;
    else if (isBlank(text, at)) {
      // Blanks count between other characters only.
      if (isBegun) value += character;
    } else {
      value += character;
      kept = value.length;
      isBegun = true;
    }
  }
  return { value: value.slice(0, kept), next: at };
}
