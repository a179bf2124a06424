/** What provision does with what it finds: right, ours, foreign, stale, and what is planted by somebody else. */
import assert from "node:assert/strict";
import { HardwayError, provision, type ProvisionOptions, type ProvisionReport } from "../mod.ts";
import { readManifests } from "../scripts/write/known.ts";
import { WHOLE_TREE } from "../scripts/write/manifest.ts";
import { createHash } from "node:crypto";
import {
  differences,
  look,
  OTHER_SEED,
  provisionIn,
  sh,
  spec,
  tree,
  withFolder,
  withSpec,
  writeSeed,
} from "./run.ts";

const NODES =
  "workers: [{ name: node-0, addresses: [10.240.0.20] }, { name: node-1, addresses: [10.240.0.21] }]";
const SAN = "apiServer: { certSANs: [lb.example.org] }";

/** Runs in the test's folder; the clock stands long before anything ends. */
function make(folder: string, options: ProvisionOptions = {}): Promise<ProvisionReport> {
  return provision({ folder, now: () => 1_800_000_000, ...options });
}

function write(folder: string, text: string): void {
  Deno.writeTextFileSync(`${folder}/cluster.yaml`, text);
}

/** The changes of a run, each as `action path`. */
function changes(report: ProvisionReport): string[] {
  return report.changes.map(({ action, path }) => `${action} ${path}`);
}

/** Expects a refusal that leaves every byte, mode, time and inode as it was. */
async function refuses(
  folder: string,
  message: RegExp | string,
  options: ProvisionOptions = {},
): Promise<void> {
  const before = look(folder);
  await assert.rejects(make(folder, options), (error) => {
    assert.ok(error instanceof HardwayError, Deno.inspect(error));
    assert.deepEqual([error.code, error.exitCode], ["refused", 3], error.message);
    if (typeof message === "string") assert.equal(error.message, message);
    else assert.match(error.message, message);
    assert.doesNotMatch(error.message, /(?!\n)[\p{Cc}\u202e]/u);
    return true;
  });
  assert.deepEqual(look(folder), before);
}

interface Planted {
  version?: unknown;
  cluster?: unknown;
  seedId?: unknown;
  files: Record<string, unknown>[];
  [key: string]: unknown;
}

function readManifest(folder: string, name = "manifest.json"): Planted {
  return JSON.parse(Deno.readTextFileSync(`${folder}/out/lab/${name}`)) as Planted;
}

function writeManifest(folder: string, manifest: unknown, name = "manifest.json"): void {
  Deno.writeTextFileSync(`${folder}/out/lab/${name}`, JSON.stringify(manifest), { mode: 0o644 });
}

function sha256(path: string): string {
  return createHash("sha256").update(Deno.readFileSync(path)).digest("hex");
}

Deno.test("provision gives secrets 0600, public files 0644 and folders 0700", async () => {
  await withSpec(spec(NODES), async (folder) => {
    const report = await make(folder);
    assert.equal(report.changes.length, 44);
    const modes = Object.entries(look(folder)).map(([path, { mode, content }]) => {
      const kind = content === "folder" ? "folder" : path.split(".").pop();
      return `${kind} ${mode}`;
    });
    assert.deepEqual([...new Set(modes)].sort(), [
      "crt 0644",
      "folder 0700",
      "json 0644",
      "key 0600",
      "kubeconfig 0600",
      "lock 0600",
      "pub 0644",
      "seed 0600",
      "yaml 0644",
    ]);
  });
});

Deno.test("a second run writes nothing at all: no byte, mode, time or inode changes", async () => {
  await withSpec(spec(NODES), async (folder) => {
    await make(folder);
    const before = look(folder);
    const report = await make(folder);
    assert.deepEqual([report.changes, report.right, report.hasWork], [[], 44, false]);
    assert.deepEqual(look(folder), before);
  });
});

Deno.test("a changed spec touches only the files that change: the others keep their inode and time", async () => {
  await withSpec(spec(NODES), async (folder) => {
    await make(folder);
    const before = look(folder);
    write(folder, spec(`${NODES}\n${SAN}`));
    const report = await make(folder);
    assert.deepEqual(report.changes, [{
      path: "pki/apiserver.crt",
      id: "apiserver",
      action: "replaced",
      reasons: ["SAN added: lb.example.org"],
    }]);
    const after = look(folder);
    const touched = Object.keys(after).filter((path) =>
      after[path]?.content !== "folder" && after[path]?.ino !== before[path]?.ino
    );
    assert.deepEqual(touched, ["out/lab/manifest.json", "out/lab/pki/apiserver.crt"]);
  });
});

