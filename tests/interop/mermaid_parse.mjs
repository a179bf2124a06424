/**
 * Parses diagrams with mermaid's own parser: a JSON list of texts on stdin, a list of `null` or the error on stdout.
 */
import { readFileSync } from "node:fs";

// They have a lock of their own, mermaid.lock, which the project's own dependencies do not enter: so names that are
// put together.
const load = (name) => import(`npm:${name}`);
// Without a browser there is no DOM to make labels safe with; the grammar does not need that.
const { default: purify } = await load("dompurify@3.4.18");
purify.addHook = () => {};
purify.sanitize = (text) => text;
const { default: mermaid } = await load("mermaid@12.3.0");
const answers = [];
for (const text of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    const { diagramType } = await mermaid.parse(text);
    answers.push({ diagramType });
  } catch (error) {
    answers.push({ error: String(error) });
  }
}
console.log(JSON.stringify(answers));
