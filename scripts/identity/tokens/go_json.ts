/**
 * JSON as Go writes it (encoding/json, `Marshal`): compact, and with characters escaped that HTML would take for its
 * own.
 *
 * In: values whose members stand in the wanted order. Out: text, the same byte for byte as Go's.
 *
 * @module
 */

/** What can be written; members that are undefined are left out, as Go's `omitempty` does. */
export type GoJson =
  | string
  | number
  | readonly GoJson[]
  | { readonly [name: string]: GoJson | undefined };

/** The short forms that Go has too: for other control characters go-jose's copy of the package has none. */
const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/**
 * Writes a value as the copy of Go's encoding/json in go-jose v2 does (gopkg.in/go-jose/go-jose.v2/json); Go's own
 * differs in the backspace and the form feed alone. Half of a surrogate pair becomes U+FFFD, as bytes that are no
 * UTF-8 do.
 *
 * @param value text, a whole number that a double holds exactly, a list, or an object
 * @returns one line without a line break
 * @throws {RangeError} for another number
 */
export function writeGoJson(value: GoJson): string {
  if (typeof value === "string") return quote(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new RangeError("a number that is not whole, or too large");
    return value.toFixed(0);
  }
  if (isList(value)) return `[${value.map(writeGoJson).join(",")}]`;
  const members = Object.entries(value).flatMap(([name, member]) =>
    member === undefined ? [] : [`${quote(name)}:${writeGoJson(member)}`]
  );
  return `{${members.join(",")}}`;
}

function isList(value: GoJson): value is readonly GoJson[] {
  return Array.isArray(value);
}

function quote(text: string): string {
  // The last two end lines in JavaScript, which JSON once was taken for.
  const escaped = text.toWellFormed().replace(/["\\<>&\p{Cc}\u2028\u2029]/gu, (one) => {
    const code = one.charCodeAt(0);
    // DEL and what follows are control characters too, but not to Go.
    if (code >= 0x7f && code < 0x2028) return one;
    return SHORT[one] ?? `\\u${code.toString(16).padStart(4, "0")}`;
  });
  return `"${escaped}"`;
}
