/**
 * The command `token bootstrap`, `static` and `show`, and tokens that stand on the command line by mistake.
 */
import assert from "node:assert/strict";
import { bootstrapParts, secretText } from "./access_specs.ts";
import { look, OTHER_SEED, writeSeed } from "./run.ts";
import { AT, type TokenRuns, tokenTest, UID } from "./token_runs.ts";

const HASH = /^discovery hash sha256:[\da-f]{64}$/;

tokenTest(
  "bootstrap writes the Secret of a token of the spec as provision does, and says what follows",
  async (runs) => {
    const [id, secret] = bootstrapParts("join");
    const notes = await runs.write(["bootstrap-token-join.yaml"], "bootstrap", "join", "--at", "2026-01-01");
    assert.equal(notes[0], `system:bootstrap:${id}, ends at 2026-01-03T00:00:00Z`);
    assert.match(notes[1] ?? "", HASH);
    assert.deepEqual(notes.slice(2), ["kubectl apply -f bootstrap-token-join.yaml"]);
    assert.equal(
      runs.read("bootstrap-token-join.yaml"),
      `apiVersion: v1
kind: Secret
metadata:
  name: bootstrap-token-${id}
  namespace: kube-system
type: bootstrap.kubernetes.io/token
stringData:
  auth-extra-groups: system:bootstrappers:w
  description: Nodes
  expiration: "2026-01-03T00:00:00Z"
  token-id: ${id}
  token-secret: ${secret}
  usage-bootstrap-authentication: "true"
  usage-bootstrap-signing: "true"
`,
    );
  },
);

tokenTest("bootstrap makes tokens that are not in the spec, with what the flags say", async (runs) => {
  const [id, secret] = bootstrapParts("spring");
  const notes = await runs.write(
    ["d/bootstrap-token-spring.yaml", "d/bootstrap-token-spring.kubeconfig"],
    ...["bootstrap", "spring", "--at", AT, "--out", "d", "--kubeconfig", "--validity", "3h"],
    ...["--groups", "system:bootstrappers:a, system:bootstrappers:b", "--usages", "authentication"],
    ...["--description", "For spring: nodes"],
  );
  assert.equal(notes[0], `system:bootstrap:${id}, ends at 2026-06-01T03:00:00Z`);
  assert.deepEqual(notes.slice(2), [
    "kubectl apply -f d/bootstrap-token-spring.yaml",
    "kubeadm join --discovery-file d/bootstrap-token-spring.kubeconfig",
  ]);
  const text = runs.read("d/bootstrap-token-spring.yaml");
  assert.match(text, /^ {2}auth-extra-groups: system:bootstrappers:a,system:bootstrappers:b$/m);
  assert.match(text, /^ {2}description: "For spring: nodes"$/m);
  assert.match(text, /^ {2}usage-bootstrap-authentication: "true"$/m);
  assert.doesNotMatch(text, /usage-bootstrap-signing: "true"/);
  // It begins with a digit, and YAML must not take it for a number.
  assert.ok(runs.read("d/bootstrap-token-spring.kubeconfig").includes(`token: "${id}.${secret}"\n`));
  // Without a word it is good for a day.
  const plain = await runs.write(["bootstrap-token-x.yaml"], "bootstrap", "x", "--at", AT);
  assert.equal(plain[0], `system:bootstrap:${bootstrapParts("x")[0]}, ends at 2026-06-02T00:00:00Z`);
});

tokenTest("a token of the spec begins anew, now or at the moment that is given", async (runs) => {
  const args = ["bootstrap", "join", "--force"];
  const file = ["bootstrap-token-join.yaml"];
  const until = async (...more: readonly string[]): Promise<string | undefined> =>
    (await runs.write(file, ...args, ...more))[0]?.split(" at ")[1];
  assert.equal(await until("--at", AT), "2026-06-03T00:00:00Z");
  assert.equal(await until("--at", AT, "--validity", "2026-07-01"), "2026-07-01T00:00:00Z");
  const generation = runs.read("cluster.yaml") + "generations: { bootstrap-token/join: 2 }\n";
  Deno.writeTextFileSync(`${runs.folder}/cluster.yaml`, generation);
  const [note = ""] = await runs.write(file, ...args, "--at", "2026-01-01");
  assert.equal(note, `system:bootstrap:${bootstrapParts("join", 2)[0]}, ends at 2026-01-03T00:00:00Z`);
  // Without a moment it counts from now.
  const later = Date.parse(await until() ?? "") - Date.now();
  assert.ok(later > 47 * 3600_000 && later <= 48 * 3600_000, String(later));
});

