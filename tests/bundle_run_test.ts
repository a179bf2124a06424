/**
 * `bundle` on a disk: from nothing, from what stands there, in part, again, refused, pruned, forced, killed.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { bundle, type BundleOptions, type BundleReport, provision } from "../mod.ts";
import { HardwayError } from "../scripts/shared/errors.ts";
import { withDeathAfter } from "./death.ts";
import {
  assertNoSecret,
  differences,
  largeSpec,
  look,
  OTHER_SEED,
  type Result,
  run,
  sh,
  spec,
  start,
  tree,
  withSpec,
  writeSeed,
} from "./run.ts";

const NODES = `workers:
  - { name: node-0, addresses: [10.240.0.20], podCIDR: 10.200.0.0/24 }
  - { name: node-1, addresses: [10.240.0.21], podCIDR: 10.200.1.0/24 }
`;
const THREE = `${NODES}  - { name: node-2, addresses: [10.240.0.22], podCIDR: 10.200.2.0/24 }
`;
const LAB = spec(NODES);

function make(folder: string, options: BundleOptions = {}): Promise<BundleReport> {
  return bundle({ folder, jobs: 1, ...options });
}

/** Runs the command and expects its exit code. */
async function bundleIn(folder: string, args: readonly string[] = [], code = 0): Promise<Result> {
  const result = await run("bundle", args, { cwd: folder });
  assert.equal(result.code, code, result.stdout + result.stderr);
  return result;
}

/** Expects a refusal with exit code 3. */
async function refused(work: Promise<unknown>, message: RegExp): Promise<void> {
  await assert.rejects(
    work,
    (error) => error instanceof HardwayError && error.exitCode === 3 && message.test(`${error.message}\n`),
  );
}

/** The bundles alone. */
function bundles(folder: string, out = "out"): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tree(`${folder}/${out}/lab`)).filter(([path]) => /^(hosts|manifests)(\/|$)/.test(path)),
  );
}

Deno.test("spec and seed alone give the same bundles as a PKI that was made before, by any number of jobs", async () => {
  await withSpec(LAB, async (folder) => {
    const report = await make(folder);
    assert.deepEqual([report.filled, report.changes.length, report.right], [44, 72, 0]);
    await provision({ folder, out: "before" });
    const second = await make(folder, { out: "before", jobs: 3 });
    assert.equal(second.filled, 0);
    assert.deepEqual(differences(tree(`${folder}/out/lab`), tree(`${folder}/before/lab`)), []);
    await provision({ folder, out: "plain" });
    const rest = Object.entries(tree(`${folder}/out/lab`)).filter(([path]) =>
      !/^(hosts|manifests)(\/|$)/.test(path)
    );
    assert.deepEqual(Object.fromEntries(rest), tree(`${folder}/plain/lab`));
    for (const [path, { mode, content }] of Object.entries(look(`${folder}/out/lab`))) {
      if (content === "folder") assert.equal(mode, "0700", path);
    }
  });
});

Deno.test("each copied file is the byte for byte copy of one in the PKI, and the manifest says mode and digest of all", async () => {
  await withSpec(LAB, async (folder) => {
    await make(folder);
    const whole = look(`${folder}/out/lab`);
    const manifest = JSON.parse(Deno.readTextFileSync(`${folder}/out/lab/hosts/manifest.json`));
    const paths: string[] = manifest.files.map(({ path }: { path: string }) => path);
    assert.deepEqual(paths, [...paths].sort());
    const here = Object.keys(bundles(folder)).filter((path) =>
      whole[path]?.content !== "folder" && path !== "hosts/manifest.json"
    );
    assert.deepEqual(here.sort(), paths);
    const pki = new Set(
      Object.entries(whole).filter(([path]) => !path.startsWith("hosts/")).map(([, { content }]) => content),
    );
    for (const { path, mode, sha256, kind } of manifest.files) {
      assert.deepEqual([whole[path]?.mode, whole[path]?.content], [mode, sha256], path);
      if (kind !== "configuration") assert.ok(pki.has(sha256), path);
    }
    assert.equal(manifest.cluster, "lab");
    assert.equal(whole["hosts/manifest.json"]?.mode, "0644");
    assertNoSecret(JSON.stringify(manifest), `${folder}/out/lab`);
  });
});

