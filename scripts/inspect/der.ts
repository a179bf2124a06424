/**
 * Reads DER (ITU-T X.690) that anyone wrote: nothing is copied, nothing outside of a value is touched, and what breaks
 * the rules is said with its place. As strict as Go's cryptobyte, since Kubernetes reads with that.
 *
 * @module
 */

/** What is wrong with the bytes, and where. The text holds no content, as that may be a key. */
export class DerError extends Error {
  override readonly name = "DerError";
  /**
   * @param at offset of the first byte of the faulty value, in the bytes that were given first
   * @param reason in plain words
   */
  constructor(readonly at: number, reason: string) {
    super(`byte ${at}: ${reason}`);
  }
}

/** Identifier octets (X.690 section 8.1.2) of what X.509 and PKCS use. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The identifier octet of a constructed context-specific tag, such as `[0]`. */
export function contextTag(number: number): number {
  return 0xa0 | number;
}

/** The identifier octet of a primitive context-specific tag, such as that of `[2] IMPLICIT IA5String`. */
export function primitiveTag(number: number): number {
  return 0x80 | number;
}

/** One value: its place in the bytes it was read from. */
export interface Value {
  /** The identifier octet. */
  readonly tag: number;
  /** The content octets. */
  readonly content: Uint8Array;
  /** Identifier, length and content. */
  readonly whole: Uint8Array;
  /** Where the value begins, in the bytes that were given first. */
  readonly at: number;
  /** Where its content begins. */
  readonly contentAt: number;
}

/** Takes one value after the other from bytes. */
export class Reader {
  #next = 0;
  readonly #bytes: Uint8Array;
  readonly #base: number;

  /**
   * @param bytes where values stand one after the other
   * @param base offset of the first of the bytes, for messages
   */
  constructor(bytes: Uint8Array, base = 0) {
    this.#bytes = bytes;
    this.#base = base;
  }

  /** Whether nothing is left. */
  get isAtEnd(): boolean {
    return this.#next >= this.#bytes.length;
  }

  /** Offset of the next value. */
  get at(): number {
    return this.#base + this.#next;
  }

  /** The identifier octet of the next value, undefined at the end. */
  peek(): number | undefined {
    return this.#bytes[this.#next];
  }

  /**
   * Takes the next value, whatever it is.
   *
   * @throws {DerError} when there is none, its length is not in the shortest form, or it runs over the end
   */
  read(): Value {
    const bytes = this.#bytes;
    const start = this.#next;
    const at = this.#base + start;
    const tag = bytes[start];
    const first = bytes[start + 1];
    if (tag === undefined || first === undefined) {
      throw new DerError(at, "the data ends where a value should begin");
    }
    if ((tag & 0x1f) === 0x1f) throw new DerError(at, "a tag number over 30, expected a small one");
    let from = start + 2;
    let length = first;
    if (first >= 0x80) {
      const octets = first & 0x7f;
      if (octets === 0) throw new DerError(at, "a length of the indefinite form, expected DER");
      if (octets > 4) throw new DerError(at, "a length of more than 4 octets");
      length = 0;
      for (let i = 0; i < octets; i++) {
        const octet = bytes[from++];
        if (octet === undefined) throw new DerError(at, "the data ends inside a length");
        length = length * 256 + octet;
      }
      if (length < 0x80 || length < 2 ** (8 * (octets - 1))) {
        throw new DerError(at, "a length that is not in its shortest form, expected DER");
      }
    }
    const end = from + length;
    if (end > bytes.length) {
      throw new DerError(at, `a value of ${length} octets, but only ${bytes.length - from} are left`);
    }
    this.#next = end;
    return {
      tag,
      content: bytes.subarray(from, end),
      whole: bytes.subarray(start, end),
      at,
      contentAt: this.#base + from,
    };
  }

  /**
   * Takes the next value, which has to be of this kind.
   *
   * @param tag the identifier octet
   * @param what what is expected, for the message
   * @throws {DerError} when it is something else
   */
  take(tag: number, what: string): Value {
    const { at } = this;
    const found = this.peek();
    if (found === undefined) throw new DerError(at, `the data ends, expected ${what}`);
    if (found !== tag) {
      throw new DerError(at, `tag 0x${found.toString(16).padStart(2, "0")}, expected ${what}`);
    }
    return this.read();
  }

  /** Takes the next value if it is of this kind. */
  takeIf(tag: number): Value | undefined {
    return this.peek() === tag ? this.read() : undefined;
  }

  /** Takes the next value, and gives a reader of its content. */
  enter(tag: number, what: string): Reader {
    const value = this.take(tag, what);
    return new Reader(value.content, value.contentAt);
  }

  /** Takes the next value if it is of this kind, and gives a reader of its content. */
  enterIf(tag: number): Reader | undefined {
    const value = this.takeIf(tag);
    return value === undefined ? undefined : new Reader(value.content, value.contentAt);
  }

