/**
 * The lines of `docs/explain.md`: they print what the page shows.
 */
import assert from "node:assert/strict";
import { run } from "./run.ts";

Deno.test("the page about explain shows what the command prints", async (t) => {
  const page = Deno.readTextFileSync(new URL("../docs/explain.md", import.meta.url));
  const examples = [...page.matchAll(/^```\n\$ deno task explain ?(.*)\n([\s\S]*?)^```$/gm)];
  const folder = await Deno.makeTempDir();
  try {
    // The hard way's lab.
    assert.equal((await run("init", [], { cwd: folder })).code, 0);
    assert.equal(examples.length, 5);
    for (const [, line = "", output = ""] of examples) {
      await t.step(`explain ${line}`, async () => {
        const args = line.split(" ").filter((word) => word !== "");
        const { stdout, stderr } = await run("explain", args, { cwd: folder });
        assert.equal(stdout + stderr, output);
      });
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
