import assert from "node:assert/strict";
import { provision, provisionInMemory } from "../mod.ts";
import {
  copySources,
  differences,
  has,
  IS_ROOT,
  OTHER_SEED,
  provisionIn,
  run,
  SEED,
  skip,
  spec,
  tree,
  withFolder,
  withSpec,
} from "./run.ts";

const NODES = `workers:
  - { name: node-0, addresses: [10.240.0.20] }
  - { name: node-1, addresses: [10.240.0.21] }
`;

async function reference(): Promise<Record<string, string>> {
  let whole: Record<string, string> = {};
  await withSpec(spec(NODES), async (folder) => {
    await provisionIn(folder);
    whole = tree(`${folder}/out`);
  });
  return whole;
}

Deno.test("the tree is the same under any umask, time zone, language, number of jobs and in any folder", async () => {
  const whole = await reference();
  assert.ok(Object.keys(whole).length > 40);
  const surroundings = [
    { before: "umask 0" },
    { before: "umask 077" },
    { before: "umask 0277" },
    { env: { TZ: "Pacific/Kiritimati" } },
    { env: { LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" } },
    { env: { LANG: "ko_KR.UTF-8", LC_ALL: "C" } },
    { env: { HOME: "/nonexistent" } },
  ];
  await withFolder(async (away) => {
    // A strange umask or home must not spoil the cache of the packages.
    const { root, env } = copySources(away);
    for (const options of surroundings) {
      await withSpec(spec(NODES), async (folder) => {
        const result = await run("provision", ["--jobs", "3"], {
          cwd: folder,
          root,
          ...options,
          env: { ...env, ...options.env },
        });
        assert.equal(result.code, 0, result.stderr);
        assert.deepEqual(differences(tree(`${folder}/out`), whole), [], JSON.stringify(options));
      });
    }
  });
});

Deno.test("the tree is the same on another day", async () => {
  if (!has("faketime")) {
    skip("another day: faketime is missing");
    return;
  }
  // Without a notBefore of the spec: times come from the seed and not from the clock.
  const text = spec(NODES).replace("notBefore: 2026-01-01T00:00:00Z, ", "");
  await withSpec(text, async (folder) => {
    await provisionIn(folder);
    const whole = tree(`${folder}/out`);
    for (const day of ["2031-02-28 12:00:00", "2026-01-02 00:00:00"]) {
      Deno.removeSync(`${folder}/out`, { recursive: true });
      const result = await run("provision", [], { cwd: folder, prefix: ["faketime", day] });
      assert.equal(result.code, 0, result.stderr);
      assert.deepEqual(differences(tree(`${folder}/out`), whole), [], day);
    }
  });
});

Deno.test("the tree is the same for another user", async () => {
  if (!IS_ROOT || !has("setpriv")) {
    skip("another user: neither root nor setpriv");
    return;
  }
  const whole = await reference();
  await withFolder(async (away) => {
    const { root, env } = copySources(away);
    await withSpec(spec(NODES), async (folder) => {
      for (const path of [folder, `${folder}/cluster.yaml`, `${folder}/cluster.seed`]) {
        Deno.chownSync(path, 65534, 65534);
      }
      Deno.chmodSync(away, 0o755);
      const prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
      const result = await run("provision", [], { cwd: folder, root, env, prefix });
      assert.equal(result.code, 0, result.stderr);
      assert.deepEqual(differences(tree(`${folder}/out`), whole), []);
    });
  });
});

Deno.test("the tree is the same whatever the clock says, as long as the seed is the same", async () => {
  const text = spec(NODES).replace("notBefore: 2026-01-01T00:00:00Z, ", "");
  const whole = (await provisionInMemory(text, SEED)).files;
  for (const now of [0, 1_767_225_600, 4_102_444_800]) {
    await withSpec(text, async (folder) => {
      await provision({ folder, now: () => now });
      for (const [path, file] of whole) {
        assert.equal(Deno.readTextFileSync(`${folder}/out/lab/${path}`), file.text, `${now}: ${path}`);
      }
    });
  }
});

/** The paths at which two clusters in memory differ, of those that both have. */
async function changed(
  before: string,
  after: string,
  seed: [string, string] = [SEED, SEED],
): Promise<string[]> {
  const [a, b] = [await provisionInMemory(before, seed[0]), await provisionInMemory(after, seed[1])];
  return [...a.files.keys()].filter((path) => b.files.has(path) && a.text(path) !== b.text(path));
}

Deno.test("one worker more changes no existing byte but the manifest's", async () => {
  const more = `${NODES}  - { name: node-2, addresses: [10.240.0.22] }\n`;
  assert.deepEqual(await changed(spec(NODES), spec(more)), ["manifest.json"]);
  const first = NODES.replace("workers:\n", "workers:\n  - { name: aaa, addresses: [10.240.0.22] }\n");
  assert.deepEqual(await changed(spec(NODES), spec(first)), ["manifest.json"]);
});

Deno.test("one SAN more changes one certificate and keeps its key", async () => {
  const more = `${NODES}apiServer: { certSANs: [lb.example.org] }\n`;
  assert.deepEqual(await changed(spec(NODES), spec(more)), ["pki/apiserver.crt", "manifest.json"]);
});

Deno.test("another seed, or another name of the cluster, changes every file", async () => {
  const count = (await provisionInMemory(spec(NODES), SEED)).files.size;
  assert.equal((await changed(spec(NODES), spec(NODES), [SEED, OTHER_SEED])).length, count);
  assert.equal((await changed(spec(NODES), spec(NODES, "lab2"))).length, count);
});

Deno.test("a generation changes one key, its certificate and what embeds them", async () => {
  assert.deepEqual(await changed(spec(NODES), spec(`${NODES}generations: { scheduler: 2 }\n`)), [
    "pki/scheduler.crt",
    "pki/scheduler.key",
    "kubeconfig/kube-scheduler.kubeconfig",
    "manifest.json",
  ]);
});
