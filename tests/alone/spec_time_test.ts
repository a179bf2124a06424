/**
 * Documents that a careless check would take minutes over are refused in a moment. Time is measured here: no other test
 * runs beside these.
 *
 * @module
 */
import assert from "node:assert/strict";
import process from "node:process";
import { lab, refusal, repeat, user, worker } from "../spec_documents.ts";

/** The documents, with the number of problems that each has. */
const SLOW: readonly (readonly [string, () => string, number])[] = [
  [
    "50,000 problems on one line",
    () => lab(`apiServer: { certSANs: [${repeat(50_000, (i) => `b_${i}`, ",")}] }\n`),
    50_000,
  ],
  [
    "20,000 problems behind emoji",
    () => lab(`apiServer: { certSANs: [${repeat(20_000, (i) => `\u{1f600}${i}`, ",")}] }\n`),
    20_000,
  ],
  ["a line of 8,000,000 spaces", () => lab(`x:${" ".repeat(8_000_000)}y\n`), 1],
  ["4,000,000 empty lines", () => lab(`${"\n".repeat(4_000_000)}x: 1\n`), 1],
  ["500,000 names of secrets", () => lab(`${`token${" ".repeat(9)}`.repeat(500_000)}: bad: 1\n`), 2],
  ["500,000 starts of a JSON Web Token", () => lab(`bad: "${"eyJa.".repeat(500_000)}"\n`), 1],
  [
    "500,000 ends of a private key",
    () => lab(`x: "-----BEGIN PRIVATE KEY-----${"-----END ".repeat(500_000)}"\n`),
    1,
  ],
  ["20,000 anchors", () => lab(`x: [${repeat(20_000, (i) => `&a${i} b`, ",")}]\n`), 1],
  ["20,000 aliases", () => lab(`x: &a [1]\ny: [${repeat(20_000, () => "*a", ",")}]\n`), 2],
  [
    "20,000 aliases of one long group",
    () => user(`name: a, groups: [&a "${"x".repeat(16_000)}", ${repeat(20_000, () => "*a", ",")}]`),
    20_001,
  ],
  ["20,000 tags", () => lab(`x: [${repeat(20_000, () => "!a b", ",")}]\n`), 20_000],
  ["10,000 service networks and as many pod networks", () => {
    const nets = (first: number): string => repeat(10_000, (i) => `${first}.${i >> 8}.${i & 255}.0/24`, ",");
    return lab(`serviceCIDRs: [${nets(10)}]\npodCIDRs: [${nets(11)}]\n`);
  }, 19_998],
  [
    "20,000 pod networks of one machine",
    () => worker(`name: a, podCIDR: [${repeat(20_000, (i) => `10.200.${i >> 8}.${i & 255}/32`, ",")}]`),
    19_999,
  ],
  ["5,000 overlaps told backwards on one line", () => {
    const pod = (i: number): string => `10.200.${(4999 - i) >> 9}.${((4999 - i) >> 1) & 255}/32`;
    return lab(`workers: [${repeat(5_000, (i) => `{name: a${i}, podCIDR: ${pod(i)}}`, ",")}]\n`);
  }, 2_500],
  [
    "two ranges of 5,000 machines that are the same",
    () => lab('workers: [{ name: "n[0-4999]" }, { name: "n[0-4999]" }]\n'),
    1,
  ],
  [
    "10,000 addresses in a list for as many machines",
    () =>
      worker(`name: "n[0-9999]", addresses: [${repeat(10_001, (i) => `10.0.${i >> 8}.${i & 255}`, ",")}]`),
    1,
  ],
  ["9,000 unknown keys", () => lab(repeat(9_000, (i) => `k${i}: 1\n`)), 9_000],
  ["9,900 doubled keys", () => lab("name: a\n".repeat(9_900)), 9_900],
  [
    "10,000 overrides of machines that are not there",
    () =>
      lab(
        `workers: [{ name: "n[0-4999]" }]\nvalidity: { overrides: { ${
          repeat(10_000, (i) => `kubelet-servr/n${i}: 9d`, ", ")
        } } }\n`,
      ),
    10_000,
  ],
  [
    "10,000 overrides for 5,000 machines",
    () =>
      lab(
        `workers: [{ name: "n[0-4999]" }]\nbad: 1\nvalidity: { overrides: { ${
          repeat(10_000, (i) => `kubelet-${i % 2 === 0 ? "server" : "client"}/n${i >> 1}: 9d`, ", ")
        } } }\n`,
      ),
    1,
  ],
  [
    "10,000 patterns with stars",
    () =>
      lab(
        `workers: [{ name: "n[0-999]" }]\ngenerations: { ${repeat(10_000, (i) => `"*z${i}*": 2`, ", ")} }\n`,
      ),
    1_001,
  ],
  ["a pattern of 8,000 stars", () => lab(`generations: { "${"*a".repeat(8_000)}": 2 }\n`), 1],
  [
    "10,000 further certificates of two names",
    () => lab(`certificates: [${repeat(10_000, (i) => `{name: c${i & 1}}`, ",")}]\n`),
    9_998,
  ],
];

for (const [title, make, count] of SLOW) {
  Deno.test(`a document with ${title} is refused within two seconds`, () => {
    const bytes = new TextEncoder().encode(make());
    const start = performance.now();
    const cpu = process.cpuUsage();
    const { problems } = refusal(bytes);
    // The smaller of both: the cores may be shared with other programs, and the collector has threads of its own.
    const { user, system } = process.cpuUsage(cpu);
    const taken = Math.min(performance.now() - start, (user + system) / 1000);
    assert.equal(problems.length, count);
    assert.ok(taken < 2000, `It took ${taken.toFixed()} ms`);
  });
}
