/**
 * The small shared parts: times, patterns, text, suggestions, problems, encodings and flags.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  concatBytes,
  decodeUtf8,
  encodeUtf8,
  equalBytes,
  toBase64,
  toHex,
} from "../scripts/shared/encoding.ts";
import { toPem } from "../scripts/shared/pem.ts";
import { HardwayError } from "../scripts/shared/errors.ts";
import { type CommandDefinition, COMMON_FLAGS, formatHelp, parseFlags } from "../scripts/shared/flags.ts";
import { compileLastMatch, compilePattern } from "../scripts/shared/pattern.ts";
import { compareProblems, formatProblems } from "../scripts/shared/problem.ts";
import { describeMiss, nearest } from "../scripts/shared/suggest.ts";
import {
  compareText,
  count,
  cut,
  cutToWidth,
  displayWidth,
  escapeControls,
  groupDigits,
  padToWidth,
  quote,
} from "../scripts/shared/text.ts";
import {
  endOf,
  formatDate,
  formatTime,
  isSayableEnd,
  parseTime,
  parseValidity,
} from "../scripts/shared/time.ts";
import { randomNumbers } from "./random.ts";

const random = randomNumbers(20260102);

function below(limit: number): number {
  return Math.floor(random() * limit);
}

const HANGUL = "\uae40\ubbfc\uc218";
const FACE = "\u{1f600}";

Deno.test("parseTime and formatTime agree with Date on random seconds of ten thousand years", () => {
  for (let run = 0; run < 5_000; run++) {
    const seconds = Math.floor(-62135596800 + random() * 315537897600);
    const text = new Date(seconds * 1000).toISOString().replace(".000", "");
    assert.equal(formatTime(seconds), text);
    assert.equal(parseTime(text), seconds);
    assert.equal(formatDate(seconds), text.slice(0, 10));
    assert.equal(parseTime(formatDate(seconds)), Math.floor(seconds / 86400) * 86400);
    const [hours, minutes] = [below(24), below(60)];
    const [sign, zone] = [
      run % 2 === 0 ? "+" : "-",
      [hours, minutes].map((part) => String(part).padStart(2, "0")),
    ];
    const local = text.replace("Z", `${sign}${zone.join(":")}`);
    assert.equal(parseTime(local), Date.parse(local) / 1000, local);
  }
});

Deno.test("parseTime takes a day exactly when the calendar has it", () => {
  for (let year = 1895; year <= 2105; year++) {
    for (let month = 0; month <= 13; month++) {
      for (const day of [0, 1, 28, 29, 30, 31, 32]) {
        const text = [String(year), String(month).padStart(2, "0"), String(day).padStart(2, "0")].join("-");
        const date = new Date(Date.UTC(year, month - 1, day));
        const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
        assert.equal(parseTime(text), exists ? date.getTime() / 1000 : undefined, text);
      }
    }
  }
});

Deno.test("parseTime refuses what is no RFC 3339 time of whole seconds", () => {
  for (
    const text of [
      "",
      "2026",
      "2026-1-1",
      "2026-01-01T00:00Z",
      "2026-01-01T00:00:00",
      "2026-01-01 00:00:00Z",
      "2026-01-01t00:00:00z",
      "2026-01-01T24:00:00Z",
      "2026-01-01T00:60:00Z",
      "2026-01-01T00:00:60Z",
      "2026-01-01T00:00:00.0Z",
      "2026-01-01T00:00:00+24:00",
      "2026-01-01T00:00:00+0100",
      "2026-01-01T00:00:00Z\n",
      "+12026-01-01",
      "\u0662026-01-01",
    ]
  ) {
    assert.equal(parseTime(text), undefined, text);
  }
});

Deno.test("parseValidity reads durations and ends, and endOf adds them up", () => {
  assert.deepEqual(parseValidity("10y"), { seconds: 315360000 });
  assert.deepEqual(parseValidity("90d"), { seconds: 7776000 });
  assert.deepEqual(parseValidity("9999999h"), { seconds: 9999999 * 3600 });
  assert.deepEqual(parseValidity("1970-01-02"), { until: 86400 });
  for (
    const text of ["", "0d", "01d", "d", "1", "1m", "1.5y", "-1d", "1 d", "1D", "10000000y", "1y1d", "P1Y"]
  ) {
    assert.equal(parseValidity(text), undefined, text);
  }
  assert.equal(endOf({ seconds: 5 }, 10), 15);
  assert.equal(endOf({ until: 5 }, 10), 5);
  const last = Date.UTC(9999, 11, 31, 23, 59, 58) / 1000;
  assert.ok(isSayableEnd(last) && !isSayableEnd(last + 1));
});

Deno.test("compilePattern matches what a regular expression matches, on random patterns and ids", () => {
  const word = (letters: string): string =>
    Array.from({ length: below(8) }, () => letters[below(letters.length)]).join("");
  let matched = 0;
  for (let run = 0; run < 50_000; run++) {
    const [pattern, id] = [word("ab/*"), word("ab/")];
    const wanted = new RegExp(`^${pattern.replaceAll("*", ".*")}$`, "s").test(id);
    assert.equal(compilePattern(pattern)(id), wanted, `${pattern} on ${id}`);
    if (wanted) matched++;
  }
  assert.ok(matched > 1_000, `Only ${matched} random patterns match`);
});

Deno.test("compilePattern takes every character but the star as itself, and is quick on hostile patterns", () => {
  assert.ok(compilePattern("a.c+[x]$")("a.c+[x]$"));
  assert.ok(!compilePattern("a.c")("abc"));
  assert.ok(compilePattern("*\n*")("a\nb"));
  const start = performance.now();
  assert.ok(!compilePattern(`${"*a".repeat(5_000)}b`)("a".repeat(100_000)));
  assert.ok(performance.now() - start < 1000);
});

Deno.test("compileLastMatch gives the last pattern that matches, like trying them all", () => {
  const word = (letters: string): string =>
    Array.from({ length: below(4) }, () => letters[below(letters.length)]).join("");
  for (let run = 0; run < 5_000; run++) {
    const patterns = Array.from({ length: below(6) }, () => word("ab*"));
    const id = word("ab");
    assert.equal(
      compileLastMatch(patterns)(id),
      patterns.findLastIndex((pattern) => compilePattern(pattern)(id)),
      `${patterns.join(" ")} on ${id}`,
    );
  }
});

Deno.test("displayWidth counts the columns of a terminal", () => {
  for (
    const [text, width] of [
      ["", 0],
      ["abc", 3],
      [HANGUL, 6],
      [HANGUL.normalize("NFD"), 6],
      ["\u65e5\u672c", 4],
      ["\uff21", 2],
      ["\uff71", 1],
      [FACE, 2],
      ["e\u0301", 1],
      ["\u00e9", 1],
      ["\u0915\u094d", 1],
      ["a\u200bb", 2],
      ["\u2764\ufe0f", 1],
      ["\u0645\u0631", 2],
      ["\u{20000}", 2],
      ["\u3000", 2],
    ] as const
  ) {
    assert.equal(displayWidth(text), width, JSON.stringify(text));
  }
});

Deno.test("cut, cutToWidth and padToWidth keep to their limits and halve no character", () => {
  assert.equal(cut("abcdef", 6), "abcdef");
  assert.equal(cut("abcdefg", 6), "abc...");
  assert.equal(cut(FACE.repeat(7), 6), `${FACE.repeat(3)}...`);
  assert.equal(cut(FACE.repeat(6), 6), FACE.repeat(6));
  assert.equal(cutToWidth(HANGUL, 6), HANGUL);
  assert.equal(cutToWidth(`${HANGUL}a`, 6), `${HANGUL.slice(0, 1)}...`);
  assert.equal(padToWidth(HANGUL, 8), `${HANGUL}  `);
  assert.equal(padToWidth("abc", 2), "abc");
  for (let run = 0; run < 500; run++) {
    const text = Array.from({ length: below(20) }, () => [FACE, "a", HANGUL, "\u0301"][below(4)]).join("");
    assert.ok(displayWidth(cutToWidth(text, 12)) <= 12);
    assert.ok(cutToWidth(text, 12).isWellFormed());
  }
});

Deno.test("escapeControls shows control, format and separator characters, and quote cuts", () => {
  assert.equal(
    escapeControls("a\u0000\u001b[31m\u202e\u2028\u{e0001}"),
    "a\\u0000\\u001b[31m\\u202e\\u2028\\u{e0001}",
  );
  assert.equal(escapeControls("\ud800"), "\\ud800");
  assert.equal(escapeControls(`${HANGUL} ${FACE}`), `${HANGUL} ${FACE}`);
  assert.equal(quote("a\nb"), '"a\\u000ab"');
  assert.equal(quote("x".repeat(81)), `"${"x".repeat(77)}..."`);
});

Deno.test("compareText orders by code point, like the bytes of UTF-8", () => {
  const letters = ["a", "B", "\u00e9", "\uae40", "\uffee", FACE, "\u{10ffff}", "-", ""];
  for (let run = 0; run < 2_000; run++) {
    const [a, b] = [0, 0].map(() =>
      Array.from({ length: below(4) }, () => letters[below(letters.length)]).join("")
    );
    assert.ok(a !== undefined && b !== undefined);
    const wanted = Math.sign(bytesOrder(encodeUtf8(a), encodeUtf8(b)));
    assert.equal(Math.sign(compareText(a, b)), wanted, JSON.stringify([a, b]));
  }
});

function bytesOrder(a: Uint8Array, b: Uint8Array): number {
  for (const [index, byte] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (byte !== other) return byte - other;
  }
  return a.length - b.length;
}

Deno.test("count and groupDigits write numbers the same in every locale", () => {
  assert.deepEqual([count(0, "file"), count(1, "file"), count(1024, "file")], [
    "0 files",
    "1 file",
    "1,024 files",
  ]);
  assert.deepEqual([999, 1000, 1234567].map(groupDigits), ["999", "1,000", "1,234,567"]);
});

Deno.test("nearest finds a word with a letter changed, missing, added or swapped, and nothing far away", () => {
  const words = ["apiserver", "admin", "scheduler", "kube-proxy"];
  assert.equal(nearest("apisrver", words), "apiserver");
  assert.equal(nearest("apiserverr", words), "apiserver");
  assert.equal(nearest("apisrever", words), "apiserver");
  assert.equal(nearest("ADMIN", words), "admin");
  assert.equal(nearest("amdin", words), "admin");
  assert.equal(nearest("zzz", words), undefined);
  assert.equal(nearest("", words), undefined);
  assert.equal(nearest("admin", []), undefined);
  assert.equal(nearest("ac", ["ab", "bc"]), "ab");
  const start = performance.now();
  assert.equal(nearest("x".repeat(1_000_000), words), undefined);
  assert.ok(performance.now() - start < 200);
});

Deno.test("describeMiss says what was meant, or what would do", () => {
  assert.equal(describeMiss("a\u202e", "a"), 'The pattern "a\\u202e" matches nothing: did you mean "a"?');
  assert.equal(
    describeMiss("x", undefined),
    'The pattern "x" matches nothing: expected an id or a pattern such as kubelet-*',
  );
});

Deno.test("formatProblems writes place, source line, carets and a count", () => {
  const problem = {
    file: "a.yaml",
    line: 12,
    column: 9,
    message: "Cannot use it",
    excerpt: { before: `${HANGUL}: `, meant: FACE, after: " # x", isCut: false },
  };
  assert.equal(
    formatProblems([problem]),
    `a.yaml:12:9: Cannot use it\n   12 | ${HANGUL}: ${FACE} # x\n      |         ^^\n1 problem in a.yaml; nothing was written`,
  );
  assert.ok(compareProblems(problem, { ...problem, column: 10 }) < 0);
  assert.ok(compareProblems(problem, { ...problem, line: 2 }) > 0);
  assert.ok(compareProblems(problem, { ...problem, message: "B" }) > 0);
});

Deno.test("the seam for encodings agrees with Buffer-free references and refuses bad UTF-8", () => {
  const bytes = Uint8Array.from({ length: 100 }, (_, index) => (index * 37) & 255);
  assert.equal(toBase64(bytes), btoa(String.fromCharCode(...bytes)));
  assert.equal(toHex(new Uint8Array([0, 10, 255])), "000aff");
  const pem = toPem("X", bytes).split("\n");
  assert.equal(pem[0], "-----BEGIN X-----");
  assert.deepEqual(pem.slice(1, 4).map(({ length }) => length), [64, 64, 8]);
  assert.deepEqual(pem.slice(-2), ["-----END X-----", ""]);
  assert.equal(decodeUtf8(encodeUtf8(`\ufeff${HANGUL}`)), `\ufeff${HANGUL}`);
  assert.throws(() => decodeUtf8(new Uint8Array([0xff])), TypeError);
  assert.ok(equalBytes(concatBytes(bytes, new Uint8Array([1])), new Uint8Array([...bytes, 1])));
  assert.ok(!equalBytes(bytes, bytes.subarray(1)));
  assert.ok(!equalBytes(new Uint8Array([1]), new Uint8Array([2])));
});

const COMMAND = {
  name: "test",
  summary: "tests",
  flags: {
    spec: { value: "FILE", help: "the spec" },
    only: { value: "PATTERN", repeatable: true, help: "ids" },
    force: { short: "f", help: "overwrite ".repeat(20).trim() },
    ...COMMON_FLAGS,
  },
} as const satisfies CommandDefinition<string>;

Deno.test("parseFlags reads values, switches, short forms and repetitions", () => {
  const { flags } = parseFlags(COMMAND, ["--spec=a=b", "--only", "x", "--only=*", "-f", "--force", "-h"]);
  assert.deepEqual(flags.spec, ["a=b"]);
  assert.deepEqual(flags.only, ["x", "*"]);
  assert.deepEqual(flags.force, ["", ""]);
  assert.deepEqual(flags.help, [""]);
  assert.deepEqual(flags.quiet, []);
  assert.deepEqual(parseFlags(COMMAND, ["--spec", "-"]).flags.spec, ["-"]);
  assert.deepEqual(parseFlags(COMMAND, ["--spec=--x"]).flags.spec, ["--x"]);
});

Deno.test("parseFlags takes operands where a command has some, in order", () => {
  const command = { ...COMMAND, operands: { value: "PATH", help: "files" } };
  const { flags, operands } = parseFlags(command, ["a", "--spec", "b", "-", "--force", "c", "--", "--only"]);
  assert.deepEqual(operands, ["a", "-", "c", "--only"]);
  assert.deepEqual([flags.spec, flags.force, flags.only], [["b"], [""], []]);
  assert.match(formatHelp(command), /^Usage: .* test \[PATH\.\.\.\] \[flags\]$/m);
});

Deno.test("parseFlags refuses whatever the command does not take, in words", () => {
  for (
    const [args, message] of [
      [["x"], 'test: Unexpected argument "x": expected flags only'],
      [["--"], ""],
      [["--", "x"], 'test: Unexpected argument "x": expected flags only'],
      [["--spce", "x"], 'test: Unknown flag "--spce": did you mean --spec?'],
      [["--zzzzzzzz"], 'test: Unknown flag "--zzzzzzzz": see --help'],
      [["-x"], 'test: Unknown flag "-x": see --help'],
      [["--spec"], "test: Missing value of --spec: expected FILE"],
      [["--spec="], "test: Missing value of --spec: expected FILE"],
      [["--spec", "--force"], "test: Missing value of --spec: expected FILE"],
      [["--spec", "a", "--spec", "b"], "test: Duplicate flag --spec: expected it once"],
      [["--force=yes"], 'test: Cannot use "yes" as --force: expected no value'],
      [["--__proto__"], 'test: Unknown flag "--__proto__": see --help'],
      [["--no-force"], 'test: Unknown flag "--no-force": see --help'],
      [["--sp\u202eec"], 'test: Unknown flag "--sp\\u202eec": did you mean --spec?'],
    ] as const
  ) {
    if (message === "") {
      parseFlags(COMMAND, args);
      continue;
    }
    assert.throws(() => parseFlags(COMMAND, args), (error) => {
      assert.ok(error instanceof HardwayError);
      assert.deepEqual([error.message, error.code, error.exitCode], [message, "usage", 2]);
      return true;
    });
  }
});

Deno.test("formatHelp fits into 80 columns and names every flag", () => {
  const help = formatHelp(COMMAND);
  for (const line of help.split("\n")) assert.ok(line.length <= 80, line);
  for (const name of Object.keys(COMMAND.flags)) assert.ok(help.includes(`--${name}`), name);
  assert.match(help, /--only PATTERN +ids; may be repeated/);
  assert.match(help, /^Usage: deno task test \[flags\]$/m);
});

Deno.test("HardwayError has the exit code of the design for every code", () => {
  const codes = [
    "spec-invalid",
    "usage",
    "seed-invalid",
    "file-unreadable",
    "disk",
    "refused",
    "locked",
    "interrupted",
  ] as const;
  assert.deepEqual(codes.map((code) => new HardwayError(code, "x").exitCode), [2, 2, 2, 2, 2, 3, 3, 130]);
});
