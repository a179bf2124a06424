import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import {
  differences,
  IS_ROOT,
  largeSpec,
  provisionIn,
  run,
  sh,
  skip,
  start,
  tree,
  withFolder,
  withSpec,
  writeSeed,
} from "./run.ts";

/** A seeded generator (mulberry32): the moments are random, and the same in every run of the test. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Kills a process, which may be faster. */
async function kill(process: Deno.ChildProcess): Promise<void> {
  try {
    process.kill("SIGKILL");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  await process.output();
}

async function sleep(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Waits until a run of a large spec writes, which this file tells, or is over: no clock has to be guessed. */
async function writing(process: Deno.ChildProcess, folder: string): Promise<void> {
  let isOver = false;
  void process.status.then(() => isOver = true);
  while (!isOver && !existsSync(`${folder}/out/large/manifest.pending.json`)) await sleep(1);
}

/** Makes the undisturbed tree of a spec and says how long that took. */
async function undisturbed(
  text: string,
): Promise<{ readonly whole: Record<string, string>; readonly milliseconds: number }> {
  let whole: Record<string, string> = {};
  let milliseconds = 0;
  await withSpec(text, async (folder) => {
    const begin = performance.now();
    await provisionIn(folder);
    milliseconds = performance.now() - begin;
    whole = tree(`${folder}/out`);
  });
  return { whole, milliseconds };
}

Deno.test("a run of 200 nodes that is killed anywhere is completed by the next one, byte for byte", async () => {
  const { whole, milliseconds } = await undisturbed(largeSpec(200));
  assert.equal(Object.keys(whole).length > 1000, true);
  const random = randomOf(20260101);
  let halves = 0;
  await withSpec(largeSpec(200), async (folder) => {
    for (let round = 0; round < 16; round++) {
      sh('rm -rf "$1/out"', folder);
      const process = start("provision", [], { cwd: folder });
      // Most of the time of a run is issuing; most rounds aim at its end, where it writes.
      if (round % 4 === 0) {
        await sleep(milliseconds * random());
      } else {
        await writing(process, folder);
        await sleep(0.2 * milliseconds * random());
      }
      await kill(process);
      if (sh('ls "$1/out/large/manifest.pending.json"', folder).code === 0) halves++;
      await provisionIn(folder);
      assert.deepEqual(differences(tree(`${folder}/out`), whole), [], `round ${round}`);
    }
  });
  assert.ok(halves >= 3, `only ${halves} of 16 kills hit a run while it wrote`);
});

Deno.test("a run that is killed while a changed spec is written is completed by the next one", async () => {
  const changed = largeSpec(100, "apiServer: { certSANs: [lb.example.org] }").replace(
    "leaf: 50y",
    "leaf: 40y",
  );
  const { whole, milliseconds } = await undisturbed(changed);
  const random = randomOf(7);
  for (let round = 0; round < 6; round++) {
    await withSpec(largeSpec(100), async (folder) => {
      await provisionIn(folder);
      Deno.writeTextFileSync(`${folder}/cluster.yaml`, changed);
      const process = start("provision", [], { cwd: folder });
      await sleep(milliseconds * (0.4 + 0.5 * random()));
      await kill(process);
      await provisionIn(folder);
      assert.deepEqual(differences(tree(`${folder}/out`), whole), [], `round ${round}`);
    });
  }
});

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(`${signal} ends a large run within a second with exit ${code}, and the next run completes it`, async () => {
    await withSpec(largeSpec(3000).replaceAll("Ed25519", "ECDSA-P256"), async (folder) => {
      const process = start("provision", ["--jobs", "1"], { cwd: folder });
      await writing(process, folder);
      await sleep(200);
      const begin = performance.now();
      process.kill(signal);
      const { code: found, stderr } = await process.output();
      assert.ok(performance.now() - begin < 1000, `${performance.now() - begin} ms`);
      assert.equal(found, code);
      assert.match(
        new TextDecoder().decode(stderr),
        /^Interrupted: run the same command again to complete it\n$/m,
      );
      await provisionIn(folder, ["--only", "apiserver"]);
    });
  });
}

Deno.test("two first runs at once make one seed and one tree", async () => {
  for (let round = 0; round < 3; round++) {
    await withFolder(async (folder) => {
      const both = await Promise.all([0, 1].map(() => run("provision", [], { cwd: folder })));
      assert.deepEqual(both.map(({ code }) => code), [0, 0], both.map(({ stderr }) => stderr).join());
      const first = tree(`${folder}/out`);
      assert.equal(Object.keys(first).filter((path) => path.includes("tmp")).length, 0);
      await provisionIn(folder, ["--dry-run"]);
      sh('rm -rf "$1/out"', folder);
      await provisionIn(folder);
      assert.deepEqual(differences(tree(`${folder}/out`), first), []);
    });
  }
});

Deno.test("a second run waits ten seconds for the first, then says so and exits with 3", async () => {
  await withSpec(largeSpec(1), async (folder) => {
    await provisionIn(folder);
    const before = tree(folder);
    using lock = Deno.openSync(`${folder}/out/.large.lock`, { read: true, write: true });
    lock.lockSync(true);
    const { code, stderr } = await run("provision", [], { cwd: folder });
    assert.equal(code, 3);
    assert.match(stderr, /^Another run holds out\/\.large\.lock for more than 10 s/m);
    assert.deepEqual(tree(folder), before);
  });
});

Deno.test("a full disk is one sentence and exit 2, and the next run with room completes the tree", async () => {
  const { whole } = await undisturbed(largeSpec(60));
  await withSpec(largeSpec(60), async (folder) => {
    Deno.mkdirSync(`${folder}/out`);
    if (!IS_ROOT || sh('mount -t tmpfs -o size=300k,mode=700 tmpfs "$1/out"', folder).code !== 0) {
      skip("a full disk: no tmpfs can be mounted here");
      return;
    }
    try {
      const { code, stdout, stderr } = await run("provision", [], { cwd: folder });
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, /^Cannot write out\/large\/[^\n]*: no space left on the device\n$/);
      assert.equal(sh('find "$1/out" -name "*.tmp" | grep .', folder).code, 1);
      assert.equal(sh('mount -o remount,size=8m "$1/out"', folder).code, 0);
      await provisionIn(folder);
      assert.deepEqual(differences(tree(`${folder}/out`), whole), []);
    } finally {
      sh('umount "$1/out"', folder);
    }
  });
});

