/**
 * Documents that want to break something: secrets in the wrong place, bombs, deep and long ones. Each is refused in a
 * moment, and none of them is repeated where it should not be.
 *
 * @module
 */
import assert from "node:assert/strict";
import { cert, lab, load, problemsOf, refusal, repeat, user } from "./spec_documents.ts";

const KIB = 1024;

/** A made-up key: no line of it may be told. */
const BODY = [
  "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgbq1TuvBfVWk7cBnj",
  "4W9kQm1zXo0hJwYt8pVbL2cRfD6uSgAeTnKiPxZ5vCqM7yEaHsUjOlGdNrBwFtXk",
  "q0V9sQ==",
];

function pem(label: string): string {
  return [`-----BEGIN ${label}-----`, ...BODY, `-----END ${label}-----`].join("\n");
}

/** Fails when a piece of the key of 6 characters or more is in what a user or a program gets to see. */
function assertSilent(document: string, body: readonly string[] = BODY): void {
  const { message, problems, stack } = refusal(document);
  const told = JSON.stringify([message, problems, stack]);
  for (const line of body) {
    for (let start = 0; start + 6 <= line.length; start += 3) {
      const piece = line.slice(start, start + 6);
      assert.ok(!told.includes(piece), `"${piece}" of the secret is in ${message}`);
    }
  }
}

Deno.test("a private key pasted into the spec is refused without a piece of it in the output", () => {
  for (const label of ["PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY", "OPENSSH PRIVATE KEY"]) {
    const key = pem(label);
    const indented = key.replaceAll("\n", "\n    ");
    assertSilent(key);
    assertSilent(lab(key));
    assertSilent(lab(`${key}\nworkers: []\n`));
    assertSilent(lab(`key: |\n    ${indented}\n`));
    assertSilent(lab(`admin: { group: ${JSON.stringify(key)} }\n`));
    assertSilent(lab(`admin:\n  group: |\n    ${indented}\n`));
    assertSilent(lab(`admin:\n  group: >-\n    ${indented}\n`));
    assertSilent(lab(`clusterDomain: "${indented}"\n`));
    assertSilent(lab(`"${key.replaceAll("\n", "\\n")}": 1\n`));
    assertSilent(lab(`workers: [{ name: "${indented}" }]\n`));
    assertSilent(lab(`workers: [{ name: "[${indented}" }]\n`));
    assertSilent(lab(`# ${key.replaceAll("\n", "\n# ")}\nbad: 1\n`));
    assertSilent(lab(`generations: { ${JSON.stringify(key)}: 1 }\n`));
    assertSilent(lab(`users: [{ name: ${JSON.stringify(key)}, groups: [a, a] }] # ${BODY[0]}\n`));
  }
});

Deno.test("a private key pasted at any line of a spec is not told", () => {
  const lines = lab(
    "workers:\n  - name: n\n    addresses:\n      - 10.0.0.1\nusers: [\n  { name: a },\n  { name: b }\n]\n",
  )
    .split("\n");
  for (let at = 0; at < lines.length; at++) {
    for (const indent of ["", "  ", "      "]) {
      const key = pem("PRIVATE KEY").split("\n").map((line) => indent + line);
      assertSilent([...lines.slice(0, at), ...key, ...lines.slice(at)].join("\n"));
    }
  }
});

Deno.test("other secrets in the wrong place are not told either", () => {
  const seed = "HARDWAY-SEED-1QYQQQQQQD92MJQQQQYPQXPQ9QCRSSZG2PVXQ6RS0ZQG3YYC5Z5TPWXQERGD3C8G7RU92MX23";
  const token = "07401b.f395accd246ae52d";
  const jwt = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJqYW5lIn0.c2lnbmF0dXJlLW9mLWphbmU";
  const hex = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
  for (const secret of [seed, seed.toLowerCase(), token, jwt, hex, BODY[0] ?? ""]) {
    for (
      const document of [
        lab(`clusterDomain: "${secret} "\n`),
        lab(`workers: [{ name: "[${secret}" }]\n`),
        lab(`${secret}: 1\n`),
        lab(`bad: 1 # ${secret}\n`),
        lab(`workers: *${secret}\n`),
        lab(`workers: !${secret} []\n`),
        user(`name: /${secret}`),
      ]
    ) {
      assertSilent(document, [secret]);
    }
  }
  assertSilent(lab('password: "correct horse"\nbad: 1\n'), ["correct horse"]);
  assertSilent(user('name: a, token: "hunter2!"'), ["hunter2!"]);
});

Deno.test("a masked secret keeps the places behind it, also one of characters outside the basic plane", () => {
  const faces = "\u{1f600}".repeat(5);
  const { message } = refusal(lab(`users: [{ token: "${faces}", name: a/b }]\n`));
  const [, source = "", caret = ""] = message.split("\n").slice(3);
  assert.equal(caret.indexOf("^"), source.indexOf("a/b"));
  assert.ok(!message.includes("\u{1f600}"));
});

