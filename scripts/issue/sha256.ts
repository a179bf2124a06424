/**
 * SHA-256 (FIPS 180-4) for the many short messages of a run. noble's costs about as much to call as to compute; here
 * a state can be kept and taken up again, which is what makes HMAC under one key cheap, and nothing is allocated
 * but the result.
 *
 * @module
 */

/** Bytes that the compression takes at a time. */
export const BLOCK_LENGTH = 64;

/** Bytes of a digest. */
export const DIGEST_LENGTH = 32;

/** A chaining value: eight words (FIPS 180-4 section 6.2). */
export type State = Int32Array<ArrayBuffer>;

/** The first 32 bits of the fractional parts of the square roots of the first 8 primes (section 5.3.3). */
export const INITIAL_STATE: Readonly<State> = Int32Array.from(fractions(8, Math.sqrt));

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes (section 4.2.2). */
const ROUND_CONSTANTS = Int32Array.from(fractions(64, Math.cbrt));

/** The message schedule; its first 16 words are the block. One for all, as nothing here waits. */
const words = new Int32Array(64);

/** A digest in the making. It is begun again rather than made anew. */
export class Sha256 {
  readonly #state: State = new Int32Array(INITIAL_STATE);
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
  begin(state: Readonly<State> = INITIAL_STATE, length = 0): void {
    for (let i = 0; i < 8; i++) this.#state[i] = state[i] ?? 0;
    this.#restLength = 0;
    this.#length = length;
  }

  /** Takes the next bytes of the message. */
  update(bytes: Uint8Array): void {
    const rest = this.#rest;
    const end = bytes.length;
    let offset = 0;
    let filled = this.#restLength;
    this.#length += end;
    if (filled === 0) offset = this.#takeBlocks(bytes, 0);
    // Byte by byte: for so few a call of `set` costs more.
    while (offset < end) {
      rest[filled++] = bytes[offset++] ?? 0;
      if (filled < BLOCK_LENGTH) continue;
      loadBlock(rest, 0);
      compress(this.#state);
      filled = 0;
      offset = this.#takeBlocks(bytes, offset);
    }
    this.#restLength = filled;
  }

  /**
   * Ends the message: the bit 1, zeros, and the message's length in bits (section 5.1.1).
   *
   * @param digest where the 32 bytes go
   */
  finish(digest: Uint8Array<ArrayBuffer> = new Uint8Array(DIGEST_LENGTH)): Uint8Array<ArrayBuffer> {
    const state = this.#state;
    const rest = this.#rest;
    rest[this.#restLength] = 0x80;
    for (let i = this.#restLength + 1; i < BLOCK_LENGTH; i++) rest[i] = 0;
    loadBlock(rest, 0);
    if (this.#restLength >= BLOCK_LENGTH - 8) {
      compress(state);
      words.fill(0, 0, 16);
    }
    words[14] = this.#length / 0x20000000;
    words[15] = this.#length << 3;
    compress(state);
    for (let i = 0, at = 0; i < 8; i++, at += 4) {
      const word = state[i] ?? 0;
      digest[at] = word >>> 24;
      digest[at + 1] = word >>> 16;
      digest[at + 2] = word >>> 8;
      digest[at + 3] = word;
    }
    return digest;
  }

  /** A copy of the chaining value, after whole blocks. */
  state(): State {
    const state: State = new Int32Array(8);
    for (let i = 0; i < 8; i++) state[i] = this.#state[i] ?? 0;
    return state;
  }

  #takeBlocks(bytes: Uint8Array, start: number): number {
    let offset = start;
    for (; offset + BLOCK_LENGTH <= bytes.length; offset += BLOCK_LENGTH) {
      loadBlock(bytes, offset);
      compress(this.#state);
    }
    return offset;
  }
}

const hasher = new Sha256();

/** Hashes byte strings as if they were one. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  hasher.begin();
  for (const part of parts) hasher.update(part);
  return hasher.finish();
}

function loadBlock(bytes: Uint8Array, start: number): void {
  for (let i = 0, at = start; i < 16; i++, at += 4) {
    words[i] = ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) |
      (bytes[at + 3] ?? 0);
  }
}

/**
 * The compression function (section 6.2.2). Four rounds stand in a row, so that variables move to their neighbours'
 * places only once in four, and Ch, Maj and the sigmas are written out: both make it a fifth faster.
 */
function compress(state: State): void {
  const w = words;
  const k = ROUND_CONSTANTS;
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15] ?? 0;
    const y = w[i - 2] ?? 0;
    w[i] = (w[i - 16] ?? 0) + (w[i - 7] ?? 0) +
      ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ (x >>> 3)) +
      ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ (y >>> 10));
  }
  let a = state[0] ?? 0, b = state[1] ?? 0, c = state[2] ?? 0, d = state[3] ?? 0;
  let e = state[4] ?? 0, f = state[5] ?? 0, g = state[6] ?? 0, h = state[7] ?? 0;
  for (let i = 0; i < 64; i += 4) {
    h = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (g ^ (e & (f ^ g))) +
        (k[i] ?? 0) + (w[i] ?? 0) | 0;
    d = d + h | 0;
    h = h + ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + ((a & b) | (c & (a | b))) |
      0;
    g = g + ((d >>> 6 | d << 26) ^ (d >>> 11 | d << 21) ^ (d >>> 25 | d << 7)) + (f ^ (d & (e ^ f))) +
        (k[i + 1] ?? 0) + (w[i + 1] ?? 0) | 0;
    c = c + g | 0;
    g = g + ((h >>> 2 | h << 30) ^ (h >>> 13 | h << 19) ^ (h >>> 22 | h << 10)) + ((h & a) | (b & (h | a))) |
      0;
    f = f + ((c >>> 6 | c << 26) ^ (c >>> 11 | c << 21) ^ (c >>> 25 | c << 7)) + (e ^ (c & (d ^ e))) +
        (k[i + 2] ?? 0) + (w[i + 2] ?? 0) | 0;
    b = b + f | 0;
    f = f + ((g >>> 2 | g << 30) ^ (g >>> 13 | g << 19) ^ (g >>> 22 | g << 10)) + ((g & h) | (a & (g | h))) |
      0;
    e = e + ((b >>> 6 | b << 26) ^ (b >>> 11 | b << 21) ^ (b >>> 25 | b << 7)) + (d ^ (b & (c ^ d))) +
        (k[i + 3] ?? 0) + (w[i + 3] ?? 0) | 0;
    a = a + e | 0;
    e = e + ((f >>> 2 | f << 30) ^ (f >>> 13 | f << 19) ^ (f >>> 22 | f << 10)) + ((f & g) | (h & (f | g))) |
      0;
    [a, b, c, d, e, f, g, h] = [e, f, g, h, a, b, c, d];
  }
  state[0] = (state[0] ?? 0) + a;
  state[1] = (state[1] ?? 0) + b;
  state[2] = (state[2] ?? 0) + c;
  state[3] = (state[3] ?? 0) + d;
  state[4] = (state[4] ?? 0) + e;
  state[5] = (state[5] ?? 0) + f;
  state[6] = (state[6] ?? 0) + g;
  state[7] = (state[7] ?? 0) + h;
}

/** The first 32 bits of the fractional parts of a root of the first primes. */
function fractions(count: number, root: (prime: number) => number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes.map((prime) => (root(prime) % 1) * 0x100000000 | 0);
}
