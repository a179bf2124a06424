/**
 * A writer of DER that begins at the end: what is inside an element is written before its header, so that its length is
 * known, and a whole certificate takes one piece of memory in place of one for each of its elements.
 *
 * @module
 */
import { encodeUtf8 } from "../shared/encoding.ts";

const ZERO = Uint8Array.of(0);

/** Writes one structure after another. */
export class DerWriter {
  #bytes = new Uint8Array(1024);
  #start = this.#bytes.length;

  /** Begins a structure, and forgets the one before. */
  begin(): void {
    this.#start = this.#bytes.length;
  }

  /** How many bytes are written: what is written next stands in front of them. */
  get length(): number {
    return this.#bytes.length - this.#start;
  }

  /** The structure as it is now. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(this.#start);
  }

  /** Writes bytes in front of what is there. */
  put(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#start -= bytes.length;
    this.#bytes.set(bytes, this.#start);
  }

  /** Writes text as UTF-8. */
  putText(text: string): void {
    this.#reserve(text.length);
    const bytes = this.#bytes;
    const start = this.#start - text.length;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) return this.put(encodeUtf8(text));
      bytes[start + i] = code;
    }
    this.#start = start;
  }

  /** Writes an INTEGER that is not negative from its big-endian bytes, of which leading zeros are left out. */
  putNumber(bytes: Uint8Array): void {
    const before = this.length;
    let start = 0;
    while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
    this.put(bytes.subarray(start));
    // A set top bit would make the number negative.
    if ((bytes[start] ?? 0) >= 0x80) this.put(ZERO);
    this.wrap(0x02, before);
  }

  /**
   * Makes an element of what was written last.
   *
   * @param tag the identifier octet
   * @param before what `length` was before its contents
   */
  wrap(tag: number, before: number): void {
    const length = this.length - before;
    this.#reserve(5);
    const bytes = this.#bytes;
    let start = this.#start;
    if (length < 0x80) bytes[--start] = length;
    else {
      // The long form: how many octets the length takes, then the length (X.690 section 8.1.3.5).
      let rest = length;
      for (; rest > 0; rest >>>= 8) bytes[--start] = rest;
      bytes[start - 1] = 0x80 + this.#start - start;
      start -= 1;
    }
    bytes[--start] = tag;
    this.#start = start;
  }

  #reserve(room: number): void {
    if (room <= this.#start) return;
    const written = this.length;
    const larger = new Uint8Array(2 * (written + room));
    larger.set(this.#bytes.subarray(this.#start), larger.length - written);
    this.#start = larger.length - written;
    this.#bytes = larger;
  }
}
