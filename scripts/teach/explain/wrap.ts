/**
 * Wraps text for a terminal.
 *
 * @module
 */
import { displayWidth } from "../../shared/text.ts";

/**
 * Breaks a line between words.
 *
 * @param text words; one that is wider than there is room keeps its line for itself
 * @param columns of the terminal
 * @param first stands in front of the first line
 * @param next stands in front of every further line
 */
export function wrapText(text: string, columns: number, first: string, next: string): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(" ")) {
    if (!isEmpty && displayWidth(line) + 1 + displayWidth(word) > columns) {
      lines.push(line);
      line = next;
      isEmpty = true;
    }
    line = isEmpty ? line + word : `${line} ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
