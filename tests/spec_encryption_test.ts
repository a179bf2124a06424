/**
 * How etcd's contents are encrypted: the default, what is taken, and what the API server would refuse.
 */
import assert from "node:assert/strict";
import { hkdfSync } from "node:crypto";
import { parseSeed } from "../scripts/issue/seed.ts";
import { secretValues } from "../scripts/render/secrets.ts";
import { HardwayError } from "../scripts/shared/errors.ts";
import { parseSpec } from "../scripts/spec/read.ts";
import { SEED } from "./run.ts";

const HEAD = "name: lab\ncontrolPlane: [{ name: server, addresses: [10.240.0.10] }]\n";
const { entropy } = parseSeed(SEED, "seed");

/** The key of a name, by the platform's HKDF and the words of the design. */
function keyOf(name: string): string {
  const authority = hkdfSync("sha256", entropy, "hardway/v1", "authority:lab/credentials", 32);
  return new Uint8Array(
    hkdfSync("sha256", new Uint8Array(authority), "hardway/v1", `secret:encryption/${name}#1`, 32),
  ).toBase64();
}

function encryptionOf(more: string): unknown {
  return new Map(secretValues(entropy, parseSpec(`${HEAD}${more}`, "cluster.yaml"))).get("encryption");
}

Deno.test("without a word secrets are encrypted as in the guide, and what is older is read", () => {
  const key1 = { name: "key1", secret: keyOf("key1") };
  assert.deepEqual(encryptionOf(""), [{
    resources: ["secrets"],
    providers: [{ aescbc: { keys: [key1] } }, { identity: {} }],
  }]);
});

Deno.test("providers and keys stand in the order of the spec, each key derived by its name", () => {
  const key = (name: string): unknown => ({ name, secret: keyOf(name) });
  assert.deepEqual(
    encryptionOf(`encryption:
- { resources: [secrets, configmaps], providers: [{ type: secretbox, keys: [new, old] }, { type: aescbc, keys: [key1] }] }
- { resources: ["*.apps"], providers: [{ type: aesgcm, keys: [apps] }, { type: identity }] }
`),
    [
      {
        resources: ["secrets", "configmaps"],
        providers: [{ secretbox: { keys: [key("new"), key("old")] } }, { aescbc: { keys: [key("key1")] } }],
      },
      { resources: ["*.apps"], providers: [{ aesgcm: { keys: [key("apps")] } }, { identity: {} }] },
    ],
  );
});

const SECRETBOX = "providers: [{ type: secretbox, keys: [a] }]";

const REFUSED: readonly (readonly [name: string, entry: string, messages: readonly string[]])[] = [
  ["a star alone", `resources: ["*"], ${SECRETBOX}`, [
    '4:17: Cannot use "*" as encryption[0].resources[0]: expected a resource',
  ]],
  ["capitals", `resources: [Secrets], ${SECRETBOX}`, [
    '4:17: Cannot use "Secrets" as encryption[0].resources[0]: expected a resource',
  ]],
  ["a resource twice", `resources: [secrets, secrets], ${SECRETBOX}`, [
    '4:26: Duplicate resource "secrets": expected each once',
  ]],
  ["a resource under a star", `resources: ["*.", secrets, deployments.apps], ${SECRETBOX}`, [
    '4:23: Cannot use "secrets" as encryption[0].resources[1]: *. covers it already',
  ]],
  ["a group under all", `resources: ["*.*", "*.apps"], ${SECRETBOX}`, [
    '4:24: Cannot use "*.apps" as encryption[0].resources[1]: *.* covers it already',
  ]],
  ["an alias of events", `resources: [events.events.k8s.io], ${SECRETBOX}`, [
    '4:17: Cannot use "events.events.k8s.io" as encryption[0].resources[0]: it is stored in another group, expected events',
  ]],
  ["no resource and no provider", "resources: [], providers: []", [
    "4:16: Cannot use a list as encryption[0].resources: expected at least one resource",
    "4:31: Cannot use a list as encryption[0].providers: expected at least one provider",
  ]],
  ["a provider that is none", "resources: [secrets], providers: [{ type: kms }]", [
    '4:47: Cannot use "kms" as encryption[0].providers[0].type: expected one of secretbox, aesgcm, aescbc, identity',
  ]],
  ["no key", "resources: [secrets], providers: [{ type: aescbc }]", [
    '4:39: Missing key "keys" in encryption[0].providers[0]: expected names of keys, such as key1',
  ]],
  ["a key of identity", "resources: [secrets], providers: [{ type: identity, keys: [a] }]", [
    "4:63: Cannot use keys in encryption[0].providers[0]: identity has none",
  ]],
  ["a key twice", "resources: [secrets], providers: [{ type: aescbc, keys: [a, a] }]", [
    '4:65: Duplicate key "a": expected each name once',
  ]],
  [
    "a key of two kinds",
    "resources: [secrets], providers: [{ type: aescbc, keys: [a] }, { type: aesgcm, keys: [b] }, { type: secretbox, keys: [b] }]",
    [
      '4:123: Cannot use the key "b" with secretbox: aesgcm has it, and a key is for one of them',
      '4:123: Duplicate key "b": expected each name once',
    ],
  ],
];

for (const [name, entry, messages] of REFUSED) {
  Deno.test(`encryption with ${name} is refused at its place`, () => {
    assert.throws(() => parseSpec(`${HEAD}encryption:\n- { ${entry} }\n`, "c.yaml"), (error) => {
      assert.ok(error instanceof HardwayError);
      const found = error.problems.map(({ line, column, message }) => `${line}:${column}: ${message}`);
      assert.equal(found.length, messages.length, found.join("\n"));
      for (const [index, message] of messages.entries()) {
        assert.ok(found[index]?.startsWith(message), found.join("\n"));
      }
      return true;
    });
  });
}
