/**
 * A small writer of DER (X.690): values go in, encoded bytes come out. It writes what certificates and keys need, and
 * reads no more than where an element starts and ends.
 *
 * @module
 */
import { encodeUtf8 } from "../shared/encoding.ts";
import { formatTime } from "../shared/time.ts";

/**
 * Encodes tag, length and contents; the contents are written one behind the other.
 *
 * @param tag the identifier octet
 * @param parts the contents
 */
export function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const header = length < 0x80 ? 2 : length < 0x100 ? 3 : length < 0x10000 ? 4 : 5;
  const bytes = new Uint8Array(header + length);
  bytes[0] = tag;
  if (header === 2) bytes[1] = length;
  else {
    // The long form: how many octets the length takes, then the length (X.690 section 8.1.3.5).
    bytes[1] = 0x80 + header - 2;
    for (let i = header - 1, rest = length; i > 1; i--, rest >>>= 8) bytes[i] = rest & 0xff;
  }
  let offset = header;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** Encodes a SEQUENCE. */
export function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return element(0x30, ...parts);
}

/** Encodes a SET; DER wants several members sorted, so only one is taken. */
export function set(member: Uint8Array): Uint8Array {
  return element(0x31, member);
}

/** Encodes a constructed element with a context-specific tag: `[number] { parts }`. */
export function explicit(number: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return element(0xa0 + number, ...parts);
}

/** Encodes a primitive element with a context-specific tag. */
export function implicit(number: number, contents: Uint8Array): Uint8Array {
  return element(0x80 + number, contents);
}

/**
 * Encodes an INTEGER that is not negative.
 *
 * @param value a number, or its big-endian bytes, of which leading zeros are left out
 */
export function integer(value: bigint | Uint8Array): Uint8Array {
  const bytes = typeof value === "bigint" ? bytesOf(value) : value;
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
  const shortest = bytes.subarray(start);
  // A set top bit would make the number negative.
  return (shortest[0] ?? 0) < 0x80
    ? element(0x02, shortest.length === 0 ? Uint8Array.of(0) : shortest)
    : element(0x02, Uint8Array.of(0), shortest);
}

/**
 * Encodes a BIT STRING.
 *
 * @param bytes the bits
 * @param unused how many bits at the end of the last byte do not count, 0 to 7
 */
export function bitString(bytes: Uint8Array, unused = 0): Uint8Array {
  return element(0x03, Uint8Array.of(unused), bytes);
}

/** Encodes an OCTET STRING. */
export function octetString(bytes: Uint8Array): Uint8Array {
  return element(0x04, bytes);
}

/** Encodes an OBJECT IDENTIFIER from its dotted text. */
export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const octets = [first * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) digits.unshift(0x80 | (left & 0x7f));
    return digits;
  });
  return element(0x06, Uint8Array.from(octets));
}

/** Encodes a UTF8String. */
export function utf8String(text: string): Uint8Array {
  return element(0x0c, encodeUtf8(text));
}

/** Encodes NULL. */
export function nothing(): Uint8Array {
  return Uint8Array.of(0x05, 0x00);
}

/** Encodes a BOOLEAN. */
export function boolean(value: boolean): Uint8Array {
  return Uint8Array.of(0x01, 0x01, value ? 0xff : 0x00);
}

/**
 * Encodes a time as certificates do: UTCTime up to 2049, GeneralizedTime after (RFC 5280 section 4.1.2.5).
 *
 * @param seconds Unix seconds
 */
export function time(seconds: number): Uint8Array {
  const digits = formatTime(seconds).replace(/[-:T]/g, "");
  const isShort = digits >= "1950" && digits < "2050";
  return element(isShort ? 0x17 : 0x18, encodeUtf8(isShort ? digits.slice(2) : digits));
}

/** Where an element stands. */
export interface Extent {
  /** Of its tag. */
  readonly offset: number;
  /** Of its contents. */
  readonly start: number;
  /** Behind its contents. */
  readonly end: number;
}

/** Finds the element at an offset; undefined when none fits there. */
export function readElement(der: Uint8Array, offset: number): Extent | undefined {
  const first = der[offset + 1];
  if (first === undefined) return undefined;
  let start = offset + 2;
  let length = first;
  if (first >= 0x80) {
    const octets = first - 0x80;
    if (octets === 0 || octets > 3) return undefined;
    length = 0;
    for (let i = 0; i < octets; i++) length = length * 256 + (der[start++] ?? 0);
  }
  const end = start + length;
  return end > der.length ? undefined : { offset, start, end };
}

function bytesOf(value: bigint): Uint8Array {
  const hex = value.toString(16);
  return Uint8Array.fromHex(hex.length % 2 === 0 ? hex : `0${hex}`);
}
