/**
 * P-256 for many scalars at once: in go scalars, out come multiples of the base point. A table holds every digit's
 * multiple of the base point for every place of a number, so that a scalar's multiple is the sum of one entry a place;
 * the sums of a whole batch are taken pair by pair, so that each round of additions shares one inversion.
 *
 * It is not constant in time: who measures it could learn of the scalars. SECURITY.md says why that is no matter here.
 *
 * Sources: FIPS 186-5 and SP 800-186 section 3.2.1.3 (the curve), SEC 1 section 2.2.1 (the group law). Every result is
 * held against the curve's equation, and all that is owed to noble before it is used.
 *
 * @module
 */
import { p256 } from "../shared/npm/curves.ts";
import { invertAll, modulo } from "./field.ts";

const { p: PRIME, b: B, n, Gx, Gy } = p256.Point.CURVE();

/** The order of the group. */
export const ORDER: bigint = n;

/** A point that is not the one at infinity. */
export interface Affine {
  readonly x: bigint;
  readonly y: bigint;
}

/** A point; undefined is the one at infinity. */
type Point = Affine | undefined;

/** The base point. */
export const BASE: Affine = { x: Gx, y: Gy };

/**
 * Adds points pair by pair, all with one inversion. No pair is special to it: equal points are doubled, opposite ones
 * and those at infinity come out right.
 *
 * @param lefts one point of each pair
 * @param rights the other
 */
export function addAll(lefts: readonly Point[], rights: readonly Point[]): Point[] {
  const numerators: bigint[] = [];
  const denominators: bigint[] = [];
  const sums: Point[] = new Array(lefts.length);
  const slanted: number[] = [];
  for (let i = 0; i < lefts.length; i++) {
    const [a, b] = [lefts[i], rights[i]];
    if (a === undefined || b === undefined) {
      sums[i] = a ?? b;
      continue;
    }
    if (a.x !== b.x) {
      numerators.push(b.y - a.y);
      denominators.push(b.x - a.x);
    } else if (a.y === b.y) {
      // The tangent's slope; a = -3. No point of this group has y = 0, as its order is odd.
      numerators.push(3n * (a.x * a.x - 1n));
      denominators.push(2n * a.y);
    } else {
      sums[i] = undefined;
      continue;
    }
    slanted.push(i);
  }
  if (slanted.length === 0) return sums;
  const inverses = invertAll(denominators, PRIME);
  for (let j = 0; j < slanted.length; j++) {
    const i = slanted[j] ?? 0;
    const [a, b] = [lefts[i] ?? BASE, rights[i] ?? BASE];
    const slope = (numerators[j] ?? 0n) * (inverses[j] ?? 0n) % PRIME;
    const x = modulo(slope * slope - a.x - b.x, PRIME);
    sums[i] = { x, y: modulo(slope * (a.x - x) - a.y, PRIME) };
  }
  return sums;
}

/** Adds up the points of each row, all rows at once. */
function addRows(rows: readonly Point[][]): Point[] {
  let left: readonly Point[][] = rows;
  while ((left[0]?.length ?? 0) > 1) {
    const width = left[0]?.length ?? 0;
    const half = width >> 1;
    const sums = addAll(
      left.flatMap((row) => row.slice(0, half)),
      left.flatMap((row) => row.slice(half, 2 * half)),
    );
    left = left.map((row, i) => {
      const next = sums.slice(i * half, (i + 1) * half);
      if (width % 2 === 1) next.push(row[width - 1]);
      return next;
    });
  }
  return left.map((row) => row[0]);
}

/** Adds up points. */
export function addUp(points: readonly Affine[]): Affine | undefined {
  return addRows([[...points]])[0];
}

/** Multiples of the base point: `table[place][digit]` is digit * 2^(width * place) * G. */
interface Table {
  /** Bits of a digit. */
  readonly width: number;
  readonly places: readonly (readonly Point[])[];
}

/**
 * The base point doubled 0, `step`, 2 * `step` ... times. Doublings one after the other cannot share an inversion, so
 * they go by Jacobian coordinates (x = X/Z^2, y = Y/Z^3; for a = -3 after Bernstein, 2001), and only the results are
 * brought back.
 */
