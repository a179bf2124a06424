/**
 * The spec and the lines of `docs/tokens.md`, run in order: they print what the page shows.
 */
import assert from "node:assert/strict";
import { checkExample, examplesOf } from "./page_examples.ts";
import { SEED } from "./run.ts";

Deno.test("the page about tokens shows what the command prints", async (t) => {
  const folder = await Deno.makeTempDir();
  try {
    const page = Deno.readTextFileSync(new URL("../docs/tokens.md", import.meta.url));
    const [, spec = ""] = /^```yaml\n([\s\S]*?)^```$/m.exec(page) ?? [];
    Deno.writeTextFileSync(`${folder}/cluster.yaml`, spec);
    Deno.writeTextFileSync(`${folder}/cluster.seed`, `${SEED}\n`, { mode: 0o600 });
    const examples = examplesOf(page, "token");
    assert.ok(examples.length >= 8);
    for (const example of examples) {
      await t.step(`token ${example.args.join(" ")}`, () => checkExample("token", example, folder));
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
