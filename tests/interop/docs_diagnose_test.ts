/**
 * What `docs/diagnose.md` shows is what `diagnose` prints, on trees made again and on logs that real components wrote on
 * such trees.
 */
import assert from "node:assert/strict";
import { run as runCommand } from "../run.ts";
import { makeStories } from "./diagnose_stories.ts";
import { reissuer } from "./foreign/reissue.ts";
import { copyFolder } from "./foreign/trees.ts";
import { testWith } from "./tools.ts";

const PAGE = new URL("../../docs/diagnose.md", import.meta.url);
const LOGS = new URL("../fixtures/diagnose/stories/", import.meta.url);

interface Example {
  readonly args: readonly string[];
  readonly output: string;
}

function readExamples(): Example[] {
  const blocks = Deno.readTextFileSync(PAGE).matchAll(/^```\n\$ deno task diagnose (.*)\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, line = "", output = ""]) => ({ args: line.split(" "), output }));
}

/** A time without a year is the last one, whenever that is. */
function mask(text: string): string {
  return text.replace(/\b20\d\d(?=-\d\d-\d\dT)/g, "YEAR");
}

testWith([reissuer], "the page about diagnose shows what it prints", async (t) => {
  const folder = await Deno.makeTempDir({ prefix: "hardway-stories-" });
  try {
    await makeStories(folder);
    await copyFolder(new URL(LOGS).pathname, `${folder}/logs`);
    for (const { name: story } of [...Deno.readDirSync(`${folder}/logs`)]) {
      for (const { name } of [...Deno.readDirSync(`${folder}/logs/${story}`)]) {
        const path = `${folder}/logs/${story}/${name}`;
        Deno.renameSync(path, path.replace(/txt$/, "log"));
      }
    }
    const examples = readExamples();
    assert.equal(examples.length, 5);
    for (const { args, output } of examples) {
      await t.step(args.join(" "), async () => {
        const { code, stdout, stderr } = await runCommand("diagnose", args, { cwd: folder });
        assert.deepEqual([code, stderr], [1, ""], stdout + stderr);
        assert.equal(mask(stdout), mask(output));
        for (const line of stdout.split("\n")) assert.ok(line.length <= 80, line);
      });
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
