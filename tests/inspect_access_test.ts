/**
 * `inspect` and `verify` on what lets in or is asked: sets of keys, discovery documents, ABAC policies, files of tokens,
 * bootstrap tokens, AuthenticationConfiguration and kubeconfigs of webhooks.
 */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { provision, provisionInMemory } from "../mod.ts";
import { OTHER_SEED, run, spec, withFolder, withSpec } from "./run.ts";

interface Row {
  readonly type: string | null;
  readonly path: string;
  readonly flag: string | null;
  readonly cn: string | null;
  readonly keyAlgorithm: string | null;
  readonly problems: readonly string[];
}

interface Finding {
  readonly severity: string;
  readonly code: string;
  readonly path: string;
  readonly flag: string | null;
  readonly message: string;
}

/** What is said of files without anything to list. */
const QUIET = /^(?:Nothing to look at: [^\n]* in 1 file\n)?$/;

type Files = Readonly<Record<string, string>>;

function write(folder: string, files: Files, mode = 0o600): void {
  for (const [name, text] of Object.entries(files)) {
    Deno.writeTextFileSync(`${folder}/${name}`, text, { mode });
  }
}

async function rowsOf(folder: string, ...args: readonly string[]): Promise<Row[]> {
  const { code, stdout, stderr } = await run("inspect", [...args, "-o", "json"], { cwd: folder });
  assert.equal(code, 0, stderr);
  assert.match(stderr, QUIET);
  return (JSON.parse(stdout) as { readonly rows: Row[] }).rows;
}

async function findingsOf(folder: string, ...args: readonly string[]): Promise<string[]> {
  const at = args.includes("--at") ? [] : ["--at", "2026-06-01"];
  const { stdout, stderr } = await run("verify", [...args, ...at, "-o", "json"], { cwd: folder });
  assert.match(stderr, QUIET);
  const { findings } = JSON.parse(stdout) as { readonly findings: Finding[] };
  return findings.map(({ severity, code, path, flag, message }) =>
    `${severity} ${code} ${path}${flag === null ? "" : ` ${flag}`}: ${message}`
  );
}

Deno.test("a set of keys has a row for each, a private one is a secret, a broken one a problem", async () => {
  await withFolder(async (folder) => {
    const ec = generateKeyPairSync("ec", { namedCurve: "P-384" });
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const open = [ec.publicKey, rsa.publicKey].map((key) => key.export({ format: "jwk" }));
    const secret = [ec.privateKey, rsa.privateKey].map((key) => key.export({ format: "jwk" }));
    write(folder, {
      "jwks": JSON.stringify({ keys: open }),
      "pretty.json": JSON.stringify({ keys: open }, null, 2),
      "broken.json": JSON.stringify({
        keys: [open[0], { ...open[0], x: "AAAA" }, { kty: "oct", k: "geheim" }],
      }),
    }, 0o644);
    write(folder, { "private.json": JSON.stringify({ keys: secret }) });
    for (const name of ["jwks", "pretty.json", "private.json"]) {
      const rows = await rowsOf(folder, name);
      assert.deepEqual(
        rows.map(({ type, flag, keyAlgorithm, problems }) => [type, flag, keyAlgorithm, problems]),
        [
          ["Key", "keys[0]", "ECDSA-P384", []],
          ["Key", "keys[1]", "RSA-2048", []],
        ],
        name,
      );
    }
    const broken = await rowsOf(folder, "broken.json");
    assert.deepEqual(broken.map(({ type, flag, problems }) => [type, flag, problems]), [
      ["Key", "keys[0]", []],
      [null, "keys[1]", ["unparsable: JSON Web Key: no key that can be read"]],
      [null, "keys[2]", ["unparsable: JSON Web Key: no key that can be read"]],
    ]);
    assert.deepEqual(await findingsOf(folder, "jwks", "pretty.json", "private.json"), []);
    Deno.chmodSync(`${folder}/private.json`, 0o644);
    assert.deepEqual(await findingsOf(folder, "jwks", "private.json"), [
      "warning mode-too-open private.json: Its mode is 0644, and it holds a secret: expected 0600",
    ]);
    for (const form of ["table", "wide", "json", "yaml", "csv", "markdown"]) {
      const { stdout } = await run("inspect", ["private.json", "broken.json", "-o", form], { cwd: folder });
      for (const { d, p } of secret) {
        for (const part of [d, p]) assert.ok(part === undefined || !stdout.includes(part.slice(0, 16)), form);
      }
      assert.ok(!stdout.includes("geheim"), form);
    }
  });
});

