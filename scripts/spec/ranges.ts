/**
 * Host ranges: `pool-[000-499]` stands for five hundred machines.
 *
 * @module
 */

/** A name with one range in it. */
export interface Range {
  readonly before: string;
  readonly after: string;
  readonly first: number;
  readonly last: number;
  /** Digits to pad to with zeros; 0 for no padding. */
  readonly width: number;
}

const RANGE = /^([^[\]]*)\[(\d{1,15})-(\d{1,15})\]([^[\]]*)$/;

/**
 * Reads a range.
 *
 * @returns the range; undefined for a name without brackets; a sentence's end when the brackets make no range
 */
export function parseRange(name: string): Range | undefined | { readonly expected: string } {
  if (!/[[\]]/.test(name)) return undefined;
  const match = RANGE.exec(name);
  if (match === null) {
    return { expected: "a host range such as pool-[0-499] or pool-[000-499], one in a name" };
  }
  const [, before = "", low = "", high = "", after = ""] = match;
  const first = Number(low);
  const last = Number(high);
  if (last < first) return { expected: `a range that counts up, such as [${high}-${low}]` };
  const padded = low.length > 1 && low.startsWith("0");
  if (padded ? low.length !== high.length : high.length > 1 && high.startsWith("0")) {
    return {
      expected: `both ends padded to the same width, such as [${low.padStart(high.length, "0")}-${high}]`,
    };
  }
  return { before, after, first, last, width: padded ? low.length : 0 };
}

/** How many names a range stands for. */
export function rangeSize(range: Range): number {
  return range.last - range.first + 1;
}

/** The name at an index of a range, from 0. */
export function rangeName(range: Range, index: number): string {
  return range.before + String(range.first + index).padStart(range.width, "0") + range.after;
}