const SPAN =
  "token: Cannot make a token that ends before it starts, or after the year 9999: expected another --validity";

tokenTest("bootstrap refuses names, groups, usages and ends that cannot be", async (runs) => {
  const at = ["--at", AT];
  await runs.refuse(
    2,
    /^token: Cannot use "A_" as a token's name: a lowercase RFC 1123 subdomain/,
    "bootstrap",
    "A_",
  );
  await runs.refuse(2, /^token: Cannot use "\.\.\/x" as a token's name: /, "bootstrap", "../x");
  await runs.refuse(
    2,
    /^token: bootstrap group "workers" is invalid \(must match /,
    "bootstrap",
    "x",
    "--groups",
    "workers",
  );
  await runs.refuse(
    2,
    'token: Cannot use "sign" as --usages: expected authentication, signing',
    "bootstrap",
    "x",
    "--usages",
    "signing,sign",
  );
  await runs.refuse(
    2,
    "token: A token without the usage authentication lets nobody in: expected no --kubeconfig",
    "bootstrap",
    "x",
    "--usages",
    "signing",
    "--kubeconfig",
  );
  for (const validity of ["9000y", "2026-05-31", "2026-06-01"]) {
    await runs.refuse(2, SPAN, "bootstrap", "x", "--validity", validity, ...at);
  }
  await runs.refuse(2, SPAN, "bootstrap", "join", "--validity", "2025-01-01", ...at);
  await runs.refuse(2, "token: bootstrap takes one operand: expected a name", "bootstrap");
  await runs.refuse(2, /^token: bootstrap has no flag --uid: /, "bootstrap", "x", "--uid", UID);
  await runs.write(["bootstrap-token-x.yaml"], "bootstrap", "x", ...at);
  await runs.refuse(
    3,
    "Refused: bootstrap-token-x.yaml exists\nNothing was changed. Use --force to replace it, or another --out.",
    ...["bootstrap", "x", "--kubeconfig", ...at],
  );
});

tokenTest("static writes the token that provision writes, or the one of the user's file", async (runs) => {
  const notes = await runs.write(["jane.token"], "static", "jane");
  assert.deepEqual(notes, [
    "jane, uid 7, without an end",
    "sed 's/^/Authorization: Bearer /' jane.token | curl --cacert ca.crt --header @- https://10.240.0.10:6443/api",
  ]);
  assert.equal(runs.read("jane.token"), `${secretText("token/jane", 40)}\n`);
  await runs.write(["out/joe.token"], "static", "joe", "--out", "out");
  assert.equal(runs.read("out/joe.token"), "given-by-the-user\n");
  await runs.refuse(3, /^Refused: jane\.token exists$/m, "static", "jane");
  const old = look(runs.folder)["jane.token"];
  await runs.write(["jane.token"], "static", "jane", "--force");
  assert.equal(look(runs.folder)["jane.token"]?.content, old?.content);
  writeSeed(runs.folder, OTHER_SEED, "other.seed");
  await runs.write(["jane.token"], "static", "jane", "--force", "--seed", "other.seed");
  assert.notEqual(look(runs.folder)["jane.token"]?.content, old?.content);
});

tokenTest("static refuses who has no token, and a file that is not there", async (runs) => {
  await runs.refuse(2, 'token: "bob" has no token: expected token: true in the spec', "static", "bob");
  await runs.refuse(2, 'token: The spec has no user "jan": did you mean "jane"?', "static", "jan");
  await runs.refuse(
    2,
    'token: The spec has no user "eve-of-all": expected one with token: true',
    "static",
    "eve-of-all",
  );
  await runs.refuse(2, /^token: The spec has no user "\\u001b\[31m": /, "static", "\u001b[31m");
  Deno.removeSync(`${runs.folder}/secrets/joe`);
  await runs.refuse(
    2,
    /^cluster\.yaml:6:\d+: Cannot use "secrets\/joe" as users\[1\]\.token\.valueFile: no such file$/m,
    "static",
    "joe",
  );
});

/** Makes a token of each kind. */
async function makeAll({ write }: TokenRuns): Promise<void> {
  await write(
    ["ci-bot.token", "ci-bot.kubeconfig"],
    "create",
    "ci/bot",
    "--uid",
    UID,
    "--at",
    AT,
    "--kubeconfig",
  );
  await write(["ci-bot-token.yaml"], "legacy", "ci/bot", "--uid", UID);
  await write(["bootstrap-token-x.yaml"], "bootstrap", "x", "--at", AT);
  await write(["jane.token"], "static", "jane");
}

tokenTest("show says what tokens say and why nobody takes them, in each form, and no token", async (runs) => {
  await makeAll(runs);
  writeSeed(runs.folder, OTHER_SEED, "other.seed");
  const spec = ["--spec", "cluster.yaml"];
  const SHOWN: readonly (readonly [file: string, args: readonly string[], code: number, text: RegExp])[] = [
    [
      "ci-bot.token",
      ["--at", AT],
      0,
      /^User +system:serviceaccount:ci:bot$[^]*^Ends +2026-06-01T01:00:00Z$/m,
    ],
    ["ci-bot.token", ["--at", AT, ...spec], 0, /^Signature +verified$/m],
    [
      "ci-bot.token",
      ["--at", AT, ...spec, "--seed", "other.seed"],
      1,
      /^Signature +wrong$[^]*^Problem +None of the keys signed it$/m,
    ],
    ["ci-bot.token", ["--at", "2026-06-01T01:00:00Z"], 1, /^Problem +It ended at 2026-06-01T01:00:00Z$/m],
    ["ci-bot.token", ["--at", "2026-05-01"], 1, /^Problem +/m],
    ["ci-bot.kubeconfig", ["--at", AT, ...spec], 0, /^Signature +verified$/m],
    ["ci-bot-token.yaml", ["--at", AT, ...spec], 0, /^Signature +verified$/m],
    ["bootstrap-token-x.yaml", ["--at", AT], 0, /^Form +bootstrap token$[^]*^Ends +2026-06-02T00:00:00Z$/m],
    ["bootstrap-token-x.yaml", ["--at", "2026-06-03"], 1, /^Problem +It ended at 2026-06-02T00:00:00Z$/m],
  ];
  for (const [file, args, code, text] of SHOWN) {
    const shown = await runs.token("show", file, ...args);
    assert.deepEqual([shown.code, shown.stderr], [code, ""], `${file} ${args.join(" ")}: ${shown.stdout}`);
    assert.match(shown.stdout, text);
    const json = await runs.token("show", file, ...args, "-o", "json");
    assert.equal(json.code, code);
    const [facts] = JSON.parse(json.stdout) as { user: string; problems: string[] }[];
    assert.match(facts?.user ?? "", /^system:/);
    assert.equal((facts?.problems.length ?? 0) > 0, code === 1);
  }
  await runs.refuse(2, "jane.token:1:1: there is no token in it", "show", "jane.token");
  await runs.refuse(2, "cluster.yaml:1:1: there is no token in it", "show", "cluster.yaml");
  await runs.refuse(2, /^Cannot read none: no such file/, "show", "none");
  await runs.refuse(
    2,
    'token: Cannot use "xml" as --output: expected text, json',
    "show",
    "ci-bot.token",
    "-o",
    "xml",
  );
  await runs.refuse(2, "token: show takes one operand: expected a file", "show");
});

const ECHO =
  "token: Refused: what may be a token stands on the command line, where every process can read it: expected the name of a file";

tokenTest("a token on the command line is refused wherever it stands, and not repeated", async (runs) => {
  await makeAll(runs);
  const jwt = runs.read("ci-bot.token").trim();
  const REFUSED = (secret: string): readonly (readonly string[])[] => [
    [secret],
    ["show", secret],
    ["show", "ci-bot.token", "--key", secret],
    ["show", `--output=${secret}`, "ci-bot.token"],
    ["static", ` ${secret}\n`],
    ["create", "a/b", "--audience", "x", "--audience", secret],
    ["bootstrap", "y", "--description", secret],
    ["jwks", secret],
  ];
  for (const args of REFUSED(jwt)) await runs.refuse(2, ECHO, ...args);
  for (const args of REFUSED(bootstrapParts("x").join("."))) await runs.refuse(2, ECHO, ...args);
  for (const secret of ["abcdef.0123456789abcdef", `Bearer ${jwt}`, `Authorization: Bearer ${jwt}`]) {
    await runs.refuse(2, ECHO, "show", secret);
  }
});
