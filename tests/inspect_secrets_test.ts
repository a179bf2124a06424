/**
 * No private key, token or password ever comes out of `inspect`, `verify` or `expiry`, in any form, wherever it stands:
 * every output is searched for every secret.
 */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { provisionIn, run, spec, withSpec } from "./run.ts";

const SECRETS = {
  staticToken: "statictoken0123456789abcdef",
  password: "hunter2hunter2hunter2",
  bearer: "bearer-0123456789-abcdefgh",
  bootstrap: "0123456789abcdef",
  signature: "c2lnbmF0dXJlLW9mLXRoZS10b2tlbg",
  environment: "environment-secret-42",
  symmetric: "c3ltbWV0cmljLWtleS1vZi1zb21lYm9keQ",
  policy: "policy-secret-0123456789",
  shortToken: "tok7",
};

/** A private key as a JSON Web Key. */
const { d: PRIVATE = "", ...PUBLIC } = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey
  .export({ format: "jwk" });

function part(value: unknown): string {
  return btoa(JSON.stringify(value)).replace(/=+$/, "");
}

const JWT = `${part({ alg: "RS256", kid: "k" })}.${
  part({ sub: "system:serviceaccount:default:app", exp: 1893456000 })
}.${SECRETS.signature}`;

const FILES: Readonly<Record<string, string>> = {
  "tokens.csv": `${SECRETS.staticToken},jane,1,"system:masters"\n`,
  "passwords.csv": `${SECRETS.password},joe,2\n`,
  "token": `${JWT}\n`,
  "kubeconfig": `apiVersion: v1
kind: Config
clusters: [{ name: a, cluster: { server: "https://10.0.0.1:6443" } }]
users:
- { name: b, user: { token: ${SECRETS.bearer} } }
- { name: c, user: { username: joe, password: ${SECRETS.password} } }
- { name: d, user: { token: ${JWT} } }
contexts: []
`,
  "secrets.yaml": `apiVersion: v1
kind: Secret
metadata: { name: bootstrap-token-abcdef }
type: bootstrap.kubernetes.io/token
stringData: { token-id: abcdef, token-secret: "${SECRETS.bootstrap}", expiration: "2027-01-01T00:00:00Z" }
---
apiVersion: v1
kind: Secret
metadata: { name: app }
type: kubernetes.io/service-account-token
data: { token: ${btoa(JWT)} }
`,
  "kube-apiserver.service": `[Service]
Environment=SECRET=${SECRETS.environment}
ExecStart=/usr/bin/kube-apiserver --token-auth-file=tokens.csv --authorization-policy-file=abac.jsonl --secret=${SECRETS.environment} $SECRET
`,
  "jwks.json": JSON.stringify({
    keys: [{ ...PUBLIC, d: PRIVATE }, { ...PUBLIC, x: "AA", d: PRIVATE }, {
      kty: "oct",
      k: SECRETS.symmetric,
    }],
  }),
  "known_tokens.csv": `${SECRETS.shortToken},jane,1\n${SECRETS.shortToken},joe,2\n,eve,3\n`,
  "abac.jsonl":
    `{"apiVersion":"abac.authorization.kubernetes.io/v1beta1","kind":"Policy","spec":{"user":"jane"}}
{"apiVersion":"abac.authorization.kubernetes.io/v1beta1","token":"${SECRETS.policy}"
`,
  // Broken in ways that a careless message would quote.
  "broken.yaml": `apiVersion: v1\nkind: Secret\nstringData: { token: ${SECRETS.bearer}\n  bad: [\n`,
  "broken.csv": `${SECRETS.staticToken},"jane\n`,
};

Deno.test("every output of every command is without every secret", async () => {
  await withSpec(spec(), async (folder) => {
    await provisionIn(folder);
    for (const [name, text] of Object.entries(FILES)) Deno.writeTextFileSync(`${folder}/${name}`, text);
    const key = Deno.readTextFileSync(`${folder}/out/lab/pki/apiserver.key`);
    Deno.writeTextFileSync(`${folder}/cut.key`, key.slice(0, 90));
    const body = key.split("\n")[1] ?? "";
    const secrets = [...Object.values(SECRETS), PRIVATE, PRIVATE.slice(0, 20), JWT, body, body.slice(0, 24)];
    const inputs = [".", ...Object.keys(FILES), "cut.key"];
    const forms = {
      inspect: [...["table", "wide", "json", "yaml", "csv", "markdown"].map((form) => ["-o", form]), [
        "--details",
      ]],
      verify: ["table", "json", "yaml", "csv"].map((form) => ["-o", form]),
      expiry: ["table", "json", "csv", "ics", "prometheus"].map((form) => ["-o", form]),
    } as const;
    for (const [command, list] of Object.entries(forms)) {
      for (const form of list) {
        const { code, stdout, stderr } = await run(command as keyof typeof forms, [
          ...inputs,
          "--root",
          folder,
          "--at",
          "2026-06-01",
          ...form,
        ], { cwd: folder });
        assert.ok(code <= 1, stderr);
        for (const secret of secrets) {
          assert.ok(!`${stdout}${stderr}`.includes(secret), `${command} ${form.join(" ")}: ${secret}`);
        }
        if (command === "inspect") assert.match(stdout, /jane/, form.join(" "));
      }
    }
  });
});

Deno.test("what each of them is, is said all the same", async () => {
  await withSpec(spec(), async (folder) => {
    for (const [name, text] of Object.entries(FILES)) Deno.writeTextFileSync(`${folder}/${name}`, text);
    const { stdout } = await run("inspect", [
      "kubeconfig",
      "secrets.yaml",
      "token",
      "tokens.csv",
      "-o",
      "json",
    ], {
      cwd: folder,
    });
    const { rows } = JSON.parse(stdout) as {
      readonly rows: readonly {
        type: string;
        cn: string | null;
        flag: string | null;
        expiration: string | null;
      }[];
    };
    const tokens = rows.filter(({ type }) => type === "Token").map((
      { cn, flag, expiration },
    ) => [cn, flag, expiration]);
    const account = "system:serviceaccount:default:app";
    const end = "2030-01-01T00:00:00Z";
    assert.deepEqual(tokens, [
      [null, "users[0].user.token", null],
      ["joe", "users[1].user.password", null],
      [account, "users[2].user.token", end],
      ["system:bootstrap:abcdef", "document 0", "2027-01-01T00:00:00Z"],
      [account, "document 1 data.token", end],
      [account, null, end],
      ["jane", null, null],
    ]);
  });
});
