/**
 * The progress line of long work: drawn after a second, at most ten times a second, gone at the end.
 *
 * @module
 */
import { groupDigits } from "../shared/text.ts";

/**
 * Makes a progress line. `advance` is to be called for each thing done; `end` clears the line.
 *
 * @param what is counted
 */
export function makeProgress(
  redraw: ((line: string) => void) | undefined,
  now: () => number,
  what = "certificates",
): { readonly advance: (done: number, total: number) => void; readonly end: () => void } {
  if (redraw === undefined) return { advance: () => {}, end: () => {} };
  const start = now();
  let last = start + 900;
  let isDrawn = false;
  return {
    advance: (done, total) => {
      const time = now();
      if (time - last < 100) return;
      last = time;
      isDrawn = true;
      redraw(formatProgress(done, total, (time - start) / 1000, what));
    },
    end: () => {
      if (isDrawn) redraw("");
    },
  };
}

/** `  6,212 of 10,012 certificates  [##########------]  2 s left`. */
export function formatProgress(done: number, total: number, seconds: number, what = "certificates"): string {
  const share = total === 0 ? 1 : done / total;
  const filled = Math.floor(share * 16);
  const left = share === 0 ? "" : `  ${groupDigits(Math.ceil(seconds / share - seconds))} s left`;
  const bar = "#".repeat(filled) + "-".repeat(16 - filled);
  return `  ${groupDigits(done)} of ${groupDigits(total)} ${what}  [${bar}]${left}`;
}
