/**
 * What noble has to confirm of our points. noble takes milliseconds for a multiplication, so that it is asked once for
 * many: what is owed adds up to one scalar and one point.
 *
 * @module
 */
import { p256 } from "../shared/npm/curves.ts";
import { addPoints, type Affine } from "./p256_points.ts";

const { n } = p256.Point.CURVE();

let owed: { readonly scalar: bigint; readonly points: readonly Affine[] }[] = [];
let owedPoints = 0;
/** So many points are not left unconfirmed, whoever forgets to ask. */
const MOST_OWED = 8192;

/**
 * Notes that points must add up to scalar * G, which `settle` asks noble for. A sum proves each of its parts as long as
 * nobody chooses them so that faults cancel out, and what is added here comes out of hashes.
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
  const sum = addPoints(owed.flatMap(({ points }) => points));
  settled += owedPoints;
  owed = [];
  owedPoints = 0;
  return isMultiple(total, sum);
}

/** A copy of noble's base point: noble's own makes itself a table in 40 ms first, which pays for many only. */
export const BASE: typeof p256.Point.BASE = p256.Point.fromAffine(p256.Point.BASE.toAffine());
const WORTH_NOBLES_TABLE = 10000;
let settled = 0;

/**
 * Whether noble says that a point is scalar * G.
 *
 * @param scalar 0 to n - 1
 */
function isMultiple(scalar: bigint, point: Affine | undefined): boolean {
  if (point === undefined || scalar === 0n) return point === undefined && scalar === 0n;
  const base = settled > WORTH_NOBLES_TABLE ? p256.Point.BASE : BASE;
  return base.multiplyUnsafe(scalar).equals(p256.Point.fromAffine(point));
}
