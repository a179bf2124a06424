/**
 * P-256 for many scalars at once: in go scalars, out come multiples of the base point. A table holds every digit's
 * multiple of the base point for every place of a number, so that a scalar's multiple is the sum of one entry a place.
 *
 * It is not constant in time: who measures it could learn of the scalars. SECURITY.md says why that is no matter here.
 *
 * Sources: FIPS 186-5 and SP 800-186 section 3.2.1.3 (the curve). Every result is held against the curve's equation,
 * and all that is owed to noble before it is used.
 *
 * @module
 */
import { p256 } from "../shared/npm/curves.ts";
import { invertAll, modulo, toBytes32 } from "./field.ts";
import { POINT } from "./p256_layout.ts";
import { BASE, owe } from "./p256_owed.ts";
import { type Address, type Affine, points } from "./p256_points.ts";

const { p: PRIME, b: B, n, Gx, Gy } = p256.Point.CURVE();

/** The order of the group. */
export const ORDER: bigint = n;

/** Bits of a number. */
const BITS = 256;

/** Multiples of the base point. */
interface Table {
  /** Bits of a digit. */
  readonly width: number;
  /**
   * Where (digit + 1) * 2^(width * place) * G stands for place 0 and digit 0, all digits of a place together. Digits
   * count from one so that no entry is the point at infinity.
   */
  readonly start: Address;
  /** What that adds to every scalar: 2^(width * place) for each place. */
  readonly surplus: bigint;
}

/**
 * The base point doubled 0 to `count` - 1 times. Doublings one after the other cannot share an inversion, so they go by
 * Jacobian coordinates (x = X/Z^2, y = Y/Z^3; for a = -3 after Bernstein, 2001).
 */
function doublings(count: number): Affine[] {
  let [X, Y, Z] = [Gx, Gy, 1n];
  const chain = [{ X, Y, Z }];
  while (chain.length < count) {
    const [delta, gamma] = [Z * Z % PRIME, Y * Y % PRIME];
    const beta = X * gamma % PRIME;
    const alpha = 3n * (X - delta) * (X + delta) % PRIME;
    Z = modulo((Y + Z) * (Y + Z) - gamma - delta, PRIME);
    X = modulo(alpha * alpha - 8n * beta, PRIME);
    Y = modulo(alpha * (4n * beta - X) - 8n * gamma * gamma, PRIME);
    chain.push({ X, Y, Z });
  }
  const inverses = invertAll(chain.map(({ Z }) => Z), PRIME);
  return chain.map(({ X, Y }, i) => {
    const inverse = inverses[i] ?? 0n;
    const square = inverse * inverse % PRIME;
    return { x: X * square % PRIME, y: Y * (square * inverse % PRIME) % PRIME };
  });
}

/** Where the doublings stand: 2^bit * G for each bit, and one more. */
let powers: Address | undefined;

function makeTable(width: number): Table {
  const [places, digits] = [BITS / width, 1 << width];
  const memory = points();
  if (powers === undefined) memory.store(powers = memory.keep(BITS + 1), doublings(BITS + 1));
  const start = memory.keep(places * digits);
  const entry = (place: number, multiple: number): Address => start + (place * digits + multiple - 1) * POINT;
  // Of each place the multiples below a power of two, plus that power; which stands among the doublings itself.
  for (let bit = 0; bit <= width; bit++) {
    const power = 1 << bit;
    const doubled = Array.from(
      { length: places },
      (_, place) => (powers ?? 0) + (width * place + bit) * POINT,
    );
    memory.copyEach(doubled.map((_, place) => entry(place, power)), doubled);
    if (power === 1 || power === digits) continue;
    const lefts = doubled.flatMap((_, place) =>
      Array.from({ length: power - 1 }, (_, below) => entry(place, below + 1))
    );
    const sums = memory.room(2 * lefts.length);
    memory.gather(sums, [...lefts, ...doubled.flatMap((from) => new Array<Address>(power - 1).fill(from))]);
    if (!memory.addRows(sums, lefts.length, 2)) throw new Error("Multiples that are equal");
    memory.copyEach(lefts.map((left) => left + power * POINT), lefts.map((_, i) => sums + i * POINT));
  }
  return { width, start, surplus: ((1n << BigInt(BITS)) - 1n) / BigInt(digits - 1) };
}

/** Digits of 4 bits: a table of 1,024 points, made in a few milliseconds. */
const NARROW = 4;
/** Digits of 8 bits: 8,192 points, and half the additions. */
const WIDE = 8;
/** From how many scalars on the wide table pays: it takes 12 milliseconds, and saves 10 microseconds a scalar. */
const WORTH_WIDE = 1200;
/** How many scalars go into the caches of a processor together. */
const MOST_AT_ONCE = 256;

/** Up to how many scalars of a process no table pays at all: noble takes a millisecond for each. */
const TOO_FEW = 3;

let table: Table | undefined;
let served = 0;

function tableFor(scalars: number): Table {
  served += scalars;
  const width = served > WORTH_WIDE ? WIDE : NARROW;
  if (table === undefined || table.width < width) table = makeTable(width);
  return table;
}

/**
 * Multiplies the base point.
 *
 * @param scalars each from 1 to n - 1
 * @returns scalar * G for each
 * @throws {Error} for a scalar out of range, or when a result is not on the curve: a bug of ours
 */
export function multiplyBase(scalars: readonly bigint[]): Affine[] {
  if (scalars.some((scalar) => scalar <= 0n || scalar >= n)) throw new Error("A scalar that is out of range");
  if (table === undefined && served + scalars.length <= TOO_FEW) {
    served += scalars.length;
    return scalars.map(multiplyByNoble);
  }
  const multiples: Affine[] = [];
  for (let start = 0; start < scalars.length; start += MOST_AT_ONCE) {
    const some = scalars.slice(start, start + MOST_AT_ONCE);
    multiples.push(...sumUp(some, tableFor(some.length)));
  }
  if (!multiples.every(isOnCurve)) throw new Error("A multiple that is not on the curve");
  if (scalars.length > 0) owe(scalars.reduce((total, scalar) => total + scalar, 0n), multiples);
  return multiples;
}

function sumUp(scalars: readonly bigint[], { width, start, surplus }: Table): Affine[] {
  const digits = scalars.map((scalar) => toBytes32(modulo(scalar - surplus, n)));
  const [places, last] = [BITS / width, BITS / 8 - 1];
  const entries = new Int32Array(places * scalars.length);
  for (let place = 0, i = 0; place < places; place++) {
    const bit = width * place;
    for (const bytes of digits) {
      const digit = (bytes[last - (bit >> 3)] ?? 0) >> bit % 8 & (1 << width) - 1;
      entries[i++] = start + ((place << width) + digit) * POINT;
    }
  }
  const memory = points();
  const rows = memory.room(entries.length);
  memory.gather(rows, entries);
  if (memory.addRows(rows, scalars.length, places)) return memory.load(rows, scalars.length);
  // Somewhere two equal or opposite points met, as they do for scalars made for it: noble knows how.
  return scalars.map(multiplyByNoble);
}

function multiplyByNoble(scalar: bigint): Affine {
  return BASE.multiplyUnsafe(scalar).toAffine();
}

/** Whether a point satisfies y^2 = x^3 - 3x + b. */
function isOnCurve({ x, y }: Affine): boolean {
  return (y * y - (x * x - 3n) * x - B) % PRIME === 0n;
}