Deno.test("a discovery document is known, and nothing is wrong with it", async () => {
  await withSpec(spec("serviceAccounts: [{ name: bot }]\n"), async (folder) => {
    await provision({ folder });
    const path = "out/lab/auth/oidc";
    assert.deepEqual(await rowsOf(folder, `${path}/.well-known/openid-configuration`), []);
    const rows = await rowsOf(folder, "out/lab/auth");
    assert.deepEqual(rows.map(({ type, path, problems }) => [type, path, problems]), [
      ["Key", `${path}/openid/v1/jwks`, []],
    ]);
    assert.deepEqual(await findingsOf(folder, "out/lab/auth"), []);
  });
});

const POLICY =
  '{"apiVersion":"abac.authorization.kubernetes.io/v1beta1","kind":"Policy","spec":{"user":"bob","resource":"pods"}}\n';

Deno.test("a line of ABAC policies that is none keeps the API server from starting, and is told with its number", async () => {
  await withFolder(async (folder) => {
    const lines = [
      ["cut", POLICY.slice(0, -3)],
      ["no JSON", "user=bob"],
      ["a list", "[]"],
      ["another kind", POLICY.replace('"Policy"', '"Role"').trim()],
    ];
    write(folder, { "good.jsonl": `# comment\n\n${POLICY}  ${POLICY}` });
    assert.deepEqual(await rowsOf(folder, "good.jsonl"), []);
    assert.deepEqual(await findingsOf(folder, "good.jsonl"), []);
    for (const [what, line] of lines) {
      write(folder, { "bad.jsonl": `# comment\n${POLICY}\n${line}\n${POLICY}` });
      const rows = await rowsOf(folder, "bad.jsonl");
      assert.deepEqual(rows.map(({ problems }) => problems), [
        ["unparsable: a line that is no policy in JSON at line 4"],
      ], what);
      const [finding, ...rest] = await findingsOf(folder, "bad.jsonl");
      assert.match(
        finding ?? "",
        / unparsable bad\.jsonl: It cannot be read: a line that is no policy in JSON at line 4/,
      );
      assert.deepEqual(rest, []);
    }
    write(folder, {
      "kube-apiserver.service": `[Service]
ExecStart=/usr/bin/kube-apiserver --authorization-policy-file=${folder}/bad.jsonl
`,
    });
    const used = await findingsOf(folder, "kube-apiserver.service");
    assert.ok(
      used.some((one) => one.startsWith("error unparsable ") && one.includes("at line 4")),
      used.join("\n"),
    );
  });
});

Deno.test("a file with the name of one of tokens is one, however short they are", async () => {
  await withFolder(async (folder) => {
    write(folder, {
      "tokens.csv": 'a1,jane,1\nb2,joe,2,"dev,ops"\n',
      "known_tokens.csv": "a1,Ann Bee,Ann Bee\n",
      "other.csv": "a1,jane,1\n",
      "prices.csv": "token,user,uid\n",
    });
    const rows = await rowsOf(folder, ".");
    assert.deepEqual(rows.map(({ type, path, cn }) => [type, path, cn]).sort(), [
      ["Token", "./known_tokens.csv", "Ann Bee"],
      ["Token", "./tokens.csv", "jane"],
      ["Token", "./tokens.csv", "joe"],
    ]);
    Deno.chmodSync(`${folder}/tokens.csv`, 0o644);
    const found = await findingsOf(folder, "tokens.csv", "known_tokens.csv");
    assert.deepEqual(found, [
      "warning mode-too-open tokens.csv: Its mode is 0644, and it holds a secret: expected 0600",
    ]);
    write(folder, { "tokens.csv": "a1,jane,1\na1,joe,2\n,eve,3\n" });
    Deno.chmodSync(`${folder}/tokens.csv`, 0o600);
    const doubled = (await findingsOf(folder, "tokens.csv")).join("\n");
    assert.match(
      doubled,
      /static token at line 2 cannot be read: the same token as in line 1: this one counts/,
    );
    assert.match(doubled, /line 3 cannot be read: an empty token: the row does not count/);
    assert.doesNotMatch(doubled, /a1/);
  });
});

Deno.test("a bootstrap token is good until it ends, and then verify says so", async () => {
  await withSpec(spec("bootstrapTokens: [{ name: join, validity: 2d }]\n"), async (folder) => {
    await provision({ folder });
    const found = (at: string): Promise<string[]> =>
      findingsOf(folder, "out/lab/auth/bootstrap-tokens.yaml", "--at", at);
    assert.deepEqual(await found("2026-01-02T23:59:59Z"), [
      "warning expires-soon out/lab/auth/bootstrap-tokens.yaml: The token ends at 2026-01-03T00:00:00Z",
    ]);
    assert.deepEqual(await found("2026-01-03T00:00:01Z"), [
      "error expired out/lab/auth/bootstrap-tokens.yaml: The token ended at 2026-01-03T00:00:00Z",
    ]);
    const [row, ...rest] = await rowsOf(folder, "out/lab/auth/bootstrap-tokens.yaml");
    assert.deepEqual([row?.type, rest], ["Token", []]);
    assert.match(row?.cn ?? "", /^system:bootstrap:[a-z0-9]{6}$/);
  });
});

