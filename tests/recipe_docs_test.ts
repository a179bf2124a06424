/**
 * The lines of `docs/recipe.md`, run: they print what the page shows.
 */
import assert from "node:assert/strict";
import { run, withFolder, writeSeed } from "./run.ts";

Deno.test("the page about recipes shows what the command prints", async (t) => {
  const page = Deno.readTextFileSync(new URL("../docs/recipe.md", import.meta.url));
  const examples = [...page.matchAll(/^```\n\$ deno task recipe (.*)\n([\s\S]*?)^```$/gm)];
  assert.equal(examples.length, 5);
  const lab = Deno.readTextFileSync(new URL("../templates/cluster.yaml", import.meta.url));
  const spec = lab.replace("# notBefore: 2026-01-01", "notBefore: 2026-01-01")
    .replace(/^users: \[\]/m, 'users: [{ name: jane, groups: [developers, "on call"] }]');
  await withFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/cluster.yaml`, spec);
    writeSeed(folder);
    assert.equal((await run("provision", [], { cwd: folder })).code, 0);
    for (const [, line = "", output = ""] of examples) {
      await t.step(`recipe ${line}`, async () => {
        const { code, stdout, stderr } = await run("recipe", line.split(" "), { cwd: folder });
        assert.equal(code, 0, stderr);
        // What is shown stands there in this order.
        let from = 0;
        for (const part of output.split("...\n").filter((part) => part !== "")) {
          const at = stdout.indexOf(`\n${part}`, from);
          assert.ok(at >= 0, `not printed:\n${part}`);
          from = at + part.length;
        }
      });
    }
  });
});