function doublings(step: number, count: number): Affine[] {
  let [X, Y, Z] = [BASE.x, BASE.y, 1n];
  const chain = [{ X, Y, Z }];
  while (chain.length < count) {
    for (let bit = 0; bit < step; bit++) {
      const [delta, gamma] = [Z * Z % PRIME, Y * Y % PRIME];
      const beta = X * gamma % PRIME;
      const alpha = 3n * (X - delta) * (X + delta) % PRIME;
      Z = modulo((Y + Z) * (Y + Z) - gamma - delta, PRIME);
      X = modulo(alpha * alpha - 8n * beta, PRIME);
      Y = modulo(alpha * (4n * beta - X) - 8n * gamma * gamma, PRIME);
    }
    chain.push({ X, Y, Z });
  }
  const inverses = invertAll(chain.map(({ Z }) => Z), PRIME);
  return chain.map(({ X, Y }, place) => {
    const inverse = inverses[place] ?? 0n;
    const square = inverse * inverse % PRIME;
    return { x: X * square % PRIME, y: Y * (square * inverse % PRIME) % PRIME };
  });
}

function makeTable(width: number): Table {
  const count = Math.ceil(256 / width);
  const starts = doublings(width, count);
  const places: Point[][] = starts.map((start) => [undefined, start]);
  // Of each place the digits from 2^k to 2^(k+1) - 1 at once: the even ones by doubling, the odd ones by one more.
  for (let from = 2; from < 1 << width; from *= 2) {
    const halves = places.flatMap((digits) => digits.slice(from / 2, from));
    const evens = addAll(halves, halves);
    const odds = addAll(evens, places.flatMap((digits) => new Array<Point>(from / 2).fill(digits[1])));
    for (const [place, digits] of places.entries()) {
      for (let i = 0; i < from / 2; i++) {
        digits.push(evens[place * from / 2 + i], odds[place * from / 2 + i]);
      }
    }
  }
  return { width, places };
}

/** Digits of 4 bits: a table of 960 points, made in a few milliseconds. */
const NARROW = 4;
/** Digits of 8 bits: 8,160 points, and half the additions. */
const WIDE = 8;
/** From how many scalars on the wide table has paid for itself. */
const WORTH_WIDE = 250;

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
  if (scalars.length === 0) return [];
  const { width, places } = tableFor(scalars.length);
  const mask = (1 << width) - 1;
  const rows = scalars.map((scalar) => {
    if (scalar <= 0n || scalar >= n) throw new Error("A scalar that is out of range");
    const bytes = scalar.toString(16).padStart(64, "0");
    return places.map((digits, place) => {
      // Two hexadecimal digits a place of 8 bits, one a place of 4.
      const end = 64 - place * (width / 4);
      return digits[parseInt(bytes.slice(end - width / 4, end), 16) & mask];
    });
  });
  const points = addRows(rows).map((point) => {
    if (point === undefined || !isOnCurve(point)) throw new Error("A multiple that is not on the curve");
    return point;
  });
  owe(scalars.reduce((total, scalar) => total + scalar, 0n), points);
  return points;
}

/** Whether a point satisfies y^2 = x^3 - 3x + b. */
function isOnCurve({ x, y }: Affine): boolean {
  return (y * y - (x * x - 3n) * x - B) % PRIME === 0n;
}

let owed: { readonly scalar: bigint; readonly points: readonly Affine[] }[] = [];
let owedPoints = 0;
/** So many points are not left unconfirmed, whoever forgets to ask. */
const MOST_OWED = 8192;

/**
 * Notes that points must add up to scalar * G. noble is to confirm it, but takes milliseconds to do so: `settle` asks it
 * once for all. A sum proves each of its parts as long as nobody chooses them so that faults cancel out, and what is
 * added here comes out of hashes.
 */
export function owe(scalar: bigint, points: readonly Affine[]): void {
  owed.push({ scalar, points });
  owedPoints += points.length;
  if (owedPoints > MOST_OWED && !settle()) throw new Error("Points that noble does not confirm");
}

/**
 * Whether noble confirms everything that is owed; nothing is owed then. Whatever was computed here must not be used
 * before.
 */
export function settle(): boolean {
  if (owed.length === 0) return true;
  const total = owed.reduce((sum, { scalar }) => sum + scalar, 0n) % n;
  const sum = addUp(owed.flatMap(({ points }) => points));
  owed = [];
  owedPoints = 0;
  return isMultiple(total, sum);
}

/** A copy of noble's base point: noble's own makes itself a table in 40 ms first, which pays for many only. */
const NOBLE_BASE = p256.Point.fromAffine(BASE);
const WORTH_NOBLES_TABLE = 5000;

/**
 * Whether noble says that a point is scalar * G.
 *
 * @param scalar 0 to n - 1
 */
function isMultiple(scalar: bigint, point: Affine | undefined): boolean {
  if (point === undefined || scalar === 0n) return point === undefined && scalar === 0n;
  const base = served > WORTH_NOBLES_TABLE ? p256.Point.BASE : NOBLE_BASE;
  return base.multiplyUnsafe(scalar).equals(p256.Point.fromAffine(point));
}