/** A cluster whose CA ends soon, with a seed of its own. */
const FOREIGN = await provisionInMemory(
  spec().replace("ca: 100y, leaf: 50y", "ca: 60d, leaf: 30d"),
  OTHER_SEED,
);

Deno.test("the CA of an issuer in AuthenticationConfiguration is listed, and told of when it has ended", async () => {
  await withFolder(async (folder) => {
    const pem = FOREIGN.text("pki/ca.crt").trimEnd().replaceAll("\n", "\n      ");
    write(folder, {
      "authentication-config.yaml": `apiVersion: apiserver.config.k8s.io/v1
kind: AuthenticationConfiguration
jwt:
- issuer:
    url: https://login.example.com
    audiences: [lab]
    certificateAuthority: |
      ${pem}
  claimMappings: { username: { claim: sub, prefix: "" } }
`,
    });
    const [row, ...rest] = await rowsOf(folder, "authentication-config.yaml");
    assert.deepEqual([row?.type, row?.cn, rest], ["CA", "kubernetes-ca", []]);
    assert.match(row?.flag ?? "", /jwt\[0\]\.issuer\.certificateAuthority/);
    const found = (at: string): Promise<string[]> =>
      findingsOf(folder, "authentication-config.yaml", "--at", at);
    assert.deepEqual((await found("2026-01-15")).filter((one) => one.startsWith("error")), []);
    const late = await found("2027-01-01");
    assert.equal(late.length, 1, late.join("\n"));
    assert.match(
      late[0] ?? "",
      /^error expired authentication-config\.yaml jwt\[0\]\.issuer\.certificateAuthority\S*: /,
    );
  });
});

Deno.test("a webhook may have a CA of its own: no kubeconfig of one is wrong for that, in the tree and on machines", async () => {
  const block = FOREIGN.text("pki/ca.crt").trimEnd().replaceAll("\n", "\n      ");
  const text = spec(`authentication:
  webhook:
    server: https://ldap.example.com/authenticate
    certificateAuthority: |
      ${block}
authorization:
- { type: Node }
- { type: RBAC }
- type: Webhook
  name: own
  webhook:
    server: https://10.240.0.10:9443/authorize
    certificateAuthority: |
      ${block}
`);
  await withSpec(text, async (folder) => {
    const made = await run("bundle", ["--jobs", "1"], { cwd: folder });
    assert.equal(made.code, 0, made.stderr);
    const kubeconfig = Deno.readTextFileSync(`${folder}/out/lab/kubeconfig/webhooks/own.kubeconfig`);
    assert.ok(kubeconfig.includes(`certificate-authority-data: ${btoa(FOREIGN.text("pki/ca.crt"))}`));
    for (
      const args of [["out/lab"], ["out/lab/hosts/server", "--root", "out/lab/hosts/server"], [
        "out/lab/kubeconfig",
        "out/lab/pki",
      ]]
    ) {
      const found = await findingsOf(folder, ...args, "--at", "2026-01-15");
      const about = found.filter((one) => /webhook/.test(one) && !/ long-validity /.test(one));
      // The CA of the other cluster ends in 45 days.
      assert.deepEqual(
        about.filter((one) => !/ (?:expires-soon|ca-expires-soon) /.test(one)),
        [],
        args.join(" "),
      );
    }
  });
});

Deno.test("a spec's own webhooks and tokens leave verify without an error", async () => {
  const text = spec(`users: [{ name: jane, token: true }]
bootstrapTokens: [{ name: join, validity: 1y }]
serviceAccounts: [{ name: bot }]
authentication: { webhook: { server: "https://10.240.0.10:9443/a" } }
authorization: [{ type: Node }, { type: RBAC }, { type: ABAC, policies: [{ user: bob, resource: pods }] }, { type: Webhook, webhook: { server: "https://10.240.0.10:9443/b" } }]
`);
  await withSpec(text, async (folder) => {
    assert.equal((await run("bundle", ["--jobs", "1"], { cwd: folder })).code, 0);
    for (
      const args of [["out/lab", "--spec", "cluster.yaml", "--seed", "cluster.seed"], [
        "out/lab/hosts/server",
        "--root",
        "out/lab/hosts/server",
      ]]
    ) {
      const found = await findingsOf(folder, ...args);
      const odd = found.filter((one) => !/ (?:long-validity|system-masters|static-token\S*) /.test(one));
      assert.deepEqual(odd, [], args.join(" "));
    }
  });
});
