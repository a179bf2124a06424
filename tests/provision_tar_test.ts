/**
 * `--tar`: one archive that unpacks to the tree of a run without it. GNU tar and Python's tarfile judge it.
 */
import assert from "node:assert/strict";
import { provision } from "../mod.ts";
import { differences, largeSpec, look, OTHER_SEED, run, sh, spec, tree, withSpec, writeSeed } from "./run.ts";

const LONG = "a".repeat(64);
const KOREAN = "\uae40\ucca0\uc218".repeat(15);
const PEOPLE = `users: [{ name: ${LONG} }, { name: ${KOREAN} }]
workers: [{ name: ${"n".repeat(52)}, addresses: [10.240.0.20] }]
`;

/** Unpacks an archive into a folder of its own. */
function unpack(folder: string, archive: string): string {
  const to = Deno.makeTempDirSync({ dir: folder });
  const done = sh('tar -xpf "$1" -C "$2"', archive, to);
  assert.equal(done.code, 0, done.stderr);
  return to;
}

Deno.test("an archive unpacks to the tree of a plain run, names that are long or Korean too", async () => {
  await withSpec(spec(PEOPLE), async (folder) => {
    await provision({ folder, out: "plain" });
    const report = await provision({ folder, tar: true });
    assert.deepEqual([report.folder, report.changes.length, report.right], ["out/lab.tar", 45, 0]);
    assert.deepEqual([...Deno.readDirSync(`${folder}/out`)].map(({ name }) => name).sort(), [
      ".lab.lock",
      "lab.tar",
    ]);
    const unpacked = unpack(folder, `${folder}/out/lab.tar`);
    const plain = tree(`${folder}/plain`);
    delete plain[".lab.lock"];
    assert.deepEqual(differences(tree(unpacked), plain), []);
    assert.equal(look(`${folder}/out`)["lab.tar"]?.mode, "0600");
  });
});

Deno.test("members are sorted, owned by 0:0, from the seed's second, and Python reads them alike", async () => {
  await withSpec(spec(PEOPLE), async (folder) => {
    await provision({ folder, tar: true });
    const listed = sh('TZ=UTC tar --numeric-owner --full-time -tvf "$1"', `${folder}/out/lab.tar`).stdout;
    const lines = listed.trimEnd().split("\n");
    for (const line of lines) assert.match(line, /^[d-]rw[x-]\S+ 0\/0 +\d+ 2026-01-01 00:00:00 lab\//, line);
    const program = `import sys, tarfile
for member in tarfile.open(sys.argv[1]):
    print(oct(member.mode), member.uid, member.gid, member.mtime, member.size, member.name)`;
    const python = sh('python3 -c "$2" "$1"', `${folder}/out/lab.tar`, program);
    assert.equal(python.code, 0, python.stderr);
    const names = python.stdout.trimEnd().split("\n").map((line) => line.split(" ").slice(5).join(" "));
    const isOrdered = names.every((name, index) => index === 0 || `${names[index - 1]}` < name);
    assert.ok(isOrdered, names.join("\n"));
    assert.equal(names.length, lines.length);
    assert.ok(names.some((name) => name.includes(KOREAN)) && names.some((name) => name.includes(LONG)));
    for (const line of python.stdout.trimEnd().split("\n")) {
      assert.match(line, /^0o(600|644|700) 0 0 1767225600 /);
    }
  });
});

Deno.test("an archive is the same for any number of jobs, and a second run leaves it alone", async () => {
  await withSpec(
    largeSpec(700, "keys: { ca: ECDSA-P256, leaf: ECDSA-P256 }").replace(/^keys.*\n/m, ""),
    async (folder) => {
      await provision({ folder, tar: true, jobs: 1, out: "one" });
      await provision({ folder, tar: true, jobs: 3, out: "three" });
      assert.equal(sh('cmp "$1/one/large.tar" "$1/three/large.tar"', folder).code, 0);
      const before = look(`${folder}/one`);
      const again = await provision({ folder, tar: true, jobs: 2, out: "one" });
      assert.deepEqual([again.hasWork, again.changes, again.right], [false, [], 3534]);
      assert.deepEqual(look(`${folder}/one`), before);
    },
  );
});

Deno.test("a changed spec replaces an archive of ours; any other file is refused, links too", async () => {
  await withSpec(spec(), async (folder) => {
    await provision({ folder, tar: true });
    Deno.writeTextFileSync(`${folder}/cluster.yaml`, spec("users: [{ name: jane }]\n"));
    assert.equal((await run("provision", ["--tar", "--dry-run"], { cwd: folder })).code, 1);
    assert.ok((await provision({ folder, tar: true })).changes.every(({ action }) => action === "replaced"));
    const ours = look(`${folder}/out`);
    const foreign = "Refused: out/lab.tar was not made from this seed by hardway\n" +
      "Nothing was changed. Move it away, or replace it with --force.\n";
    writeSeed(folder, OTHER_SEED);
    assert.deepEqual(await run("provision", ["--tar"], { cwd: folder }), {
      code: 3,
      stdout: "",
      stderr: foreign,
    });
    assert.deepEqual(look(`${folder}/out`), ours);
    writeSeed(folder);
    Deno.writeTextFileSync(`${folder}/out/lab.tar`, "mine\n");
    assert.deepEqual(await run("provision", ["--tar"], { cwd: folder }), {
      code: 3,
      stdout: "",
      stderr: foreign,
    });
    assert.equal((await run("provision", ["--tar", "--force"], { cwd: folder })).code, 0);
    Deno.removeSync(`${folder}/out/lab.tar`);
    Deno.symlinkSync(`${folder}/cluster.yaml`, `${folder}/out/lab.tar`);
    const link = await run("provision", ["--tar", "--force"], { cwd: folder });
    assert.deepEqual([link.code, link.stderr], [
      3,
      "Cannot write out/lab.tar: it is a symbolic link, expected a regular file\n",
    ]);
  });
});

Deno.test("a dry run writes no archive; what a kill left of one goes with the next run", async () => {
  await withSpec(spec(), async (folder) => {
    const dry = await run("provision", ["--tar", "--dry-run"], { cwd: folder });
    assert.equal(dry.code, 1);
    assert.throws(() => Deno.statSync(`${folder}/out`));
    await provision({ folder, tar: true });
    const before = Deno.readFileSync(`${folder}/out/lab.tar`);
    Deno.writeTextFileSync(`${folder}/out/.hardway-lab.tar.tmp`, "half");
    Deno.writeTextFileSync(`${folder}/cluster.yaml`, spec("users: [{ name: jane }]\n"));
    await provision({ folder, tar: true });
    assert.notDeepEqual(Deno.readFileSync(`${folder}/out/lab.tar`), before);
    assert.deepEqual([...Deno.readDirSync(`${folder}/out`)].map(({ name }) => name).sort(), [
      ".lab.lock",
      "lab.tar",
    ]);
  });
});
