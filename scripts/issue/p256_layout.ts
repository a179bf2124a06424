/**
 * How numbers and points of P-256 lie in the memory of the WebAssembly module that adds them.
 *
 * A number is nine limbs of 29 bits with signs, in Montgomery's form (x * 2^261 mod p; Montgomery, 1985). Numbers that
 * are stored lie between -2^226 and 2^256 + 2^226, so that one residue may be stored in two ways.
 *
 * @module
 */

/** Bits of a limb. */
export const LIMB_BITS = 29;
/** Limbs of a number. */
export const LIMBS = 9;
/** Bytes of a number, of a point, and of a number as 64-bit words. */
export const NUMBER = 4 * LIMBS;
export const POINT = 2 * NUMBER;
export const WORDS = 32;

/** Addresses of numbers that have their place; what is behind them is free. */
export const PLACE = {
  /** 1 in Montgomery's form, and as it is. */
  one: 0,
  plainOne: NUMBER,
  /** The square of Montgomery's factor. */
  square: 2 * NUMBER,
  zero: 3 * NUMBER,
  /** The product of all that was collected; its inverse before the sums. */
  product: 4 * NUMBER,
  left: 5 * NUMBER,
  right: 6 * NUMBER,
  slope: 7 * NUMBER,
  scratch: 8 * NUMBER,
  free: 512,
} as const;

/** What the module offers. Arguments are addresses, and no array is empty. */
export interface Exports {
  gather(list: number, listEnd: number, to: number): void;
  /** Of `PLACE.product`; `powers` is room for six numbers. */
  invert(powers: number): void;
  collect(lefts: number, rights: number, rightsEnd: number, products: number): void;
  addUp(lefts: number, leftsEnd: number, rightsEnd: number, productsEnd: number): void;
  enter(words: number, wordsEnd: number, numbers: number): void;
  leave(numbers: number, numbersEnd: number, words: number): void;
}
