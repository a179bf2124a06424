/**
 * What of the bench can be wrong without being seen: averages, verdicts, who runs when, what is printed. Its figures
 * are not tested.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { displayWidth } from "../scripts/shared/text.ts";
import { select } from "./bench/bench.ts";
import { type Contestant, type ContestOptions, type Outcome, runContest } from "./bench/contest.ts";
import { fleet, LAB, lab, ours } from "./bench/ours.ts";
import { contestantsOf, type Result, resultOf } from "./bench/results.ts";
import { makeChapters, type Row } from "./bench/rows.ts";
import { formatFigure, formatJson, formatMiss, formatTable, isAllMet } from "./bench/table.ts";
import { average, type Bound, judge } from "./bench/verdict.ts";
import { loadPlan } from "../scripts/plan/load.ts";
import denoJson from "../deno.json" with { type: "json" };

const MACHINE = { cores: 2, versions: ["deno 2.9.6", "go1.26.8", "OpenSSL 3.0.19"], fileSystem: "ext4" };

function contestant(name: string, more: Partial<Contestant> = {}): Contestant {
  return { name, certificates: 10, line: (folder) => [name, folder], ...more };
}

/** Runs a contest whose programs take no time, and tells who ran, in which folder. */
async function rehearse(
  contestants: readonly Contestant[],
  options: Partial<ContestOptions> & { readonly warmUp?: readonly Contestant[] } = {},
): Promise<{ runs: string[]; outcomes: ReadonlyMap<Contestant, Outcome> }> {
  const runs: string[] = [];
  let folders = 0;
  const { warmUp, ...rest } = options;
  const outcomes = await runContest({ name: "c", contestants, rounds: 2, ...(warmUp && { warmUp }) }, {
    wanted: new Set(contestants),
    rounds: 2,
    makeFolder: () => `f${++folders}`,
    measure: (line) => Promise.resolve({ seconds: runs.push(line.join(" ")) }),
    ...rest,
  });
  return { runs, outcomes };
}

function row(bound: Bound | undefined, more: Partial<Row> = {}): Row {
  return {
    what: "row",
    ours: contestant("a"),
    ...(bound?.on !== "ours" && { rival: contestant("b") }),
    unit: "seconds",
    ...(bound && { bound }),
    ...more,
  };
}

/** A row's result from the seconds of its contestants. */
function result(of: Row, ours: readonly number[], rival: readonly number[] = []): Result {
  const samples = (values: readonly number[]): Outcome => ({
    samples: values.map((seconds) => ({ seconds, mebibytes: seconds * 100 })),
  });
  const outcomes = new Map([[of.ours, samples(ours)]]);
  if (of.rival !== undefined) outcomes.set(of.rival, samples(rival));
  return resultOf(of, outcomes);
}

Deno.test("the median is the middle one, or half-way between the middle two, in whatever order values come", () => {
  assert.equal(average("median", [10, 1, 2]), 2);
  assert.equal(average("median", [10, 9, 1, 2]), 5.5);
  assert.equal(average("median", [7]), 7);
  assert.equal(average("mean", [10, 1, 1]), 4);
  assert.equal(average("highest", [9, 10, 1]), 10);
  for (const kind of ["median", "mean", "highest"] as const) {
    assert.throws(() => average(kind, []), RangeError);
  }
});

Deno.test("a bound is met at its limit, as printed in three digits, and missed by a part of the limit", () => {
  const atMost = { on: "ratio", limit: 1 } as const;
  assert.deepEqual(judge(atMost, 3, 3), { isMet: true, missedBy: 0 });
  assert.deepEqual(judge(atMost, 1.004, 1), { isMet: true, missedBy: 0 });
  assert.equal(judge(atMost, 1.006, 1).isMet, false);
  assert.equal(judge(atMost, 3, 2).missedBy, 0.5);
  assert.equal(judge({ on: "ours", limit: 0.15 }, 0.3).missedBy, 1);
  assert.equal(judge({ on: "ours", limit: 0.15 }, 0.15).isMet, true);
});

Deno.test("a speed-up is the rival's figure by ours, and has to reach its limit", () => {
  const bound = { on: "speed-up", limit: 50 } as const;
  assert.equal(judge(bound, 1, 50).isMet, true);
  assert.equal(judge(bound, 1, 60).isMet, true);
  assert.deepEqual(judge(bound, 1, 40), { isMet: false, missedBy: -0.19999999999999996 });
});