Deno.test("a second run leaves every file alone and says that nothing is to do", async () => {
  await withSpec(LAB, async (folder) => {
    await make(folder);
    const before = look(folder);
    const { stdout } = await bundleIn(folder);
    assert.match(stdout, /^lab {2}nothing to do: 72 files are right\n$/);
    assert.deepEqual(look(folder), before);
    const { stdout: dry } = await bundleIn(folder, ["--dry-run"]);
    assert.match(dry, /^lab {2}nothing to do: 72 files are right\n$/);
    assert.deepEqual(look(folder), before);
  });
});

Deno.test("a dry run writes nothing, not even a seed, and exits 1 when something would be written", async () => {
  await withSpec(LAB, async (folder) => {
    Deno.removeSync(`${folder}/cluster.seed`);
    const before = look(folder);
    const { stdout } = await bundleIn(folder, ["--dry-run"], 1);
    assert.match(stdout, /^lab {2}72 files would change, after 44 missing files of the PKI\n/);
    assert.deepEqual(look(folder), before);
  });
  await withSpec(LAB, async (folder) => {
    await make(folder);
    Deno.removeSync(`${folder}/out/lab/pki/sa.pub`);
    Deno.removeSync(`${folder}/out/lab/hosts/server/var/lib/kubernetes/pki/sa.pub`);
    const before = look(folder);
    const { stdout } = await bundleIn(folder, ["--dry-run"], 1);
    assert.match(stdout, /^lab {2}1 file would change, after 1 missing file of the PKI\n/);
    assert.match(stdout, /hosts\/server\/var\/lib\/kubernetes\/pki\/sa\.pub {2}new {7}was missing/);
    assert.deepEqual(look(folder), before);
    await bundleIn(folder);
    Deno.removeSync(`${folder}/out/lab/pki/sa.pub`);
    const missing = await bundleIn(folder, ["--dry-run"], 1);
    assert.match(missing.stdout, /^lab {2}1 missing file of the PKI would be written: 72 files are right\n$/);
    const made = await bundleIn(folder);
    assert.match(made.stdout, /^lab {2}1 missing file of the PKI written: 72 files are right\n$/);
    assert.deepEqual(differences(tree(folder), {}).includes("out/lab/pki/sa.pub"), true);
  });
});

Deno.test("--only bundles machines by name or pattern, makes what they need, and leaves the others as they are", async () => {
  await withSpec(LAB, async (folder) => {
    const report = await make(folder, { only: ["node-*"] });
    assert.deepEqual(report.machines.map(({ name }) => name), ["node-0", "node-1"]);
    assert.deepEqual(
      [...Deno.readDirSync(`${folder}/out/lab/hosts`)].map(({ name }) => name).sort(),
      ["manifest.json", "node-0", "node-1"],
    );
    const names = Object.keys(look(`${folder}/out/lab/pki`));
    assert.ok(names.includes("kubelet/node-1/kubelet.key"));
    assert.ok(!names.some((name) => /sa\.|apiserver|front-proxy|etcd/.test(name)), names.join());
    const before = look(`${folder}/out/lab/hosts/node-0`);
    await make(folder, { only: ["server"] });
    assert.deepEqual(look(`${folder}/out/lab/hosts/node-0`), before);
    const rest = await make(folder);
    assert.deepEqual([rest.changes.length > 0, rest.right > 0, rest.stale], [true, true, []]);
    await withSpec(LAB, async (other) => {
      await make(other);
      assert.deepEqual(differences(tree(`${folder}/out/lab`), tree(`${other}/out/lab`)), []);
    });
  });
});

