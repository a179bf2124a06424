/**
 * The lines of `docs/csr.md`, run in order: they print what the page shows.
 */
import assert from "node:assert/strict";
import { run } from "./run.ts";

interface Example {
  readonly args: readonly string[];
  /** `...` stands for any number of lines. */
  readonly output: string;
}

function readExamples(): Example[] {
  const page = Deno.readTextFileSync(new URL("../docs/csr.md", import.meta.url));
  return [...page.matchAll(/^```\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) =>
    block.split(/^\$ deno task csr /m).slice(1).map((part) => {
      const [line = "", ...lines] = part.split("\n");
      const args = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? "");
      return { args, output: lines.join("\n") };
    })
  );
}

Deno.test("the page about requests shows what the command prints", async (t) => {
  const folder = await Deno.makeTempDir();
  try {
    assert.equal((await run("init", [], { cwd: folder })).code, 0);
    const examples = readExamples();
    assert.ok(examples.length >= 12);
    for (const { args, output } of examples) {
      await t.step(`csr ${args.join(" ")}`, async () => {
        const { stdout, stderr } = await run("csr", args, { cwd: folder });
        const [before = "", after] = output.split("...\n");
        const found = stdout + stderr;
        if (after === undefined) assert.equal(found, before);
        else assert.ok(found.startsWith(before) && found.endsWith(after), found);
      });
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
