/**
 * Tokens and kubeconfigs of webhooks in bundles on a disk: which paths manifests may name, what is copied with which mode.
 */
import assert from "node:assert/strict";
import { bundle } from "../mod.ts";
import { isBundlePath } from "../scripts/render/paths.ts";
import { ACCESS_SPEC, bootstrapParts, GIVEN, secretText } from "./access_specs.ts";
import { assertNoSecret, look, run, withSpec } from "./run.ts";

const CONFIG = "/etc/kubernetes/config";
const PATH = `${CONFIG}/webhook`;

Deno.test("kubeconfigs of webhooks may stand in manifests, and no other file by their names", () => {
  const at = (name: string): string => `hosts/server${PATH}-${name}.kubeconfig`;
  for (const name of ["authentication", "a", "a.b-c", "x".repeat(63)]) {
    assert.ok(isBundlePath(at(name)), name);
  }
  const bad = [
    "",
    ".",
    "..",
    "../x",
    "a/b",
    "a/../../../../etc/x",
    "A",
    "a_b",
    "-a",
    "a\0",
    "a\n",
    "%2e%2e",
    "é",
    `${"a.".repeat(126)}ab`,
  ];
  for (const name of bad) assert.equal(isBundlePath(at(name)), false, name);
  assert.equal(isBundlePath(`hosts/..${PATH}-a.kubeconfig`), false);
  assert.equal(isBundlePath(`${PATH.slice(1)}-a.kubeconfig`), false);
});

Deno.test("on a disk the copies are those of the PKI, secret ones for their owner, and no output has a token", async () => {
  await withSpec(ACCESS_SPEC, async (folder) => {
    Deno.writeTextFileSync(`${folder}/joe.token`, `${GIVEN}\n`);
    const { code, stdout, stderr } = await run("bundle", ["--jobs", "1"], { cwd: folder });
    assert.equal(code, 0, stderr);
    const manifest = Deno.readTextFileSync(`${folder}/out/lab/hosts/manifest.json`);
    for (const secret of [secretText("token/jane", 40), GIVEN, bootstrapParts("join")[1]]) {
      assert.ok(!`${stdout}${stderr}${manifest}`.includes(secret));
    }
    assertNoSecret(stdout + stderr + manifest, `${folder}/out/lab`);
    const there = look(`${folder}/out/lab`);
    const pairs = [
      ["auth/tokens.csv", `hosts/server${CONFIG}/tokens.csv`, "0600"],
      ["kubeconfig/webhooks/ldap.kubeconfig", `hosts/server${PATH}-ldap.kubeconfig`, "0600"],
      [
        "auth/retired-service-account-keys.pub",
        `hosts/server${CONFIG}/retired-service-account-keys.pub`,
        "0644",
      ],
      ["auth/bootstrap-tokens.yaml", "manifests/bootstrap-tokens.yaml", "0600"],
      ["auth/cluster-info.yaml", "manifests/cluster-info.yaml", "0644"],
      ["kubeconfig/bootstrap-kubelet.kubeconfig", "hosts/admin/bootstrap-kubelet.kubeconfig", "0600"],
    ];
    for (const [from = "", to = "", mode] of pairs) {
      assert.ok(there[from] !== undefined, from);
      assert.deepEqual([there[to]?.content, there[to]?.mode], [there[from]?.content, mode], to);
    }
    assert.equal((await bundle({ folder, jobs: 1 })).changes.length, 0);
  });
});
