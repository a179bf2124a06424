/**
 * The seed file: its form, every way of being wrong, and that no message tells what the file holds.
 *
 * @module
 */
import assert from "node:assert/strict";
import { formatSeed, formatSeedFile, parseSeed, seedId } from "../scripts/issue/seed.ts";
import { HardwayError } from "../scripts/shared/errors.ts";
import { bech32 } from "../scripts/shared/npm/bech32.ts";

const SEED = { entropy: Uint8Array.from({ length: 32 }, (_, index) => index), created: 1767225600 };
const LINE = "HARDWAY-SEED-1QYQQQQQQD92MJQQQQYPQXPQ9QCRSSZG2PVXQ6RS0ZQG3YYC5Z5TPWXQERGD3C8G7RU92MX23";
const START = "HARDWAY-SEED-1";

/** Encodes any payload as a seed line with a right checksum. */
function line(payload: Uint8Array): string {
  return bech32.encode("hardway-seed-", bech32.toWords(payload), false).toUpperCase();
}

function payload(version: number, created: bigint, entropyLength: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(9 + entropyLength));
  view.setUint8(0, version);
  view.setBigUint64(1, created);
  return new Uint8Array(view.buffer).map((byte, index) => index < 9 ? byte : (index * 37) & 0xff);
}

/** Changes the words and gives them a right checksum again. */
function withWords(change: (words: number[]) => void): string {
  const words = bech32.toWords(payload(1, 0n, 32));
  change(words);
  return bech32.encode("hardway-seed-", words, false).toUpperCase();
}

Deno.test("parseSeed reads the line that formatSeed and formatSeedFile write", () => {
  assert.equal(formatSeed(SEED), LINE);
  assert.equal(LINE.length, 86);
  assert.deepEqual(parseSeed(LINE, "x"), SEED);
  const file = formatSeedFile(SEED);
  assert.deepEqual(parseSeed(file, "x"), SEED);
  assert.deepEqual(file.split("\n").filter((text) => !text.startsWith("#")), [LINE, ""]);
});

Deno.test("parseSeed ignores comments, empty lines, white space around the line and CRLF", () => {
  for (const text of [` \t${LINE} \r\n`, `# a\r\n\r\n  # b\n\n${LINE}\n#c`, `\ufeff${LINE}`, `${LINE}\n\n`]) {
    assert.deepEqual(parseSeed(text, "x"), SEED);
  }
});

Deno.test("parseSeed keeps times from 1970 to the last second of 9999", () => {
  for (const created of [0, 1, 2 ** 32, 253402300799]) {
    assert.equal(parseSeed(formatSeed({ ...SEED, created }), "x").created, created);
  }
});

const TWO_BAD_BITS = withWords((words) => words[65] = (words[65] ?? 0) | 1);
const FAULTS: readonly (readonly [string, string, string])[] = [
  ["an empty file", "", `Cannot find a seed: expected one line that starts with ${START}`],
  ["comments only", "# a\n\n", `Cannot find a seed: expected one line that starts with ${START}`],
  ["two seeds", `${LINE}\n# b\n${LINE}\n`, "Cannot use 2 seeds: expected one"],
  [
    "another line beside the seed",
    `# a\n${LINE}\nhunter2hunter2\n`,
    `Cannot use line 3 as a seed: expected ${START}... or a comment that starts with #`,
  ],
  [
    "another secret",
    "-----BEGIN PRIVATE KEY-----",
    `Cannot use line 1 as a seed: expected ${START}... or a comment that starts with #`,
  ],
  ["lower case", LINE.toLowerCase(), "Cannot use this seed: expected upper-case letters only"],
  [
    "mixed case",
    LINE.slice(0, 40) + LINE.slice(40).toLowerCase(),
    "Cannot use this seed: expected upper-case letters only",
  ],
  [
    "a character that Bech32 lacks",
    LINE.slice(0, 20) + "B" + LINE.slice(21),
    "Cannot use this seed: character 21 of its line is none that Bech32 uses",
  ],
  [
    "a blank inside",
    LINE.slice(0, 20) + " " + LINE.slice(20),
    "Cannot use this seed: character 21 of its line is none that Bech32 uses",
  ],
  [
    "a wrong character",
    LINE.slice(0, 30) + "5" + LINE.slice(31),
    "Cannot use this seed: the Bech32 checksum does not match",
  ],
  [
    "a lost character",
    LINE.slice(0, 30) + LINE.slice(31),
    "Cannot use this seed: the Bech32 checksum does not match (85 characters, expected 86)",
  ],
  [
    "nothing behind the start",
    START,
    "Cannot use this seed: the Bech32 checksum does not match (14 characters, expected 86)",
  ],
  ["no payload", line(new Uint8Array(0)), "Cannot use this seed: its length is 0 bytes, expected 41"],
  ["a short payload", line(payload(1, 0n, 31)), "Cannot use this seed: its length is 40 bytes, expected 41"],
  ["a long payload", line(payload(1, 0n, 64)), "Cannot use this seed: its length is 73 bytes, expected 41"],
  ["another version", line(payload(2, 0n, 32)), "Cannot use this seed: its version is 2, expected 1"],
  [
    "a longer later version",
    line(payload(255, 0n, 64)),
    "Cannot use this seed: its version is 255, expected 1",
  ],
  ["padding that is not zero", TWO_BAD_BITS, "Cannot use this seed: its padding is not zero"],
  [
    "a whole character of padding",
    withWords((words) => words.push(0)),
    "Cannot use this seed: its padding is not zero",
  ],
  [
    "the year 10000",
    line(payload(1, 253402300800n, 32)),
    "Cannot use this seed: its time of creation is beyond the year 9999",
  ],
  [
    "the largest time",
    line(payload(1, 2n ** 64n - 1n, 32)),
    "Cannot use this seed: its time of creation is beyond the year 9999",
  ],
];