Deno.test("missing and empty files are made again, everything else stays", async () => {
  await withSpec(spec(NODES), async (folder) => {
    await make(folder);
    const before = tree(folder);
    Deno.removeSync(`${folder}/out/lab/pki/ca.key`);
    Deno.removeSync(`${folder}/out/lab/pki/etcd`, { recursive: true });
    Deno.truncateSync(`${folder}/out/lab/pki/admin.crt`);
    Deno.truncateSync(`${folder}/out/lab/manifest.json`);
    const report = await make(folder);
    assert.deepEqual(report.changes.map(({ path, action, reasons }) => [path, action, ...reasons]), [
      ["pki/admin.crt", "replaced", "was empty"],
      ["pki/ca.key", "new"],
      ...["ca.crt", "ca.key", "healthcheck-client.crt", "healthcheck-client.key"].map((
        name,
      ) => [`pki/etcd/${name}`, "new"]),
      ...["peer.crt", "peer.key", "server.crt", "server.key"].map((
        name,
      ) => [`pki/etcd/server/${name}`, "new"]),
    ]);
    assert.deepEqual(tree(folder), before);
    Deno.removeSync(`${folder}/out/lab/pki/ca.key`);
    assert.deepEqual((await make(folder)).changes.map(({ reasons }) => reasons), [["was missing"]]);
  });
});

Deno.test("foreign files stop the run, each is named, and --force replaces them", async () => {
  await withSpec(spec(), async (folder) => {
    await make(folder);
    const before = tree(folder);
    Deno.writeTextFileSync(`${folder}/out/lab/pki/ca.key`, "mine\n");
    Deno.utimeSync(`${folder}/out/lab/pki/ca.key`, 1_790_000_000, 1_790_000_000);
    Deno.removeSync(`${folder}/out/lab/pki/ca.crt`);
    const manifest = readManifest(folder);
    writeManifest(folder, { ...manifest, files: manifest.files.filter(({ id }) => id !== "admin") });
    Deno.writeTextFileSync(`${folder}/out/lab/pki/admin.crt`, "mine too\n");
    Deno.utimeSync(`${folder}/out/lab/pki/admin.crt`, 1_790_000_000, 1_790_000_000);
    const message = `Refused: 2 files in out/lab are not what hardway wrote
  pki/admin.crt  was not made by hardway
  pki/ca.key     was edited (2026-09-21 14:13 UTC)
Nothing was changed. Move them away, or replace them with --force.`;
    await refuses(folder, message);
    await refuses(folder, message, { dryRun: true });
    const report = await make(folder, { force: true });
    assert.deepEqual(report.changes.map(({ path, action, reasons }) => [path, action, ...reasons]), [
      ["pki/admin.crt", "replaced", "was not made by hardway; --force"],
      ["pki/ca.crt", "new", "was missing"],
      ["pki/ca.key", "replaced", "was edited (2026-09-21 14:13 UTC); --force"],
    ]);
    assert.deepEqual(tree(folder), before);
  });
});

Deno.test("a lost manifest is written again and nothing else, as long as all files are right", async () => {
  await withSpec(spec(NODES), async (folder) => {
    await make(folder);
    const before = look(`${folder}/out/lab`);
    Deno.removeSync(`${folder}/out/lab/manifest.json`);
    const planned = await make(folder, { dryRun: true });
    assert.deepEqual([planned.changes, planned.manifestChanges, planned.hasWork], [[], true, true]);
    const report = await make(folder);
    assert.deepEqual([report.changes, report.manifestChanges, report.hasWork], [[], true, true]);
    const after = look(`${folder}/out/lab`);
    const changed = Object.keys(after).filter((path) =>
      after[path]?.ino !== before[path]?.ino || after[path]?.mtime !== before[path]?.mtime
    );
    assert.deepEqual(changed.filter((path) => path !== ""), ["manifest.json"]);
    assert.deepEqual(tree(`${folder}/out/lab/pki`), tree(`${folder}/out/lab/pki`));
    Deno.removeSync(`${folder}/out/lab/manifest.json`);
    write(folder, spec(`${NODES}\n${SAN}`));
    await refuses(folder, /^Refused: 1 file .*\n {2}pki\/apiserver\.crt {2}was not made by hardway\n/);
  });
});

