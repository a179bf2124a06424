/**
 * The exact recipe: from the keys of a tree, OpenSSL makes the tree's bytes.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { HardwayError, recipe } from "../../mod.ts";
import { newOpenssl } from "./new_openssl.ts";
import { cook, cookWell, inFolder, namesIn, openssl, pathOf, provisionIn, SPECS } from "./recipe.ts";
import { run, runWell, testWith } from "./tools.ts";

const newer = await newOpenssl();

/** The rich cluster with other keys, and CAs that differ in nothing but theirs. */
function withKeys(ca: string, leaf: string): string {
  const keys = `keys: { ca: ${ca}, leaf: ${leaf}, serviceAccount: RSA-2048 }`;
  const spec = SPECS.rich.replace(/^keys: .*$/m, keys);
  assert.ok(spec.includes(keys));
  return spec;
}

/** Trees that differ in nothing but the manifest, which a script cannot know, and the script's own notes. */
async function assertSame(kitchen: string, tree: string): Promise<void> {
  const { stdout } = await run("diff", ["-r", kitchen, tree]);
  assert.equal(stdout, `Only in ${tree}: manifest.json\nOnly in ${kitchen}: recipe\n`);
  const modes = async (folder: string): Promise<string> =>
    (await runWell("find", ["pki", "kubeconfig", "-printf", "%m %y %p\n"], { cwd: folder }))
      .split("\n").sort().join("\n");
  assert.equal(await modes(kitchen), await modes(tree));
}

for (
  const [what, spec] of [
    ["Ed25519", withKeys("Ed25519", "Ed25519")],
    ["RSA, with leaves of Ed25519", withKeys("RSA-3072", "Ed25519").replace("naming: pem", "naming: crt")],
    ["RSA alone", SPECS.rsa],
    ["Ed25519, with leaves of P-384", withKeys("Ed25519", "ECDSA-P384").replace(/^ {2}notBefore: .*\n/m, "")],
    [
      "RSA, past 2049",
      withKeys("RSA-2048", "ECDSA-P256").replace(/notBefore: \S+/, "notBefore: 2049-12-31T23:59:59Z"),
    ],
  ] as const
) {
  testWith([openssl], `any OpenSSL 3 makes the bytes of provision: CAs of ${what}`, async () => {
    await inFolder(async (folder) => {
      const tree = await provisionIn(folder, spec);
      await assertSame(await cookWell(folder, { as: "openssl", exact: true }, pathOf(), [tree]), tree);
    });
  });
}

for (const [ca, leaf] of [["ECDSA-P256", "ECDSA-P256"], ["ECDSA-P384", "Ed25519"]] as const) {
  testWith([newer], `OpenSSL 3.2 makes the bytes of provision: CAs of ${ca}`, async () => {
    await inFolder(async (folder) => {
      const tree = await provisionIn(folder, withKeys(ca, leaf));
      await assertSame(await cookWell(folder, { as: "openssl", exact: true }, pathOf(newer), [tree]), tree);
    });
  });
}

testWith([openssl], "with ECDSA and an older OpenSSL the exact script refuses, and says why", async () => {
  await inFolder(async (folder) => {
    const tree = await provisionIn(folder, SPECS.lab);
    const fake = join(folder, "fake");
    await Deno.mkdir(fake);
    for (
      const [version, isTaken] of [
        ["OpenSSL 3.0.19 27 Jan 2026 (Library: OpenSSL 3.0.19 27 Jan 2026)", false],
        ["OpenSSL 3.1.4 24 Oct 2023", false],
        ["OpenSSL 1.1.1w  11 Sep 2023", false],
        ["LibreSSL 4.0.0", false],
        ["OpenSSL 3.2.0 23 Nov 2023", true],
        ["OpenSSL 3.10.1 1 Jan 2030", true],
        ["OpenSSL 4.0.0 1 Apr 2026", true],
      ] as const
    ) {
      // Of those that are taken the first thing after it fails.
      await Deno.writeTextFile(
        join(fake, "openssl"),
        `#!/bin/sh\n[ "$1" = version ] || exit 9\necho '${version}'\n`,
      );
      await Deno.chmod(join(fake, "openssl"), 0o755);
      const { kitchen, result } = await cook(
        folder,
        { as: "openssl", exact: true },
        `${fake}:${pathOf()}`,
        [tree],
      );
      if (isTaken) assert.notEqual(result.code, 2, version);
      else {
        assert.equal(result.code, 2, version);
        assert.equal(
          result.stderr,
          `Refused: ${version} signs by ECDSA with random numbers: OpenSSL 3.2 or later is needed\n`,
        );
        assert.deepEqual(await namesIn(kitchen), []);
      }
    }
  });
});