for (const [name, text, message] of FAULTS) {
  Deno.test(`parseSeed refuses ${name}, and does not say what the file holds`, () => {
    assert.throws(() => parseSeed(text, "my.seed"), (error: unknown) => {
      assert.ok(error instanceof HardwayError);
      assert.equal(error.code, "seed-invalid");
      assert.equal(error.exitCode, 2);
      assert.equal(error.message, `my.seed: ${message}`);
      assert.equal(error.cause, undefined);
      const shown = `${error.message}${error.stack?.split("\n    at ")[0]}`.toUpperCase();
      // Any four characters in a row of what stands behind the start, on any line.
      for (const secret of text.split("\n").map((part) => part.toUpperCase().replace(START, ""))) {
        if (secret.startsWith("#")) continue;
        for (let i = 0; i + 4 <= secret.length; i++) assert.ok(!shown.includes(secret.slice(i, i + 4)));
      }
      return true;
    });
  });
}

Deno.test("parseSeed escapes control characters of the file's name", () => {
  assert.throws(() => parseSeed("", "a\u001b[2J"), { message: /^a\\u001b\[2J: Cannot find a seed/ });
});

Deno.test("parseSeed refuses every single wrong character", () => {
  for (let i = START.length; i < LINE.length; i++) {
    const wrong = LINE.slice(0, i) + (LINE[i] === "Q" ? "P" : "Q") + LINE.slice(i + 1);
    assert.throws(() => parseSeed(wrong, "x"), { message: /checksum does not match$/ });
  }
});

Deno.test("formatSeed refuses what parseSeed would not read again", () => {
  assert.throws(() => formatSeed({ ...SEED, entropy: new Uint8Array(31) }), RangeError);
  for (const created of [-1, 0.5, 253402300800, NaN]) {
    assert.throws(() => formatSeed({ ...SEED, created }), RangeError);
  }
});

Deno.test("seedId is 16 digits of the entropy alone", () => {
  assert.match(seedId(SEED), /^[0-9a-f]{16}$/);
  assert.equal(seedId(SEED), seedId({ ...SEED, created: 0 }));
  assert.notEqual(seedId(SEED), seedId({ ...SEED, entropy: new Uint8Array(32) }));
});

// https://github.com/bitcoin/bips/blob/master/bip-0173.mediawiki#test-vectors
Deno.test("bech32 accepts the valid vectors of BIP-173", () => {
  for (
    const text of [
      "A12UEL5L",
      "a12uel5l",
      "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
      "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
      "11qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqc8247j",
      "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w",
      "?1ezyfcl",
    ]
  ) {
    const decoded = bech32.decodeUnsafe(text);
    assert.ok(decoded !== undefined, text);
    assert.equal(bech32.encode(decoded.prefix, decoded.words), text.toLowerCase());
  }
});

Deno.test("bech32 refuses the invalid vectors of BIP-173", () => {
  for (
    const text of [
      "\u00201nwldj5",
      "\u007f1axkwrx",
      "\u00801eym55h",
      "an84characterslonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1569pvx",
      "pzry9x0s0muk",
      "1pzry9x0s0muk",
      "x1b4n0q5v",
      "li1dgmt3",
      "de1lg7wt\u00ff",
      "A1G7SGD8",
      "10a06t8",
      "1qzzfhee",
    ]
  ) assert.equal(bech32.decodeUnsafe(text), undefined, text);
});
