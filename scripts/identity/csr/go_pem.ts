/**
 * The first PEM block of some bytes, as Go's encoding/pem finds it: what Kubernetes takes for a request depends on it.
 *
 * @module
 */

/** A block. */
export interface GoPemBlock {
  readonly type: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly bytes: Uint8Array;
}

const BEGIN = "-----BEGIN ";
const END = "\n-----END ";
const DASHES = "-----";

/**
 * Finds the first block that can be decoded (Go 1.26, encoding/pem, `Decode`): the last BEGIN in front of an END, at the
 * start of a line; text around it, headers and any line ends are taken.
 *
 * @param text bytes as characters of Latin-1
 * @returns the block and what follows it; undefined when there is none
 */
export function decodeGoPem(text: string): { readonly block: GoPemBlock; readonly rest: string } | undefined {
  for (let from = 0;;) {
    const endAt = text.indexOf(END, from);
    if (endAt < 0) return undefined;
    const next = endAt + END.length;
    const found = readBlock(text, from, endAt);
    if (found !== undefined) return found;
    from = next;
  }
}

function readBlock(
  text: string,
  from: number,
  endAt: number,
): { readonly block: GoPemBlock; readonly rest: string } | undefined {
  const beginAt = text.slice(from, endAt).lastIndexOf(BEGIN) + from;
  if (beginAt < from || (beginAt > from && text[beginAt - 1] !== "\n")) return undefined;
  const typeLine = lineAt(text, beginAt + BEGIN.length);
  if (!typeLine.text.endsWith(DASHES)) return undefined;
  const type = typeLine.text.slice(0, -DASHES.length);
  const headers = new Map<string, string>();
  let at = typeLine.next;
  for (;;) {
    if (at >= text.length) return undefined;
    const line = lineAt(text, at);
    const colon = line.text.indexOf(":");
    if (colon < 0) break;
    headers.set(line.text.slice(0, colon).trim(), line.text.slice(colon + 1).trim());
    at = line.next;
  }
  if (headers.size > 0 && at > endAt) return undefined;
  const foot = endAt + END.length;
  const trailer = `${type}${DASHES}`;
  if (!text.startsWith(trailer, foot) || lineAt(text, foot + trailer.length).text !== "") return undefined;
  const bytes = at < endAt ? decodeGoBase64(text.slice(at, endAt).replace(/[ \t]/g, "")) : new Uint8Array();
  if (bytes === undefined) return undefined;
  return { block: { type, headers, bytes }, rest: text.slice(lineAt(text, foot).next) };
}

function lineAt(text: string, at: number): { readonly text: string; readonly next: number } {
  const end = text.indexOf("\n", at);
  const line = end < 0 ? text.slice(at) : text.slice(at, end).replace(/\r$/, "");
  return { text: line.replace(/[ \t]+$/, ""), next: end < 0 ? text.length : end + 1 };
}

/**
 * Decodes base64 as Go's StdEncoding does: padding is needed, line breaks are ignored, bits that are left over too.
 *
 * @returns undefined when the text is none
 */
export function decodeGoBase64(text: string): Uint8Array | undefined {
  const digits = text.replace(/[\r\n]/g, "");
  if (digits.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) return undefined;
  try {
    return Uint8Array.fromBase64(digits);
  } catch {
    return undefined;
  }
}