Deno.test("provision works without a network, and with write scoped to out and the seed's folder writes nowhere else", async () => {
  await withFolder(async (folder) => {
    for (const name of ["home", "work"]) Deno.mkdirSync(`${folder}/${name}`);
    const scoped = (flags: readonly string[]): string[] => [
      ...flags.map((flag) => flag === "--allow-write" ? "--allow-write=out,." : flag),
      "--deny-net",
    ];
    const namespace = IS_ROOT && sh("unshare -n true").code === 0 ? ["unshare", "-n"] : [];
    if (namespace.length === 0) skip("a network namespace: --deny-net only");
    const result = await run("provision", [], {
      cwd: `${folder}/work`,
      prefix: namespace,
      flags: scoped,
      env: { DENO_NO_UPDATE_CHECK: "1", TMPDIR: `${folder}/home` },
    });
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(Object.keys(tree(`${folder}/home`)), []);
    assert.deepEqual([...Deno.readDirSync(`${folder}/work`)].map(({ name }) => name).sort(), [
      "cluster.seed",
      "out",
    ]);
  });
});

Deno.test("a folder that may not be written is one sentence and exit 2", async () => {
  await withFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/cluster.yaml`, largeSpec(1));
    writeSeed(folder);
    Deno.writeTextFileSync(`${folder}/out`, "a file");
    const { code, stderr } = await run("provision", [], { cwd: folder });
    assert.equal(code, 2);
    assert.match(stderr, /^Cannot use out: [^\n]*\n$/);
  });
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`${signal} ends a run at once that plans a large set, waits for a pipe or for its seed`, async () => {
    await withFolder(async (folder) => {
      // So many that no machine has planned them when the signal comes.
      const text = largeSpec(9999).replace("[0000-9998]", "[00000-59999]");
      assert.notEqual(text, largeSpec(9999));
      Deno.writeTextFileSync(`${folder}/large.yaml`, text);
      assert.equal(sh('mkfifo "$1/pipe.yaml"', folder).code, 0);
      writeSeed(folder, undefined, "large.seed");
      const before = tree(folder);
      for (
        const [args, options] of [
          [["--spec", "large.yaml", "--only", "admin"], {}],
          [["--spec", "pipe.yaml"], {}],
          [["--spec", "large.yaml", "--seed", "-"], { stdin: "" }],
        ] as const
      ) {
        const process = start("provision", args, { cwd: folder, ...options });
        await sleep(600);
        const begin = performance.now();
        process.kill(signal);
        const { code } = await process.output();
        assert.ok(performance.now() - begin < 1000, `${args.join(" ")}: ${performance.now() - begin} ms`);
        assert.equal(code, signal === "SIGINT" ? 130 : 143, args.join(" "));
        assert.deepEqual(tree(folder), before, args.join(" "));
      }
    });
  });
}