Deno.test("no figure meets no bound", () => {
  for (const on of ["ours", "ratio", "speed-up"] as const) {
    assert.equal(judge({ on, limit: 1 }, NaN, NaN).isMet, false);
  }
  assert.equal(judge({ on: "ratio", limit: 1 }, 1).isMet, false);
});

Deno.test("contestants run in turn, each in an empty folder, after a warm-up that does not count", async () => {
  const [a, b] = [contestant("a"), contestant("b")];
  const { runs, outcomes } = await rehearse([a, b]);
  assert.deepEqual(runs, ["a f1", "b f2", "a f3", "b f4", "a f5", "b f6"]);
  assert.deepEqual(outcomes.get(a), { samples: [{ seconds: 3 }, { seconds: 5 }] });
  assert.deepEqual(outcomes.get(b), { samples: [{ seconds: 4 }, { seconds: 6 }] });
});

Deno.test("one that follows another finds the folder of the same round, and has it run though nobody asks", async () => {
  const first = contestant("first");
  const second = contestant("second", { follows: first });
  const third = contestant("third", { follows: second });
  const other = contestant("other");
  const { runs } = await rehearse([first, other, second, third], { wanted: new Set([third]), rounds: 1 });
  const round = (folder: string): string[] => [`first ${folder}`, `second ${folder}`, `third ${folder}`];
  assert.deepEqual(runs, [...round("f1"), ...round("f2")]);
});

Deno.test("a contest with a warm-up of its own runs that, and nothing else, before it counts", async () => {
  const [a, small] = [contestant("a"), contestant("small")];
  const { runs, outcomes } = await rehearse([a], { warmUp: [small] });
  assert.deepEqual(runs, ["small f1", "a f2", "a f3"]);
  assert.deepEqual([...outcomes.keys()], [a]);
});

Deno.test("a contestant whose program is missing does not run, and its rows are skipped with the reason", async () => {
  const a = contestant("a", { programs: [() => ({ path: "/bin/a" })] });
  const b = contestant("b", { programs: [() => ({ path: "/bin/b" }), () => ({ missing: "no go" })] });
  const { runs, outcomes } = await rehearse([a, b]);
  assert.deepEqual(runs, ["a f1", "a f2", "a f3"]);
  const skipped = resultOf({ what: "x / y", ours: a, rival: b, unit: "seconds" }, outcomes);
  assert.equal("skipped" in skipped && skipped.skipped, "no go");
  assert.match(formatTable([skipped], MACHINE), /^x \/ y {27}skipped: no go\n\n0 met, 0 missed, 1 skipped$/m);
  assert.equal(isAllMet([skipped]), true);
});

Deno.test("what failed is no pass, and the rest of the table stands", () => {
  const good = result(row({ on: "ratio", limit: 1 }), [1], [2]);
  const failed = { row: row({ on: "ratio", limit: 1 }, { what: "x / y" }), failed: "b fails\nat length" };
  assert.match(
    formatTable([good, failed], MACHINE),
    /^x \/ y {27}failed: b fails\n\n1 met, 0 missed, 0 skipped, 1 failed$/m,
  );
  assert.equal(isAllMet([good, failed]), false);
  assert.equal(isAllMet([good]), true);
});

Deno.test("figures of a certificate are divided by each one's certificates, after the start is taken off", () => {
  const [a, b, start] = [contestant("a", { certificates: 4 }), contestant("b"), contestant("start")];
  const outcomes = new Map<Contestant, Outcome>([
    [a, { samples: [{ seconds: 9 }] }],
    [b, { samples: [{ seconds: 6 }] }],
    [start, { samples: [{ seconds: 1 }] }],
  ]);
  const figures = (more: Partial<Row>): unknown => {
    const { samples: _, row: __, ...rest } = resultOf(
      { what: "w", ours: a, rival: b, unit: "seconds a certificate", ...more },
      outcomes,
    ) as Extract<Result, { readonly ours: number }>;
    return rest;
  };
  assert.deepEqual(figures({}), { ours: 2.25, rival: 0.6, ratio: 3.75 });
  assert.deepEqual(figures({ less: start }), { ours: 2, rival: 0.5, ratio: 4 });
});

