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

  /** Takes the octets that are left, which need not be DER. */
  rest(): Uint8Array {
    const left = this.#bytes.subarray(this.#next);
    this.#next = this.#bytes.length;
    return left;
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
