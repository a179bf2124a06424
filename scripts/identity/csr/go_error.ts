/**
 * Errors in the words of Go: what Kubernetes says of a request is most often what Go's libraries said to it.
 *
 * @module
 */

/** A failure whose message is Go's, word by word. */
export class GoError extends Error {
  override readonly name = "GoError";
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  '"': '\\"',
  "\\": "\\\\",
};

/**
 * Quotes text as Go's verb `%q` does (strconv.Quote).
 *
 * @param text any text; what cannot be printed is escaped
 */
export function goQuote(text: string): string {
  let quoted = "";
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    const escape = ESCAPES[character];
    if (escape !== undefined) quoted += escape;
    else if (character === " " || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character)) quoted += character;
    else if (point < 0x20 || point === 0x7f) quoted += `\\x${hex(point, 2)}`;
    else quoted += point > 0xffff ? `\\U${hex(point, 8)}` : `\\u${hex(point, 4)}`;
  }
  return `"${quoted}"`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

/** A time as Go prints one with `%v`, such as `2026-01-01 00:00:00 +0000 UTC`. */
export function goTime(formatted: string): string {
  return formatted.replace("T", " ").replace("Z", " +0000 UTC");
}
