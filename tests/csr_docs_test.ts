/**
 * The lines of `docs/csr.md`, run in order: they print what the page shows. What the page has in YAML stands in the spec.
 */
import assert from "node:assert/strict";
import { checkExample, examplesOf } from "./page_examples.ts";
import { run } from "./run.ts";

Deno.test("the page about requests shows what the command prints", async (t) => {
  const folder = await Deno.makeTempDir();
  try {
    assert.equal((await run("init", [], { cwd: folder })).code, 0);
    const page = Deno.readTextFileSync(new URL("../docs/csr.md", import.meta.url));
    const examples = examplesOf(page, "csr");
    assert.ok(examples.length >= 17);
    const added = [...page.matchAll(/^```yaml\n([\s\S]*?)^```\n/gm)].map(([, block = ""]) => block);
    assert.equal(added.length, 1);
    await Deno.writeTextFile(`${folder}/cluster.yaml`, added.join(""), { append: true });
    for (const example of examples) {
      await t.step(`csr ${example.args.join(" ")}`, () => checkExample("csr", example, folder));
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
