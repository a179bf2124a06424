/**
 * DER as Go's encoding/asn1 reads it, with its words: requests are parsed by it, and what it says of a broken one is
 * what the API server answers.
 *
 * @module
 */
import { GoError } from "./go_error.ts";

/** Identifier, length and content of a value. */
export interface GoValue {
  readonly class: number;
  readonly tag: number;
  readonly isCompound: boolean;
  readonly content: Uint8Array;
  readonly whole: Uint8Array;
}

interface Head {
  readonly class: number;
  readonly tag: number;
  readonly isCompound: boolean;
  readonly length: number;
  readonly start: number;
}

function syntax(reason: string): GoError {
  return new GoError(`asn1: syntax error: ${reason}`);
}

function structural(reason: string): GoError {
  return new GoError(`asn1: structure error: ${reason}`);
}

/** What a field of Go's structures wants. */
interface Wanted {
  readonly tag: number;
  readonly isCompound: boolean;
  /** Name of the Go type, for the message. */
  readonly type: string;
  /** 2 for a context-specific tag. */
  readonly class?: number;
  readonly isSet?: boolean;
}

/** Takes one field after the other from the content of a structure. */
export class GoFields {
  #at = 0;
  readonly #bytes: Uint8Array;

  /** @param bytes where the fields stand one after the other */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** What is left. */
  get rest(): Uint8Array {
    return this.#bytes.subarray(this.#at);
  }

  /**
   * Takes a value of any kind.
   *
   * @throws {GoError}
   */
  any(): GoValue {
    if (this.isAtEnd) throw syntax("sequence truncated");
    return this.#take(readHead(this.#bytes, this.#at), "data truncated");
  }

