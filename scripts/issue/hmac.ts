/**
 * HMAC-SHA-256 (RFC 2104) under a key that is used more than once: its two blocks, half of what a short message
 * costs, are hashed once.
 *
 * @module
 */
import { BLOCK_LENGTH, CAPACITY, DIGEST_LENGTH, PLACE } from "../shared/sha256/layout.ts";
import { bytesOfHashing, hashing, putParts, Sha256, sha256, takeDigest } from "../shared/sha256/sha256.ts";

const KEY_END = PLACE.key + 2 * DIGEST_LENGTH;

/** One key. */
export class HmacKey {
  /** The chaining values after its two blocks. */
  readonly #states: Uint8Array<ArrayBuffer>;

  /** @param key of any length; what is longer than 64 bytes is hashed first */
  constructor(key: Uint8Array) {
    const short = key.length > BLOCK_LENGTH ? sha256(key) : key;
    const end = putParts([short]);
    bytesOfHashing.fill(0, end, PLACE.message + BLOCK_LENGTH);
    hashing.takeKey(PLACE.message);
    this.#states = bytesOfHashing.slice(PLACE.key, KEY_END);
  }

  /**
   * Authenticates byte strings as if they were one.
   *
   * @returns 32 bytes
   */
  mac(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
    let length = 0;
    for (const part of parts) length += part.length;
    if (length > CAPACITY) return this.#macLong(parts);
    bytesOfHashing.set(this.#states, PLACE.key);
    hashing.mac(PLACE.message, putParts(parts), PLACE.digest);
    return takeDigest();
  }

  #macLong(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
    const hasher = new Sha256();
    hasher.begin(this.#states.slice(0, DIGEST_LENGTH), BLOCK_LENGTH);
    for (const part of parts) hasher.update(part);
    const inner = hasher.finish();
    hasher.begin(this.#states.slice(DIGEST_LENGTH), BLOCK_LENGTH);
    hasher.update(inner);
    return hasher.finish();
  }
}
