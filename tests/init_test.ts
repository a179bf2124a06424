/** init writes a starter spec, its schema and a seed: once, and never over anything. */
import assert from "node:assert/strict";
import { HardwayError, init, provision } from "../mod.ts";
import { IS_ROOT, look, provisionIn, ROOT, run, SEED, sh, skip, tree, withFolder, writeSeed } from "./run.ts";

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

async function fails(options: Parameters<typeof init>[0], code: string, message: RegExp): Promise<void> {
  await assert.rejects(async () => await init(options), (error) => {
    assert.ok(error instanceof HardwayError, Deno.inspect(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  });
}

Deno.test("init writes the commented template, its schema and a seed that only its owner reads", async () => {
  await withFolder(async (folder) => {
    const { code, stdout, stderr } = await run("init", [], { cwd: folder, before: "umask 0277" });
    assert.equal(code, 0, stderr);
    assert.equal(stdout, "cluster.yaml  written: edit it, then run deno task provision\n");
    assert.match(
      stderr,
      /^\nNew seed: cluster\.seed\n {2}Whoever holds it holds every key of this cluster; /,
    );
    assert.deepEqual(names(folder), ["cluster.schema.json", "cluster.seed", "cluster.yaml"]);
    const found = look(folder);
    assert.deepEqual(
      ["cluster.schema.json", "cluster.seed", "cluster.yaml"].map((name) => found[name]?.mode),
      [
        "0644",
        "0600",
        "0644",
      ],
    );
    for (const name of ["cluster.yaml", "cluster.schema.json"]) {
      assert.equal(
        Deno.readTextFileSync(`${folder}/${name}`),
        Deno.readTextFileSync(`${ROOT}templates/${name}`),
      );
    }
    await provisionIn(folder);
  });
});

Deno.test("init names the cluster, the spec and the seed as asked", async () => {
  await withFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/conf`);
    const report = await init({
      folder,
      spec: "conf/prod.yaml",
      seed: "my.seed",
      name: "prod-1",
      now: () => 1_767_225_600,
    });
    assert.deepEqual(report, { spec: "conf/prod.yaml", seed: "my.seed", isNewSeed: true });
    assert.deepEqual([names(folder), names(`${folder}/conf`)], [["conf", "my.seed"], [
      "cluster.schema.json",
      "prod.yaml",
    ]]);
    assert.match(Deno.readTextFileSync(`${folder}/conf/prod.yaml`), /^name: prod-1 #/m);
    const made = await provision({ folder, spec: "conf/prod.yaml", seed: "my.seed", only: ["ca"] });
    assert.equal(made.cluster, "prod-1");
    assert.match(
      Deno.readTextFileSync(`${folder}/out/prod-1/manifest.json`),
      /"notBefore":"2025-12-31T23:55:00Z"/,
    );
    const beside = await init({ folder, spec: "test.yaml" });
    assert.deepEqual(beside, { spec: "test.yaml", seed: "test.seed", isNewSeed: true });
  });
});

Deno.test("init takes up a seed that is there, and keeps a schema that is there", async () => {
  await withFolder(async (folder) => {
    writeSeed(folder);
    Deno.writeTextFileSync(`${folder}/cluster.schema.json`, "{}");
    const { code, stderr } = await run("init", [], { cwd: folder });
    assert.deepEqual([code, stderr], [0, "cluster.seed  kept: what was made with it stays right\n"]);
    assert.equal(Deno.readTextFileSync(`${folder}/cluster.seed`), `${SEED}\n`);
    assert.equal(Deno.readTextFileSync(`${folder}/cluster.schema.json`), "{}");
  });
});

Deno.test("init never writes over a spec, whatever it is", async () => {
  const makers: ((path: string) => void)[] = [
    (path) => Deno.writeTextFileSync(path, "name: mine\n"),
    (path) => Deno.writeTextFileSync(path, ""),
    (path) => Deno.mkdirSync(path),
    (path) => Deno.symlinkSync("nothing", path),
  ];
  for (const make of makers) {
    await withFolder(async (folder) => {
      make(`${folder}/cluster.yaml`);
      const before = look(folder);
      const { code, stdout, stderr } = await run("init", [], { cwd: folder });
      assert.deepEqual([code, stdout], [3, ""]);
      assert.equal(
        stderr,
        "Refused: cluster.yaml exists\nNothing was changed. Use another --spec, or move it away.\n",
      );
      assert.deepEqual(look(folder), before);
    });
  }
});

Deno.test("init writes nothing beside a bad seed, and says what is wrong with it", async () => {
  await withFolder(async (folder) => {
    writeSeed(folder, `${SEED.slice(0, -1)}Q`);
    await fails(
      { folder },
      "seed-invalid",
      /^cluster\.seed: Cannot use this seed: the Bech32 checksum does not match$/,
    );
    writeSeed(folder);
    Deno.chmodSync(`${folder}/cluster.seed`, 0o640);
    await fails({ folder }, "seed-invalid", /^cluster\.seed: Its mode 0640 /);
    assert.deepEqual(names(folder), ["cluster.seed"]);
  });
});

Deno.test("init refuses names that are no label, and folders that are not there, in the words of the caller", async () => {
  await withFolder(async (folder) => {
    for (const name of ["", "Lab", "a.b", "../x", "-a", "a-", "x".repeat(64), "a\nb", "$&"]) {
      await fails(
        { folder, name },
        "usage",
        /^init: Cannot use ".*" as --name: expected an RFC 1123 label such as lab$/,
      );
    }
    await fails(
      { folder, spec: "none/cluster.yaml" },
      "disk",
      /^Cannot write none\/cluster\.yaml: no such file or folder$/,
    );
    await fails(
      { folder, seed: "none/x.seed" },
      "disk",
      /^Cannot create none\/x\.seed: no such file or folder$/,
    );
    for (const args of [["--dry-run"], ["--name"], ["lab"], ["--name", "a", "--name", "b"]]) {
      const { code, stdout, stderr } = await run("init", args, { cwd: folder });
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, /^init: [^\n]+\n$/);
    }
  });
});

Deno.test("init in a folder that may not be written is one sentence and exit 2", async () => {
  if (!IS_ROOT || sh("unshare -m true").code !== 0) return skip("a read-only folder: needs root");
  await withFolder(async (folder) => {
    assert.equal(sh('mount -t tmpfs -o ro tmpfs "$1"', folder).code, 0);
    try {
      for (const command of ["init", "provision"] as const) {
        const { code, stdout, stderr } = await run(command, [], { cwd: folder });
        assert.deepEqual([code, stdout], [2, ""]);
        assert.match(stderr, /^Cannot (write|create) cluster\.(yaml|seed): the file system is read-only\n$/);
      }
    } finally {
      sh('umount "$1"', folder);
    }
    assert.deepEqual(tree(folder), {});
  });
});

Deno.test("two inits at once write one spec and one seed", async () => {
  await withFolder(async (folder) => {
    const both = await Promise.all([0, 1, 2].map(() => run("init", [], { cwd: folder })));
    assert.deepEqual(both.map(({ code }) => code).sort(), [0, 3, 3]);
    assert.deepEqual(names(folder), ["cluster.schema.json", "cluster.seed", "cluster.yaml"]);
    await provisionIn(folder, ["--only", "ca"]);
  });
});