  /**
   * Takes a value of one kind.
   *
   * @throws {GoError} when it is of another kind
   */
  take(wanted: Wanted): GoValue {
    if (this.isAtEnd) throw syntax("sequence truncated");
    const head = readHead(this.#bytes, this.#at);
    if (!fits(head, wanted)) throw mismatch(head, wanted);
    return this.#take(head, "data truncated");
  }

  /** Takes a value if it is of this kind. */
  takeIf(wanted: Wanted): GoValue | undefined {
    if (this.isAtEnd) return undefined;
    return fits(readHead(this.#bytes, this.#at), wanted) ? this.take(wanted) : undefined;
  }

  /** Enters a SEQUENCE; what stands behind its known fields is not looked at, as in Go. */
  enter(type: string): GoFields {
    return new GoFields(this.take({ tag: 16, isCompound: true, type }).content);
  }

  #take(head: Head, reason: string): GoValue {
    const end = head.start + head.length;
    if (end > this.#bytes.length) throw syntax(reason);
    const value = {
      class: head.class,
      tag: head.tag,
      isCompound: head.isCompound,
      content: this.#bytes.subarray(head.start, end),
      whole: this.#bytes.subarray(this.#at, end),
    };
    this.#at = end;
    return value;
  }
}

/**
 * Reads a list all of whose members are of one kind; Go looks at all of them before the first is read.
 *
 * @param wanted the members' kind, undefined for any
 * @throws {GoError}
 */
export function readList(content: Uint8Array, wanted: Wanted | undefined): GoValue[] {
  const values: GoValue[] = [];
  for (let at = 0; at < content.length;) {
    const head = readHead(content, at);
    if (wanted !== undefined && !fits(head, wanted)) throw structural("sequence tag mismatch");
    const end = head.start + head.length;
    if (end > content.length) throw syntax("truncated sequence");
    values.push({
      class: head.class,
      tag: head.tag,
      isCompound: head.isCompound,
      content: content.subarray(head.start, end),
      whole: content.subarray(at, end),
    });
    at = end;
  }
  return values;
}

function fits(head: Head, wanted: Wanted): boolean {
  return head.class === (wanted.class ?? 0) && head.tag === wanted.tag &&
    head.isCompound === wanted.isCompound;
}

function mismatch(head: Head, { tag, type, isSet = false }: Wanted): GoError {
  return structural(
    `tags don't match (${tag} vs {class:${head.class} tag:${head.tag} length:${head.length} isCompound:${head.isCompound}}) ` +
      "{optional:false explicit:false application:false private:false defaultValue:<nil> tag:<nil> stringType:0 " +
      `timeType:0 set:${isSet} omitEmpty:false} ${type} @${head.start}`,
  );
}

function readHead(bytes: Uint8Array, from: number): Head {
  let at = from;
  const first = bytes[at++] ?? 0;
  let tag = first & 0x1f;
  if (tag === 0x1f) {
    [tag, at] = readBase128(bytes, at);
    if (tag < 0x1f) throw syntax("non-minimal tag");
  }
  const byte = bytes[at++];
  if (byte === undefined) throw syntax("truncated tag or length");
  let length = byte;
  if (byte >= 0x80) {
    const octets = byte & 0x7f;
    if (octets === 0) throw syntax("indefinite length found (not DER)");
    length = 0;
    for (let i = 0; i < octets; i++) {
      const octet = bytes[at++];
      if (octet === undefined) throw syntax("truncated tag or length");
      if (length >= 1 << 23) throw structural("length too large");
      length = length * 256 + octet;
      if (length === 0) throw structural("superfluous leading zeros in length");
    }
    if (length < 0x80) throw structural("non-minimal length");
  }
  return { class: first >> 6, tag, isCompound: (first & 0x20) !== 0, length, start: at };
}

function readBase128(bytes: Uint8Array, from: number): [value: number, next: number] {
  let value = 0;
  let at = from;
  for (let shifted = 0; at < bytes.length; shifted++) {
    if (shifted === 5) throw structural("base 128 integer too large");
    const byte = bytes[at++] ?? 0;
    value = value * 128 + (byte & 0x7f);
    if (shifted === 0 && byte === 0x80) throw syntax("integer is not minimally encoded");
    if ((byte & 0x80) !== 0) continue;
    if (value > 0x7fffffff) throw structural("base 128 integer too large");
    return [value, at];
  }
  throw syntax("truncated base 128 integer");
}

/** Reads the content of an OBJECT IDENTIFIER as dotted text. */
export function readGoOid(content: Uint8Array): string {
  if (content.length === 0) throw syntax("zero length OBJECT IDENTIFIER");
  let [value, at] = readBase128(content, 0);
  const arcs = value < 80 ? [Math.floor(value / 40), value % 40] : [2, value - 80];
  while (at < content.length) {
    [value, at] = readBase128(content, at);
    arcs.push(value);
  }
  return arcs.join(".");
}

/** Reads the content of an INTEGER of at most 64 bits. */
export function checkGoInteger(content: Uint8Array): void {
  const [first, second = 0] = content;
  if (first === undefined) throw structural("empty integer");
  const isPadded = content.length > 1 &&
    ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
  if (isPadded) throw structural("integer not minimally-encoded");
  if (content.length > 8) throw structural("integer too large");
}

/** Reads the content of a BIT STRING: its octets, moved so that no unused bits are left at the end (`RightAlign`). */
export function readGoBits(content: Uint8Array): Uint8Array {
  const unused = content[0];
  if (unused === undefined) throw syntax("zero length BIT STRING");
  const last = content.at(-1) ?? 0;
  if (unused > 7 || (content.length === 1 && unused > 0) || (last & ((1 << unused) - 1)) !== 0) {
    throw syntax("invalid padding bits in BIT STRING");
  }
  const octets = content.subarray(1);
  return unused === 0
    ? octets
    : octets.map((octet, index) => (octet >> unused) | ((octets[index - 1] ?? 0) << (8 - unused)));
}

/** Reads the content of a BOOLEAN. */
export function readGoBoolean(content: Uint8Array): boolean {
  if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) throw syntax("invalid boolean");
  return content[0] === 0xff;
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads the value of an attribute of a name.
 *
 * @returns its text; undefined for a value that Go does not take for text
 * @throws {GoError} for text with characters that its kind cannot have
 */
export function readGoText({ class: kind, tag, isCompound, content }: GoValue): string | undefined {
  if (isCompound || kind !== 0) return undefined;
  const latin = (): string => Array.from(content, (octet) => String.fromCharCode(octet)).join("");
  switch (tag) {
    case 0x01:
      readGoBoolean(content);
      return undefined;
    case 0x02:
      checkGoInteger(content);
      return undefined;
    case 0x03:
      readGoBits(content);
      return undefined;
    case 0x06:
      readGoOid(content);
      return undefined;
    case 0x0c:
      try {
        return strict.decode(content);
      } catch {
        throw new GoError("asn1: invalid UTF-8 string");
      }
    case 0x12:
      if (!/^[0-9 ]*$/.test(latin())) throw syntax("NumericString contains invalid character");
      return latin();
    case 0x13:
      if (!/^[A-Za-z0-9 '()*+,\-./:=?&]*$/.test(latin())) {
        throw syntax("PrintableString contains invalid character");
      }
      return latin();
    case 0x14:
      return latin();
    case 0x16:
      if (content.some((octet) => octet >= 0x80)) throw syntax("IA5String contains invalid character");
      return latin();
    case 0x1e:
      return readBmp(content);
    default:
      return undefined;
  }
}

function readBmp(content: Uint8Array): string {
  if (content.length % 2 !== 0) throw new GoError("invalid BMPString");
  // A final NUL is a habit of PKCS#12's writers, and goes.
  const isEnded = content.length >= 2 && content.at(-1) === 0 && content.at(-2) === 0;
  let text = "";
  for (let i = 0; i < content.length - (isEnded ? 2 : 0); i += 2) {
    const point = ((content[i] ?? 0) << 8) | (content[i + 1] ?? 0);
    const isReserved = point >= 0xfffe || (point >= 0xfdd0 && point <= 0xfdef) ||
      (point >= 0xd800 && point <= 0xdfff);
    if (isReserved) throw new GoError("invalid BMPString");
    text += String.fromCharCode(point);
  }
  return text;
}
