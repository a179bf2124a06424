/**
 * An explanation as Markdown.
 *
 * @module
 */
import type { Explanation } from "./explanation.ts";
import { drawMermaid } from "./mermaid_form.ts";
import { partsOf } from "./parts.ts";

/** Renders the Markdown; the map has its diagram in it. */
export function formatMarkdown(explained: Explanation): string {
  const { kind, subject, title, text } = explained;
  const head = subject === "" ? escape(title) : `\`${subject}\`: ${escape(title)}`;
  const lines = [`# ${head}`, ...text.flatMap((paragraph) => ["", escape(paragraph)])];
  if (kind === "map") lines.push("", "```mermaid", drawMermaid(explained), "```");
  for (const { heading, items } of partsOf(explained)) {
    lines.push("", `## ${heading}`, "");
    for (const { text: item, below } of items) {
      lines.push(`- ${escape(item)}`, ...below.map((line) => `  - ${escape(line)}`));
    }
  }
  return lines.join("\n");
}

/** Angle brackets would be tags, and stars and underscores emphasis. */
function escape(text: string): string {
  return text.replace(/[\\*_<>[\]`|]/g, "\\$&");
}
