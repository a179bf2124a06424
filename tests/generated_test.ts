import assert from "node:assert/strict";
import {
  FINDINGS,
  README,
  renderCode,
  renderSchemas,
  SCRIPTS,
  TEMPLATES,
  updateFindings,
  updateReadme,
} from "./generate.ts";

Deno.test("the JSON Schemas are what the definitions make", () => {
  for (const [name, text] of Object.entries(renderSchemas())) {
    assert.equal(Deno.readTextFileSync(new URL(name, TEMPLATES)), text, "run deno task generate");
  }
});

Deno.test("README's table of the set is what the catalogue makes", () => {
  const readme = Deno.readTextFileSync(README);
  assert.equal(readme, updateReadme(readme), "run deno task generate");
});

Deno.test("the page of findings has every code", () => {
  const page = Deno.readTextFileSync(FINDINGS);
  assert.equal(page, updateFindings(page), "run deno task generate");
});

Deno.test("the WebAssembly modules are what their sources assemble to", () => {
  for (const [path, text] of Object.entries(renderCode())) {
    assert.equal(Deno.readTextFileSync(new URL(path, SCRIPTS)), text, "run deno task generate");
  }
});
