/**
 * SHA-256 (FIPS 180-4) for the many short messages of a run, by a WebAssembly module: noble's costs about as much to call
 * as to compute, and a state that can be kept and taken up again is what makes HMAC under one key cheap.
 *
 * @module
 */
import { BLOCK_LENGTH, CAPACITY, DIGEST_LENGTH, type Exports, PAGES, PLACE } from "./layout.ts";
import { SHA256_CODE } from "./code.ts";
import { instantiate } from "../wasm/instantiate.ts";

export { BLOCK_LENGTH, DIGEST_LENGTH } from "./layout.ts";

/** A chaining value: eight words (FIPS 180-4 section 6.2), as the module has it in memory. */
export type State = Uint8Array<ArrayBuffer>;

const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES });

/** The module; nothing of it waits, so that all of a thread share one memory. */
export const hashing: Exports = instantiate<Exports>(SHA256_CODE, memory);

/** Its memory. */
export const bytesOfHashing: Uint8Array<ArrayBuffer> = new Uint8Array(memory.buffer as ArrayBuffer);

/**
 * Puts a message down.
 *
 * @param at where it begins
 * @returns where it ends
 */
export function putParts(parts: readonly Uint8Array[], at: number = PLACE.message): number {
  let end = at;
  for (const part of parts) {
    if (end + part.length > PLACE.message + CAPACITY) throw new RangeError("A message that is too long");
    // Byte by byte: for so few a call of `set` costs more.
    if (part.length < 16) { for (let i = 0; i < part.length; i++) bytesOfHashing[end + i] = part[i] ?? 0; }
    else bytesOfHashing.set(part, end);
    end += part.length;
  }
  return end;
}

const lastDigest = bytesOfHashing.subarray(PLACE.digest, PLACE.digest + DIGEST_LENGTH);

/** The digest that came out last. */
export function takeDigest(): Uint8Array<ArrayBuffer> {
  const digest = new Uint8Array(DIGEST_LENGTH);
  digest.set(lastDigest);
  return digest;
}

/** A digest in the making. It is begun again rather than made anew. */
export class Sha256 {
  readonly #state: State = new Uint8Array(DIGEST_LENGTH);
  /** The beginning of a block that is not whole yet. */
  readonly #rest = new Uint8Array(BLOCK_LENGTH);
  #restLength = 0;
  /** Bytes of the message so far. */
  #length = 0;

  /**
   * Begins a message.
   *
   * @param state the chaining value after what was hashed before
   * @param length how many bytes that was, whole blocks
   */
  begin(state?: Readonly<State>, length = 0): void {
    if (state === undefined) hashing.begin(PLACE.state);
    this.#state.set(state ?? bytesOfHashing.subarray(PLACE.state, PLACE.state + DIGEST_LENGTH));
    this.#restLength = 0;
    this.#length = length;
  }

  /** Takes the next bytes of the message. */
  update(bytes: Uint8Array): void {
    this.#length += bytes.length;
    let offset = 0;
    if (this.#restLength > 0) {
      offset = Math.min(BLOCK_LENGTH - this.#restLength, bytes.length);
      this.#rest.set(bytes.subarray(0, offset), this.#restLength);
      this.#restLength += offset;
      if (this.#restLength < BLOCK_LENGTH) return;
      this.#compress(this.#rest);
      this.#restLength = 0;
    }
    const whole = bytes.length - (bytes.length - offset) % BLOCK_LENGTH;
    while (offset < whole) {
      const end = Math.min(whole, offset + CAPACITY);
      this.#compress(bytes.subarray(offset, end));
      offset = end;
    }
    this.#rest.set(bytes.subarray(whole));
    this.#restLength = bytes.length - whole;
  }

  /**
   * Ends the message.
   *
   * @param digest where the 32 bytes go
   * @throws {RangeError} for a message of 4 GiB or more
   */
  finish(digest: Uint8Array<ArrayBuffer> = new Uint8Array(DIGEST_LENGTH)): Uint8Array<ArrayBuffer> {
    if (this.#length > 0xffffffff) throw new RangeError("A message that is too long");
    bytesOfHashing.set(this.#state, PLACE.state);
    bytesOfHashing.set(this.#rest, PLACE.message);
    hashing.finish(
      PLACE.state,
      PLACE.message,
      PLACE.message + this.#restLength,
      this.#length,
      PLACE.digest,
    );
    digest.set(bytesOfHashing.subarray(PLACE.digest, PLACE.digest + DIGEST_LENGTH));
    return digest;
  }

  #compress(blocks: Uint8Array): void {
    bytesOfHashing.set(this.#state, PLACE.state);
    bytesOfHashing.set(blocks, PLACE.message);
    hashing.compress(PLACE.state, PLACE.message, PLACE.message + blocks.length);
    this.#state.set(bytesOfHashing.subarray(PLACE.state, PLACE.state + DIGEST_LENGTH));
  }
}

/**
 * Hashes a digest over and over, as password-based keys do.
 *
 * @param digest 32 bytes
 * @param times how often; 0 gives a copy
 */
export function chainSha256(digest: Uint8Array, times: number): Uint8Array<ArrayBuffer> {
  const end = putParts([digest]);
  for (let i = 0; i < times; i++) {
    hashing.begin(PLACE.state);
    hashing.finish(PLACE.state, PLACE.message, end, DIGEST_LENGTH, PLACE.message);
  }
  return bytesOfHashing.slice(PLACE.message, end);
}

const hasher = new Sha256();

/** Hashes byte strings as if they were one. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  if (length <= CAPACITY) {
    hashing.begin(PLACE.state);
    hashing.finish(PLACE.state, PLACE.message, putParts(parts), length, PLACE.digest);
    return takeDigest();
  }
  hasher.begin();
  for (const part of parts) hasher.update(part);
  return hasher.finish();
}
