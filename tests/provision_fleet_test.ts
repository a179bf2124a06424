/**
 * Several clusters in one run.
 */
import assert from "node:assert/strict";
import { merge, provision, provisionFleet } from "../mod.ts";
import { differences, OTHER_SEED, run, spec, tree, withFolder, writeSeed } from "./run.ts";

const NAMES = ["alpha", "beta", "gamma"];
const NODES = "workers: [{ name: node-0, addresses: [10.240.0.20] }]\n";

/** A folder of three specs, each with the published seed beside it. */
async function withFleet(action: (folder: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/fleet`);
    for (const name of NAMES) {
      Deno.writeTextFileSync(`${folder}/fleet/${name}.yaml`, spec(NODES, name));
      writeSeed(`${folder}/fleet`, undefined, `${name}.seed`);
    }
    await action(folder);
  });
}

Deno.test("a folder of specs, or each by name, makes what single runs make", async () => {
  await withFleet(async (folder) => {
    const reports = await provisionFleet({ folder, specs: ["fleet"], out: "a" });
    assert.deepEqual(
      reports.map(({ cluster, folder }) => [cluster, folder]),
      NAMES.map((name) => [name, `a/${name}`]),
    );
    await provisionFleet({ folder, specs: NAMES.map((name) => `fleet/${name}.yaml`).reverse(), out: "b" });
    for (const name of NAMES) await provision({ folder, spec: `fleet/${name}.yaml`, out: "c" });
    for (const out of ["a", "b"]) {
      assert.deepEqual(differences(tree(`${folder}/${out}`), tree(`${folder}/c`)), []);
    }
    const again = await provisionFleet({ folder, specs: ["fleet"], out: "a" });
    assert.deepEqual(again.map(({ hasWork }) => hasWork), [false, false, false]);
  });
});

Deno.test("small clusters that workers share out among them are what this thread alone makes", async () => {
  await withFolder(async (folder) => {
    writeSeed(folder, undefined, "fleet.seed");
    Deno.mkdirSync(`${folder}/fleet`);
    const keys = "keys: { ca: ECDSA-P384, leaf: ECDSA-P384 }\n";
    for (let i = 0; i < 8; i++) {
      // Enough work for workers, and one cluster is large enough for all of them.
      const nodes = i === 3
        ? NODES.replace("node-0, addresses: [10.240.0.20]", '"n-[00-59]", addresses: [10.241.0.0/24]')
        : NODES;
      const text = spec(nodes, `cluster-${i}`).replace(/^keys:.*\n/m, keys);
      Deno.writeTextFileSync(`${folder}/fleet/${i}.yaml`, text);
    }
    const options = { folder, specs: ["fleet"], seed: "fleet.seed" };
    await provisionFleet({ ...options, out: "alone", jobs: 1 });
    await provisionFleet({ ...options, out: "shared", jobs: 2 });
    assert.deepEqual(differences(tree(`${folder}/shared`), tree(`${folder}/alone`)), []);
    const again = await provisionFleet({ ...options, out: "shared", jobs: 2 });
    assert.ok(again.every(({ hasWork }) => !hasWork));
  });
});

Deno.test("one seed may serve a fleet: no two clusters share a key", async () => {
  await withFleet(async (folder) => {
    await provisionFleet({ folder, specs: ["fleet"], seed: "fleet/alpha.seed" });
    const keys = new Set(NAMES.map((name) => Deno.readTextFileSync(`${folder}/out/${name}/pki/ca.key`)));
    assert.equal(keys.size, 3);
  });
});

Deno.test("bad specs stop a fleet before anything is written, all problems in one run", async () => {
  await withFleet(async (folder) => {
    Deno.writeTextFileSync(`${folder}/fleet/beta.yaml`, spec("worker: []\n", "beta"));
    Deno.writeTextFileSync(`${folder}/fleet/gamma.yaml`, spec("serviceCIDRs: [x]\n", "gamma"));
    const { code, stdout, stderr } = await run("provision", ["--spec", "fleet"], { cwd: folder });
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /^fleet\/beta\.yaml:5:1: Unknown key "worker"/m);
    assert.match(stderr, /^fleet\/gamma\.yaml:5:16: Cannot use "x" as serviceCIDRs\[0\]/m);
    assert.match(stderr, /^2 problems in fleet\/beta\.yaml, fleet\/gamma\.yaml; nothing was written$/m);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["fleet"]);
  });
});

Deno.test("two specs of one cluster, one spec twice, and a folder without specs are refused", async () => {
  await withFleet(async (folder) => {
    const cases: [string[], string][] = [
      [
        ["fleet/alpha.yaml", "twin.yaml"],
        'Cannot use "fleet/alpha.yaml" and "twin.yaml" together: both are the cluster "alpha"',
      ],
      [["fleet", "fleet/beta.yaml"], 'Cannot use "fleet/beta.yaml" twice: expected each spec once'],
      [["empty"], 'Cannot use "empty" as --spec: expected a file, or a folder with .yaml files'],
    ];
    Deno.copyFileSync(`${folder}/fleet/alpha.yaml`, `${folder}/twin.yaml`);
    Deno.mkdirSync(`${folder}/empty`);
    writeSeed(folder, undefined, "twin.seed");
    for (const [specs, message] of cases) {
      const { code, stderr } = await run("provision", specs.flatMap((one) => ["--spec", one]), {
        cwd: folder,
      });
      assert.deepEqual([code, stderr], [2, `provision: ${message}\n`]);
    }
  });
});

Deno.test("a tree that refuses stops its own cluster, and the others are made", async () => {
  await withFleet(async (folder) => {
    Deno.mkdirSync(`${folder}/out/beta/pki`, { recursive: true });
    Deno.writeTextFileSync(`${folder}/out/beta/pki/ca.crt`, "mine\n");
    const { code, stderr } = await run("provision", ["--spec", "fleet"], { cwd: folder });
    assert.equal(code, 3);
    assert.match(
      stderr,
      /^Refused: 1 file in out\/beta is not what hardway wrote\n {2}pki\/ca\.crt {2}was not made by hardway\n/,
    );
    assert.match(stderr, /\n1 cluster of 3 could not be provisioned; 2 are done\n$/);
    assert.equal(Deno.readTextFileSync(`${folder}/out/beta/pki/ca.crt`), "mine\n");
    for (const name of ["alpha", "gamma"]) {
      assert.ok(Deno.statSync(`${folder}/out/${name}/manifest.json`).isFile);
    }
    // A tree of another seed is seen before anything is made.
    writeSeed(`${folder}/fleet`, OTHER_SEED, "gamma.seed");
    Deno.removeSync(`${folder}/out/alpha`, { recursive: true });
    const other = await run("provision", ["--spec", "fleet"], { cwd: folder });
    assert.equal(other.code, 3);
    assert.match(other.stderr, /^Refused: out\/gamma belongs to another seed/);
    assert.throws(() => Deno.statSync(`${folder}/out/alpha`));
  });
});

Deno.test("a fleet is told in a line for each cluster, as JSON, and by a dry run's exit code", async () => {
  await withFleet(async (folder) => {
    const dry = await run("provision", ["--spec", "fleet", "--dry-run"], { cwd: folder });
    assert.equal(dry.code, 1);
    assert.equal(
      dry.stdout,
      `3 clusters: 117 files would change\n\n${
        NAMES.map((name) => `  ${name.padEnd(5)}  39 files would change, 0 right\n`).join("")
      }`,
    );
    const first = await run("provision", ["--spec", "fleet"], { cwd: folder });
    assert.match(
      first.stdout,
      /^3 clusters: 117 files changed in \d+\.\d\d s\n\n {2}alpha {2}39 files changed, 0 right\n/,
    );
    const json = await run("provision", ["--spec", "fleet", "-o", "json"], { cwd: folder });
    const { clusters } = JSON.parse(json.stdout) as { clusters: { cluster: string; right: number }[] };
    assert.deepEqual(clusters.map(({ cluster, right }) => [cluster, right]), NAMES.map((name) => [name, 39]));
    assert.equal((await run("provision", ["--spec", "fleet", "--dry-run"], { cwd: folder })).code, 0);
  });
});

Deno.test("a pattern of --only may match in one cluster alone, but not in none", async () => {
  await withFleet(async (folder) => {
    Deno.writeTextFileSync(`${folder}/fleet/beta.yaml`, spec("users: [{ name: jane }]\n", "beta"));
    // Where nothing matches nothing is made; where one of two does, that one.
    const only = ["user/jane", "kubelet-server/node-0"];
    const reports = await provisionFleet({ folder, specs: ["fleet"], only });
    assert.deepEqual(reports.map(({ cluster, changes }) => [cluster, changes.length]), [
      ["alpha", 2],
      ["beta", 2],
      ["gamma", 2],
    ]);
    const jane = await provisionFleet({ folder, specs: ["fleet"], only: ["user/jane"], out: "other" });
    assert.deepEqual(jane.map(({ cluster }) => cluster), ["beta"]);
    assert.deepEqual([...Deno.readDirSync(`${folder}/other`)].map(({ name }) => name).sort(), [
      ".beta.lock",
      "beta",
    ]);
    const { code, stderr } = await run("provision", ["--spec", "fleet", "--only", "user/john"], {
      cwd: folder,
    });
    assert.equal(code, 2);
    assert.match(stderr, /^--only: /);
  });
});

Deno.test("seeds that are missing are made beside each spec, and all told", async () => {
  await withFleet(async (folder) => {
    for (const name of ["alpha", "gamma"]) Deno.removeSync(`${folder}/fleet/${name}.seed`);
    const { code, stderr } = await run("provision", ["--spec", "fleet", "--quiet"], { cwd: folder });
    assert.equal(code, 0);
    assert.match(stderr, /^2 new seeds:\n {2}fleet\/alpha\.seed\n {2}fleet\/gamma\.seed\n/);
  });
});

Deno.test("shards of a fleet are whole clusters, and merge completes them", async () => {
  await withFleet(async (folder) => {
    await provisionFleet({ folder, specs: ["fleet"], out: "one" });
    for (const index of [1, 2]) {
      const reports = await provisionFleet({ folder, specs: ["fleet"], shard: { index, count: 2 } });
      assert.deepEqual(reports.map(({ cluster }) => cluster), index === 1 ? ["alpha", "beta"] : ["gamma"]);
    }
    await merge({ folder, specs: ["fleet"] });
    assert.deepEqual(differences(tree(`${folder}/out`), tree(`${folder}/one`)), []);
  });
});
