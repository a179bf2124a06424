/**
 * Documents of provision: files of tokens, bootstrap tokens, key sets: what is in them, how they come, change and go.
 */
import assert from "node:assert/strict";
import { provision, type ProvisionOptions, type ProvisionReport } from "../mod.ts";
import { HardwayError } from "../scripts/shared/errors.ts";
import { OwnHand } from "../scripts/write/hand.ts";
import { ACCESS_SPEC, bootstrapParts, GIVEN, GIVEN_FIELD, secretText } from "./access_specs.ts";
import { differences, look, provisionIn, run, sh, spec, tree, withSpec } from "./run.ts";

/** A folder with the spec, the seed and the file of a user's token. */
async function withAccess(
  action: (folder: string) => Promise<void>,
  text: string = ACCESS_SPEC,
): Promise<void> {
  await withSpec(text, async (folder) => {
    Deno.writeTextFileSync(`${folder}/joe.token`, `${GIVEN}\n`);
    await action(folder);
  });
}

function make(folder: string, options: ProvisionOptions = {}): Promise<ProvisionReport> {
  return provision({ folder, jobs: 1, now: () => 1_767_300_000, ...options });
}

function change(folder: string, from: string, to: string): void {
  const text = Deno.readTextFileSync(`${folder}/cluster.yaml`);
  assert.ok(text.includes(from), from);
  Deno.writeTextFileSync(`${folder}/cluster.yaml`, text.replace(from, to));
}

function read(folder: string, path: string): string {
  return Deno.readTextFileSync(`${folder}/out/lab/${path}`);
}

/** The changes of a run, each with why. */
function changes(report: ProvisionReport): string[] {
  return report.changes.map(({ action, path, reasons }) => [action, path, ...reasons].join(" "));
}

const DOCUMENTS: Readonly<Record<string, readonly [id: string, mode: string]>> = {
  "auth/bootstrap-tokens.yaml": ["auth/bootstrap-tokens", "0600"],
  "auth/cluster-info.yaml": ["auth/cluster-info", "0644"],
  "auth/oidc/.well-known/openid-configuration": ["auth/oidc/discovery", "0644"],
  "auth/oidc/openid/v1/jwks": ["auth/oidc/jwks", "0644"],
  "auth/retired-service-account-keys.pub": ["auth/retired-service-account-keys", "0644"],
  "auth/tokens.csv": ["auth/tokens", "0600"],
  "kubeconfig/bootstrap-kubelet.kubeconfig": ["kubeconfig/bootstrap-kubelet", "0600"],
};

Deno.test("each document is there with its mode, and the manifest has a line for it", async () => {
  await withAccess(async (folder) => {
    await make(folder);
    const there = look(`${folder}/out/lab`);
    const manifest = JSON.parse(read(folder, "manifest.json")) as { files: { kind: string; path: string }[] };
    const lines = manifest.files.filter(({ kind }) => kind === "document");
    assert.deepEqual(
      lines,
      Object.entries(DOCUMENTS).map(([path, [id, mode]]) => ({
        path,
        mode,
        sha256: there[path]?.content,
        id,
        kind: "document",
        generation: 1,
      })),
    );
    for (const [path, [, mode]] of Object.entries(DOCUMENTS)) assert.equal(there[path]?.mode, mode, path);
    for (const path of Object.keys(there).filter((path) => path.startsWith("auth"))) {
      assert.ok(path in DOCUMENTS || there[path]?.content === "folder", path);
    }
  });
});

Deno.test("tokens are what the design's HKDF gives, or what the user's file holds", async () => {
  await withAccess(async (folder) => {
    await make(folder);
    const jane = secretText("token/jane", 40);
    assert.match(jane, /^[0-9a-z]{40}$/);
    assert.equal(read(folder, "auth/tokens.csv"), `${jane},jane,jane,"dev,ops"\n${GIVEN_FIELD},joe,1001\n`);
    const secrets = read(folder, "auth/bootstrap-tokens.yaml");
    for (const name of ["join", "vouch"]) {
      const [id, secret] = bootstrapParts(name);
      assert.ok(secrets.includes(`  name: bootstrap-token-${id}\n  namespace: kube-system\n`), name);
      assert.ok(secrets.includes(`  token-id: ${id}\n  token-secret: ${secret}\n`), name);
      assert.ok(read(folder, "auth/cluster-info.yaml").includes(`  jws-kubeconfig-${id}: ey`), name);
    }
    assert.match(
      secrets,
      /auth-extra-groups: "?system:bootstrappers:w"?\n {2}expiration: "2026-01-02T00:00:00Z"\n/,
    );
    const joining = read(folder, "kubeconfig/bootstrap-kubelet.kubeconfig");
    assert.ok(joining.includes(`token: ${bootstrapParts("join").join(".")}\n`));
  });
});

