import assert from "node:assert/strict";
import { formatProgress, makeProgress } from "../scripts/write/progress.ts";
import {
  assertNoSecret,
  has,
  provisionIn,
  run,
  SEED,
  sh,
  skip,
  tree,
  withFolder,
  withSpec,
  writeSeed,
} from "./run.ts";

const SPEC = `name: lab
validity: { notBefore: 2026-01-01T00:00:00Z, ca: 100y, leaf: 50y }
controlPlane: [{ name: server, addresses: [10.240.0.10], kubelet: false }]
workers:
  - { name: node-0, addresses: [10.240.0.20] }
users: [{ name: 김철수, groups: [개발자] }]
`;

/** Makes what depends on the moment look the same. */
function steady(text: string): string {
  return text.replace(/\d+\.\d\d s/g, "N s").replace(/"seconds": [\d.e-]+/, `"seconds": 0`).replace(
    /\d{4}-\d\d-\d\d \d\d:\d\d UTC/g,
    "TIME",
  ).replace(
    /[ \t]+$/gm,
    "",
  );
}

/** Everything a person sees of a run. */
function screen(result: { readonly code: number; readonly stdout: string; readonly stderr: string }): string {
  return steady(`exit ${result.code}\n--- stdout\n${result.stdout}--- stderr\n${result.stderr}`);
}

Deno.test("provision says what was made, what changed, what stays and why it refuses", async (t) => {
  await withSpec(SPEC, async (folder) => {
    const step = async (name: string, args: readonly string[] = []): Promise<void> => {
      const result = await run("provision", args, { cwd: folder });
      assertNoSecret(result.stdout + result.stderr, folder);
      assert.ok(!(result.stdout + result.stderr).includes("\x1b"), "no escape codes where nobody watches");
      await t.step(name, async (inner) => await snapshot(inner, screen(result)));
    };
    await step("dry run of a first run", ["--dry-run"]);
    await step("first run");
    await step("nothing to do");
    Deno.writeTextFileSync(
      `${folder}/cluster.yaml`,
      SPEC.replace("node-0, addresses: [10.240.0.20]", "node-1, addresses: [10.240.0.21]") +
        "apiServer: { certSANs: [lb.example.org, 10.240.0.100] }\ngenerations: { scheduler: 2 }\n",
    );
    await step("dry run of a change", ["--dry-run"]);
    await step("dry run as JSON, in part", ["--dry-run", "--only", "scheduler", "-o", "json"]);
    await step("change");
    await step("prune", ["--prune"]);
    Deno.writeTextFileSync(`${folder}/out/lab/pki/ca.key`, "mine\n");
    await step("refusal");
    await step("quiet refusal", ["--quiet"]);
    await step("force", ["--force"]);
    await step("quiet", ["--quiet"]);
    Deno.removeSync(`${folder}/cluster.seed`);
    await step("missing seed");
    await step("named seed that is missing", ["--seed", "other.seed"]);
    await step("pattern that matches nothing", ["--only", "kubelt-*", "--only", "apisrver"]);
    await step("unknown flag", ["--dryrun"]);
    await step("missing value", ["--spec"]);
    await step("stray argument", ["cluster.yaml"]);
    await step("bad jobs", ["--jobs", "0"]);
    await step("missing spec", ["--spec", "nope.yaml"]);
    await step("help", ["--help"]);
  });
});

async function snapshot(t: Deno.TestContext, text: string): Promise<void> {
  const { assertSnapshot } = t as unknown as { assertSnapshot: (value: string) => Promise<void> };
  await assertSnapshot.call(t, text);
}

Deno.test("bad seeds are refused by name and never echoed", async () => {
  const line = SEED;
  const wrong = line.slice(0, 40) + (line[40] === "Q" ? "P" : "Q") + line.slice(41);
  const cases: [string, (path: string) => void, RegExp][] = [
    ["one wrong character", (path) => Deno.writeTextFileSync(path, wrong, { mode: 0o600 }), /Bech32/],
    [
      "lower case",
      (path) => Deno.writeTextFileSync(path, line.toLowerCase(), { mode: 0o600 }),
      /cluster\.seed: /,
    ],
    ["empty", (path) => Deno.writeTextFileSync(path, "", { mode: 0o600 }), /cluster\.seed: /],
    [
      "two lines",
      (path) => Deno.writeTextFileSync(path, `${line}\n${line}\n`, { mode: 0o600 }),
      /cluster\.seed: /,
    ],
    ["open to all", (path) => {
      Deno.writeTextFileSync(path, line);
      Deno.chmodSync(path, 0o644);
    }, /mode 0644 .*chmod 600 cluster\.seed/],
    ["a folder", (path) => Deno.mkdirSync(path), /a folder/],
  ];
  for (const [name, make, message] of cases) {
    await withFolder(async (folder) => {
      Deno.writeTextFileSync(`${folder}/cluster.yaml`, SPEC);
      make(`${folder}/cluster.seed`);
      const { code, stdout, stderr } = await run("provision", [], { cwd: folder });
      assert.deepEqual([code, stdout], [2, ""], name);
      assert.match(stderr, message, name);
      assert.doesNotMatch(stderr, /HARDWAY-SEED-1.{8}/i, name);
      assert.equal(sh('ls "$1/out"', folder).code === 0, false, name);
    });
  }
});

