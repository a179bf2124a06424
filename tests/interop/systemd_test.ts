/**
 * systemd finds nothing wrong with our units, and reads the words in them that we mean.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { quoteUnit } from "../../scripts/render/text_form.ts";
import { type Command, commandsOf, flagsOf } from "./cluster/commands.ts";
import { render, shapesOf } from "./cluster/shapes.ts";
import { analyze, manager, readWords, verify, withUnits } from "./systemd.ts";
import { testWith } from "./tools.ts";

interface Unit {
  readonly text: string;
  readonly command: Command;
}

/** Every unit of every shape, each text once, by a name of its own. */
function renderedUnits(): Map<string, Unit> {
  const texts = new Map<string, string>();
  for (const { spec } of shapesOf("1.37")) {
    for (const { to, text } of render(spec)) {
      if (to.endsWith(".service")) texts.set(text, to.slice(to.lastIndexOf("/") + 1, -".service".length));
    }
  }
  return new Map([...texts].map(([text, name], index) => {
    const [command] = commandsOf({ to: `${name}.service`, text });
    if (command === undefined) assert.fail(`${name} has no command`);
    return [`${name}-${index}.service`, { text, command }];
  }));
}

const UNITS = renderedUnits();
const TEXTS = new Map([...UNITS].map(([name, { text }]) => [name, text]));
const PROGRAMS = [...new Set([...UNITS.values()].map(({ command }) => `usr/local/bin/${command.program}`))];

testWith([analyze], "systemd-analyze verify finds nothing wrong with any unit", async () => {
  assert.equal(PROGRAMS.length, 6);
  assert.ok(TEXTS.size > 50, `Only ${TEXTS.size} units`);
  await withUnits(TEXTS, PROGRAMS, async (root) => {
    assert.deepEqual(await verify(root, TEXTS.keys()), { code: 0, stdout: "", stderr: "" });
  });
});

testWith(
  [analyze],
  "systemd-analyze verify finds a misspelt key and a program that is not there",
  async () => {
    const [[name, text] = ["", ""]] = TEXTS;
    const spoilt = new Map([[name, text.replace("RestartSec=", "RestartSecs=")]]);
    await withUnits(spoilt, PROGRAMS, async (root) => {
      assert.match((await verify(root, [name])).stderr, /Unknown key .*RestartSecs/);
    });
    await withUnits(TEXTS, [], async (root) => {
      const { code, stderr } = await verify(root, [name]);
      assert.notEqual(code, 0);
      assert.match(stderr, /Command \/usr\/local\/bin\/[a-z-]+ is not executable/);
    });
  },
);

testWith([manager], "systemd reads the words of every unit as they are meant", async () => {
  await withUnits(TEXTS, PROGRAMS, async (root) => {
    const words = await readWords(root, [...TEXTS.keys()]);
    for (const [name, { command }] of UNITS) {
      assert.deepEqual(words.get(name), [`/usr/local/bin/${command.program}`, ...command.words], name);
      // No line that follows has become a word.
      assert.ok(flagsOf(command).length > 0, name);
    }
  });
});

testWith([manager], "systemd reads any quoted word as it was", async () => {
  const word = fc.oneof(
    fc.string({ unit: "binary", minLength: 1 }).map((text) => text.replaceAll("\0", "")),
    fc.constantFrom(
      ";",
      "a;b",
      "$HOME",
      "${HOME}",
      "%n",
      "%%",
      "\\x41",
      "'",
      '"',
      " ",
      "a b",
      "#",
      "-x",
      "\n",
      "~",
      "{}",
    ),
  ).filter((text) => text !== "" && text.isWellFormed());
  const samples = fc.sample(fc.array(word, { minLength: 1, maxLength: 6 }), { seed: 20260131, numRuns: 300 });
  const units = new Map(samples.map((words, index) => [
    `words-${index}.service`,
    `[Service]\nType=oneshot\nExecStart=/bin/true ${words.map(quoteUnit).join(" ")}\n`,
  ]));
  await withUnits(units, [], async (root) => {
    const read = await readWords(root, [...units.keys()]);
    for (const [index, words] of samples.entries()) {
      assert.deepEqual(read.get(`words-${index}.service`), ["/bin/true", ...words], JSON.stringify(words));
    }
  });
});