Deno.test("passwords of before 1.19 are derived too, and each file is warned of", async () => {
  const old = spec('kubernetesVersion: "1.18"\nusers: [{ name: jane, token: true, password: true }]\n');
  await withAccess(async (folder) => {
    const { stderr } = await provisionIn(folder);
    assert.equal(read(folder, "auth/passwords.csv"), `${secretText("password/jane", 24)},jane,jane\n`);
    assert.equal(look(`${folder}/out/lab`)["auth/passwords.csv"]?.mode, "0600");
    const again = await provisionIn(folder);
    for (const text of [stderr, again.stderr]) {
      assert.deepEqual(text.match(/^Warning: out\/lab\/auth\/\S+ is for --\S+ of the API server\./gm), [
        "Warning: out/lab/auth/tokens.csv is for --token-auth-file of the API server.",
        "Warning: out/lab/auth/passwords.csv is for --basic-auth-file of the API server.",
      ]);
    }
  }, old);
});

Deno.test("no run says a token", async () => {
  await withAccess(async (folder) => {
    const [id, secret] = bootstrapParts("join");
    const secrets = [secretText("token/jane", 40), GIVEN, GIVEN_FIELD, secret, bootstrapParts("vouch")[1]];
    for (const args of [["--dry-run"], [], ["--recheck"], ["--dry-run", "--force"]]) {
      const { stdout, stderr } = await run("provision", args, { cwd: folder });
      for (const one of secrets) assert.ok(!`${stdout}${stderr}`.includes(one), args.join());
    }
    assert.ok(!read(folder, "manifest.json").includes(id));
    assert.ok(!read(folder, "manifest.json").includes(secret));
  });
});

Deno.test("a second run does nothing, and one that makes everything again finds it right", async () => {
  await withAccess(async (folder) => {
    await make(folder);
    const before = look(folder);
    assert.equal((await make(folder)).hasWork, false);
    assert.equal((await make(folder, { recheck: true })).hasWork, false);
    assert.deepEqual(look(folder), before);
  });
});

Deno.test("documents that are right are seen without making a key, and a lost one makes that of its own entry alone", async () => {
  await withAccess(async (folder) => {
    await make(folder);
    const made: string[] = [];
    const original = OwnHand.prototype.make;
    OwnHand.prototype.make = function (cluster, batch, units, old): ReturnType<typeof original> {
      made.push(...units.map(({ entry }) => entry.id));
      return original.call(this, cluster, batch, units, old);
    };
    try {
      await make(folder);
      assert.deepEqual(made, []);
      Deno.removeSync(`${folder}/out/lab/auth/oidc/openid/v1/jwks`);
      await make(folder);
      assert.deepEqual(made, ["service-account"]);
      Deno.removeSync(`${folder}/out/lab/auth/tokens.csv`);
      await make(folder);
      assert.deepEqual(made, ["service-account", "ca"]);
    } finally {
      OwnHand.prototype.make = original;
    }
  });
});

Deno.test("--only makes one document alone, and the rest comes to it", async () => {
  await withAccess(async (folder) => {
    const only = await make(folder, { only: ["auth/tokens"] });
    assert.deepEqual(changes(only), ["new auth/tokens.csv"]);
    assert.equal((await make(folder, { only: ["auth/tokens"] })).hasWork, false);
    assert.deepEqual(changes(await make(folder, { only: ["auth/oidc/*"] })), [
      "new auth/oidc/.well-known/openid-configuration",
      "new auth/oidc/openid/v1/jwks",
    ]);
    await make(folder);
    await make(folder, { out: "whole" });
    assert.deepEqual(differences(tree(`${folder}/out`), tree(`${folder}/whole`)), []);
  });
});

