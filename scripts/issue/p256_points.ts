/**
 * Points of P-256 by the thousand, added pair by pair with one inversion for all: the memory that the WebAssembly module
 * works in, and the ways in and out of it.
 *
 * @module
 */
import { p256 } from "../shared/npm/curves.ts";
import { type Exports, LIMB_BITS, LIMBS, NUMBER, PLACE, POINT, WORDS } from "./p256_layout.ts";
import { P256_CODE } from "./p256_code.ts";
import { instantiate } from "../shared/wasm/instantiate.ts";

const PRIME = p256.Point.CURVE().p;
/** What a number in Montgomery's form is multiplied by. */
const FACTOR = 1n << BigInt(LIMB_BITS * LIMBS);
const PAGE = 65536;

/** A point that is not the one at infinity. */
export interface Affine {
  readonly x: bigint;
  readonly y: bigint;
}

/** Room for points, at an address of the memory. */
export type Address = number;

/** The WebAssembly module that adds points, and its memory. */
export class Points {
  readonly #memory = new WebAssembly.Memory({ initial: 1 });
  readonly #module: Exports = instantiate<Exports>(P256_CODE, this.#memory);
  #free: Address = PLACE.free;

  constructor() {
    const put = (place: Address, value: bigint): void => {
      const limbs = new Int32Array(this.#memory.buffer, place, LIMBS);
      for (const i of limbs.keys()) {
        limbs[i] = Number(BigInt.asUintN(LIMB_BITS, value >> BigInt(LIMB_BITS * i)));
      }
    };
    put(PLACE.one, FACTOR % PRIME);
    put(PLACE.plainOne, 1n);
    put(PLACE.square, FACTOR * FACTOR % PRIME);
  }

  /** Where room for a while begins, for so many points. What was there before may be gone. */
  room(points: number): Address {
    // Each addition needs a number a pair besides and some to invert with, each way in and out the words of all.
    const end = this.#free + points * (POINT + 2 * WORDS) + 6 * NUMBER;
    const missing = end - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE));
    return this.#free;
  }

  /** Takes room for points that stay. */
  keep(points: number): Address {
    const start = this.room(points);
    this.#free += aligned(points * POINT);
    return start;
  }

  /** Copies points, each to its own place. */
  copyEach(to: readonly Address[], from: readonly Address[]): void {
    const memory = new Int32Array(this.#memory.buffer);
    for (const [i, address] of from.entries()) {
      memory.copyWithin((to[i] ?? address) / 4, address / 4, (address + POINT) / 4);
    }
  }

  /** Copies points to one place after the other; there has to be room. */
  gather(to: Address, from: ArrayLike<Address>): void {
    const list = to + aligned(from.length * POINT);
    new Int32Array(this.#memory.buffer, list, from.length).set(from);
    if (from.length > 0) this.#module.gather(list, list + 4 * from.length, to);
  }

  /** Writes points one after the other; there has to be room. */
  store(to: Address, points: readonly Affine[]): void {
    const words = to + aligned(points.length * POINT);
    const view = new BigUint64Array(this.#memory.buffer, words, points.length * 2 * WORDS / 8);
    for (const [i, { x, y }] of points.entries()) {
      writeNumber(view, 8 * i, x);
      writeNumber(view, 8 * i + 4, y);
    }
    if (points.length > 0) this.#module.enter(words, words + view.byteLength, to);
  }

  /** Reads points that stand one after the other. */
  load(from: Address, points: number): Affine[] {
    const words = from + aligned(points * POINT);
    if (points > 0) this.#module.leave(from, from + points * POINT, words);
    const view = new BigUint64Array(this.#memory.buffer, words, points * 2 * WORDS / 8);
    return Array.from(
      { length: points },
      (_, i) => ({ x: readNumber(view, 8 * i), y: readNumber(view, 8 * i + 4) }),
    );
  }

  /**
   * Adds rows of points, column by column, and leaves the sums in the first row: the upper half of the rows onto the
   * lower, until one is left.
   *
   * @param start where the first row begins, all others behind it
   * @param columns points of a row, at least one
   * @returns false when two points to be added were equal or opposite: the rows are spoilt then
   */
  addRows(start: Address, columns: number, rows: number): boolean {
    const row = columns * POINT;
    const products = start + aligned(rows * row);
    for (let left = rows; left > 1;) {
      const half = left >> 1;
      if (!this.#add(start, start + (left - half) * row, half * columns, products)) return false;
      left -= half;
    }
    return true;
  }

  #add(lefts: Address, rights: Address, pairs: number, products: Address): boolean {
    this.#copyNumber(PLACE.product, PLACE.one);
    const [leftsEnd, rightsEnd] = [lefts + pairs * POINT, rights + pairs * POINT];
    this.#module.collect(lefts, rights, rightsEnd, products);
    const behind = products + aligned(pairs * NUMBER);
    this.#module.invert(behind);
    this.#module.leave(PLACE.product, PLACE.product + NUMBER, behind);
    if (readNumber(new BigUint64Array(this.#memory.buffer, behind, WORDS / 8), 0) === 0n) return false;
    this.#module.addUp(lefts, leftsEnd, rightsEnd, products + pairs * NUMBER);
    return true;
  }

  #copyNumber(to: Address, from: Address): void {
    new Int32Array(this.#memory.buffer).copyWithin(to / 4, from / 4, (from + NUMBER) / 4);
  }
}

let shared: Points | undefined;

/** This thread's points; nothing is compiled before they are needed. */
export function points(): Points {
  return shared ??= new Points();
}

/** Adds up points; undefined is the point at infinity. */
export function addPoints(all: readonly Affine[]): Affine | undefined {
  if (all.length === 0) return undefined;
  const memory = points();
  const start = memory.room(all.length);
  memory.store(start, all);
  if (memory.addRows(start, 1, all.length)) return memory.load(start, 1)[0];
  // Equal and opposite points are noble's.
  let sum = p256.Point.ZERO;
  for (const point of all) sum = sum.add(p256.Point.fromAffine(point));
  return sum.is0() ? undefined : sum.toAffine();
}

/** Words begin at multiples of their size. */
function aligned(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

function writeNumber(words: BigUint64Array, index: number, value: bigint): void {
  // Each takes the lowest 64 bits of what it is given.
  words[index] = value;
  words[index + 1] = value >> 64n;
  words[index + 2] = value >> 128n;
  words[index + 3] = value >> 192n;
}

function readNumber(words: BigUint64Array, index: number): bigint {
  const [a, b, c, d] = [words[index], words[index + 1], words[index + 2], words[index + 3]];
  return ((((d ?? 0n) << 64n | (c ?? 0n)) << 64n | (b ?? 0n)) << 64n | (a ?? 0n)) % PRIME;
}
