/**
 * Connections as a diagram in the language of mermaid.
 *
 * https://mermaid.js.org/syntax/flowchart.html
 *
 * @module
 */
import type { Explanation } from "./explanation.ts";

/** Draws who talks to whom; an arrow says what the caller shows, and what it is shown. */
export function drawMermaid({ connections }: Explanation): string {
  const names = [...new Set(connections.flatMap(({ from, to }) => [from, to]))];
  const nodeOf = (name: string): string => `n${names.indexOf(name)}`;
  return [
    "flowchart LR",
    ...names.map((name) => `  ${nodeOf(name)}["${label(name)}"]`),
    ...connections.map(({ from, to, shows, isShown }) => {
      const text = isShown === null ? shows : `${shows} / ${isShown}`;
      return `  ${nodeOf(from)} -->|"${label(text)}"| ${nodeOf(to)}`;
    }),
  ].join("\n");
}

/** Quotation marks end a label, and angle brackets are tags: mermaid has its own escapes for them. */
function label(text: string): string {
  return text.replace(/[#"<>&|]/g, (character) => `#${character.codePointAt(0) ?? 0};`);
}
