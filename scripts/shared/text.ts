/**
 * Text that people read: escaping, cutting, sorting and measuring it. Nothing that came from a file reaches a
 * terminal without passing through here.
 *
 * @module
 */

/** Control, format (bidirectional marks among them), separator and lone surrogate characters. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Replaces every character that could move the cursor, hide or reorder text by its escape, such as `\u202e`.
 *
 * @param text anything
 */
export function escapeControls(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/**
 * Cuts text to a number of characters (code points), ending in `...` when something was left out.
 *
 * @param text anything
 * @param limit the largest number of characters, at least 4
 */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const characters = Array.from(text);
  return characters.length <= limit ? text : characters.slice(0, limit - 3).join("") + "...";
}

/** Quotes a value of the user's for a message: escaped and cut. */
export function quote(text: string): string {
  return `"${cut(escapeControls(text), 80)}"`;
}

/** Orders text by code point, which is also the order of its UTF-8 bytes; the locale plays no part. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) {
      // A surrogate stands for a character above U+FFFF, so it sorts after every other code unit.
      const xHigh = x >= 0xd800 && x <= 0xdfff ? 1 : 0;
      const yHigh = y >= 0xd800 && y <= 0xdfff ? 1 : 0;
      return xHigh === yHigh ? x - y : xHigh - yHigh;
    }
  }
  return a.length - b.length;
}

/** Characters that take two columns of a terminal: East Asian Wide and Fullwidth (Unicode TR 11), and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18d08}\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f251}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const NO_WIDTH = /[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]/u;

/** The number of terminal columns that text takes. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (character < "\u0300") width += 1;
    else if (NO_WIDTH.test(character)) width += 0;
    else width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}

/** Cuts text to a number of terminal columns, ending in `...` when something was left out. */
export function cutToWidth(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let shown = "";
  let used = 0;
  for (const character of text) {
    used += displayWidth(character);
    if (used > width - 3) break;
    shown += character;
  }
  return shown + "...";
}

/** Pads text with spaces on the right to a number of terminal columns. */
export function padToWidth(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - displayWidth(text)));
}

/** `1 file`, `2 files`, `1,024 files`. */
export function count(number: number, noun: string): string {
  return `${groupDigits(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** Writes a whole number with a comma between groups of three digits, in every locale. */
export function groupDigits(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Folds a name or path to what file systems without regard to case or composition take for the same. */
export function foldName(name: string): string {
  // Nearly all names fold to themselves.
  return /^[a-z0-9./_-]*$/.test(name)
    ? name
    : name.normalize("NFC").toUpperCase().toLowerCase().normalize("NFC");
}