Deno.test("a table says what was met, what was missed by how much, and what is told only", () => {
  const results = [
    result(row({ on: "ours", limit: 0.15 }, { what: "lab" }), [0.3, 0.2, 0.4]),
    result(row({ on: "ratio", limit: 1, aim: 0.6 }, { what: "5,000 workers / Go loop" }), [1], [2]),
    result(row(undefined, { what: "5,000 workers / 2 Go loops" }), [3], [2]),
    result(
      row({ on: "speed-up", limit: 50 }, { what: "a certificate / cfssl", unit: "seconds a certificate" }),
      [0.004],
      [0.12],
    ),
    result(row({ on: "ours", limit: 400 }, { what: "memory", unit: "MiB", average: "highest" }), [3, 3.5]),
    result(row({ on: "ratio", limit: 1 }, { what: "lab, RSA", average: "mean" }), [1, 2], [10, 90]),
  ];
  const text = formatTable(results, MACHINE);
  assert.equal(
    text,
    `2 cores, deno 2.9.6, go1.26.8, OpenSSL 3.0.19, files on ext4
medians of interleaved runs; memory: the highest; RSA: the mean

what                            ours     rival    ratio  bound
lab                             300 ms                   ≤ 150 ms   missed +100%
5,000 workers / Go loop         1.00 s   2.00 s   0.500  ≤ 1 (0.6)  met
5,000 workers / 2 Go loops      3.00 s   2.00 s   1.50              told only
a certificate / cfssl           400 µs   12.0 ms  30.0x  ≥ 50x      missed -40%
memory                          350 MiB                  ≤ 400 MiB  met
lab, RSA                        1.50 s   50.0 s   0.030  ≤ 1        met

3 met, 2 missed, 0 skipped`,
  );
  for (const line of text.split("\n")) assert.ok(displayWidth(line) <= 80, line);
  assert.equal(isAllMet(results), false);
  assert.equal(isAllMet(results.slice(1, 3)), true);
});

Deno.test("JSON has every sample and the figures unrounded", () => {
  const json = JSON.parse(formatJson([result(row({ on: "ratio", limit: 1 }), [1.2345, 9, 1], [1])], MACHINE));
  assert.equal(json.cores, 2);
  assert.equal(json.isMet, false);
  assert.equal(json.rows[0].what, "row");
  assert.equal(json.rows[0].ours, 1.2345);
  assert.deepEqual(json.rows[0].samples.ours.map((sample: { seconds: number }) => sample.seconds), [
    1.2345,
    9,
    1,
  ]);
});

Deno.test("a figure has three digits and fits its column; a miss is never told as none", () => {
  const seconds = [123.4, 12.34, 1.234, 0.9996, 0.01234, 0.0009996, 0.0001234].map((value) =>
    formatFigure(value, "seconds")
  );
  assert.deepEqual(seconds, ["123 s", "12.3 s", "1.23 s", "1.00 s", "12.3 ms", "1.00 ms", "123 µs"]);
  assert.deepEqual([0.0001, 0.347, -0.4].map(formatMiss), ["+1%", "+35%", "-40%"]);
});

Deno.test("each row has a name of its own that fits, and its contest runs whom it needs, in an order that serves", () => {
  const names = makeChapters().flatMap(({ rows }) => rows.map((row) => row.what));
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.ok(displayWidth(name) <= 30, name);
  for (const { contest, rows } of makeChapters()) {
    for (const one of rows.flatMap(contestantsOf)) assert.ok(contest.contestants.includes(one), one.name);
    for (const [index, { follows }] of contest.contestants.entries()) {
      assert.ok(follows === undefined || contest.contestants.slice(0, index).includes(follows));
    }
    for (const { rival, bound } of rows) {
      assert.ok(bound === undefined || (rival === undefined) === (bound.on === "ours"));
    }
  }
});

