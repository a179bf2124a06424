/**
 * The command `token create` and `legacy` as people call it: files, exit codes, words, and that no token is ever printed.
 */
import assert from "node:assert/strict";
import { createPublicKey } from "node:crypto";
import { provisionInMemory } from "../mod.ts";
import { look, SEED } from "./run.ts";
import { AT, claimsOf, TOKEN_SPEC, tokenTest, UID } from "./token_runs.ts";

const TREE = await provisionInMemory(TOKEN_SPEC, SEED, { valueFiles: { "secrets/joe": "x" } });
const OURS = createPublicKey(TREE.text("pki/sa.pub"));
const START = Date.parse(AT) / 1000;
const CURL = "curl --cacert ca.crt --header @- https://10.240.0.10:6443/api";

tokenTest("create writes a token for its owner, and says whom it is for and how it is used", async (runs) => {
  const notes = await runs.write(["ci-bot.token"], "create", "ci/bot", "--uid", UID, "--at", AT);
  assert.deepEqual(notes, [
    "system:serviceaccount:ci:bot, until 2026-06-01T01:00:00Z, for https://kubernetes.default.svc.cluster.local",
    `The API server takes it only while the account has the UID ${UID}.`,
    `sed 's/^/Authorization: Bearer /' ci-bot.token | ${CURL}`,
  ]);
  const issuer = "https://kubernetes.default.svc.cluster.local";
  const claims = claimsOf(runs.read("ci-bot.token"), OURS);
  assert.match(claims.jti, /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  assert.deepEqual(claims, {
    aud: [issuer],
    exp: START + 3600,
    iat: START,
    iss: issuer,
    jti: claims.jti,
    "kubernetes.io": { namespace: "ci", serviceaccount: { name: "bot", uid: UID } },
    nbf: START,
    sub: "system:serviceaccount:ci:bot",
  });
});

tokenTest(
  "create takes audiences, a bound object, a validity, a folder; without a UID one is made up",
  async (runs) => {
    const args = ["--at", AT, "--validity", "12h", "--audience", "a", "--audience", "b", "--out", "x/y"];
    for (const kind of ["Pod", "Secret", "Node"]) {
      const bound = ["--bound-object-kind", kind, "--bound-object-name", "one", "--bound-object-uid", "u-1"];
      const notes = await runs.write(["x/y/ci-bot.token"], "create", "ci/bot", ...args, ...bound, "--force");
      assert.match(notes[1] ?? "", /^Its UID is made up, so that no API server takes it: give --uid/);
      assert.ok(notes[2]?.includes(" x/y/ci-bot.token | "), notes[2]);
      const claims = claimsOf(runs.read("x/y/ci-bot.token"), OURS);
      assert.deepEqual([claims.aud, claims.exp], [["a", "b"], START + 12 * 3600]);
      assert.deepEqual(claims["kubernetes.io"][kind.toLowerCase()], { name: "one", uid: "u-1" });
    }
    assert.equal(look(runs.folder)["x/y"]?.mode, "0700");
  },
);

tokenTest("equal inputs give equal bytes, and each other input another token", async (runs) => {
  const seen = new Map<string, string>();
  const base = ["create", "ci/bot", "--uid", UID, "--at", AT];
  for (
    const [what, more] of [
      ["the same", []],
      ["the same, said aloud", ["--generation", "1", "--validity", "1h", "--seed", "cluster.seed"]],
      ["a generation", ["--generation", "2"]],
      ["an audience", ["--audience", "x"]],
      ["a validity", ["--validity", "2h"]],
      ["an end", ["--validity", "2026-06-02"]],
    ] as const
  ) {
    await runs.write(["ci-bot.token"], ...base, ...more, "--force");
    seen.set(what, runs.read("ci-bot.token"));
  }
  assert.equal(seen.get("the same"), seen.get("the same, said aloud"));
  assert.equal(new Set(seen.values()).size, seen.size - 1);
  const id = (what: string): string => claimsOf(seen.get(what) ?? "", OURS).jti;
  assert.equal(id("the same"), id("a validity"));
  assert.notEqual(id("the same"), id("a generation"));
});

tokenTest("a kubeconfig has the token and the namespace, beside the token's own file", async (runs) => {
  await runs.write(
    ["ci-bot.token", "ci-bot.kubeconfig"],
    "create",
    "ci/bot",
    "--uid",
    UID,
    "--at",
    AT,
    "--kubeconfig",
  );
  const text = runs.read("ci-bot.kubeconfig");
  assert.ok(text.includes(`token: ${runs.read("ci-bot.token").trim()}\n`));
  assert.ok(text.includes("namespace: ci\n") && text.includes("server: https://10.240.0.10:6443\n"));
  assert.ok(text.includes(`certificate-authority-data: ${btoa(TREE.text("pki/ca.crt"))}\n`));
});

tokenTest("files that are there stay, all of them, and --force replaces them", async (runs) => {
  const args = ["create", "ci/bot", "--uid", UID, "--at", AT, "--kubeconfig"];
  Deno.writeTextFileSync(`${runs.folder}/ci-bot.kubeconfig`, "mine\n");
  await runs.refuse(
    3,
    "Refused: ci-bot.kubeconfig exists\nNothing was changed. Use --force to replace it, or another --out.",
    ...args,
  );
  await runs.write(["ci-bot.token", "ci-bot.kubeconfig"], ...args, "--force");
  await runs.refuse(3, /^Refused: ci-bot\.(token|kubeconfig) exists/, ...args);
});

const EXPIRATION = "token: spec.expirationSeconds: Invalid value:";

tokenTest("lifetimes that the API server refuses are refused with its words", async (runs) => {
  const at = ["--uid", UID, "--at", AT];
  for (
    const [validity, message] of [
      ["599s", `${EXPIRATION} 599: may not specify a duration less than 10 minutes`],
      ["2026-05-31", `${EXPIRATION} -86400: may not specify a duration less than 10 minutes`],
      ["1193046h28m17s", `${EXPIRATION} 4294967297: may not specify a duration larger than 2^32 seconds`],
      ["200y", `${EXPIRATION} 6307200000: may not specify a duration larger than 2^32 seconds`],
      [
        "soon",
        'token: Cannot use "soon" as --validity: expected a duration such as 1h, 12h or 30d, or an end such as 2027-01-01',
      ],
    ] as const
  ) await runs.refuse(2, message, "create", "a/b", "--validity", validity, ...at);
  await runs.write(["a-b.token"], "create", "a/b", "--validity", "600s", ...at);
  await runs.write(["a-c.token"], "create", "a/c", "--validity", "1193046h28m16s", ...at);
});

const LABEL = /^token: metadata\.namespace: Invalid value: "A": a lowercase RFC 1123 label must consist of/;
const TOGETHER = "token: Expected --bound-object-kind, --bound-object-name and --bound-object-uid together";
const BOUND = ["--bound-object-name", "a", "--bound-object-uid", "b", "--bound-object-kind"];

tokenTest("what cannot be is refused with exit code 2", async (runs) => {
  const REFUSED: readonly (readonly [message: string | RegExp, args: readonly string[]])[] = [
    [/^token: Missing subcommand: expected create, legacy, jwks, discovery, bootstrap, static, show$/m, []],
    [/^token: Unknown subcommand "make": expected create/, ["make"]],
    ["token: create takes one operand: expected NAMESPACE/NAME", ["create"]],
    ["token: create takes one operand: expected NAMESPACE/NAME", ["create", "a/b", "c/d"]],
    ['token: Cannot use "a" as an account: expected NAMESPACE/NAME', ["create", "a"]],
    [LABEL, ["create", "A/b"]],
    [/^token: metadata\.name: Invalid value: "B_": a lowercase RFC 1123 subdomain/, ["create", "a/B_"]],
    [/^token: metadata\.name: Invalid value: "\.\.\/x": /, ["create", "a/../x"]],
    [/^token: create has no flag --groups: expected --spec, --seed, --uid/, [
      "create",
      "a/b",
      "--groups",
      "x",
    ]],
    [/^token: jwks has no flag --out: /, ["jwks", "--out", "x"]],
    ["token: jwks takes no operand", ["jwks", "x"]],
    ['token: Cannot use "soon" as --at: expected a time such as 2027-01-01T00:00:00Z, or a date', [
      "create",
      "a/b",
      "--at",
      "soon",
    ]],
    ...["0", "-1", "1.5", "1000000", "x"].map((number) =>
      [
        `token: Cannot use "${number}" as --generation: expected a whole number from 1 to 999999`,
        ["create", "a/b", `--generation=${number}`],
      ] as const
    ),
    [TOGETHER, ["create", "a/b", ...BOUND.slice(0, 2)]],
    [TOGETHER, ["create", "a/b", ...BOUND.slice(2), "Pod"]],
    ['token: Cannot use "Job" as --bound-object-kind: expected Pod, Secret or Node', [
      "create",
      "a/b",
      ...BOUND,
      "Job",
    ]],
    ['token: Cannot use "toString" as --bound-object-kind: expected Pod, Secret or Node', [
      "create",
      "a/b",
      ...BOUND,
      "toString",
    ]],
    ["Cannot read none.yaml: no such file or folder", ["create", "a/b", "--spec", "none.yaml"]],
    ["none.seed: no such file; it is never made here", ["create", "a/b", "--seed", "none.seed"]],
  ];
  for (const [message, args] of REFUSED) await runs.refuse(2, message, ...args);
  Deno.writeTextFileSync(`${runs.folder}/bad.yaml`, TOKEN_SPEC.replace("token: true", "token: geheim"));
  const bad = await runs.token("create", "a/b", "--spec", "bad.yaml", "--seed", "cluster.seed");
  assert.equal(bad.code, 2);
  assert.match(bad.stderr, /^bad\.yaml:5:\d+: Cannot use text as users\[0\]\.token: /);
  assert.ok(!bad.stderr.includes("geheim"));
  Deno.writeTextFileSync(`${runs.folder}/bad.seed`, SEED.replace("QYQ", "QYY"));
  await runs.refuse(2, /^bad\.seed/, "create", "a/b", "--seed", "bad.seed");
});

tokenTest("legacy writes the Secret as the controller-manager fills it in", async (runs) => {
  const notes = await runs.write(["ci-bot-token.yaml"], "legacy", "ci/bot", "--uid", UID);
  assert.equal(
    notes[0],
    "system:serviceaccount:ci:bot, without an end and for every audience: prefer token create",
  );
  const text = runs.read("ci-bot-token.yaml");
  assert.match(text, /^kind: Secret$/m);
  assert.match(text, /^type: kubernetes\.io\/service-account-token$/m);
  const data = (key: string): string =>
    atob(new RegExp(`^ {2}"?${key}"?: (.*)$`, "m").exec(text.slice(text.indexOf("\ndata:")))?.[1] ?? "");
  assert.deepEqual([data("ca\\.crt"), data("namespace")], [TREE.text("pki/ca.crt"), "ci"]);
  const claims: object = claimsOf(data("token"), OURS);
  assert.deepEqual(claims, {
    iss: "kubernetes/serviceaccount",
    "kubernetes.io/serviceaccount/namespace": "ci",
    "kubernetes.io/serviceaccount/secret.name": "bot-token",
    "kubernetes.io/serviceaccount/service-account.name": "bot",
    "kubernetes.io/serviceaccount/service-account.uid": UID,
    sub: "system:serviceaccount:ci:bot",
  });
  await runs.write(["ci-other.yaml"], "legacy", "ci/bot", "--uid", UID, "--secret", "other");
  await runs.refuse(3, /^Refused: ci-other\.yaml exists$/m, "legacy", "ci/bot", "--secret", "other");
  await runs.refuse(2, /^token: .*Invalid value: "A_"/, "legacy", "ci/bot", "--secret", "A_");
});
