/**
 * systemd as a judge of units: it checks them, and says which words it reads in their command lines.
 *
 * @module
 */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { findProgram, type Result, run, runWell, type Tool } from "./tools.ts";

/** The program that checks units. */
export const analyze = findProgram("systemd-analyze", "systemd");
/** The manager, which can be asked to load units and to start none. */
export const manager = findManager();

/** Units that ours refer to. */
const NEIGHBOURS = [
  "basic.target",
  "multi-user.target",
  "network-online.target",
  "shutdown.target",
  "sysinit.target",
];

const UNITS = "etc/systemd/system";

/** Where the manager is on the machines of various distributions. */
function findManager(): Tool {
  for (const path of ["/usr/lib/systemd/systemd", "/lib/systemd/systemd"]) {
    try {
      if (Deno.statSync(path).isFile) return { path };
    } catch {
      // Not here.
    }
  }
  return { missing: "the manager of systemd is not installed (Debian package systemd)" };
}

/** Makes a root with units, and with empty programs where they look for theirs. */
export async function withUnits(
  units: ReadonlyMap<string, string>,
  programs: readonly string[],
  body: (root: string) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await Deno.chmod(root, 0o755);
    await Deno.mkdir(join(root, UNITS), { recursive: true });
    const all = [...units, ...NEIGHBOURS.map((name) => [name, "[Unit]\nDefaultDependencies=no\n"] as const)];
    for (const [name, text] of all) await Deno.writeTextFile(join(root, UNITS, name), text);
    for (const program of programs) {
      const path = join(root, program);
      await Deno.mkdir(dirname(path), { recursive: true });
      await Deno.writeTextFile(path, "#!/bin/sh\n", { mode: 0o755 });
      await Deno.chmod(path, 0o755);
    }
    await body(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** Has systemd check units. Something unknown in them is no error to it: it says so, and goes on. */
export async function verify(root: string, names: Iterable<string>): Promise<Result> {
  if ("missing" in analyze) assert.fail(analyze.missing);
  return await run(analyze.path, ["verify", "--man=no", `--root=${root}`, ...names]);
}

/** The words of each unit's one command line, as systemd reads them. */
export async function readWords(root: string, names: readonly string[]): Promise<Map<string, string[]>> {
  if ("missing" in manager) assert.fail(manager.missing);
  const folder = join(root, UNITS);
  await Deno.writeTextFile(join(folder, "all.target"), `[Unit]\nWants=${names.join(" ")}\n`);
  const home = join(root, "run");
  await Deno.mkdir(home, { recursive: true });
  await Deno.chmod(home, 0o777);
  // It does this as an ordinary user only.
  const user = Deno.uid() === 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
  const [program = "", ...words] = [...user, manager.path, "--user", "--test", "--unit=all.target"];
  const dump = await runWell(program, words, {
    env: { SYSTEMD_UNIT_PATH: folder, XDG_RUNTIME_DIR: home, HOME: home },
  });
  const found = new Map<string, string[]>();
  let unit = "";
  for (const line of dump.split("\n")) {
    unit = /^\s*-> Unit (.*):$/.exec(line)?.[1] ?? unit;
    const command = /^\s*Command Line: (.*)$/.exec(line)?.[1];
    if (command === undefined || !names.includes(unit)) continue;
    assert.ok(!found.has(unit), `${unit} has one command line`);
    found.set(unit, cutWords(command));
  }
  return found;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["a", "\x07"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
]);

/** Undoes how systemd prints words: special ones in quotation marks, with escapes. A double dollar is one at the start. */
function cutWords(line: string): string[] {
  const words = line.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  return words.map((word) =>
    word.replace(/^"(.*)"$/s, "$1").replace(
      /\\(?:([0-7]{3})|(.))/g,
      (_, octal: string | undefined, other: string | undefined) =>
        octal === undefined
          ? ESCAPES.get(other ?? "") ?? other ?? ""
          : String.fromCharCode(parseInt(octal, 8)),
    ).replaceAll("$$", "$")
  );
}
