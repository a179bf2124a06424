/**
 * Lines of a page of docs/ that are run: what stands behind `$ deno task`, and what the page says that it prints.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Command, run } from "./run.ts";

/** One line and its output. */
export interface Example {
  readonly args: readonly string[];
  /** `...` stands for any number of lines. */
  readonly output: string;
}

/** The examples of one command on a page. */
export function examplesOf(page: string, command: Command): Example[] {
  const start = new RegExp(`^\\$ deno task ${command} `, "m");
  return [...page.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) =>
    block.split(start).slice(1).map((part) => {
      const [line = "", ...lines] = part.split("\n");
      const args = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? "");
      return { args, output: lines.join("\n") };
    })
  );
}

/** Runs an example and compares. */
export async function checkExample(
  command: Command,
  { args, output }: Example,
  folder: string,
): Promise<void> {
  const { stdout, stderr } = await run(command, args, { cwd: folder });
  const [before = "", after] = output.split("...\n");
  const found = stdout + stderr;
  if (after === undefined) assert.equal(found, before);
  else assert.ok(found.startsWith(before) && found.endsWith(after), found);
}
