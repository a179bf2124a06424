/**
 * Random numbers that are the same on every run.
 *
 * @module
 */

/**
 * Makes a source of numbers from 0 up to 1, by mulberry32.
 *
 * @param seed a 32-bit number
 */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