Deno.test("wrong modes of files, folders and the manifest are put right, said, and seen by a dry run", async () => {
  await withSpec(spec(), async (folder) => {
    await make(folder);
    const before = look(`${folder}/out`);
    const right = tree(`${folder}/out`);
    for (const [path, mode] of [["pki/ca.key", 0o644], ["pki/ca.crt", 0o4755]] as const) {
      Deno.chmodSync(`${folder}/out/lab/${path}`, mode);
    }
    for (const path of ["", "/pki/etcd"]) Deno.chmodSync(`${folder}/out/lab${path}`, 0o755);
    const wrong = look(`${folder}/out`);
    for (const dryRun of [true, false]) {
      const report = await make(folder, { dryRun });
      assert.deepEqual(report.changes.map(({ path, action, reasons }) => [path, action, ...reasons]), [
        ["pki/ca.crt", "mode", "mode 0644, was 4755"],
        ["pki/ca.key", "mode", "mode 0600, was 0644"],
      ]);
      assert.deepEqual(report.fixedFolders, ["out/lab", "out/lab/pki/etcd"]);
      if (dryRun) assert.deepEqual(look(`${folder}/out`), wrong);
    }
    assert.deepEqual(tree(`${folder}/out`), right);
    assert.equal(look(`${folder}/out`)["lab/pki/ca.key"]?.ino, before["lab/pki/ca.key"]?.ino);

    Deno.chmodSync(`${folder}/out/lab/manifest.json`, 0o600);
    assert.equal((await make(folder, { dryRun: true })).hasWork, true);
    assert.equal((await make(folder)).manifestChanges, true);
    Deno.chmodSync(`${folder}/out/lab/pki`, 0o750);
    assert.equal((await make(folder, { dryRun: true })).hasWork, true);
    assert.deepEqual((await make(folder)).fixedFolders, ["out/lab/pki"]);
    assert.deepEqual(tree(`${folder}/out`), right);
    assert.equal((await make(folder, { dryRun: true })).hasWork, false);
  });
});

Deno.test("files at other paths are never touched, not even with --force and --prune", async () => {
  await withSpec(spec(NODES), async (folder) => {
    await make(folder);
    const paths = [
      "notes",
      "pki/ca.srl",
      "pki/.hardway-mine.tmp",
      "pki/kubelet/node-1/notes",
      "pki/kubelet/node-7/kubelet.crt",
    ];
    Deno.mkdirSync(`${folder}/out/lab/pki/kubelet/node-7`);
    Deno.mkdirSync(`${folder}/out/lab/empty`);
    for (const path of paths) Deno.writeTextFileSync(`${folder}/out/lab/${path}`, "mine\n", { mode: 0o640 });
    Deno.symlinkSync("/etc/passwd", `${folder}/out/lab/pki/link`);
    const before = look(`${folder}/out/lab`);
    write(folder, spec());
    const report = await make(folder, { force: true, prune: true });
    assert.equal(report.changes.filter(({ action }) => action === "removed").length, 10);
    const after = look(`${folder}/out/lab`);
    for (const path of [...paths, "empty", "pki/link"]) {
      assert.deepEqual({ ...after[path], mtime: 0 }, { ...before[path], mtime: 0 }, path);
    }
    assert.deepEqual(differences(tree(`${folder}/out/lab/pki/kubelet`), {}), [
      "node-1",
      "node-1/notes",
      "node-7",
      "node-7/kubelet.crt",
    ]);
  });
});

Deno.test("what left the spec is listed, stays in the manifest as stale and goes only with --prune", async () => {
  await withSpec(spec(NODES), async (folder) => {
    await make(folder);
    write(folder, spec(NODES.replace(/, \{ name: node-1.*\}/, "")));
    const stale = [
      "kubeconfig/node-1.kubeconfig",
      ...["kubelet-client.crt", "kubelet-client.key", "kubelet.crt", "kubelet.key"].map((name) =>
        `pki/kubelet/node-1/${name}`
      ),
    ];
    const report = await make(folder);
    assert.deepEqual([report.changes, report.stale], [[], stale]);
    const listed = readManifest(folder).files;
    assert.deepEqual(listed.filter(({ stale }) => stale === true).map(({ path }) => path), stale);
    assert.deepEqual(Object.keys(tree(`${folder}/out/lab/pki/kubelet/node-1`)).length, 4);
    const before = look(folder);
    assert.deepEqual((await make(folder)).stale, stale);
    assert.deepEqual(look(folder), before);

    // One that somebody edited is not ours any more.
    Deno.writeTextFileSync(`${folder}/out/lab/pki/kubelet/node-1/kubelet.key`, "mine\n");
    const planned = await make(folder, { prune: true, dryRun: true });
    const removed = stale.filter((path) => !path.endsWith("kubelet.key"));
    assert.deepEqual(changes(planned), removed.map((path) => `removed ${path}`));
    const pruned = await make(folder, { prune: true });
    assert.deepEqual([changes(pruned), pruned.stale], [changes(planned), ["pki/kubelet/node-1/kubelet.key"]]);
    assert.deepEqual(Object.keys(tree(`${folder}/out/lab/pki/kubelet`)), [
      "node-0",
      "node-0/kubelet-client.crt",
      "node-0/kubelet-client.key",
      "node-0/kubelet.crt",
      "node-0/kubelet.key",
      "node-1",
      "node-1/kubelet.key",
    ]);
    Deno.removeSync(`${folder}/out/lab/pki/kubelet/node-1`, { recursive: true });
    assert.deepEqual((await make(folder, { prune: true })).stale, []);

    // What comes back is new, and the tree is that of the whole spec again.
    write(folder, spec(NODES));
    assert.deepEqual(changes(await make(folder)), stale.map((path) => `new ${path}`));
    assert.ok(readManifest(folder).files.every((file) => !("stale" in file)));
  });
});