Deno.test("what stands in the way of a bound is told when the bound is missed, once for all rows, in 80 columns", () => {
  const atMost = { on: "ratio", limit: 1 } as const;
  const why = "a wall of stone ".repeat(12).trim();
  const results = [
    result(row(atMost, { what: "first", why }), [2], [1]),
    result(row(atMost, { what: "second", why }), [3], [1]),
    result(row(atMost, { what: "third", why: "nothing" }), [1], [1]),
    result(row(atMost, { what: "fourth" }), [3], [1]),
  ];
  const [, told = ""] = formatTable(results, MACHINE).split("1 met, 3 missed, 0 skipped\n");
  assert.match(told, /^\nfirst; second:\n {2}a wall of stone [^]* wall of stone$/);
  assert.ok(told.split("\n").every((line) => displayWidth(line) <= 80 && !line.endsWith(" ")));
  assert.equal(told.split("stone").length, 13);
});

Deno.test("every bound that is about time says what stands in its way", () => {
  const silent = makeChapters().flatMap(({ rows }) =>
    rows.filter(({ bound, unit, why }) => bound !== undefined && unit !== "MiB" && why === undefined)
  );
  assert.deepEqual(silent.map(({ what }) => what), [
    "growth, 20,000 / 1,000 workers",
    "lab, RSA-2048 / openssl genrsa",
    "lab, RSA-4096 / openssl genrsa",
  ]);
});

Deno.test("rows are chosen by name or pattern; a name that no row has is refused with those there are", () => {
  const chapters = makeChapters();
  const chosen = (...patterns: string[]): string[] =>
    select(chapters, patterns).flatMap(({ rows }) => rows.map((row) => row.what));
  assert.deepEqual(chosen("lab"), ["lab"]);
  assert.deepEqual(chosen("*memory", "lab"), ["lab", "5,000 workers, memory", "20,000 workers, memory"]);
  assert.deepEqual(chosen().length, chapters.flatMap(({ rows }) => rows).length);
  assert.throws(
    () => chosen("labs"),
    /^HardwayError: bench: No row is called "labs": expected one of\n {2}an empty program\n {2}lab\n/,
  );
});

Deno.test("the clusters of the bench have the certificates and key algorithms that they are measured by", () => {
  const clusters = [
    [lab(), "ECDSA-P256", "ECDSA-P256"],
    [lab("Ed25519"), "Ed25519", "ECDSA-P256"],
    [lab("RSA-4096", true), "RSA-4096", "RSA-4096"],
    [fleet(7), "ECDSA-P256", "ECDSA-P256"],
    [fleet(7, "Ed25519"), "Ed25519", "ECDSA-P256"],
    [fleet(10_001), "ECDSA-P256", "ECDSA-P256"],
    [fleet(5, "ECDSA-P256", 3), "ECDSA-P256", "ECDSA-P256"],
  ] as const;
  for (const [cluster, algorithm, ofServiceAccount] of clusters) {
    const specs = cluster.specs(3).map((spec) => new TextEncoder().encode(spec));
    const plans = specs.map((spec) => loadPlan(spec, "c.yaml", 1767225600, []).plan);
    const entries = plans.flatMap((plan) => plan.entries);
    assert.equal(new Set(plans.map((plan) => plan.cluster)).size, plans.length);
    const certificates = entries.filter((entry) => entry.kind === "certificate");
    const pairs = entries.filter((entry) => entry.kind === "key-pair");
    assert.equal(certificates.length, cluster.certificates);
    assert.deepEqual(new Set(certificates.map((entry) => entry.keyAlgorithm)), new Set([algorithm]));
    assert.deepEqual(pairs.map((entry) => entry.keyAlgorithm), plans.map(() => ofServiceAccount));
    if (cluster.certificates === LAB.certificates) {
      assert.equal(certificates.length + pairs.length, LAB.keys);
    }
  }
  assert.notDeepEqual(lab("RSA-2048", true).specs(1), lab("RSA-2048", true).specs(2));
});

Deno.test("hardway runs with the flags of its task, a bundle in its place with the same ones", () => {
  const words = denoJson.tasks.provision.command.split(" ");
  const plain = ours("x", lab()).line("/w", []);
  assert.deepEqual(plain.slice(1, words.length - 1), words.slice(1, -1));
  assert.ok(plain[words.length - 1]?.endsWith("/scripts/provision.ts"));
  const bundled = ours("x", lab(), { isBundle: true }).line("/w", ["/b.js"]);
  assert.deepEqual(bundled, plain.map((word) => word.endsWith("/scripts/provision.ts") ? "/b.js" : word));
  assert.ok(plain.includes(join("/w", "out")));
});
