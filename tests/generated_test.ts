import assert from "node:assert/strict";
import { README, renderSchema, SCHEMA, updateReadme } from "./generate.ts";

Deno.test("cluster.schema.json is what the spec's definition makes", () => {
  assert.equal(Deno.readTextFileSync(SCHEMA), renderSchema(), "run deno task generate");
});

Deno.test("README's table of the set is what the catalogue makes", () => {
  const readme = Deno.readTextFileSync(README);
  assert.equal(readme, updateReadme(readme), "run deno task generate");
});
