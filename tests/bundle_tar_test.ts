/**
 * `bundle --tar`: archives that are the same to the byte wherever and whenever they are made, and that name files only.
 */
import assert from "node:assert/strict";
import { bundle } from "../mod.ts";
import { copySources, HARD, KUBEADM, look, run, sh, tree, withFolder, withSpec } from "./run.ts";

/** Folders that no archive may name: not ours, or everybody's. */
const OURS = [
  /^etc\/(etcd\/pki|kubernetes|cni\/net\.d)\//,
  /^etc\/systemd\/system\/(etcd|kubelet|kube-(apiserver|controller-manager|scheduler|proxy))\.service$/,
  /^var\/lib\/(kubernetes|kubelet|kube-proxy)\//,
];
const ON_WORKSTATION =
  /^(admin\.kubeconfig|ca\.crt|kubeadm\.yaml|manifests\/[\w-]+\.yaml|etc\/kubernetes\/[\w-]+\.conf)$/;

Deno.test("an archive names files of ours only, sorted, owned by 0:0, from the seed's second", async () => {
  for (const text of [HARD, KUBEADM]) {
    await withSpec(text, async (folder) => {
      const { machines } = await bundle({ folder, tar: true });
      const names = [...Deno.readDirSync(`${folder}/out/lab/hosts`)].map(({ name }) => name).sort();
      assert.deepEqual(names, ["admin.tar", "manifest.json", "node-0.tar", "node-1.tar", "server.tar"]);
      for (const { name, path, files } of machines) {
        const listed = sh('TZ=UTC tar --numeric-owner --full-time -tvf "$1"', `${folder}/${path}`);
        assert.equal(listed.code, 0, listed.stderr);
        const lines = listed.stdout.trimEnd().split("\n");
        assert.equal(lines.length, files);
        for (const line of lines) {
          assert.match(line, /^-rw(-------|-r--r--|xr-xr-x) 0\/0 +\d+ 2026-01-01 00:00:00 [a-z]\S+$/);
        }
        const paths = lines.map((line) => line.replace(/^.* /, ""));
        assert.deepEqual(paths, [...new Set(paths)].sort());
        for (const one of paths) {
          const isOurs = name === "admin" ? ON_WORKSTATION.test(one) : OURS.some((ours) => ours.test(one));
          assert.ok(isOurs, `${name}: ${one}`);
        }
      }
    });
  }
});

Deno.test("an archive unpacks to the tree of a run without --tar", async () => {
  await withSpec(HARD, async (folder) => {
    await bundle({ folder, tar: true });
    await bundle({ folder, out: "plain" });
    for (const name of ["server", "node-0", "node-1", "admin"]) {
      const to = `${folder}/unpacked/${name}`;
      Deno.mkdirSync(to, { recursive: true });
      const done = sh('umask 077 && tar -C "$2" -xpf - < "$1"', `${folder}/out/lab/hosts/${name}.tar`, to);
      assert.equal(done.code, 0, done.stderr);
      assert.deepEqual(tree(to), tree(`${folder}/plain/lab/hosts/${name}`));
    }
  });
});

Deno.test("archives are the same to the byte on another day, under another umask, zone and number of jobs", async () => {
  await withSpec(HARD, async (folder) => {
    await bundle({ folder, tar: true, jobs: 1, now: () => 1_800_000_000 });
    const one = tree(`${folder}/out/lab/hosts`);
    await withFolder(async (place) => {
      const { root, env } = copySources(place);
      const result = await run("bundle", ["--tar", "--jobs", "3", "--out", "other"], {
        cwd: folder,
        root,
        before: "umask 0277; sleep 1",
        env: { ...env, TZ: "Asia/Seoul", LANG: "ko_KR.UTF-8" },
      });
      assert.equal(result.code, 0, result.stderr);
    });
    assert.deepEqual(tree(`${folder}/other/lab/hosts`), one);
    const before = look(`${folder}/out`);
    const again = await bundle({ folder, tar: true });
    assert.deepEqual([again.hasWork, again.right], [false, 6]);
    assert.deepEqual(look(`${folder}/out`), before);
  });
});

Deno.test("archives and trees stand side by side, each brought up to date by its own run", async () => {
  await withSpec(HARD, async (folder) => {
    await bundle({ folder, tar: true, only: ["node-0"] });
    const archive = look(`${folder}/out/lab/hosts`)["node-0.tar"];
    const plain = await bundle({ folder });
    assert.deepEqual([plain.stale, look(`${folder}/out/lab/hosts`)["node-0.tar"]], [[], archive]);
    Deno.writeTextFileSync(`${folder}/out/lab/hosts/node-0.tar`, "mine\n");
    const refused = await run("bundle", ["--tar", "--only", "node-0"], { cwd: folder });
    assert.equal(refused.code, 3);
    assert.match(refused.stderr, /\n {2}hosts\/node-0\.tar {2}was edited/);
    assert.equal((await run("bundle", ["--tar", "--force"], { cwd: folder })).code, 0);
    assert.equal(look(`${folder}/out/lab/hosts`)["node-0.tar"]?.content, archive?.content);
    assert.equal(look(`${folder}/out/lab/hosts`)["node-0.tar"]?.mode, "0600");
  });
});
