/**
 * Figures and bounds: what a row's samples come to, and whether that is met.
 *
 * @module
 */

/** What has to hold. */
export interface Bound {
  /**
   * `ours`: our own figure is at most `limit`. `ratio`: ours divided by the rival's is. `speed-up`: the rival's divided
   * by ours is at least `limit`.
   */
  readonly on: "ours" | "ratio" | "speed-up";
  /** In seconds or MiB for `ours`, otherwise a plain number. */
  readonly limit: number;
  /** What we would like, beyond what has to be. */
  readonly aim?: number;
}

/** How it came out. */
export interface Verdict {
  readonly isMet: boolean;
  /** By how much it was missed, as a part of the limit: positive when too much, negative when too little. */
  readonly missedBy: number;
}

/** How one figure is made of several runs. */
export type Average = "median" | "mean" | "highest";

/** @throws {RangeError} when there are no values */
export function average(kind: Average, values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [middle, other] = [sorted[Math.floor(sorted.length / 2)], sorted[Math.ceil(sorted.length / 2) - 1]];
  if (middle === undefined || other === undefined) throw new RangeError("Cannot average no values");
  if (kind === "median") return (middle + other) / 2;
  if (kind === "highest") return sorted.at(-1) ?? middle;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Rounds to the three digits that are printed. */
export function round(value: number): number {
  return Number(value.toPrecision(3));
}

/** What a bound is about: our own figure, ours by the rival's, or the rival's by ours. */
export function compare(on: Bound["on"], ours: number, rival: number): number {
  return on === "ours" ? ours : on === "ratio" ? ours / rival : rival / ours;
}

/** Judges a figure as it is printed, so that no row reads 1.00 and misses a bound of 1. */
export function judge(bound: Bound, ours: number, rival = NaN): Verdict {
  const value = round(compare(bound.on, ours, rival));
  const isMet = bound.on === "speed-up" ? value >= bound.limit : value <= bound.limit;
  return { isMet, missedBy: isMet ? 0 : value / bound.limit - 1 };
}
