/**
 * An explanation for a terminal.
 *
 * @module
 */
import type { Explanation } from "./explanation.ts";
import { drawMap } from "./map_form.ts";
import { partsOf } from "./parts.ts";
import { wrapText } from "./wrap.ts";

/** How it is shown. */
export interface TextLook {
  readonly columns: number;
  readonly isColored: boolean;
}

/**
 * Renders the text.
 *
 * @param columns of the terminal; no line is longer, save for words that are
 */
export function formatText(explained: Explanation, { columns, isColored }: TextLook): string {
  const heading = (text: string): string => isColored ? `\x1b[1m${text}\x1b[0m` : text;
  const { kind, subject, title, text } = explained;
  const lines = [
    ...wrapText(subject === "" ? title : `${subject}: ${title}`, columns, "", "  "),
    ...text.flatMap((paragraph) => ["", ...wrapText(paragraph, columns, "", "")]),
    ...(kind === "map" ? ["", ...drawMap(explained, columns)] : []),
  ];
  for (const part of partsOf(explained)) {
    // The drawing says who talks to whom.
    if (kind === "map" && part.heading === "Who shows what to whom") continue;
    lines.push("", heading(part.heading));
    for (const { text: item, below } of part.items) {
      lines.push(...wrapText(item, columns, "  ", "    "));
      for (const line of below) lines.push(...wrapText(line, columns, "    ", "      "));
    }
  }
  return lines.join("\n");
}