testWith(
  [openssl],
  "with a key that is not the tree's the exact script ends with 1, and names what differs",
  async () => {
    await inFolder(async (folder) => {
      const tree = await provisionIn(folder, SPECS.rsa.replaceAll("RSA-2048", "Ed25519"));
      const key = join(tree, "pki/front-proxy-client.key");
      await Deno.writeTextFile(key, await runWell("openssl", ["genpkey", "-algorithm", "ED25519"]));
      const { result } = await cook(folder, { as: "openssl", exact: true }, pathOf(), [tree]);
      assert.equal(result.code, 1);
      assert.equal(result.stdout, "pki/front-proxy-client.crt: FAILED\npki/front-proxy-client.key: FAILED\n");
    });
  },
);

testWith([openssl], "the exact script wants the tree, and says so", async () => {
  await inFolder(async (folder) => {
    await provisionIn(folder, SPECS.rsa);
    for (const words of [[], [folder]]) {
      const { kitchen, result } = await cook(folder, { as: "openssl", exact: true }, pathOf(), words);
      assert.equal(result.code, 2);
      assert.match(result.stderr, /^Usage: sh SCRIPT TREE, .*pki\/ca\.key/);
      assert.deepEqual(await namesIn(kitchen), []);
    }
  });
});

Deno.test("an exact recipe needs a tree that is what the spec says", async () => {
  await inFolder(async (folder) => {
    const spec = SPECS.rsa.replaceAll("RSA-2048", "Ed25519");
    const exact = async (options: { readonly as?: "cfssl"; readonly out?: string } = {}): Promise<string> => {
      try {
        await recipe({ folder, as: "openssl", exact: true, ...options });
      } catch (error) {
        assert.ok(error instanceof HardwayError);
        return `${error.exitCode} ${error.message}`;
      }
      return "";
    };
    await Deno.writeTextFile(join(folder, "cluster.yaml"), spec);
    assert.equal(
      await exact(),
      '2 recipe: Cannot make an exact recipe without "out/rsa/manifest.json": expected a tree, run deno task provision first',
    );
    const tree = await provisionIn(folder, spec);
    assert.equal(await exact(), "");
    assert.match(
      await exact({ as: "cfssl" }),
      /^2 recipe: Cannot use --exact with --as cfssl: expected --as openssl/,
    );
    assert.match(await exact({ out: "elsewhere" }), /^2 .*"elsewhere\/rsa\/manifest\.json"/);
    const changed = {
      webhook: spec.replace("webhook.kube-system.svc", "other.kube-system.svc"),
      ca: spec.replace("ca: 20y", "ca: 21y"),
      apiserver: `${spec}generations: { apiserver: 2 }\n`,
      jane: `${spec}users: [{ name: jane }]\n`,
    };
    for (const [id, text] of Object.entries(changed)) {
      await Deno.writeTextFile(join(folder, "cluster.yaml"), text);
      assert.match(await exact(), new RegExp(`^2 recipe: .*${id}" is not in it as the spec says, run`), id);
    }
    await Deno.writeTextFile(join(folder, "cluster.yaml"), spec);
    await Deno.writeTextFile(join(tree, "manifest.json"), '{"version":1}');
    assert.match(await exact(), /^3 Refused: cannot trust out\/rsa\/manifest\.json/);
  });
});