Deno.test("what comes back into the spec while it is stale is right as it is", async () => {
  await withSpec(spec(NODES), async (folder) => {
    await make(folder);
    const before = tree(folder);
    write(folder, spec());
    assert.equal((await make(folder)).stale.length, 10);
    write(folder, spec(NODES));
    const report = await make(folder);
    assert.deepEqual([report.changes, report.stale, report.manifestChanges], [[], [], true]);
    assert.deepEqual(tree(folder), before);
  });
});

Deno.test("another naming makes new files and leaves the old ones stale, with the same keys", async () => {
  await withSpec(spec(), async (folder) => {
    await make(folder);
    const root = `${folder}/out/lab`;
    const key = Deno.readTextFileSync(`${root}/pki/ca.key`);
    write(folder, spec("files: { naming: pem }"));
    const report = await make(folder);
    assert.ok(report.changes.every(({ action }) => action === "new"));
    assert.equal(report.changes.length, 28);
    assert.equal(report.stale.length, 28);
    assert.equal(Deno.readTextFileSync(`${root}/pki/ca-key.pem`), key);
    await make(folder, { prune: true });
    await withSpec(spec("files: { naming: pem }"), async (fresh) => {
      await make(fresh);
      assert.deepEqual(tree(root), tree(`${fresh}/out/lab`));
    });
  });
});

Deno.test("--only makes a part: on an empty tree just that, on a full one the rest stays as it is", async () => {
  await withSpec(spec(NODES), async (folder) => {
    const report = await make(folder, { only: ["kubelet-client/*", "kubeconfig/node-0"] });
    const part = [
      "kubeconfig/node-0.kubeconfig",
      ...["node-0", "node-1"].flatMap((node) =>
        ["crt", "key"].map((end) => `pki/kubelet/${node}/kubelet-client.${end}`)
      ),
    ];
    assert.deepEqual(changes(report), part.map((path) => `new ${path}`));
    assert.deepEqual(readManifest(folder).files.map(({ path }) => path), part);
    const files = Object.entries(look(`${folder}/out/lab`)).filter(([, { content }]) => content !== "folder");
    assert.deepEqual(files.map(([path]) => path).sort(), [...part, "manifest.json"].sort());

    const rest = await make(folder);
    assert.deepEqual([rest.right, rest.changes.length], [5, 39]);
    await withSpec(spec(NODES), async (fresh) => {
      await make(fresh);
      assert.deepEqual(tree(`${folder}/out`), tree(`${fresh}/out`));
    });

    const before = look(`${folder}/out`);
    const again = await make(folder, { only: ["ca"], prune: true });
    assert.deepEqual([again.changes, again.right, again.hasWork], [[], 2, false]);
    assert.deepEqual(look(`${folder}/out`), before);

    // A change of two entries, one of which is asked for.
    write(folder, spec(`${NODES}\n${SAN}\nadmin: { group: others }`));
    assert.deepEqual(changes(await make(folder, { only: ["apiserver"] })), ["replaced pki/apiserver.crt"]);
    assert.deepEqual(changes(await make(folder, { dryRun: true })), [
      "replaced kubeconfig/admin.kubeconfig",
      "replaced pki/admin.crt",
    ]);
    // A foreign file that is not asked for is in nobody's way.
    Deno.writeTextFileSync(`${folder}/out/lab/pki/admin.crt`, "mine\n");
    assert.deepEqual((await make(folder, { only: ["ca"] })).changes, []);
    await refuses(folder, /pki\/admin\.crt {2}was edited/);
  });
});

