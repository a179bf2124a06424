/**
 * Keys of `token`: those of other clusters that sign and verify, and the sets of keys that verifiers are given.
 */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { provisionInMemory } from "../mod.ts";
import { OTHER_SEED, SEED, writeSeed } from "./run.ts";
import { AT, claimsOf, TOKEN_SPEC, tokenTest, UID } from "./token_runs.ts";

tokenTest("keys of other clusters sign for their issuer, and verify by themselves alone", async (runs) => {
  const pairs = {
    rsa: generateKeyPairSync("rsa", { modulusLength: 2048 }),
    p256: generateKeyPairSync("ec", { namedCurve: "P-256" }),
    p384: generateKeyPairSync("ec", { namedCurve: "P-384" }),
    p521: generateKeyPairSync("ec", { namedCurve: "P-521" }),
  };
  const issuer = ["--issuer", "https://o.example"];
  for (const [name, { privateKey, publicKey }] of Object.entries(pairs)) {
    const pem = privateKey.export({ type: name === "p256" ? "sec1" : "pkcs8", format: "pem" }).toString();
    Deno.writeTextFileSync(`${runs.folder}/${name}.key`, pem);
    await runs.write(
      [`k-${name}.token`],
      "create",
      `k/${name}`,
      "--key",
      `${name}.key`,
      ...issuer,
      "--uid",
      UID,
      "--at",
      AT,
    );
    assert.equal(claimsOf(runs.read(`k-${name}.token`), publicKey).iss, "https://o.example");
    const shown = await runs.token("show", `k-${name}.token`, "--key", `${name}.key`, "--at", AT);
    assert.deepEqual([shown.code, /^Signature +verified$/m.test(shown.stdout)], [0, true], shown.stdout);
  }
  const key = ["--key", "rsa.key"];
  await runs.refuse(
    2,
    "token: A key of another cluster needs its issuer: expected --issuer",
    "create",
    "k/x",
    ...key,
    "--uid",
    UID,
  );
  await runs.refuse(
    2,
    "token: A key of another cluster needs the account's UID: expected --uid",
    "create",
    "k/x",
    ...key,
    ...issuer,
  );
  await runs.refuse(
    2,
    "token: Expected --key or --spec, not both",
    "create",
    "k/x",
    ...key,
    "--spec",
    "cluster.yaml",
  );
  await runs.refuse(2, "token: Expected one --key: one key signs", "create", "k/x", ...key, ...key);
  await runs.refuse(
    2,
    "token: A kubeconfig needs the cluster: expected --spec, not --key",
    "create",
    "k/x",
    ...key,
    ...issuer,
    "--uid",
    UID,
    "--kubeconfig",
  );
  await runs.refuse(
    2,
    "token: A key of another cluster needs its CA: expected --ca",
    "legacy",
    "k/x",
    ...key,
    "--uid",
    UID,
  );
  await runs.refuse(
    2,
    "token: Keys of another cluster need its issuer: expected --issuer",
    "discovery",
    ...key,
  );
  const ed = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  Deno.writeTextFileSync(`${runs.folder}/ed.key`, ed);
  await runs.refuse(
    2,
    /^ed\.key:1:1: a private key of this kind signs no tokens/,
    "create",
    "k/x",
    "--key",
    "ed.key",
    ...issuer,
    "--uid",
    UID,
  );
  await runs.refuse(
    2,
    /^token: unknown public key type, must be \*rsa\.PublicKey/,
    "jwks",
    "--key",
    "ed.key",
  );
  await runs.refuse(
    2,
    "cluster.yaml:1:1: no public or private key that can be read",
    "jwks",
    "--key",
    "cluster.yaml",
  );
  const both = await runs.token("jwks", ...key, "--key", "p384.key");
  const { keys } = JSON.parse(both.stdout) as { keys: { alg: string; d?: string }[] };
  assert.deepEqual(keys.map(({ alg, d }) => [alg, d]), [["RS256", undefined], ["ES384", undefined]]);
});

tokenTest("jwks and discovery print what provision writes, of this seed alone", async (runs) => {
  const tree = await provisionInMemory(`${TOKEN_SPEC}serviceAccounts: [{ name: bot }]\n`, SEED, {
    valueFiles: { "secrets/joe": "x" },
  });
  for (
    const [word, path] of [["jwks", "openid/v1/jwks"], ["discovery", ".well-known/openid-configuration"]]
  ) {
    const { code, stdout, stderr } = await runs.token(word ?? "");
    assert.deepEqual([code, stdout, stderr], [0, `${tree.text(`auth/oidc/${path}`)}\n`, ""]);
  }
  writeSeed(runs.folder, OTHER_SEED, "other.seed");
  const other = await runs.token("jwks", "--seed", "other.seed");
  assert.notEqual(other.stdout, `${tree.text("auth/oidc/openid/v1/jwks")}\n`);
});
