/**
 * How SHA-256's messages and keys lie in the memory of the WebAssembly module that hashes them.
 *
 * @module
 */

/** Bytes that the compression takes at a time. */
export const BLOCK_LENGTH = 64;

/** Bytes of a digest, and of a chaining value. */
export const DIGEST_LENGTH = 32;

/** Addresses of what has its place. */
export const PLACE = {
  /** The chaining value of the message that is hashed: eight words (FIPS 180-4 section 6.2). */
  state: 0,
  /** Of HMAC: the chaining values after the inner and the outer block of the key. */
  key: 32,
  /** A key that is taken, 64 bytes, then the inner digest of a MAC. */
  scratch: 128,
  /** A key of 32 bytes, and zeros. */
  shortKey: 192,
  /** Where a digest comes out. */
  digest: 256,
  /** The value of a generator, and room to fill it up to a block. */
  value: 320,
  /** A message, and room behind it. */
  message: 384,
} as const;

/** The longest message that is hashed at once, in bytes: whole blocks. */
export const CAPACITY = 2 * 65536 - PLACE.message - 2 * BLOCK_LENGTH;

/** Pages of the memory. */
export const PAGES = 2;

/** What the module offers. Arguments are addresses; `end` is behind the last byte. */
export interface Exports {
  /** Begins a chaining value (FIPS 180-4 section 5.3.3). */
  begin(state: number): void;
  /** Takes the blocks of a message, at least one, into a chaining value. */
  compress(state: number, start: number, end: number): void;
  /**
   * Ends a message: fills it up to whole blocks in place, and writes its digest.
   *
   * @param total bytes of the whole message, those before `start` too
   */
  finish(state: number, start: number, end: number, total: number, digest: number): void;
  /** Takes a key of 64 bytes, shorter ones filled up with zeros, into `PLACE.key`. */
  takeKey(key: number): void;
  /** Authenticates a message under the key in `PLACE.key`; the digest may be part of the message. */
  mac(start: number, end: number, digest: number): void;
}