Deno.test("a tree of another seed, of another cluster or without its seed is refused before anything else", async () => {
  await withSpec(spec(), async (folder) => {
    await make(folder);
    const own = tree(`${folder}/out`);
    writeSeed(folder, OTHER_SEED);
    const other =
      /^Refused: out\/lab belongs to another seed \([0-9a-f]{16}; this one is [0-9a-f]{16}\)\nNothing was changed\. /;
    await refuses(folder, other);
    await refuses(folder, other, { dryRun: true });
    await refuses(folder, other, { only: ["admin"] });
    Deno.removeSync(`${folder}/cluster.seed`);
    await refuses(folder, /belongs to a seed \([0-9a-f]{16}\) that is not here: cluster\.seed is missing/);
    writeSeed(folder, OTHER_SEED);
    // --force is for single files: it never makes a tree of two seeds.
    await refuses(folder, other, { force: true });
    await refuses(folder, other, { force: true, only: ["apiserver"] });
    writeSeed(folder);
    await make(folder);
    assert.deepEqual(tree(`${folder}/out`), own);

    write(folder, spec("", "other"));
    Deno.renameSync(`${folder}/out/lab`, `${folder}/out/other`);
    await refuses(folder, /^Refused: out\/other belongs to the cluster "lab"\n/);
  });
});

