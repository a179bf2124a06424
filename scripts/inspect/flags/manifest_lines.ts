/**
 * A manifest that is no YAML, read line by line for its flags: the guide's own kube-apiserver.yaml has comments inside
 * of a plain scalar, and who edits a static pod by hand makes such files.
 *
 * In: a text, whatever it is. Out: the programs whose flags stand in it, with their lines.
 *
 * @module
 */
import { readFlags } from "./flag_words.ts";
import type { Component, Invocation, Word } from "./invocation.ts";
import { mountsOfLines } from "./manifest_mounts.ts";
import { componentOfProgram } from "./programs.ts";
import { readScript } from "./shell_words.ts";

/** Longer lines than commands have. */
const MAX_LINE = 256 * 1024;

/** What has been read of one command. */
interface Run {
  program: string | undefined;
  readonly words: Word[];
  readonly line: number;
}

/**
 * Reads lines. A command begins with a program's name or with a flag, and ends with a line that is a field of YAML.
 *
 * @param text a manifest, whatever is wrong with it
 */
export function readInvocationLines(text: string): Invocation[] {
  const found: Invocation[] = [];
  let line = 1;
  for (const document of text.split(/^---(?=\s|$)/m)) {
    found.push(...readDocument(document, line));
    line += document.split("\n").length - 1;
  }
  return found;
}

function readDocument(text: string, firstLine: number): Invocation[] {
  const lines = text.split("\n");
  const runs: Run[] = [];
  let run: Run | undefined;
  let owner: Component | undefined;
  for (const [index, raw] of lines.entries()) {
    const line = firstLine + index;
    const content = raw.length > MAX_LINE ? "" : raw.trim();
    if (content === "" || content.startsWith("#")) continue;
    const field = /^(?:-\s+)*["']?([A-Za-z][\w./-]*)["']?\s*:(?:\s+(.*))?$/.exec(content);
    const [, key, value = ""] = field ?? [];
    if (key === "name" || key === "component" || key === "k8s-app") {
      owner ??= componentOfProgram(value.replace(/["',]/g, ""));
    }
    const isCommand = key === "command" || key === "args";
    // `args` goes on with what `command` began.
    if (key !== undefined && key !== "args") run = undefined;
    if (key !== undefined && !isCommand) continue;
    for (const word of wordsOf(key === undefined ? content : value)) {
      if (startsProgram(word, run)) {
        run = { program: word.slice(word.lastIndexOf("/") + 1), words: [], line };
        runs.push(run);
      } else if (run !== undefined) run.words.push({ text: word, line });
      else if (/^--?[a-z][\w-]*(?:=|$)/.test(word) && (word.startsWith("--") || word.includes("="))) {
        run = { program: undefined, words: [{ text: word, line }], line };
        runs.push(run);
      }
    }
  }
  const mounts = mountsOfLines(lines);
  return runs.flatMap((one): Invocation[] => {
    const component = one.program === undefined ? owner : componentOfProgram(one.program);
    if (component === undefined) return [];
    const given = readFlags(component, one.words);
    const program = one.program ?? component;
    return given.length === 0 ? [] : [{ program, component, arguments: given, mounts, line: one.line }];
  });
}

/** Whether a word is a program and not the value of the flag before it, as in `--name etcd`. */
function startsProgram(word: string, run: Run | undefined): boolean {
  if (componentOfProgram(word) === undefined) return false;
  if (run === undefined) return true;
  const before = run.words.at(-1)?.text;
  return word.includes("/") && before !== undefined && !/^-[^=]*$/.test(before);
}

/** Words of one line, without what belongs to YAML, JSON or the shell around them. */
function wordsOf(content: string): string[] {
  const item = content.replace(/^(?:-\s+)+/, "").replace(/,$/, "").replace(/\\$/, "");
  const bare = item.replace(/^\[/, "").replace(/\]$/, "");
  // A flow list holds words with commas between them.
  const script = item.startsWith("[")
    ? bare.replaceAll(/,\s/g, " ")
    : /^["'][^"']*["']\s*,/.test(bare)
    ? bare.replace(/(["'])\s*,\s*(?=["'])/g, "$1 ")
    : bare;
  return readScript(script).flatMap(({ words }) =>
    words.flatMap(({ text }) => /\s/.test(text) ? inner(text) : [text])
  );
}

/** A quoted word that is a script of its own: `"exec kube-apiserver --v=2"`. */
function inner(text: string): string[] {
  return readScript(text).flatMap(({ words }) => words.map((word) => word.text));
}
