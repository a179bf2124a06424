/**
 * HMAC_DRBG with SHA-256 (NIST SP 800-90A section 10.1.2) as C2SP det-keygen uses it: in go a seed and a
 * personalisation string, out comes a stream of bytes. It is no general generator: no reseeding, no entropy.
 *
 * Source: https://c2sp.org/det-keygen
 *
 * @module
 */
import { concatBytes } from "../shared/encoding.ts";
import { hmac, sha256 } from "../shared/npm/hashes.ts";

const BLOCK = 32;
const ZERO = Uint8Array.of(0);
const ONE = Uint8Array.of(1);

/** One generator. Equal inputs give equal streams. */
export class HmacDrbg {
  #key: Uint8Array = new Uint8Array(BLOCK);
  #value: Uint8Array = new Uint8Array(BLOCK).fill(1);

  /**
   * Instantiates the generator (SP 800-90A section 10.1.2.3).
   *
   * @param seed entropy input
   * @param personalization what the stream is for
   */
  constructor(seed: Uint8Array, personalization: Uint8Array) {
    const material = concatBytes(seed, personalization);
    for (const round of [ZERO, ONE]) {
      this.#key = hmac(sha256, this.#key, concatBytes(this.#value, round, material));
      this.#value = hmac(sha256, this.#key, this.#value);
    }
  }

  /**
   * Gives the next bytes. Unlike SP 800-90A it does not update by itself: det-keygen says when.
   *
   * @param length number of bytes
   */
  generate(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let offset = 0; offset < length; offset += BLOCK) {
      this.#value = hmac(sha256, this.#key, this.#value);
      bytes.set(this.#value.subarray(0, Math.min(BLOCK, length - offset)), offset);
    }
    return bytes;
  }

  /** Moves to a new state (SP 800-90A section 10.1.2.2, without additional input). */
  update(): void {
    this.#key = hmac(sha256, this.#key, concatBytes(this.#value, ZERO));
    this.#value = hmac(sha256, this.#key, this.#value);
  }
}
