/**
 * "Did you mean": the nearest known word to a mistyped one.
 *
 * @module
 */
import { quote } from "./text.ts";

/**
 * Finds the candidate nearest to what was typed, if one is near enough to be meant.
 *
 * @param typed what the person wrote
 * @param candidates what would have been right
 * @returns the candidate, or undefined when none is near
 */
export function nearest(typed: string, candidates: Iterable<string>): string | undefined {
  const limit = Math.max(1, Math.floor(typed.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - typed.length) >= bestDistance) continue;
    const distance = editDistance(typed.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/**
 * Says that a pattern matches no id.
 *
 * @param pattern what the person wrote
 * @param meant what would have matched, if something is near
 */
export function describeMiss(pattern: string, meant: string | undefined): string {
  const hint = meant === undefined
    ? "expected an id or a pattern such as kubelet-*"
    : `did you mean ${quote(meant)}?`;
  return `The pattern ${quote(pattern)} matches nothing: ${hint}`;
}

/** Damerau-Levenshtein distance with adjacent swaps; gives up with `limit` once it cannot stay below it. */
function editDistance(a: string, b: string, limit: number): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    let smallest = row;
    for (let column = 1; column <= b.length; column++) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1;
      let value = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + cost,
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        value = Math.min(value, (beforePrevious[column - 2] ?? 0) + 1);
      }
      current.push(value);
      smallest = Math.min(smallest, value);
    }
    if (smallest >= limit) return limit;
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? limit;
}
