/**
 * From an offset in a text to the line and column that people count.
 *
 * @module
 */

/** A place of a text. */
export interface Place {
  /** From 1. */
  readonly line: number;
  /** From 1, in code points. */
  readonly column: number;
  /** Offset of the line's first character. */
  readonly start: number;
  /** Offset of the line's break, or of the text's end. */
  readonly end: number;
}

/** The lines of one text. Finding a place takes a search and no walk, as one long line may hold every problem. */
export class Lines {
  readonly #length: number;
  readonly #starts: number[] = [0];
  /** Offsets of second halves of surrogate pairs: they are no characters of their own. */
  readonly #halves: number[] = [];

  constructor(text: string) {
    this.#length = text.length;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.#starts.push(at + 1);
    for (let at = 0; at < text.length; at++) {
      if ((text.charCodeAt(at) & 0xfc00) === 0xdc00) this.#halves.push(at);
    }
  }

  /** The place of an offset. */
  placeOf(offset: number): Place {
    const line = countBelow(this.#starts, offset + 1);
    const start = this.#starts[line - 1] ?? 0;
    const halves = countBelow(this.#halves, offset) - countBelow(this.#halves, start);
    return {
      line,
      column: offset - start - halves + 1,
      start,
      end: (this.#starts[line] ?? this.#length + 1) - 1,
    };
  }
}

/** How many numbers of a sorted list are below a limit. */
function countBelow(sorted: readonly number[], limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