Deno.test("an interrupted run of another seed counts, and no new seed is made for files that lost theirs", async () => {
  await withSpec(spec(), async (folder) => {
    await make(folder);
    const manifest = readManifest(folder);
    writeManifest(folder, { ...manifest, seedId: "0123456789abcdef" }, "manifest.pending.json");
    await refuses(folder, /belongs to another seed \(0123456789abcdef; /, { force: true });
    Deno.removeSync(`${folder}/out/lab/manifest.pending.json`);
    Deno.removeSync(`${folder}/out/lab/manifest.json`);
    Deno.removeSync(`${folder}/cluster.seed`);
    await refuses(folder, /^Refused: 34 files in out\/lab are not what hardway wrote\n/);
    writeSeed(folder);
    assert.deepEqual((await make(folder)).changes, []);
  });
});

Deno.test("a folder with files of somebody else is refused as it is, an empty one is taken", async () => {
  await withSpec(spec(), async (folder) => {
    Deno.mkdirSync(`${folder}/out/lab/photos`, { recursive: true });
    const message = /^Refused: out\/lab holds files, and none is of hardway\nNothing was changed\. /;
    for (const force of [false, true]) await refuses(folder, message, { force });
    Deno.removeSync(`${folder}/out/lab/photos`);
    Deno.chmodSync(`${folder}/out/lab`, 0o755);
    assert.deepEqual((await make(folder)).fixedFolders, ["out/lab"]);
  });
});

Deno.test("a seed that is named but missing is never made", async () => {
  await withFolder(async (folder) => {
    write(folder, spec());
    await assert.rejects(make(folder, { seed: "cluster.seed" }), (error) => {
      assert.ok(error instanceof HardwayError);
      assert.deepEqual([error.code, error.exitCode], ["seed-invalid", 2]);
      assert.match(error.message, /^cluster\.seed: no such file\. /);
      return true;
    });
    assert.deepEqual(Object.keys(look(folder)), ["cluster.yaml"]);
  });
});

Deno.test("a first run that loses the race for the seed uses the winner's seed and times", async () => {
  await withFolder(async (folder) => {
    write(folder, spec().replace(/^validity.*\n/m, ""));
    const report = await make(folder, {
      // The clock is read once the seed was seen to be missing.
      now: () => {
        if (!Object.keys(look(folder)).includes("cluster.seed")) writeSeed(folder);
        return 1_800_000_000;
      },
    });
    assert.equal(report.isNewSeed, false);
    await withSpec(spec().replace(/^validity.*\n/m, ""), async (fresh) => {
      await make(fresh);
      assert.deepEqual(tree(folder), tree(fresh));
    });
  });
});

Deno.test("a dry run writes nothing: not on an empty folder, not beside what a killed run left", async () => {
  await withFolder(async (folder) => {
    write(folder, spec());
    const first = await make(folder, { dryRun: true });
    assert.deepEqual([first.changes.length, first.hasWork], [34, true]);
    assert.deepEqual(Object.keys(look(folder)), ["cluster.yaml"]);
    writeSeed(folder);
    await make(folder);
    Deno.renameSync(`${folder}/out/lab/manifest.json`, `${folder}/out/lab/manifest.pending.json`);
    Deno.writeTextFileSync(`${folder}/out/lab/pki/.hardway-ca.key.tmp`, "half");
    const before = look(folder);
    const report = await make(folder, { dryRun: true });
    assert.deepEqual([report.changes, report.hasWork], [[], true]);
    assert.deepEqual(look(folder), before);
    await make(folder);
    assert.ok(!Object.keys(look(folder)).some((path) => /tmp|pending/.test(path)));
  });
});

Deno.test("links are refused at every level and never followed, with --force too", async () => {
  await withSpec(spec(), async (folder) => {
    await make(folder);
    const root = `${folder}/out/lab`;
    const away = `${folder}/away`;
    const folders = ["", "/pki", "/pki/etcd", "/pki/etcd/server", "/kubeconfig"];
    for (const path of folders) {
      Deno.renameSync(root + path, away);
      Deno.symlinkSync(away, root + path);
      for (const force of [false, true]) {
        await refuses(
          folder,
          `Cannot use out/lab${path}: it is a symbolic link, expected a real folder`,
          { force, prune: true },
        );
      }
      Deno.removeSync(root + path);
      Deno.renameSync(away, root + path);
    }
    for (
      const path of [
        "/pki/ca.key",
        "/kubeconfig/admin.kubeconfig",
        "/manifest.json",
        "/manifest.pending.json",
      ]
    ) {
      const isThere = path !== "/manifest.pending.json";
      if (isThere) Deno.renameSync(root + path, away);
      Deno.symlinkSync(away, root + path);
      for (const force of [false, true]) {
        await refuses(
          folder,
          new RegExp(`\\n  ${path.slice(1)}  is a symbolic link\\nNothing was changed\\. Move it away: `),
          {
            force,
            prune: true,
          },
        );
      }
      Deno.removeSync(root + path);
      if (isThere) Deno.renameSync(away, root + path);
    }
    Deno.renameSync(`${folder}/out/.lab.lock`, away);
    Deno.symlinkSync(away, `${folder}/out/.lab.lock`);
    await refuses(folder, "Cannot lock out/.lab.lock: it is a symbolic link, expected a regular file", {
      force: true,
    });
    Deno.removeSync(`${folder}/out/.lab.lock`);
    // A link at a temporary name is in the way of that file only when it is to be written.
    Deno.symlinkSync("/etc/passwd", `${root}/pki/.hardway-ca.key.tmp`);
    assert.deepEqual((await make(folder)).changes, []);
    Deno.removeSync(`${root}/pki/ca.key`);
    await assert.rejects(
      make(folder),
      /Cannot write out\/lab\/pki\/ca\.key: .* is in the way, expected nothing there/,
    );
    Deno.removeSync(`${root}/pki/.hardway-ca.key.tmp`);
    assert.deepEqual(changes(await make(folder)), ["new pki/ca.key"]);
    // `out` itself may be a link: it is the user's.
    Deno.renameSync(`${folder}/out`, `${folder}/elsewhere`);
    Deno.symlinkSync(`${folder}/elsewhere`, `${folder}/out`);
    assert.deepEqual((await make(folder)).changes, []);
  });
});

Deno.test("a folder where a file belongs, and a file where a folder belongs, are refused", async () => {
  await withSpec(spec(), async (folder) => {
    await make(folder);
    const root = `${folder}/out/lab`;
    Deno.removeSync(`${root}/pki/ca.crt`);
    Deno.mkdirSync(`${root}/pki/ca.crt`);
    sh('mkfifo "$1"', `${root}/kubeconfig.fifo`);
    Deno.removeSync(`${root}/pki/ca.key`);
    Deno.renameSync(`${root}/kubeconfig.fifo`, `${root}/pki/ca.key`);
    const message = `Refused: 2 files in out/lab are not what hardway wrote
  pki/ca.crt  is a folder
  pki/ca.key  is a FIFO
Nothing was changed. Move them away: links and folders are never replaced.`;
    await refuses(folder, message);
    await refuses(folder, message, { force: true });
    Deno.removeSync(`${root}/pki`, { recursive: true });
    Deno.writeTextFileSync(`${root}/pki`, "");
    await refuses(folder, "Cannot use out/lab/pki: it is a regular file, expected a real folder", {
      force: true,
    });
    Deno.removeSync(root, { recursive: true });
    Deno.writeTextFileSync(root, "");
    await refuses(folder, "Cannot use out/lab: it is a regular file, expected a real folder", {
      force: true,
    });
    Deno.removeSync(`${folder}/out`, { recursive: true });
    Deno.writeTextFileSync(`${folder}/out`, "");
    await assert.rejects(
      make(folder),
      new HardwayError("disk", "Cannot use out: a file stands where a folder belongs"),
    );
  });
});

/** A planted file outside the tree, or one of the user's inside, and the path that a manifest would name it by. */
const CLIMBING = [
  "../victim",
  "../../victim",
  "pki/../../victim",
  "pki/kubelet/../../../victim",
  "pki/kubelet/../kubelet.crt",
  "pki/kubelet/./kubelet.crt",
  "pki/kubelet//kubelet.crt",
  "./pki/ca.crt",
  "/etc/passwd",
  "pki/ca.crt\0",
  "pki/kubelet/\u202enode/kubelet.crt",
  "pki/kubelet/Node-0/kubelet.crt",
  "pki/users/../ca.crt",
  "pki/users/..crt",
  "pki/users/a/b.crt",
  "pki/users/a\\b.crt",
  "kubeconfig/users/../admin.kubeconfig",
  "notes",
  "manifest.json",
  "manifest.pending.json",
  "../.lab.lock",
  "",
  ".",
  "pki",
];

Deno.test("a manifest with paths that climb, with right hashes and --prune, removes nothing", async () => {
  await withSpec(spec(), async (folder) => {
    await make(folder);
    const root = `${folder}/out/lab`;
    for (const path of [`${folder}/victim`, `${folder}/out/victim`, `${root}/notes`]) {
      Deno.writeTextFileSync(path, "dear\n");
    }
    const manifest = readManifest(folder);
    for (const name of ["manifest.json", "manifest.pending.json"]) {
      for (const path of CLIMBING) {
        const record = {
          path,
          mode: "0644",
          sha256: sha256(`${folder}/victim`),
          id: "kubelet-server/node-9",
          kind: "certificate",
          generation: 1,
        };
        writeManifest(folder, { ...manifest, files: [...manifest.files, record] }, name);
        for (const force of [false, true]) {
          await refuses(
            folder,
            new RegExp(`cannot trust out/lab/${name}: files\\.34\\.path is not what hardway writes`),
            {
              prune: true,
              force,
            },
          );
        }
      }
      writeManifest(folder, manifest);
    }
  });
});

Deno.test("a manifest that leads through a link to a file with the right hash is refused under --prune", async () => {
  await withSpec(spec(), async (folder) => {
    await make(folder);
    const root = `${folder}/out/lab`;
    Deno.mkdirSync(`${folder}/elsewhere`);
    Deno.writeTextFileSync(`${folder}/elsewhere/kubelet.crt`, "dear\n");
    const manifest = readManifest(folder);
    const record = {
      ...manifest.files[0],
      path: "pki/kubelet/node-9/kubelet.crt",
      sha256: sha256(`${folder}/elsewhere/kubelet.crt`),
    };
    writeManifest(folder, { ...manifest, files: [...manifest.files, record] });
    Deno.mkdirSync(`${root}/pki/kubelet`, { mode: 0o700 });
    Deno.symlinkSync(`${folder}/elsewhere`, `${root}/pki/kubelet/node-9`);
    await refuses(
      folder,
      "Cannot use out/lab/pki/kubelet/node-9: it is a symbolic link, expected a real folder",
      {
        prune: true,
        force: true,
      },
    );
    Deno.removeSync(`${root}/pki/kubelet/node-9`);
    Deno.mkdirSync(`${root}/pki/kubelet/node-9`);
    Deno.symlinkSync(`${folder}/elsewhere/kubelet.crt`, `${root}/pki/kubelet/node-9/kubelet.crt`);
    // A link at the place of a stale file is not ours: it stays.
    const report = await make(folder, { prune: true });
    assert.deepEqual([report.changes, report.stale], [[], ["pki/kubelet/node-9/kubelet.crt"]]);
    assert.equal(Deno.readTextFileSync(`${root}/pki/kubelet/node-9/kubelet.crt`), "dear\n");
  });
});

Deno.test("a manifest that is not exactly ours is refused", async () => {
  await withSpec(spec(), async (folder) => {
    await make(folder);
    const good = readManifest(folder);
    const [first, ...others] = good.files;
    const withFirst = (changed: Record<string, unknown>): Planted => ({
      ...good,
      files: [{ ...first, ...changed }, ...others],
    });
    const wrong: [string, unknown][] = [
      ["version", { ...good, version: 2 }],
      ["version", { ...good, version: "1" }],
      ["cluster", { ...good, cluster: 7 }],
      ["seedId", { ...good, seedId: "xyz" }],
      ["seedId", { ...good, seedId: undefined }],
      ["files", { ...good, files: {} }],
      ["files", { ...good, files: undefined }],
      ["it", { ...good, extra: 1 }],
      ["it", []],
      ["it", null],
      ["it", "text"],
      ["files.0", withFirst({ extra: 1 })],
      ["files.0.mode", withFirst({ mode: "0777" })],
      ["files.0.mode", withFirst({ mode: 0o600 })],
      ["files.0.sha256", withFirst({ sha256: "00" })],
      ["files.0.kind", withFirst({ kind: "other" })],
      ["files.0.generation", withFirst({ generation: 0 })],
      ["files.0.generation", withFirst({ generation: 1.5 })],
      ["files.0.stale", withFirst({ stale: false })],
      ["files.0.path", withFirst({ path: ["pki/ca.crt"] })],
      ["files.0", { ...good, files: [null, ...others] }],
      ["files.0", { ...good, files: [[], ...others] }],
      ["it names a path twice", { ...good, files: [...good.files, first] }],
    ];
    for (const [place, manifest] of wrong) {
      writeManifest(folder, manifest);
      const reason = place.startsWith("it ") ? place : `${place} is not what hardway writes`;
      const message = `Refused: cannot trust out/lab/manifest.json: ${reason}\n` +
        "Nothing was changed. Move the file away; files that are right stay as they are.";
      await refuses(folder, message);
    }
    const texts = [
      "{",
      "[".repeat(100_000),
      "\xff",
      `${JSON.stringify(good)}x`,
      "\ufeff{}",
      " ".repeat(10_000_000),
      JSON.stringify({ ...good, files: Array.from({ length: 70_000 }, () => first) }),
      `{"__proto__":{"version":1},${JSON.stringify(good).slice(1)}`,
    ];
    for (const text of texts) {
      Deno.writeTextFileSync(`${folder}/out/lab/manifest.json`, text);
      const start = performance.now();
      await refuses(folder, /^Refused: cannot trust out\/lab\/manifest\.json: (it|files)/);
      assert.ok(performance.now() - start < 5000);
    }
    Deno.writeFileSync(`${folder}/out/lab/manifest.json`, new Uint8Array([0x22, 0xff, 0x22]));
    await refuses(folder, /manifest\.json: it is not JSON\n/);
    writeManifest(folder, { ...good, seedId: "0123456789abcdef" });
    await refuses(folder, /belongs to another seed \(0123456789abcdef; /);
    writeManifest(folder, { ...good, cluster: "\x1b[31m\u202elab" });
    await refuses(folder, /belongs to the cluster "\\u001b\[31m\\u202elab"/);
  });
});

Deno.test("what a manifest says of old content reaches a terminal escaped", async () => {
  await withSpec(spec(), async (folder) => {
    await make(folder);
    const manifest = readManifest(folder);
    for (const file of manifest.files) {
      if (file["kind"] === "kubeconfig") file["server"] = "\x1b]0;gone\x07";
      if (file["kind"] === "certificate") file["subject"] = "\u202e";
    }
    writeManifest(folder, manifest);
    write(folder, spec("admin: { group: others }"));
    const { changes } = await make(folder);
    assert.deepEqual(changes.map(({ reasons }) => reasons), [
      ["server https://10.240.0.10:6443, was \\u001b]0;gone\\u0007"],
      ["subject CN=kubernetes-admin,O=others, was \\u202e"],
    ]);
  });
});

Deno.test("readManifests looks again when another run renames a manifest under its hands", () => {
  const text = '{"version":1,"cluster":"lab","seedId":"0123456789abcdef","files":[]}';
  let failures = 1;
  const flaky = {
    state: () => ({ kind: "file", mode: 0o644, size: text.length, mtime: null } as const),
    read: () => {
      if (failures-- > 0) throw new HardwayError("refused", "it was replaced while being opened");
      return new TextEncoder().encode(text);
    },
  };
  assert.equal(readManifests(flaky, WHOLE_TREE, "out/lab").stored?.cluster, "lab");
  failures = 100;
  assert.throws(() => readManifests(flaky, WHOLE_TREE, "out/lab"), /replaced while being opened/);
});

Deno.test("a stale file that was edited stays with --prune, and is said to be left alone", async () => {
  await withSpec(spec(NODES), async (folder) => {
    await make(folder);
    write(folder, spec());
    Deno.writeTextFileSync(`${folder}/out/lab/kubeconfig/node-0.kubeconfig`, "mine\n");
    const report = await make(folder, { prune: true });
    assert.deepEqual([report.stale, report.isPruning], [["kubeconfig/node-0.kubeconfig"], true]);
    assert.equal(Deno.readTextFileSync(`${folder}/out/lab/kubeconfig/node-0.kubeconfig`), "mine\n");
    const { stdout } = await provisionIn(folder, ["--prune"]);
    assert.match(
      stdout,
      /1 file belongs to nothing in the spec and stays \(edited since, so it is left alone\):/,
    );
  });
});
