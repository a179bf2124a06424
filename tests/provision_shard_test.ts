/**
 * Shards and what merges them: N parts, made in any order and by whoever, are one run's tree to the byte.
 */
import assert from "node:assert/strict";
import { merge, provision, type ProvisionOptions } from "../mod.ts";
import {
  differences,
  finish,
  OTHER_SEED,
  run,
  sh,
  spec,
  start,
  tree,
  withFolder,
  withSpec,
  writeSeed,
} from "./run.ts";

const NODES =
  `etcd: { members: [{ name: etcd-0, addresses: [10.240.1.1] }, { name: node-0, addresses: [10.240.0.20] }] }
users: [{ name: jane }]
certificates: [{ name: metrics, sans: [metrics.example.org] }]
workers: [{ name: "node-[0-4]", addresses: [10.240.0.20, 10.240.0.21, 10.240.0.22, 10.240.0.23, 10.240.0.24] }]
`;
const FULL = spec(NODES);

function shard(
  folder: string,
  index: number,
  count: number,
  options: ProvisionOptions = {},
): Promise<unknown> {
  return provision({ folder, jobs: 1, shard: { index, count }, ...options });
}

/** What one run makes of a spec. */
async function oneRun(text: string): Promise<Record<string, string>> {
  let made: Record<string, string> = {};
  await withSpec(text, async (folder) => {
    await provision({ folder });
    made = tree(`${folder}/out`);
  });
  return made;
}

async function refused(action: Promise<unknown>, message: RegExp): Promise<void> {
  await assert.rejects(action, (error: unknown) => {
    assert.ok(error instanceof Error && "code" in error, String(error));
    assert.equal(error.code, "refused");
    assert.match(error.message, message);
    return true;
  });
}

for (const count of [1, 2, 3, 7, 20]) {
  Deno.test(`${count} shards and a merge are one run to the byte, with nothing left over`, async () => {
    const whole = await oneRun(FULL);
    await withSpec(FULL, async (folder) => {
      for (let index = count; index > 0; index--) await shard(folder, index, count);
      const [report] = await merge({ folder });
      assert.equal(report?.shards, count);
      assert.deepEqual(differences(tree(`${folder}/out`), whole), []);
      assert.deepEqual([...Deno.readDirSync(`${folder}/out`)].map(({ name }) => name).sort(), [
        ".lab.lock",
        "lab",
      ]);
      // The whole run, and a second merge, have nothing to do.
      assert.equal((await provision({ folder })).hasWork, false);
      assert.equal((await merge({ folder }))[0]?.shards, 0);
    });
  });
}

Deno.test("whole machines stay together, and what belongs to none is the first shard's", async () => {
  await withSpec(FULL, async (folder) => {
    const owners = new Map<string, number>();
    for (let index = 1; index <= 3; index++) {
      await shard(folder, index, 3);
      const text = Deno.readTextFileSync(`${folder}/out/lab/manifest.shard-${index}-of-3.json`);
      for (const { path } of JSON.parse(text).files as { path: string }[]) {
        assert.ok(!owners.has(path), path);
        owners.set(path, index);
      }
    }
    const ofMachine = (machine: string): number[] => [
      ...new Set(
        [...owners].filter(([path]) => path.split(/[/.]/).includes(machine)).map(([, index]) => index),
      ),
    ];
    for (const machine of ["node-0", "node-1", "node-2", "node-3", "node-4", "etcd-0"]) {
      assert.equal(ofMachine(machine).length, 1, machine);
    }
    assert.ok(new Set(["node-0", "node-2", "node-4"].flatMap(ofMachine)).size > 1);
    const shared = ["pki/ca.key", "pki/etcd/ca.crt", "pki/sa.pub", "pki/admin.crt", "pki/users/jane.key"];
    for (const path of [...shared, "pki/extra/metrics.crt", "kubeconfig/admin.kubeconfig"]) {
      assert.equal(owners.get(path), 1, path);
    }
  });
});

Deno.test("shards that run at once, and one that is killed and runs again, make one run's tree", async () => {
  const whole = await oneRun(FULL);
  await withSpec(FULL, async (folder) => {
    const begin = (index: number): Deno.ChildProcess =>
      start("provision", ["--shard", `${index}/4`, "--jobs", "1"], { cwd: folder });
    const [victim, ...others] = [1, 2, 3, 4].map(begin);
    assert.ok(victim !== undefined);
    const killed = finish(victim);
    await new Promise((resolve) => setTimeout(resolve, 250));
    try {
      victim.kill("SIGKILL");
    } catch {
      // It was faster.
    }
    await killed;
    for (const { code, stderr } of await Promise.all(others.map(finish))) assert.equal(code, 0, stderr);
    assert.equal((await finish(begin(1))).code, 0);
    const merged = await run("merge", [], { cwd: folder });
    assert.equal(merged.code, 0, merged.stderr);
    assert.match(merged.stdout, /^lab {2}4 shards merged: 68 files in out\/lab\n$/);
    assert.deepEqual(differences(tree(`${folder}/out`), whole), []);
  });
});

