/**
 * HMAC_DRBG with SHA-256 (NIST SP 800-90A section 10.1.2) as C2SP det-keygen and RFC 6979 use it: in go a seed and
 * what else the stream shall depend on, out comes a stream of bytes. It is no general generator: no reseeding, no
 * entropy.
 *
 * Two of them stand behind every key and signature, so the work is done in the memory of the hashing module, and a
 * generator keeps no more than its key and its value.
 *
 * Source: https://c2sp.org/det-keygen
 *
 * @module
 */
import { CAPACITY, DIGEST_LENGTH, PLACE } from "../shared/sha256/layout.ts";
import { bytesOfHashing, hashing, putParts } from "../shared/sha256/sha256.ts";

const [KEY_END, VALUE_END] = [PLACE.key + 2 * DIGEST_LENGTH, PLACE.value + DIGEST_LENGTH];
/** Behind the value in a message: which half of an update it is. */
const SEPARATOR = PLACE.message + DIGEST_LENGTH;

/** Every generator begins with the same key, of zeros, and the same value, of ones. */
const FIRST_KEY = firstKey();

function firstKey(): Uint8Array<ArrayBuffer> {
  bytesOfHashing.fill(0, PLACE.shortKey, PLACE.shortKey + 2 * DIGEST_LENGTH);
  hashing.takeKey(PLACE.shortKey);
  return bytesOfHashing.slice(PLACE.key, KEY_END);
}

/** One generator. Equal inputs give equal streams. */
export class HmacDrbg {
  readonly #key = new Uint8Array(2 * DIGEST_LENGTH);
  readonly #value = new Uint8Array(DIGEST_LENGTH);

  /**
   * Instantiates the generator (SP 800-90A section 10.1.2.3).
   *
   * @param seed entropy input
   * @param personalization what the stream is for; RFC 6979 puts the message's digest here
   */
  constructor(seed: Uint8Array, personalization: Uint8Array) {
    if (seed.length + personalization.length > CAPACITY / 2) throw new RangeError("A seed that is too long");
    const end = putParts([seed, personalization], SEPARATOR + 1);
    bytesOfHashing.set(FIRST_KEY, PLACE.key);
    bytesOfHashing.fill(1, PLACE.value, VALUE_END);
    moveOn(0, end);
    moveOn(1, end);
    this.#keep();
  }

  /**
   * Gives the next bytes. Unlike SP 800-90A it does not update by itself: det-keygen and RFC 6979 say when.
   *
   * @param length number of bytes
   */
  generate(length: number): Uint8Array {
    this.#takeUp();
    const bytes = new Uint8Array(length);
    for (let offset = 0; offset < length; offset += DIGEST_LENGTH) {
      hashing.mac(PLACE.value, VALUE_END, PLACE.value);
      const part = Math.min(DIGEST_LENGTH, length - offset);
      bytes.set(bytesOfHashing.subarray(PLACE.value, PLACE.value + part), offset);
    }
    this.#keep();
    return bytes;
  }

  /** Moves to a new state (SP 800-90A section 10.1.2.2, without additional input). */
  update(): void {
    this.#takeUp();
    moveOn(0, SEPARATOR + 1);
    this.#keep();
  }

  #takeUp(): void {
    bytesOfHashing.set(this.#key, PLACE.key);
    bytesOfHashing.set(this.#value, PLACE.value);
  }

  #keep(): void {
    this.#key.set(bytesOfHashing.subarray(PLACE.key, KEY_END));
    this.#value.set(bytesOfHashing.subarray(PLACE.value, VALUE_END));
  }
}

/**
 * One half of an update: a new key of the old value, the half's number and the message behind it; then a new value.
 *
 * @param half 0 or 1
 * @param end of the message
 */
function moveOn(half: number, end: number): void {
  bytesOfHashing.copyWithin(PLACE.message, PLACE.value, VALUE_END);
  bytesOfHashing[SEPARATOR] = half;
  hashing.mac(PLACE.message, end, PLACE.shortKey);
  hashing.takeKey(PLACE.shortKey);
  hashing.mac(PLACE.value, VALUE_END, PLACE.value);
}
