/**
 * What `docs/looking.md` shows is what the commands print on trees that the real programs make.
 */
import assert from "node:assert/strict";
import type { Command } from "../run.ts";
import { run as runCommand } from "../run.ts";
import { HARD_WAY_TOOLS, hardWayServer } from "./foreign/hard_way.ts";
import { K3S_TOOLS, k3sTree } from "./foreign/k3s.ts";
import { KUBEADM_TOOLS, kubeadmTree } from "./foreign/kubeadm.ts";
import { MMUMSHAD_TOOLS, mmumshadTree } from "./foreign/older_hard_way.ts";
import { testWith } from "./tools.ts";

const PAGE = new URL("../../docs/looking.md", import.meta.url);

interface Example {
  readonly command: Command;
  readonly args: readonly string[];
  /** Lines; `...` stands for any number of them. */
  readonly lines: readonly string[];
}

function readExamples(): Example[] {
  const blocks = Deno.readTextFileSync(PAGE).matchAll(/^```\n([\s\S]*?)^```$/gm);
  const examples: Example[] = [];
  for (const [, block = ""] of blocks) {
    for (const part of block.split(/^\$ deno task /m).slice(1)) {
      const [line = "", ...lines] = part.trimEnd().split("\n");
      const [command = "", ...args] = line.split(" ");
      examples.push({ command: command as Command, args, lines });
    }
  }
  return examples;
}

/** Without what changes from day to day. */
function mask(line: string): string {
  return line.replace(/\d{4}-\d{2}-\d{2}(?:T[\d:]+Z)?(?: {2}\d+[ydhms]| {2})?(?: *\d+[ydhms])?/g, "DATE")
    .replace(/DATE *(?:ended|\d+[ydhms])?/g, "DATE").replace(/ +/g, " ").trimEnd();
}

/** Pieces between `...` stand in this order, each as a whole; without `...` in front the first line is the first. */
function assertShows(output: string, lines: readonly string[]): void {
  const found = output.split("\n").map(mask);
  const pieces = lines.join("\n").split(/^\.\.\.(?:\n|$)/m).map((piece) =>
    piece.trimEnd().split("\n").map(mask)
  );
  let from = 0;
  for (const [index, piece] of pieces.entries()) {
    if (piece.join("") === "") continue;
    const at = found.findIndex((_, start) =>
      start >= from && piece.every((line, offset) => found[start + offset] === line)
    );
    assert.ok(
      at >= 0 && (index > 0 || at === 0),
      `${piece.join("\n")}\nis not where it should be in\n${output}`,
    );
    from = at + piece.length;
  }
  if (lines.at(-1) !== "...") assert.equal(from, found.length, output);
}

testWith(
  [...KUBEADM_TOOLS, ...HARD_WAY_TOOLS, ...K3S_TOOLS, ...MMUMSHAD_TOOLS],
  "the page about looking shows what the commands print",
  async (t) => {
    const folder = await Deno.makeTempDir({ prefix: "hardway-looking-" });
    try {
      await kubeadmTree(`${folder}/kubeadm`);
      await hardWayServer(`${folder}/server`);
      await k3sTree(`${folder}/k3s`);
      await mmumshadTree(`${folder}/old`);
      Deno.copyFileSync(new URL("../../templates/cluster.yaml", import.meta.url), `${folder}/cluster.yaml`);
      const made = await runCommand("bundle", [], { cwd: folder });
      assert.equal(made.code, 0, made.stderr);
      const examples = readExamples();
      assert.ok(examples.length >= 8);
      for (const { command, args, lines } of examples) {
        await t.step(`${command} ${args.join(" ")}`, async () => {
          const { code, stdout, stderr } = await runCommand(command, args, { cwd: folder });
          assert.deepEqual([code, stderr], [0, ""], stdout + stderr);
          assertShows(stdout.trimEnd(), lines);
          for (const line of stdout.split("\n")) assert.ok(line.length <= 80, line);
        });
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
