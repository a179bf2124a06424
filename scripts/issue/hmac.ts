/**
 * HMAC-SHA-256 (RFC 2104) under a key that is used more than once: its two blocks, half of what a short message
 * costs, are hashed once.
 *
 * @module
 */
import { BLOCK_LENGTH, DIGEST_LENGTH, Sha256, sha256, type State } from "./sha256.ts";

const hasher = new Sha256();
const pad = new Uint8Array(BLOCK_LENGTH);
const innerDigest = new Uint8Array(DIGEST_LENGTH);

/** One key. */
export class HmacKey {
  readonly #inner: State;
  readonly #outer: State;

  /** @param key of any length; what is longer than 64 bytes is hashed first */
  constructor(key: Uint8Array) {
    const short = key.length > BLOCK_LENGTH ? sha256(key) : key;
    this.#inner = stateAfter(short, 0x36);
    this.#outer = stateAfter(short, 0x5c);
  }

  /**
   * Authenticates byte strings as if they were one.
   *
   * @returns 32 bytes
   */
  mac(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
    hasher.begin(this.#inner, BLOCK_LENGTH);
    for (const part of parts) hasher.update(part);
    hasher.finish(innerDigest);
    hasher.begin(this.#outer, BLOCK_LENGTH);
    hasher.update(innerDigest);
    return hasher.finish();
  }
}

/** The chaining value after the key's block, each byte of which is combined with `mask`. */
function stateAfter(key: Uint8Array, mask: number): State {
  for (let i = 0; i < key.length; i++) pad[i] = (key[i] ?? 0) ^ mask;
  for (let i = key.length; i < BLOCK_LENGTH; i++) pad[i] = mask;
  hasher.begin();
  hasher.update(pad);
  return hasher.state();
}