Deno.test("a pattern that matches no machine is refused before anything is written, with what was meant", async () => {
  await withSpec(LAB, async (folder) => {
    Deno.removeSync(`${folder}/cluster.seed`);
    const before = look(folder);
    const cases: [string, RegExp][] = [
      ["nod-0", /^bundle: The pattern "nod-0" matches no machine: did you mean "node-0"\?\n$/],
      ["servr", /did you mean "server"\?\n$/],
      ["zzzz*", /matches no machine: expected a machine's name or a pattern\n$/],
      ["", /Missing value of --only: expected MACHINE\n$/],
    ];
    for (const [pattern, message] of cases) {
      const { stdout, stderr } = await bundleIn(folder, ["--only", "server", "--only", pattern], 2);
      assert.equal(stdout, "");
      assert.match(stderr, message);
    }
    const { stderr } = await bundleIn(folder, ["--output", "yaml"], 2);
    assert.match(stderr, /Cannot use "yaml" as --output: expected table or json/);
    assert.deepEqual(look(folder), before);
  });
});

Deno.test("a release without units is refused with its place, and neither a seed nor a file is made", async () => {
  await withSpec(`${LAB}kubernetesVersion: "1.29"\n`, async (folder) => {
    Deno.removeSync(`${folder}/cluster.seed`);
    const before = look(folder);
    const { stderr } = await bundleIn(folder, [], 2);
    assert.match(
      stderr,
      /^cluster\.yaml:8:20: Cannot make bundles for Kubernetes 1\.29: expected 1\.34 to 1\.37\n {4}8 \| kubernetesVersion: "1\.29"\n/,
    );
    assert.deepEqual(look(folder), before);
  });
});

Deno.test("what is not right in the PKI is refused, each file by name, and no bundle is written", async () => {
  await withSpec(LAB, async (folder) => {
    await provision({ folder });
    const base = tree(folder);
    const spoil: [string, () => void, RegExp][] = [
      [
        "an edited file",
        () => Deno.writeTextFileSync(`${folder}/out/lab/pki/ca.key`, "mine\n"),
        /^Refused: 1 file in out\/lab is not what hardway wrote\n {2}pki\/ca\.key {2}was edited .*\nNothing was changed\. Move it away, or replace it with provision --force\.\n$/,
      ],
      [
        "an older spec",
        () =>
          Deno.writeTextFileSync(
            `${folder}/cluster.yaml`,
            `${LAB}apiServer: { certSANs: [lb.example.org] }\n`,
          ),
        /^Refused: 1 file in out\/lab is not what the spec and the seed make now\n {2}pki\/apiserver\.crt {2}SAN added: lb\.example\.org\nNothing was changed\. Run \S+( \S+)? provision first, or move them away\.\n$/,
      ],
      [
        "another seed",
        () => writeSeed(folder, OTHER_SEED),
        /^Refused: out\/lab belongs to another seed/,
      ],
      [
        "a link",
        () => {
          Deno.removeSync(`${folder}/out/lab/pki/sa.pub`);
          Deno.symlinkSync(`${folder}/cluster.seed`, `${folder}/out/lab/pki/sa.pub`);
        },
        /sa\.pub +is a symbolic link\nNothing was changed\. Move it away: links and folders are never replaced\.\n$/,
      ],
    ];
    for (const [what, action, message] of spoil) {
      assert.equal(sh('cd "$1" && cp -a . ../keep', folder).code, 0);
      try {
        action();
        const before = tree(folder);
        const { stdout, stderr } = await bundleIn(folder, [], 3);
        assert.deepEqual([stdout, message.test(stderr)], ["", true], `${what}: ${stderr}`);
        assert.deepEqual(tree(folder), before, what);
        for (const options of [{ dryRun: true }, { force: true, prune: true }, { tar: true }]) {
          await refused(make(folder, options), message);
          assert.deepEqual(tree(folder), before, what);
        }
      } finally {
        assert.equal(sh('rm -rf "$1"/* && cp -a "$1/../keep/." "$1" && rm -rf "$1/../keep"', folder).code, 0);
      }
    }
    assert.deepEqual(tree(folder), base);
    await bundleIn(folder);
  });
});

Deno.test("with --only, only what those machines need must be right", async () => {
  await withSpec(LAB, async (folder) => {
    await provision({ folder });
    Deno.writeTextFileSync(`${folder}/out/lab/pki/apiserver.key`, "mine\n");
    await bundleIn(folder, ["--only", "node-0"]);
    const { stderr } = await bundleIn(folder, ["--only", "server"], 3);
    assert.match(stderr, /pki\/apiserver\.key/);
  });
});

Deno.test("a file in a bundle that is not ours is refused, and replaced with --force; one of ours is brought up to date", async () => {
  await withSpec(LAB, async (folder) => {
    await make(folder);
    const whole = tree(`${folder}/out/lab`);
    const unit = `${folder}/out/lab/hosts/node-0/etc/systemd/system/kubelet.service`;
    Deno.writeTextFileSync(unit, "mine\n");
    Deno.removeSync(`${folder}/out/lab/pki/sa.pub`);
    const { stderr } = await bundleIn(folder, [], 3);
    assert.match(
      stderr,
      /^Refused: 1 file in out\/lab is not what hardway wrote\n {2}hosts\/node-0\/etc\/systemd\/system\/kubelet\.service {2}was edited .*\nNo bundle was changed\. Move it away, or replace it with --force\.\n$/,
    );
    assert.equal(Deno.readTextFileSync(unit), "mine\n");
    const forced = await bundleIn(folder, ["--force"]);
    assert.match(forced.stdout, /kubelet\.service {2}replaced\n? +was edited .*; --force/);
    assert.deepEqual(differences(tree(`${folder}/out/lab`), whole), []);
    Deno.chmodSync(unit, 0o666);
    Deno.chmodSync(`${folder}/out/lab/hosts/node-0`, 0o755);
    const modes = await bundleIn(folder);
    assert.match(modes.stdout, /mode 0600, was 0666/);
    assert.match(modes.stdout, /^Mode 0700 set on out\/lab\/hosts\/node-0$/m);
    assert.deepEqual(differences(tree(`${folder}/out/lab`), whole), []);
    Deno.removeSync(unit);
    Deno.symlinkSync("/etc/hostname", unit);
    const link = await bundleIn(folder, ["--force"], 3);
    assert.match(
      link.stderr,
      /kubelet\.service +is a symbolic link\nNo bundle was changed\. Move it away: links/,
    );
  });
});

Deno.test("what left the spec stays and is listed, keeps its machine's copy back, and goes with --prune", async () => {
  await withSpec(spec(THREE), async (folder) => {
    await make(folder);
    const unsigned = `${spec(NODES)}controllerManager: { signing: false }\n`;
    Deno.writeTextFileSync(`${folder}/cluster.yaml`, unsigned);
    await provision({ folder, prune: true });
    const key = "hosts/server/var/lib/kubernetes/pki/ca.key";
    const { stdout, stderr } = await bundleIn(folder);
    assert.match(stdout, /\n17 files belong to nothing in the spec and stay \(--prune removes them\):\n/);
    // The command would carry the CA's key to a machine that must not have it.
    assert.match(
      stderr,
      /\nNot yet to be copied: server\n {2}files of an older spec stand there \(--prune removes them\)\n/,
    );
    assert.doesNotMatch(stderr, /hosts\/server &&/);
    assert.match(stderr, /hosts\/node-0 &&/);
    assert.ok(Deno.statSync(`${folder}/out/lab/${key}`).isFile);
    const report = await make(folder);
    assert.equal(report.machines.find(({ name }) => name === "server")?.copy, undefined);
    assert.ok(report.stale.includes(key));
    const pruned = await bundleIn(folder, ["--prune"]);
    assert.match(pruned.stdout, /ca\.key +removed\n? +left the spec/);
    assert.match(pruned.stderr, /hosts\/server &&/);
    await withSpec(unsigned, async (clean) => {
      await make(clean);
      assert.deepEqual(differences(bundles(folder), bundles(clean)), []);
    });
  });
});

Deno.test("an edited file that left the spec keeps its machine's copy back after --prune too", async () => {
  await withSpec(spec(NODES), async (folder) => {
    await make(folder);
    Deno.writeTextFileSync(
      `${folder}/cluster.yaml`,
      `${spec(NODES)}controllerManager: { signing: false }\n`,
    );
    const key = `${folder}/out/lab/hosts/server/var/lib/kubernetes/pki/ca.key`;
    Deno.writeTextFileSync(key, `${Deno.readTextFileSync(key)}# mine\n`);
    const { stderr } = await bundleIn(folder, ["--prune"]);
    assert.match(
      stderr,
      /\nNot yet to be copied: server\n {2}edited files of an older spec stand there \(move them away\)\n/,
    );
    assert.ok(Deno.statSync(key).isFile);
  });
});

Deno.test("what left the spec and was edited since is left alone with --prune too", async () => {
  await withSpec(LAB, async (folder) => {
    await make(folder);
    Deno.writeTextFileSync(`${folder}/cluster.yaml`, spec(NODES.replace(/ {2}- \{ name: node-1.*\n/, "")));
    await provision({ folder, prune: true });
    const path = `${folder}/out/lab/hosts/node-1/etc/kubernetes/hosts`;
    Deno.writeTextFileSync(path, "mine\n");
    const { stdout } = await bundleIn(folder, ["--prune"]);
    assert.match(
      stdout,
      /1 file belongs to nothing in the spec and stays \(edited since, so it is left alone\)/,
    );
    assert.equal(Deno.readTextFileSync(path), "mine\n");
    assert.deepEqual(Object.keys(look(`${folder}/out/lab/hosts/node-1`)), [
      "etc",
      "etc/kubernetes",
      "etc/kubernetes/hosts",
    ]);
  });
});

Deno.test("another layout gives another tree, and --prune leaves nothing of the one before", async () => {
  const text = LAB.replace(/^keys.*\n/m, "").replace(", kubelet: false", "");
  await withSpec(text, async (folder) => {
    await make(folder);
    const kubeadm = `${text}files: { layout: kubeadm }\n`;
    Deno.writeTextFileSync(`${folder}/cluster.yaml`, kubeadm);
    // The administrator's group is another one there.
    await provision({ folder });
    await make(folder, { prune: true });
    await withSpec(kubeadm, async (clean) => {
      await make(clean);
      assert.deepEqual(differences(bundles(folder), bundles(clean)), []);
    });
  });
});

/** A manifest of bundles that names a file, with its right digest. */
function plant(folder: string, path: string, file = path): void {
  const at = `${folder}/out/lab/hosts/manifest.json`;
  const manifest = JSON.parse(Deno.readTextFileSync(at));
  const sha256 = createHash("sha256").update(Deno.readFileSync(`${folder}/out/lab/${file}`)).digest("hex");
  const record = { path, mode: "0600", sha256, id: "template/x", kind: "configuration", generation: 1 };
  manifest.files.push(record);
  const [first, ...lines] = manifest.files.map((one: unknown) => JSON.stringify(one));
  const head = `{"version":1,"cluster":"lab","seedId":"${manifest.seedId}","files":[`;
  Deno.writeTextFileSync(at, `${head}\n${[first, ...lines].join(",\n")}\n]}\n`);
}

Deno.test("a planted manifest names no file outside of the bundles: nothing is removed, with the right digest neither", async () => {
  await withSpec(LAB, async (folder) => {
    await make(folder);
    Deno.writeTextFileSync(`${folder}/out/victim`, "v\n");
    Deno.writeTextFileSync(`${folder}/out/lab/hosts/victim`, "v\n");
    const good = Deno.readTextFileSync(`${folder}/out/lab/hosts/manifest.json`);
    const cases: [string, string?][] = [
      ["../victim"],
      ["hosts/../../victim", "../victim"],
      ["hosts/server/../../../victim", "../victim"],
      ["hosts/victim"],
      ["pki/ca.key"],
      ["manifest.json"],
      ["hosts/manifest.json"],
      [`${folder}/out/victim`, "../victim"],
    ];
    for (const [path, file] of cases) {
      plant(folder, path, file);
      const before = tree(folder);
      for (const options of [{}, { force: true }, { tar: true }, { dryRun: true }]) {
        await refused(
          make(folder, { prune: true, ...options }),
          /^Refused: cannot trust out\/lab\/hosts\/manifest\.json: the path of ".*" is not what hardway writes\nNothing was changed/,
        );
        assert.deepEqual(tree(folder), before, path);
      }
      Deno.writeTextFileSync(`${folder}/out/lab/hosts/manifest.json`, good);
    }
    // The other way round the cluster's manifest names no bundle.
    const at = `${folder}/out/lab/manifest.json`;
    const line = /\{"path":"hosts\/server\/etc\/kubernetes\/hosts".*\}/.exec(good)?.[0] ?? "";
    Deno.writeTextFileSync(at, Deno.readTextFileSync(at).replace('"files":[\n', `"files":[\n${line},\n`));
    const before = tree(folder);
    const { code, stderr } = await run("provision", ["--prune"], { cwd: folder });
    assert.equal(code, 3);
    assert.match(stderr, /^Refused: cannot trust out\/lab\/manifest\.json: the path of "hosts\/server/);
    assert.deepEqual(tree(folder), before);
  });
});

Deno.test("links on the way are refused and never followed: hosts/, a machine's folder, one inside of it", async () => {
  for (const path of ["hosts", "hosts/node-0", "hosts/node-0/etc", "manifests"]) {
    await withSpec(LAB, async (folder) => {
      await provision({ folder });
      const parent = path.slice(0, Math.max(0, path.lastIndexOf("/")));
      Deno.mkdirSync(`${folder}/out/lab/${parent}`, { recursive: true });
      Deno.mkdirSync(`${folder}/elsewhere`);
      Deno.symlinkSync(`${folder}/elsewhere`, `${folder}/out/lab/${path}`);
      for (const options of [{}, { force: true }, { prune: true }]) {
        await refused(
          make(folder, options),
          /^Cannot use out\/lab\/\S+: it is a symbolic link, expected a real folder\n$/,
        );
        assert.deepEqual([...Deno.readDirSync(`${folder}/elsewhere`)], [], path);
      }
    });
  }
});

Deno.test("provision leaves bundles alone, and they are out of date until bundle runs again", async () => {
  await withSpec(LAB, async (folder) => {
    await make(folder);
    const before = bundles(folder);
    Deno.writeTextFileSync(`${folder}/cluster.yaml`, `${LAB}generations: { "kubelet-client/node-0": 2 }\n`);
    await provision({ folder, prune: true });
    assert.deepEqual(bundles(folder), before);
    const { changes, right } = await make(folder);
    assert.deepEqual(
      [changes.map(({ path, action }) => `${path} ${action}`), right],
      [
        ["kubeconfig", "pki/kubelet-client.crt", "pki/kubelet-client.key"].map((path) =>
          `hosts/node-0/var/lib/kubelet/${path} replaced`
        ),
        69,
      ],
    );
  });
});

Deno.test("a run that is killed anywhere is completed by the next one, byte for byte", async () => {
  const text = largeSpec(20);
  let whole: Record<string, string> = {};
  await withSpec(text, async (folder) => {
    await bundleIn(folder);
    whole = tree(`${folder}/out`);
  });
  let halves = 0;
  await withSpec(text, async (folder) => {
    const pending = `${folder}/out/large/hosts/manifest.pending.json`;
    for (let round = 0; round < 4; round++) {
      sh('rm -rf "$1/out"', folder);
      const process = start("bundle", [], { cwd: folder });
      // The file is there exactly while bundles are written: no clock has to be guessed.
      let isOver = false;
      const output = process.output().finally(() => isOver = true);
      while (!isOver && !existsSync(pending)) await delay(1);
      await delay(15 * round);
      try {
        process.kill("SIGKILL");
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
      await output;
      if (existsSync(pending)) halves++;
      await bundleIn(folder);
      assert.deepEqual(differences(tree(`${folder}/out`), whole), [], `round ${round}`);
    }
  });
  assert.ok(halves >= 1, "no kill hit a run while it wrote bundles");
});

Deno.test("a run that dies at any step, with --prune and a changed spec too, is completed by the next one", async () => {
  const changed = spec(
    `${NODES}apiServer: { certSANs: [b.example.org] }\ncontrollerManager: { signing: false }\n`,
  )
    .replaceAll("node-1", "node-2");
  for (const isTar of [false, true]) {
    await withSpec(changed, async (clean) => {
      await make(clean, { tar: isTar });
      const whole = tree(`${clean}/out`);
      await withSpec(LAB, async (folder) => {
        await make(folder, { tar: isTar });
        Deno.writeTextFileSync(`${folder}/cluster.yaml`, changed);
        await provision({ folder, prune: true, jobs: 1 });
        assert.equal(sh('cd "$1" && cp -a out base', folder).code, 0);
        let steps = 0;
        for (let isDone = false; !isDone; steps += steps < 12 ? 1 : 4) {
          assert.equal(sh('cd "$1" && rm -rf out && cp -a base out', folder).code, 0);
          const options = { tar: isTar, prune: true };
          isDone = await withDeathAfter(steps, () => make(folder, options));
          await make(folder, options);
          assert.deepEqual(differences(tree(`${folder}/out`), whole), [], `step ${steps}`);
        }
        assert.ok(steps > (isTar ? 12 : 60), `${steps} steps`);
      });
    });
  }
});

Deno.test("two runs at once make one tree", async () => {
  await withSpec(LAB, async (folder) => {
    const results = await Promise.all([0, 1, 2].map(() => run("bundle", [], { cwd: folder })));
    assert.deepEqual(results.map(({ code }) => code), [0, 0, 0], results.map(({ stderr }) => stderr).join());
    await withSpec(LAB, async (other) => {
      await make(other);
      assert.deepEqual(differences(tree(`${folder}/out`), tree(`${other}/out`)), []);
    });
  });
});

Deno.test("bundle needs no network and writes nowhere but in --out and beside the seed", async () => {
  await withSpec(LAB, async (folder) => {
    const flags = (words: readonly string[]): string[] => [
      ...words.filter((word) => word !== "--allow-write"),
      `--allow-write=${folder}/out`,
      "--deny-net",
    ];
    const result = await run("bundle", [], { cwd: folder, flags });
    assert.equal(result.code, 0, result.stderr);
  });
});

Deno.test("bundle as a function refuses a folder of specs, and reports what it did as data", async () => {
  await withSpec(LAB, async (folder) => {
    Deno.mkdirSync(`${folder}/specs`);
    Deno.writeTextFileSync(`${folder}/specs/a.yaml`, LAB);
    Deno.writeTextFileSync(`${folder}/specs/b.yaml`, LAB.replace("name: lab", "name: other"));
    await assert.rejects(make(folder, { spec: "specs" }), /expected one spec/);
    const steps: [number, number][] = [];
    const report = await make(folder, { onProgress: (done, total) => steps.push([done, total]) });
    assert.deepEqual(steps.at(-1), [4, 4]);
    assert.deepEqual(report.machines.map(({ name, roles, path, files }) => [name, roles, path, files]), [
      ["server", ["control plane", "etcd"], "out/lab/hosts/server", 34],
      ["node-0", ["node"], "out/lab/hosts/node-0", 16],
      ["node-1", ["node"], "out/lab/hosts/node-1", 16],
      ["admin", ["workstation"], "out/lab/hosts/admin", 4],
    ]);
    assert.deepEqual(
      [report.cluster, report.kubernetesVersion, report.layout, report.folder],
      ["lab", "1.37", "hard-way", "out/lab/hosts"],
    );
    const abort = new AbortController();
    abort.abort(new Error("enough"));
    await assert.rejects(make(folder, { out: "other", signal: abort.signal }), /enough/);
  });
});

Deno.test("a file in a tree that nothing accounts for is named, and keeps its machine's copy back", async () => {
  await withSpec(spec(), async (folder) => {
    await run("bundle", [], { cwd: folder });
    // Without the manifest nobody knows that ca.key is ours; and what a person left there is nobody's either.
    Deno.removeSync(`${folder}/out/lab/hosts/manifest.json`);
    Deno.symlinkSync("/etc/shadow", `${folder}/out/lab/hosts/server/etc/left`);
    Deno.writeTextFileSync(`${folder}/cluster.yaml`, spec("controllerManager: { signing: false }\n"));
    const forced = await run("bundle", ["--force"], { cwd: folder });
    assert.equal(forced.code, 0, forced.stderr);
    assert.match(
      forced.stdout,
      /\n2 files not written by hardway:\n {2}out\/lab\/hosts\/server\/etc\/left\n {2}out\/lab\/hosts\/server\/var\/lib\/kubernetes\/pki\/ca\.key\n$/,
    );
    assert.match(
      forced.stderr,
      /Not yet to be copied: server\n {2}files stand there that hardway did not write \(move them away\)\n/,
    );
    assert.doesNotMatch(forced.stderr, /ssh root@10\.240\.0\.10/);
    const json = JSON.parse((await run("bundle", ["-o", "json", "--tar"], { cwd: folder })).stdout);
    assert.deepEqual(json.strays, [], "an archive holds what is wanted and nothing else");
    Deno.removeSync(`${folder}/out/lab/hosts/server/etc/left`);
    Deno.removeSync(`${folder}/out/lab/hosts/server/var/lib/kubernetes/pki/ca.key`);
    const clean = await run("bundle", [], { cwd: folder });
    assert.match(clean.stderr, /\n {2}\(cd out\/lab\/hosts\/server && find/);
  });
});