Deno.test("control characters of a document never reach the output", () => {
  const bad = "\u202e\u200f\u0007\u001b[31m\u009b\u2028\u{e0001}";
  for (
    const document of [
      lab(`clusterDomain: "${bad}"\n`),
      lab(`"${bad}": 1\n`),
      lab(`# ${bad}\nbad: 1\n`),
      lab(`workers: [{ name: "[${bad}" }]\n`),
      lab(`workers: *${bad}\n`),
      lab(`workers: !${bad} []\n`),
      lab(`generations: { "${bad}": 2 }\n`),
      lab(`validity: { overrides: { "${bad}": 0 } }\n`),
      cert(`name: "${bad}", sans: ["${bad}"]`),
    ]
  ) {
    const { message, problems } = refusal(document);
    assert.doesNotMatch(message.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    for (const problem of problems) assert.doesNotMatch(problem.message, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  }
});

Deno.test("bytes that are not UTF-8 are refused at 1:1", () => {
  const wanted = ["1:1: Cannot read the document: expected UTF-8 text"];
  const bytes = new TextEncoder().encode(lab("# x\n"));
  for (
    const bad of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82], [
      0xff,
      0xfe,
      0x6e,
    ]]
  ) {
    assert.deepEqual(problemsOf(new Uint8Array([...bytes, ...bad])), wanted);
    assert.deepEqual(problemsOf(new Uint8Array([...bad, ...bytes])), wanted);
  }
});

Deno.test("a document of 8 MiB is read, one byte more is refused at 1:1", () => {
  const start = lab("# ");
  const whole = start + "x".repeat(8 * KIB * KIB - start.length);
  assert.equal(load(whole).spec.name, "lab");
  assert.deepEqual(problemsOf(`${whole}x`), [
    "1:1: Cannot read the document: expected at most 8 MiB, found 8388609 bytes",
  ]);
});

Deno.test("aliases that blow up are refused", () => {
  const bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" +
    repeat(9, (index) => {
      const [before, name] = ["abcdefghi"[index], "bcdefghij"[index]];
      return `${name}: &${name} [${repeat(10, () => `*${before}`, ",")}]\n`;
    });
  assert.deepEqual(problemsOf(bomb), [
    "1:12: Cannot expand the aliases: expected at most 100000 values from all of them",
  ]);
});

Deno.test("a hundred thousand brackets are refused", () => {
  const wanted = [
    "1:1: Cannot read the document: expected at most 64 levels of mappings and lists, " +
    "and at most 16384 characters in a text",
  ];
  const many = 100_000;
  assert.deepEqual(problemsOf("[".repeat(many)), [
    "1:1: Cannot read the document: expected at most 64 levels of mappings and lists",
  ]);
  assert.deepEqual(problemsOf("{".repeat(many)), [
    "1:1: Cannot read the document: expected at most 64 levels of mappings and lists",
  ]);
  assert.deepEqual(problemsOf(`${"[".repeat(many)}${"]".repeat(many)}`), [
    "1:1: Cannot read the document: expected at most 64 levels of mappings and lists",
  ]);
  assert.deepEqual(problemsOf(`${"- ".repeat(many)}a`), wanted);
  assert.deepEqual(problemsOf(`${"? ".repeat(many)}a`), wanted);
  assert.deepEqual(problemsOf(repeat(2000, (index) => `${" ".repeat(index)}a:\n`)), wanted);
});

Deno.test("sixty-four levels are read, one more is refused at its place", () => {
  const nested = (levels: number): string => lab(`x: ${"[".repeat(levels)}${"]".repeat(levels)}\n`);
  assert.ok(problemsOf(nested(63))[0]?.startsWith("3:1: Unknown key"));
  assert.deepEqual(problemsOf(nested(66)), [
    "3:68: Cannot use this value: expected at most 64 levels of mappings and lists",
  ]);
});

Deno.test("lists, mappings and texts beyond their limits are refused at their places", () => {
  assert.deepEqual(problemsOf(lab(`workers: [${"a,".repeat(100_001)}]\n`)), [
    "3:10: Cannot use this value: expected at most 100000 items in a list",
  ]);
  assert.deepEqual(problemsOf(lab(`generations: {${repeat(10_001, (index) => `a${index}: 1`, ", ")}}\n`)), [
    "3:14: Cannot use this value: expected at most 10000 keys in a mapping",
  ]);
  assert.deepEqual(problemsOf(lab(`clusterDomain: ${"x".repeat(16_385)}\n`)), [
    "3:16: Cannot use this value: expected at most 16384 characters in a text",
  ]);
  assert.deepEqual(problemsOf("- a\n".repeat(1_000_001)), [
    "1:1: Cannot read the document: expected at most 1000000 lines and commas, found 1000001",
  ]);
});

Deno.test("a number of any length is cut in the message about it", () => {
  const [line = ""] = problemsOf(lab(`clusterDomain: ${"1".repeat(100_000)}\n`));
  assert.ok(line.length < 300, `The message has ${line.length} characters`);
});
