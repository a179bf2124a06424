/**
 * PEM (RFC 7468): 64 columns, LF, nothing around it.
 *
 * @module
 */
import { decodeUtf8, encodeUtf8 } from "./encoding.ts";

const COLUMNS = 64;
const LINE_BYTES = 48;
const NEWLINE = 0x0a;
const PADDING = 0x3d;
const DIGITS = encodeUtf8("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

const frames = new Map<string, { readonly head: Uint8Array; readonly foot: Uint8Array }>();

function frameOf(label: string): { readonly head: Uint8Array; readonly foot: Uint8Array } {
  let frame = frames.get(label);
  if (frame === undefined) {
    frame = { head: encodeUtf8(`-----BEGIN ${label}-----\n`), foot: encodeUtf8(`-----END ${label}-----\n`) };
    frames.set(label, frame);
  }
  return frame;
}

/**
 * Wraps DER in PEM (RFC 7468 section 3), as the bytes of a file. It is on the way of every file, and writing the digits
 * straight into place costs a third of cutting up a string.
 *
 * @param label the text after BEGIN, such as `CERTIFICATE`
 * @param der the bytes to wrap
 */
export function encodePem(label: string, der: Uint8Array): Uint8Array {
  const { head, foot } = frameOf(label);
  const digits = base64Length(der.length);
  const pem = new Uint8Array(head.length + digits + Math.ceil(digits / COLUMNS) + foot.length);
  pem.set(head);
  let to = head.length;
  for (let start = 0; start < der.length; start += LINE_BYTES) {
    to = putDigits(der, start, Math.min(start + LINE_BYTES, der.length), pem, to);
    pem[to++] = NEWLINE;
  }
  pem.set(foot, to);
  return pem;
}

/** How many digits of base64 stand for so many bytes. */
export function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4;
}

/**
 * Writes bytes as base64 (RFC 4648 section 4) into others.
 *
 * @param digits where the bytes of the digits go
 * @param at where they begin
 * @returns where they end
 */
export function putBase64(bytes: Uint8Array, digits: Uint8Array, at: number): number {
  return putDigits(bytes, 0, bytes.length, digits, at);
}

function putDigits(bytes: Uint8Array, start: number, end: number, digits: Uint8Array, at: number): number {
  let to = at;
  let from = start;
  for (; from + 2 < end; from += 3) {
    const three = (bytes[from] ?? 0) << 16 | (bytes[from + 1] ?? 0) << 8 | (bytes[from + 2] ?? 0);
    digits[to] = DIGITS[three >> 18] ?? 0;
    digits[to + 1] = DIGITS[three >> 12 & 63] ?? 0;
    digits[to + 2] = DIGITS[three >> 6 & 63] ?? 0;
    digits[to + 3] = DIGITS[three & 63] ?? 0;
    to += 4;
  }
  if (from < end) {
    const two = (bytes[from] ?? 0) << 8 | (from + 1 < end ? bytes[from + 1] ?? 0 : 0);
    digits[to] = DIGITS[two >> 10] ?? 0;
    digits[to + 1] = DIGITS[two >> 4 & 63] ?? 0;
    digits[to + 2] = from + 1 < end ? DIGITS[two << 2 & 63] ?? 0 : PADDING;
    digits[to + 3] = PADDING;
    to += 4;
  }
  return to;
}

/** The same as text. */
export function toPem(label: string, der: Uint8Array): string {
  return decodeUtf8(encodePem(label, der));
}

/**
 * Takes the DER out of PEM that has exactly the form of `encodePem`'s, give or take line breaks.
 *
 * @returns undefined when the text is something else
 */
export function decodePem(label: string, text: string): Uint8Array | undefined {
  const head = `-----BEGIN ${label}-----\n`;
  const foot = `\n-----END ${label}-----\n`;
  if (!text.startsWith(head) || !text.endsWith(foot)) return undefined;
  try {
    return Uint8Array.fromBase64(text.slice(head.length, -foot.length));
  } catch {
    return undefined;
  }
}