  /**
   * Says that nothing may be left.
   *
   * @throws {DerError} when something is
   */
  close(what: string): void {
    if (!this.isAtEnd) throw new DerError(this.at, `data after the end of ${what}`);
  }
}

/**
 * Reads an object identifier in dotted form.
 *
 * @throws {DerError} when it is empty, cut off, or an arc is not in its shortest form
 */
export function readOid({ content, at }: Value): string {
  if (content.length === 0) throw new DerError(at, "an empty object identifier");
  const arcs: string[] = [];
  let arc = 0n;
  let small = 0;
  let octets = 0;
  for (const octet of content) {
    if (octets === 0 && octet === 0x80) {
      throw new DerError(at, "an object identifier that is not in its shortest form");
    }
    octets++;
    // Arcs of UUIDs have 128 bits; all others fit in a number.
    if (octets <= 4) small = small * 128 + (octet & 0x7f);
    else arc = (octets === 5 ? BigInt(small) : arc) * 128n + BigInt(octet & 0x7f);
    if (octet >= 0x80) continue;
    const whole = octets <= 4 ? BigInt(small) : arc;
    if (arcs.length > 0) arcs.push(String(whole));
    else if (whole < 80n) arcs.push(String(whole / 40n), String(whole % 40n));
    else arcs.push("2", String(whole - 80n));
    small = 0;
    octets = 0;
  }
  if (octets > 0) throw new DerError(at, "an object identifier that is cut off");
  return arcs.join(".");
}

/**
 * Reads the bits of a BIT STRING.
 *
 * @returns the octets, and how many bits of the last are unused
 * @throws {DerError} when the number of unused bits cannot be, or one of them is set
 */
export function readBits({ content, at }: Value): { readonly octets: Uint8Array; readonly unused: number } {
  const unused = content[0];
  const octets = content.subarray(1);
  if (unused === undefined || unused > 7 || (octets.length === 0 && unused > 0)) {
    throw new DerError(at, "a bit string without a sound number of unused bits");
  }
  if (((octets.at(-1) ?? 0) & ((1 << unused) - 1)) !== 0) {
    throw new DerError(at, "a bit string with a set unused bit");
  }
  return { octets, unused };
}

/**
 * Reads a BOOLEAN.
 *
 * @throws {DerError} when it is neither of DER's two
 */
export function readBoolean({ content, at }: Value): boolean {
  const [octet] = content;
  if (content.length !== 1 || (octet !== 0 && octet !== 0xff)) {
    throw new DerError(at, "a boolean that is not DER");
  }
  return octet === 0xff;
}

/**
 * Reads the octets of an INTEGER, two's complement.
 *
 * @throws {DerError} when it is empty or not in its shortest form
 */
export function readInteger({ content, at }: Value): Uint8Array {
  const [first, second] = content;
  if (first === undefined) throw new DerError(at, "an empty integer");
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) {
    throw new DerError(at, "an integer that is not in its shortest form");
  }
  return content;
}

/**
 * Reads a small INTEGER that is not negative, such as a version or a path length.
 *
 * @throws {DerError} when it is negative or has more than 31 bits
 */
export function readSmallInteger(value: Value): number {
  const octets = readInteger(value);
  if (octets.length > 4 || (octets[0] ?? 0) >= 0x80) throw new DerError(value.at, "an integer out of range");
  return octets.reduce((sum, octet) => sum * 256 + octet, 0);
}

const UTC = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(Z|[+-]\d{4})$/;
const GENERALIZED = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(Z|[+-]\d{4})$/;

/**
 * Reads a Time (RFC 5280 section 4.1.2.5). Seconds may be missing and an offset may stand for `Z`, as Go takes it.
 *
 * @returns seconds since 1970
 * @throws {DerError} when it is no time, or no day of the calendar
 */
export function readTime({ tag, content, at }: Value): number {
  const isUtc = tag === TAG.utcTime;
  if (!isUtc && tag !== TAG.generalizedTime) {
    throw new DerError(at, `tag 0x${tag.toString(16)}, expected a time`);
  }
  const match = (isUtc ? UTC : GENERALIZED).exec(String.fromCharCode(...content.subarray(0, 24)));
  if (match === null || content.length > 24) throw new DerError(at, "a time that cannot be read");
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map((part) =>
    Number(part ?? 0)
  );
  const fullYear = isUtc ? year + (year < 50 ? 2000 : 1900) : year;
  const date = new Date(0);
  date.setUTCFullYear(fullYear, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!isDay || hour > 23 || minute > 59 || second > 59) {
    throw new DerError(at, "a time that no calendar has");
  }
  const zone = match[7] ?? "Z";
  const offset = zone === "Z"
    ? 0
    : (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3))) * (zone[0] === "-" ? -60 : 60);
  return date.getTime() / 1000 - offset;
}
