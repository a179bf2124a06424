/**
 * `verify --spec`: a tree, and the folders of machines, against the spec that they should follow; with its seed to the
 * byte.
 */
import assert from "node:assert/strict";
import type { Finding } from "../../scripts/inspect/verify/findings.ts";
import { verify } from "../../scripts/verify.ts";
import { KUBEADM, OTHER_SEED, provisionIn, run, SEED, spec, withSpec, writeSeed } from "../run.ts";
import { reissue, reissuer } from "./foreign/reissue.ts";
import { testWith } from "./tools.ts";

const AT = Date.parse("2026-03-01T00:00:00Z") / 1000;
/** Keys that the foreign signer has, too. */
const SPEC = spec(`workers: [{ name: node-0, addresses: [10.240.0.20] }]\n`).replace(/^keys.*\n/m, "");

async function findings(
  folder: string,
  paths: readonly string[],
  options: { readonly spec?: string; readonly seed?: string } = {},
): Promise<string[]> {
  const found = await verify({ folder, paths, at: AT, spec: "cluster.yaml", ...options });
  return found.filter(({ code }) => code === "differs-from-spec" || code === "foreign-file")
    .map(({ severity, code, path }: Finding) => `${severity} ${code} ${path}`);
}

Deno.test("what provision and bundle made is what the spec says, with and without the seed", async () => {
  for (const text of [SPEC, KUBEADM]) {
    await withSpec(text, async (folder) => {
      await provisionIn(folder);
      const bundled = await run("bundle", [], { cwd: folder });
      assert.equal(bundled.code, 0, bundled.stderr);
      for (const seed of [{}, { seed: "cluster.seed" }]) {
        assert.deepEqual(await findings(folder, ["out/lab"], seed), []);
        assert.deepEqual(await findings(folder, ["out/lab/hosts/server"], seed), []);
        assert.deepEqual(await findings(folder, ["out/lab/pki"], seed), []);
      }
    });
  }
});

Deno.test("a changed spec is told of at every file that it changes, and another seed at all", async () => {
  await withSpec(SPEC, async (folder) => {
    await provisionIn(folder);
    const more = SPEC.replace("10.240.0.20", "10.240.0.21");
    Deno.writeTextFileSync(`${folder}/cluster.yaml`, more);
    const changed = "error differs-from-spec out/lab/pki/kubelet/node-0/kubelet.crt";
    assert.deepEqual(await findings(folder, ["out/lab"]), [changed]);
    assert.deepEqual(await findings(folder, ["out/lab"], { seed: "cluster.seed" }), [changed]);
    const [one] = (await verify({ folder, paths: ["out/lab"], at: AT, spec: "cluster.yaml" }))
      .filter(({ code }) => code === "differs-from-spec");
    assert.match(one?.message ?? "", /10\.240\.0\.20 is not in the spec/);

    Deno.writeTextFileSync(`${folder}/cluster.yaml`, SPEC);
    writeSeed(folder, OTHER_SEED, "other.seed");
    const all = await findings(folder, ["out/lab"], { seed: "other.seed" });
    assert.ok(
      all.length > 20 && all.every((line) => line.startsWith("error differs-from-spec ")),
      all.join("\n"),
    );
  });
});

Deno.test("a file that is gone differs from the spec; a file more is only worth knowing", async () => {
  await withSpec(SPEC, async (folder) => {
    await provisionIn(folder);
    Deno.removeSync(`${folder}/out/lab/pki/apiserver.crt`);
    Deno.copyFileSync(`${folder}/out/lab/pki/admin.key`, `${folder}/out/lab/pki/mine.key`);
    const found = await findings(folder, ["out/lab"], { seed: "cluster.seed" });
    assert.deepEqual(found, [
      "error differs-from-spec out/lab/pki/apiserver.crt",
      "info foreign-file out/lab/pki/mine.key",
    ]);
  });
});

testWith(
  [reissuer],
  "a certificate that somebody signed again is told of, by its fields or its bytes",
  async () => {
    await withSpec(SPEC, async (folder) => {
      await provisionIn(folder);
      const path = "out/lab/pki/apiserver.crt";
      await reissue(folder, path, { ca: "out/lab/pki/ca.crt", changes: { serial: "0x1234" } });
      assert.deepEqual(await findings(folder, ["out/lab"]), [], "its fields are the spec's");
      const differs = [`error differs-from-spec ${path}`];
      assert.deepEqual(await findings(folder, ["out/lab"], { seed: "cluster.seed" }), differs);
      assert.deepEqual(await findings(folder, [path], { seed: "cluster.seed" }), differs, "by itself");
      await reissue(folder, path, { ca: "out/lab/pki/ca.crt", changes: { sans: ["DNS:kubernetes"] } });
      assert.deepEqual(await findings(folder, ["out/lab"]), differs);
      await reissue(folder, path, { ca: "out/lab/pki/ca.crt", changes: { subject: { cn: "other" } } });
      assert.deepEqual(await findings(folder, ["out/lab"]), differs);
      assert.deepEqual(
        await findings(folder, [path]),
        [`info foreign-file ${path}`],
        "by itself nobody knows it",
      );
    });
  },
);

Deno.test("the command compares too, never needs the seed, and never makes one", async () => {
  await withSpec(SPEC, async (folder) => {
    await provisionIn(folder);
    const at = ["--at", "2026-03-01"];
    const good = await run("verify", ["out/lab", "--spec", "cluster.yaml", ...at], { cwd: folder });
    assert.equal(good.code, 0, good.stdout + good.stderr);
    const missing = await run("verify", ["out/lab", "--spec", "cluster.yaml", "--seed", "none.seed", ...at], {
      cwd: folder,
    });
    assert.deepEqual([missing.code, missing.stdout], [2, ""]);
    assert.match(missing.stderr, /none\.seed: no such file/);
    assert.throws(() => Deno.statSync(`${folder}/none.seed`));
    writeSeed(folder, SEED, "same.seed");
    const piped = await run("verify", ["out/lab", "--spec", "cluster.yaml", "--seed", "-", ...at], {
      cwd: folder,
      stdin: `${SEED}\n`,
    });
    assert.equal(piped.code, 0, piped.stdout + piped.stderr);
  });
});
