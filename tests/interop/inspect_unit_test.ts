/**
 * systemd and shells judge how command lines are cut into words, and the text of programs' help which flags there are.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readScript } from "../../scripts/inspect/flags/shell_words.ts";
import { readCommands } from "../../scripts/inspect/flags/unit_commands.ts";
import { readAssignments } from "../../scripts/inspect/flags/unit_lines.ts";
import { randomNumbers } from "../random.ts";
import { manager, readWords, withUnits } from "./systemd.ts";
import { findProgram, run, runWell, testWith } from "./tools.ts";

/** Texts made of pieces, the same on every run. */
function mixtures(pieces: readonly string[], count: number, longest: number, seed: number): string[] {
  const random = randomNumbers(seed);
  const pick = (most: number): number => Math.floor(random() * most);
  return Array.from(
    { length: count },
    () => Array.from({ length: 1 + pick(longest) }, () => pieces[pick(pieces.length)] ?? "").join(""),
  );
}

/** What a value of ExecStart may be made of; a dollar and a percent sign are systemd's own at another time. */
const VALUE_PIECES: readonly string[] = [
  ..."a|--b=c|/x| |  |\t|\"|'|\\|\\\\|\\n|\\s|\\x41|z\\xc3\\xa9|\\u00e9|\\U0001f600|\\101|\\x|\\q|\\'|\\\"|#|a;b|=|~|é|한"
    .split("|"),
  ...[" \\\n", "\\\n", " \\\n# comment \\\n", " \\\n  ; comment\n  ", " \\\r\n "],
];

testWith([manager], "systemd reads the same words in command lines of any kind", async () => {
  const texts = mixtures(VALUE_PIECES, 1500, 14, 20260501).map((value, index) =>
    [
      `mix-${index}.service`,
      `[Service]\nType=oneshot\nExecStart=${index % 3 === 0 ? "-" : ""}/bin/true ${value}\n`,
    ] as const
  );
  const units = new Map(texts);
  await withUnits(units, [], async (root) => {
    const theirs = await readWords(root, [...units.keys()]);
    assert.ok(theirs.size > 900, `systemd takes ${theirs.size}`);
    for (const [name, text] of units) {
      const [assignment] = readAssignments(text).filter(({ key }) => key === "ExecStart");
      assert.ok(assignment !== undefined);
      const [command] = readCommands(assignment.value, assignment.lineAt);
      assert.deepEqual(command?.words.map((word) => word.text), theirs.get(name), JSON.stringify(text));
    }
  });
});

const SCRIPT_PIECES: readonly string[] = [
  ...'a|--b=c|/x| |  |\t|"|\'|\\|\\\\|\\"|\\$|$A.|${A}|$B,|${B}|"$B"|\'$B\'|#| #|=|é|1| 1>>/dev/null| 2>&1| </dev/null'
    .split("|"),
  ...[" \\\n", "\\\n"],
];

const VARIABLES = { A: "one", B: " two  words\t'x' " };

/** Prints each of its words behind a zero byte. */
const SHOW = `set -f; show() { for word; do printf '\\0%s' "$word"; done; printf '\\0' ; }\n`;

for (const shell of ["bash", "dash"]) {
  testWith([findProgram(shell, shell)], `${shell} reads the same words in scripts`, async (_, path = "") => {
    let compared = 0;
    for (const [index, mixture] of mixtures(SCRIPT_PIECES, 700, 10, 20260502).entries()) {
      const isSet = index % 7 === 0 && !/[ \t<>#1]/.test(mixture);
      const script = isSet ? `C=${mixture}; if true; then show "$C" $C; fi\n` : `show ${mixture}\n`;
      // The number of a process, and what is bash's own.
      if (/\$[$'"]/.test(script)) continue;
      // Only words of the first command are looked at: what follows on other lines is not there.
      const result = await run(path, ["-c", `${SHOW}${script}`], { env: VARIABLES });
      // A quotation that does not end is no script.
      if (result.code !== 0 || result.stderr !== "" || !result.stdout.startsWith("\0")) continue;
      const theirs = result.stdout.slice(1, -1).split("\0");
      const command = readScript(script, new Map(Object.entries(VARIABLES)))
        .find(({ words }) => words[0]?.text === "show");
      const ours = command?.words.slice(1).map(({ text }) => text) ?? [];
      assert.deepEqual(
        ours.length === 0 ? [""] : ours,
        theirs.length === 0 ? [""] : theirs,
        JSON.stringify(script),
      );
      compared++;
    }
    assert.ok(compared > 200, `Compared ${compared}`);
  });
}

const SPLIT = "import json, shlex, sys\n" +
  "def split(text):\n" +
  "    try:\n        return shlex.split(text, comments=False, posix=True)\n" +
  "    except ValueError:\n        return None\n" +
  "print(json.dumps([split(text) for text in json.load(sys.stdin)]))\n";

testWith([findProgram("python3", "python3")], "Python's shlex reads the same words", async (_, path = "") => {
  const texts = mixtures(
    SCRIPT_PIECES.filter((piece) => !/[$#<>\n]/.test(piece)),
    5000,
    14,
    20260503,
  );
  const theirs = JSON.parse(
    await runWell(path, ["-c", SPLIT], { stdin: JSON.stringify(texts) }),
  ) as (string[] | null)[];
  let compared = 0;
  for (const [index, text] of texts.entries()) {
    const words = theirs[index];
    if (words === null || words === undefined) continue;
    // Words in front that set a variable are no words of the command.
    const [command] = readScript(`show ${text}`);
    assert.deepEqual(command?.words.slice(1).map((word) => word.text), words, JSON.stringify(text));
    compared++;
  }
  assert.ok(compared > 1000, `Compared ${compared}`);
});