/** Changes of the spec, and what they change of documents. */
const CHANGES: readonly (readonly [what: string, from: string, to: string, changed: readonly string[]])[] = [
  ["a token's generation", "generations: { ", "generations: { token/jane: 2, ", [
    "replaced auth/tokens.csv its content changed",
  ]],
  ["a bootstrap token's generation", "generations: { ", "generations: { bootstrap-token/vouch: 2, ", [
    "replaced auth/bootstrap-tokens.yaml its content changed",
    "replaced auth/cluster-info.yaml its content changed",
  ]],
  ["a uid", 'uid: "1001"', 'uid: "1002"', ["replaced auth/tokens.csv its content changed"]],
  ["a namespace", "namespace: dev", "namespace: ops", [
    "replaced kubeconfig/users/jane.kubeconfig its certificate, key or CA changed",
  ]],
  ["an end", "{ name: vouch, ", "{ name: vouch, validity: 2d, ", [
    "replaced auth/bootstrap-tokens.yaml its content changed",
  ]],
  ["the retired keys", "retiredServiceAccount: [1]", "retiredServiceAccount: [1, 3]", [
    "replaced auth/oidc/openid/v1/jwks its content changed",
    "replaced auth/retired-service-account-keys.pub its content changed",
  ]],
  ["the issuer", "controlPlane:", "apiServer: { serviceAccountIssuer: https://o.example }\ncontrolPlane:", [
    "replaced auth/oidc/.well-known/openid-configuration its content changed",
  ]],
];

for (const [what, from, to, changed] of CHANGES) {
  Deno.test(`a change of ${what} changes what has it and nothing else; a dry run says why`, async () => {
    await withAccess(async (folder) => {
      await make(folder);
      change(folder, from, to);
      const before = look(folder);
      assert.deepEqual(changes(await make(folder, { dryRun: true })), changed);
      assert.deepEqual(look(folder), before);
      assert.deepEqual(changes(await make(folder)), changed);
      assert.equal((await make(folder)).hasWork, false);
      await make(folder, { out: "fresh" });
      assert.deepEqual(differences(tree(`${folder}/out`), tree(`${folder}/fresh`)), []);
    });
  });
}

Deno.test("a raised generation gives one user another token and leaves the others' alone", async () => {
  await withAccess(async (folder) => {
    await make(folder);
    const [, joe] = read(folder, "auth/tokens.csv").split("\n");
    change(folder, "generations: { ", "generations: { token/jane: 2, ");
    await make(folder);
    const [jane, ...rest] = read(folder, "auth/tokens.csv").split("\n");
    assert.equal(jane, `${secretText("token/jane", 40, 2)},jane,jane,"dev,ops"`);
    assert.notEqual(secretText("token/jane", 40, 2), secretText("token/jane", 40));
    assert.deepEqual(rest, [joe, ""]);
  });
});

Deno.test("what leaves the spec is stale, and goes with --prune", async () => {
  await withAccess(async (folder) => {
    await make(folder);
    change(folder, "token: true, ", "");
    change(folder, "token: { valueFile: joe.token }", "token: false");
    assert.deepEqual((await make(folder)).stale, ["auth/tokens.csv"]);
    const pruned = await make(folder, { prune: true });
    assert.deepEqual([pruned.stale, pruned.changes.map(({ path }) => path)], [[], ["auth/tokens.csv"]]);
    assert.equal(look(`${folder}/out/lab`)["auth/tokens.csv"], undefined);
    Deno.writeTextFileSync(`${folder}/cluster.yaml`, spec());
    await make(folder, { prune: true });
    assert.deepEqual(Object.keys(look(`${folder}/out/lab`)).filter((path) => path.startsWith("auth")), []);
  });
});

Deno.test("documents that were lost, emptied or opened to others are put right; edited ones are refused", async () => {
  await withAccess(async (folder) => {
    await make(folder);
    const right = tree(`${folder}/out`);
    for (const path of Object.keys(DOCUMENTS)) {
      for (const line of ['rm "$1"', ': > "$1"', 'chmod 666 "$1"']) {
        assert.equal(sh(line, `${folder}/out/lab/${path}`).code, 0);
        const report = await make(folder);
        assert.deepEqual(report.changes.map((one) => one.path), [path], line);
        assert.deepEqual(differences(tree(`${folder}/out`), right), [], `${path} ${line}`);
      }
      Deno.writeTextFileSync(`${folder}/out/lab/${path}`, "mine\n", { append: true });
      const edited = look(folder);
      for (const options of [{}, { recheck: true }, { prune: true }]) {
        await assert.rejects(
          make(folder, options),
          (error) => error instanceof HardwayError && error.exitCode === 3 && error.message.includes(path),
        );
      }
      assert.deepEqual(look(folder), edited);
      await make(folder, { force: true });
      assert.deepEqual(differences(tree(`${folder}/out`), right), [], path);
    }
  });
});
