/**
 * HMAC_DRBG with SHA-256 (NIST SP 800-90A section 10.1.2) as C2SP det-keygen and RFC 6979 use it: in go a seed and
 * what else the stream shall depend on, out comes a stream of bytes. It is no general generator: no reseeding, no
 * entropy.
 *
 * Source: https://c2sp.org/det-keygen
 *
 * @module
 */
import { HmacKey } from "./hmac.ts";

const BLOCK = 32;
const ZERO = Uint8Array.of(0);
const ONE = Uint8Array.of(1);

/** Every generator begins with the same key and value. */
const FIRST_KEY = new HmacKey(new Uint8Array(BLOCK));
const FIRST_VALUE = new Uint8Array(BLOCK).fill(1);

/** One generator. Equal inputs give equal streams. */
export class HmacDrbg {
  #key: HmacKey;
  #value: Uint8Array;

  /**
   * Instantiates the generator (SP 800-90A section 10.1.2.3).
   *
   * @param seed entropy input
   * @param personalization what the stream is for; RFC 6979 puts the message's digest here
   */
  constructor(seed: Uint8Array, personalization: Uint8Array) {
    this.#key = new HmacKey(FIRST_KEY.mac(FIRST_VALUE, ZERO, seed, personalization));
    this.#value = this.#key.mac(FIRST_VALUE);
    this.#key = new HmacKey(this.#key.mac(this.#value, ONE, seed, personalization));
    this.#value = this.#key.mac(this.#value);
  }

  /**
   * Gives the next bytes. Unlike SP 800-90A it does not update by itself: det-keygen and RFC 6979 say when.
   *
   * @param length number of bytes
   */
  generate(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let offset = 0; offset < length; offset += BLOCK) {
      this.#value = this.#key.mac(this.#value);
      bytes.set(this.#value.subarray(0, Math.min(BLOCK, length - offset)), offset);
    }
    return bytes;
  }

  /** Moves to a new state (SP 800-90A section 10.1.2.2, without additional input). */
  update(): void {
    this.#key = new HmacKey(this.#key.mac(this.#value, ZERO));
    this.#value = this.#key.mac(this.#value);
  }
}