Deno.test("merge refuses what is missing, unfinished, of another seed, another spec or another number", async () => {
  await withSpec(FULL, async (folder) => {
    const root = `${folder}/out/lab`;
    await refused(merge({ folder }), /^Refused: out\/lab holds no shard\n/);
    await shard(folder, 2, 3);
    await refused(merge({ folder }), /^Refused: out\/lab lacks shards 1, 3 of 3\nNothing was changed/);
    for (const index of [1, 3]) await shard(folder, index, 3);
    const before = tree(`${folder}/out`);
    // A kill between the pending manifest and its renaming.
    Deno.copyFileSync(`${root}/manifest.shard-2-of-3.json`, `${root}/manifest.shard-2-of-3.pending.json`);
    await refused(merge({ folder }), /^Refused: out\/lab holds shard 2 of 3 unfinished\n/);
    Deno.removeSync(`${root}/manifest.shard-2-of-3.pending.json`);
    writeSeed(folder, OTHER_SEED);
    await refused(merge({ folder }), /^Refused: out\/lab: shard \d\/3 belongs to another seed/);
    await refused(shard(folder, 1, 3), /^Refused: out\/lab belongs to another seed/);
    writeSeed(folder);
    Deno.writeTextFileSync(`${folder}/cluster.yaml`, FULL.replace("metrics.example", "other.example"));
    await refused(
      merge({ folder }),
      /^Refused: out\/lab holds shard \d\/3, which was made from another spec\n/,
    );
    Deno.writeTextFileSync(`${folder}/cluster.yaml`, FULL);
    assert.deepEqual(
      differences(tree(`${folder}/out`), {
        ...before,
        ".lab.lock": tree(`${folder}/out`)[".lab.lock"] ?? "",
      }),
      [],
    );
    await shard(folder, 1, 2);
    await refused(merge({ folder }), /^Refused: out\/lab holds shards of 2 and of 3\n/);
    assert.deepEqual(Deno.statSync(`${root}/manifest.shard-3-of-3.json`).isFile, true);
  });
});

Deno.test("a changed spec in shards is the same change in one run; what left it is stale, and goes with --prune", async () => {
  const changed = FULL.replace("node-[0-4]", "node-[0-3]").replace(", 10.240.0.24", "")
    .replace("name: lab", "name: lab\napiServer: { certSANs: [new.example.org] }");
  for (const prune of [false, true]) {
    let wanted: Record<string, string> = {};
    await withSpec(FULL, async (folder) => {
      await provision({ folder });
      Deno.writeTextFileSync(`${folder}/cluster.yaml`, changed);
      await provision({ folder, prune });
      wanted = tree(`${folder}/out`);
    });
    await withSpec(FULL, async (folder) => {
      for (const index of [1, 2, 3]) await shard(folder, index, 3);
      await merge({ folder });
      Deno.writeTextFileSync(`${folder}/cluster.yaml`, changed);
      for (const index of [1, 2, 3]) await shard(folder, index, 3);
      const [report] = await merge({ folder, prune });
      assert.equal(report?.stale.length, prune ? 0 : 5);
      assert.deepEqual(differences(tree(`${folder}/out`), wanted), []);
    });
  }
});

Deno.test("shards make a part with --only, merged with the same --only and with no other", async () => {
  const only = ["kubelet-*"];
  let wanted: Record<string, string> = {};
  await withSpec(FULL, async (folder) => {
    await provision({ folder, only });
    wanted = tree(`${folder}/out`);
  });
  await withSpec(FULL, async (folder) => {
    for (const index of [1, 2]) await shard(folder, index, 2, { only });
    await refused(merge({ folder }), /which was made from another spec\n.*--only must be the same too/);
    await merge({ folder, only });
    assert.deepEqual(differences(tree(`${folder}/out`), wanted), []);
  });
});

Deno.test("a shard never makes a seed", async () => {
  await withFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/cluster.yaml`, FULL);
    const { code, stderr } = await run("provision", ["--shard", "1/2"], { cwd: folder });
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^cluster\.seed: no such file\. Shards share one seed: bring it, or make it first with init\n$/,
    );
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["cluster.yaml"]);
  });
});

Deno.test("a planted shard's manifest is trusted no more than any other", async () => {
  await withSpec(FULL, async (folder) => {
    for (const index of [1, 2]) await shard(folder, index, 2);
    Deno.writeTextFileSync(`${folder}/victim`, "dear\n");
    const path = `${folder}/out/lab/manifest.shard-2-of-2.json`;
    const good = Deno.readTextFileSync(path);
    const line = good.split("\n")[1] ?? "";
    const plants = [
      good.replace(line, line.replace(/"path":"[^"]*"/, '"path":"../../victim"')),
      good.replace(line, line.replace('"mode":"0600"', '"mode":"0777"')),
      good.replace('"shard":"2/2"', '"shard":"2/2","x":1'),
      good.slice(0, -4),
    ];
    for (const text of plants) {
      assert.notEqual(text, good);
      Deno.writeTextFileSync(path, text);
      if (text.includes("victim")) await refused(merge({ folder, prune: true }), /cannot trust out\/lab\//);
      await refused(shard(folder, 2, 2, { force: true, prune: true }), /cannot trust out\/lab\//);
      assert.equal(Deno.readTextFileSync(`${folder}/victim`), "dear\n");
    }
  });
});

Deno.test("--shard takes I/N and nothing else, and not beside --tar", async () => {
  await withSpec(FULL, async (folder) => {
    for (const value of ["0/2", "3/2", "1", "1/0", "a/b", "1/99999", "-1/2", "1/2/3"]) {
      const { code, stderr } = await run("provision", [`--shard=${value}`], { cwd: folder });
      assert.deepEqual([code, stderr], [
        2,
        `provision: Cannot use "${value}" as --shard: expected such as 1/4, up to 10000\n`,
      ]);
    }
    const { code, stderr } = await run("provision", ["--tar", "--shard", "1/2"], { cwd: folder });
    assert.deepEqual([code, stderr], [
      2,
      "provision: Cannot use --tar with --shard: an archive is made whole\n",
    ]);
    assert.equal(sh('ls "$1"', folder).stdout, "cluster.seed\ncluster.yaml\n");
  });
});
