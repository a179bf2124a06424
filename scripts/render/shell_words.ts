/**
 * Where a placeholder may stand in a shell script: a value becomes a word of its own, or a part of one, so it must not
 * be inside of quotes or of a comment, where its own quotes would mean something else.
 *
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02
 *
 * @module
 */
import type { Piece } from "./placeholders.ts";

/** A placeholder in the wrong place, or what hides where one stands. */
export interface Misplaced {
  readonly offset: number;
  readonly message: string;
}

/** What text is inside of: nothing, one of the quotes, or a comment. */
type Inside = "" | "'" | '"' | "`" | "#";

const WORDS: Readonly<Record<Inside, string>> = {
  "": "after a backslash",
  "'": "in quotes",
  '"': "in quotes",
  "`": "in backquotes",
  "#": "in a comment",
};

/**
 * Looks for the first placeholder that stands in the wrong place.
 *
 * @param pieces the whole script
 */
export function findMisplaced(pieces: readonly Piece[]): Misplaced | undefined {
  let inside: Inside = "";
  let isEscaped = false;
  let before = "\n";
  let offset = 0;
  for (const piece of pieces) {
    if (piece.kind === "hole") {
      if (inside !== "" || isEscaped) {
        const place = isEscaped ? WORDS[""] : WORDS[inside];
        return { offset: piece.start, message: `Cannot put a value ${place}: expected a word of its own` };
      }
      offset = piece.end;
      before = "x";
      continue;
    }
    for (const character of piece.text) {
      if (isEscaped) isEscaped = false;
      else if (inside === "") {
        const pair = before + character;
        if (pair === "<<" || pair === "$'") {
          return { offset, message: `Cannot use ${pair} in a template: expected ordinary quotes` };
        }
        if (character === "\\") isEscaped = true;
        else if (character === "'" || character === '"' || character === "`") inside = character;
        else if (character === "#" && /[\s;&|()]/.test(before)) inside = "#";
      } else if (inside === "#") {
        if (character === "\n") inside = "";
      } else if (character === "\\" && inside !== "'") isEscaped = true;
      else if (character === inside) inside = "";
      before = character;
      offset += character.length;
    }
    // `$${` stands for two characters.
    if (piece.text === "${" && piece.isEscape === true) offset += 1;
  }
  return undefined;
}