Deno.test("a tree of another seed is refused before anything else", async () => {
  await withSpec(SPEC, async (folder) => {
    await provisionIn(folder);
    const before = tree(folder);
    writeSeed(
      folder,
      "HARDWAY-SEED-1QYQQQQQQD92MJQQPQQPSYPGYQURQJZQTPGXSCRCWZYGPXYS4ZST3VXGCRVDP68QLRCDARCH3",
      "other.seed",
    );
    const { stderr } = await provisionIn(folder, ["--seed", "other.seed"], 3);
    assert.match(stderr, /^Refused: out\/lab belongs to another seed/);
    Deno.removeSync(`${folder}/other.seed`);
    assert.deepEqual(tree(folder), before);
  });
});

Deno.test("a new seed is said with --quiet too, as it is said only once", async () => {
  await withFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/cluster.yaml`, SPEC);
    const first = await run("provision", ["--quiet"], { cwd: folder });
    assert.deepEqual([first.code, first.stdout], [0, ""]);
    assert.match(first.stderr, /^New seed: cluster\.seed\n/);
    const second = await run("provision", ["--quiet"], { cwd: folder });
    assert.deepEqual([second.code, second.stdout, second.stderr], [0, "", ""]);
  });
});

Deno.test("a seed comes from standard input too", async () => {
  await withSpec(SPEC, async (folder) => {
    await provisionIn(folder);
    Deno.removeSync(`${folder}/cluster.seed`);
    const result = await run("provision", ["--seed", "-"], { cwd: folder, stdin: `${SEED}\n` });
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stdout, /nothing to do/);
  });
});

Deno.test("what ends soon is said with the remedy", async () => {
  await withSpec(SPEC.replace("leaf: 50y", "leaf: 1d"), async (folder) => {
    const { stderr } = await provisionIn(folder, ["--only", "scheduler"]);
    assert.match(
      stderr,
      /^scheduler ended \d+ days ago \(2026-01-02\)\. Renew: set validity\.notBefore in cluster\.yaml and run again\.$/m,
    );
  });
});

Deno.test("trial run, then init, then provision keep one seed and one tree; init never writes over a file", async () => {
  await withFolder(async (folder) => {
    const trial = await provisionIn(folder);
    assert.match(trial.stderr, /New seed: cluster\.seed/);
    const [seed, first] = [Deno.readTextFileSync(`${folder}/cluster.seed`), tree(`${folder}/out`)];
    const init = await run("init", [], { cwd: folder });
    assert.equal(init.code, 0, init.stderr);
    assert.match(init.stderr, /cluster\.seed {2}kept/);
    assert.match((await provisionIn(folder)).stdout, /nothing to do/);
    assert.equal(Deno.readTextFileSync(`${folder}/cluster.seed`), seed);
    Deno.removeSync(`${folder}/out`, { recursive: true });
    await provisionIn(folder);
    assert.deepEqual(tree(`${folder}/out`), first);
    const before = tree(folder);
    const again = await run("init", [], { cwd: folder });
    assert.deepEqual([again.code, again.stdout], [3, ""]);
    assert.match(again.stderr, /^Refused: cluster\.yaml exists\n/);
    assert.deepEqual(tree(folder), before);
    assert.ok(Deno.statSync(`${folder}/cluster.schema.json`).isFile);
    const other = await run("init", ["--spec", "prod.yaml", "--name", "prod"], { cwd: folder });
    assert.equal(other.code, 0, other.stderr);
    assert.equal((Deno.statSync(`${folder}/prod.seed`).mode ?? 0) & 0o777, 0o600);
    await provisionIn(folder, ["--spec", "prod.yaml", "--only", "ca"]);
  });
});

Deno.test("a terminal gets colour and a progress line, none with NO_COLOR", async () => {
  if (!has("script")) {
    skip("a terminal: script(1) is missing");
    return;
  }
  await withSpec(SPEC, (folder) => {
    const line = (env: string): string =>
      sh(
        `cd "$1" && ${env} script -qec "$2 run --no-prompt --frozen -A --ignore-env=LOG_TOKENS,LOG_STREAM $3/scripts/provision.ts" /dev/null`,
        folder,
        Deno.execPath(),
        new URL("..", import.meta.url).pathname,
      ).stdout;
    assert.ok(line("NO_COLOR=").includes("\x1b[1mlab\x1b[22m"));
    assert.ok(!line("NO_COLOR=1").includes("\x1b[1m"));
  });
});

Deno.test("the progress line comes after a second, at most ten times a second, and goes", () => {
  let now = 0;
  const lines: string[] = [];
  const progress = makeProgress((line) => lines.push(line), () => now);
  for (now = 0; now < 900; now += 10) progress.advance(now, 2000);
  assert.deepEqual(lines, []);
  for (now = 1000; now < 2000; now += 10) progress.advance(now, 2000);
  assert.equal(lines.length, 10);
  progress.end();
  assert.equal(lines.at(-1), "");
  assert.equal(
    formatProgress(6212, 10012, 3.2),
    "  6,212 of 10,012 certificates  [#########-------]  2 s left",
  );
});
