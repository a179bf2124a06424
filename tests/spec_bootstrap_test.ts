/**
 * Bootstrap tokens, the issuer of service-account tokens and keys that are retired: what the keys of a spec do, and what
 * is refused at which place.
 */
import assert from "node:assert/strict";
import type { DocumentContent } from "../scripts/plan/types.ts";
import type { Spec } from "../scripts/spec/types.ts";
import { lab, load, problemsOf } from "./spec_documents.ts";

const HEAD = "validity: { notBefore: 2026-01-01T00:00:00Z }\n";
const START = Date.UTC(2026, 0, 1) / 1000;

/** What a document of the plan says; undefined when it is not there. */
function contentOf(text: string, id: string): DocumentContent | undefined {
  const entry = load(text).plan.entries.find((one) => one.id === id);
  return entry?.kind === "document" ? entry.content : undefined;
}

function read(text: string): Spec {
  return load(lab(text)).spec;
}

const TOKENS = `${HEAD}generations: { bootstrap-token/late: 5 }
bootstrapTokens:
- { name: join }
- { name: late, description: 'For spring: "nodes"', groups: ["system:bootstrappers:w", "system:bootstrappers:a:b"], usages: [signing, authentication], validity: 2026-03-01 }
- { name: vouch, usages: [signing], validity: 12h }
- { name: enter, usages: [authentication], validity: 90d }
`;

Deno.test("a bootstrap token is good for a day, lets in and vouches, and says what it is told", () => {
  const content = contentOf(lab(TOKENS), "auth/bootstrap-tokens");
  const both = ["authentication", "signing"];
  const secret = (name: string, generation = 1): unknown => ({ id: `bootstrap-token/${name}`, generation });
  const [join, late, vouch, enter] = [
    { secret: secret("join"), groups: [], usages: both, expiration: START + 86400 },
    {
      secret: secret("late", 5),
      description: 'For spring: "nodes"',
      groups: ["system:bootstrappers:w", "system:bootstrappers:a:b"],
      usages: both,
      expiration: Date.UTC(2026, 2, 1) / 1000,
    },
    { secret: secret("vouch"), groups: [], usages: ["signing"], expiration: START + 12 * 3600 },
    { secret: secret("enter"), groups: [], usages: ["authentication"], expiration: START + 90 * 86400 },
  ];
  assert.deepEqual(content, { form: "bootstrap-secrets", tokens: [join, late, vouch, enter] });
  const server = "https://10.240.0.10:6443";
  assert.deepEqual(contentOf(lab(TOKENS), "auth/cluster-info"), {
    form: "cluster-info",
    server,
    tokens: [join, late, vouch],
  });
  assert.deepEqual(contentOf(lab(TOKENS), "kubeconfig/bootstrap-kubelet"), {
    form: "bootstrap-kubeconfig",
    server,
    tokens: [join],
  });
});

Deno.test("what no token is for is not made", () => {
  const made = (tokens: string): string[] =>
    load(lab(`bootstrapTokens: ${tokens}\n`)).plan.entries.flatMap((entry) =>
      entry.kind === "document" ? [entry.id] : []
    );
  assert.deepEqual(made("[]"), []);
  assert.deepEqual(made("[{ name: a, usages: [signing] }]"), ["auth/bootstrap-tokens", "auth/cluster-info"]);
  assert.deepEqual(made("[{ name: a, usages: [authentication] }]"), [
    "auth/bootstrap-tokens",
    "kubeconfig/bootstrap-kubelet",
  ]);
});

Deno.test("in kubeadm's layout tokens are in the group that its bindings are for, unless they say others", () => {
  const groups = (more: string): unknown =>
    read(`files: { layout: kubeadm }\nbootstrapTokens: [{ name: a${more} }]\n`).bootstrapTokens[0]?.groups;
  assert.deepEqual(groups(""), ["system:bootstrappers:kubeadm:default-node-token"]);
  assert.deepEqual(groups(", groups: []"), []);
  assert.deepEqual(groups(", groups: [system:bootstrappers:w]"), ["system:bootstrappers:w"]);
});

Deno.test("whoever joins may ask for cluster-info without a credential, and nobody else may", () => {
  const health = ["/livez", "/readyz", "/healthz"];
  const info = "/api/v1/namespaces/kube-public/configmaps/cluster-info";
  const paths = (text: string): unknown => read(text).authentication.anonymousPaths;
  assert.deepEqual(paths(""), health);
  assert.deepEqual(paths("bootstrapTokens: []\n"), health);
  assert.deepEqual(paths("bootstrapTokens: [{ name: a }]\n"), [...health, info]);
  const own = (more: string): unknown =>
    paths(`bootstrapTokens: [{ name: a }]\nauthentication: { anonymous: { ${more} } }\n`);
  assert.deepEqual(own("paths: [/version]"), ["/version", info]);
  assert.deepEqual(own(`paths: [${info}]`), [info]);
  assert.equal(own("enabled: false"), undefined);
});

Deno.test("an issuer of one's own, or accounts of programs, publish the keys of service accounts", () => {
  const discovery = (text: string): DocumentContent | undefined =>
    contentOf(lab(text), "auth/oidc/discovery");
  assert.equal(discovery(""), undefined);
  const keys = { keyAlgorithm: "ECDSA-P256", retired: [] };
  const inside = "https://kubernetes.default.svc.lab.example";
  assert.deepEqual(discovery("clusterDomain: lab.example\nserviceAccounts: [{ name: bot }]\n"), {
    form: "discovery",
    issuer: inside,
    jwksUri: `${inside}/openid/v1/jwks`,
    ...keys,
  });
  const issuer = "https://oidc.example.com/lab";
  assert.deepEqual(discovery(`apiServer: { serviceAccountIssuer: "${issuer}" }\n`), {
    form: "discovery",
    issuer,
    jwksUri: `${issuer}/openid/v1/jwks`,
    ...keys,
  });
  // Said aloud it is the same.
  assert.equal(
    discovery('apiServer: { serviceAccountIssuer: "https://kubernetes.default.svc.cluster.local" }\n'),
    undefined,
  );
});

Deno.test("retired keys are earlier generations, or later ones that others shall know in time", () => {
  const retired = "keys: { retiredServiceAccount: [1, 3], serviceAccount: RSA-2048 }\n";
  const text = lab(`generations: { service-account: 2 }\n${retired}serviceAccounts: [{ name: bot }]\n`);
  for (const [id, form] of [["retired-service-account-keys", "retired-keys"], ["oidc/jwks", "key-set"]]) {
    const content = contentOf(text, `auth/${id}`);
    assert.ok(content !== undefined && "retired" in content);
    assert.deepEqual([content.form, content.retired, content.keyAlgorithm], [form, [1, 3], "RSA-2048"]);
  }
  assert.equal(contentOf(lab(), "auth/retired-service-account-keys"), undefined);
});

Deno.test("a machine cannot have the name of the kubeconfig that joins, unless nobody joins", () => {
  const machine = "workers: [{ name: bootstrap-kubelet }]\n";
  load(lab(machine));
  assert.deepEqual(problemsOf(lab(`${machine}bootstrapTokens: [{ name: a }]\n`)), [
    `3:19: Cannot use "bootstrap-kubelet" as a machine's name: a kubeconfig of the cluster has it`,
  ]);
});

const REFUSED: readonly (readonly [title: string, document: string, ...lines: string[]])[] = [
  [
    "a name that is no object's",
    "bootstrapTokens: [{ name: A_b }]",
    '3:27: Cannot use "A_b" as bootstrapTokens[0].name: expected the name of an object: an RFC 1123 subdomain such as build-bot',
  ],
  [
    "a token without a name",
    "bootstrapTokens: [{}]",
    '3:19: Missing key "name" in bootstrapTokens[0]: expected the name of an object: an RFC 1123 subdomain such as build-bot',
  ],
  [
    "a description of two lines",
    `bootstrapTokens: [{ name: a, description: "a\\nb" }]`,
    '3:43: Cannot use "a\\u000ab" as bootstrapTokens[0].description: expected one line of at most 256 characters',
  ],
  [
    "a group that is not for nodes",
    "bootstrapTokens: [{ name: a, groups: [workers] }]",
    '3:39: Cannot use "workers" as bootstrapTokens[0].groups[0]: expected a group such as system:bootstrappers:workers, in small letters',
  ],
  [
    "a group with capitals",
    `bootstrapTokens: [{ name: a, groups: ["system:bootstrappers:W"] }]`,
    '3:39: Cannot use "system:bootstrappers:W" as bootstrapTokens[0].groups[0]: expected a group such as system:bootstrappers:workers, in small letters',
  ],
  [
    "a group twice",
    `bootstrapTokens: [{ name: a, groups: ["system:bootstrappers:w", "system:bootstrappers:w"] }]`,
    '3:65: Duplicate group "system:bootstrappers:w": expected each once',
  ],
  [
    "no usage",
    "bootstrapTokens: [{ name: a, usages: [] }]",
    "3:38: Cannot use a list as bootstrapTokens[0].usages: expected at least one usage",
  ],
  [
    "a usage that is none",
    "bootstrapTokens: [{ name: a, usages: [sign] }]",
    '3:39: Cannot use "sign" as bootstrapTokens[0].usages[0]: expected one of authentication, signing',
  ],
  [
    "a usage twice",
    "bootstrapTokens: [{ name: a, usages: [signing, signing] }]",
    '3:48: Duplicate usage "signing": expected each once',
  ],
  [
    "a validity that is none",
    "bootstrapTokens: [{ name: a, validity: soon }]",
    '3:40: Cannot use "soon" as bootstrapTokens[0].validity: expected a duration such as 10y, 90d or 12h (y is 365 days), or an end such as 2036-01-01T00:00:00Z',
  ],
  [
    "a token that ends before it starts",
    `validity: { notBefore: 2026-01-01T00:00:00Z }
bootstrapTokens: [{ name: a, validity: 2025-01-01 }]`,
    '4:40: Cannot end "bootstrap-token/a" at 2025-01-01T00:00:00Z: it starts at 2026-01-01T00:00:00Z',
  ],
  [
    "a token that ends after the year 9999",
    `validity: { notBefore: 2026-01-01T00:00:00Z }
bootstrapTokens: [{ name: a, validity: 9000y }]`,
    '4:40: Cannot end "bootstrap-token/a" after the year 9999: expected an end before 9999-12-31T23:59:59Z',
  ],
  [
    "a token twice",
    "bootstrapTokens: [{ name: a }, { name: a }]",
    '3:40: Duplicate bootstrap token "a": expected each name once',
  ],
  [
    "a token's value",
    "bootstrapTokens: [{ name: a, token: abcdef.0123456789abcdef }]",
    '3:30: Unknown key "token": expected one of name, description, groups, usages, validity',
  ],
  [
    "an issuer by http",
    `apiServer: { serviceAccountIssuer: "http://a" }`,
    '3:36: Cannot use "http://a" as apiServer.serviceAccountIssuer: expected an https URL without a query, a fragment or a slash at its end, such as https://oidc.example.com/lab',
  ],
  [
    "an issuer with a slash at its end",
    `apiServer: { serviceAccountIssuer: "https://a/" }`,
    '3:36: Cannot use "https://a/" as apiServer.serviceAccountIssuer: expected an https URL without a query, a fragment or a slash at its end, such as https://oidc.example.com/lab',
  ],
  [
    "an issuer with a password",
    `apiServer: { serviceAccountIssuer: "https://u:p@a" }`,
    '3:36: Cannot use "https://u:*@a" as apiServer.serviceAccountIssuer: expected an https URL without a query, a fragment or a slash at its end, such as https://oidc.example.com/lab',
  ],
  [
    "an issuer with a query",
    `apiServer: { serviceAccountIssuer: "https://a?b" }`,
    '3:36: Cannot use "https://a?b" as apiServer.serviceAccountIssuer: expected an https URL without a query, a fragment or a slash at its end, such as https://oidc.example.com/lab',
  ],
  [
    "an issuer that is no URL",
    "apiServer: { serviceAccountIssuer: kubernetes/serviceaccount }",
    '3:36: Cannot use "kubernetes/serviceaccount" as apiServer.serviceAccountIssuer: expected an https URL without a query, a fragment or a slash at its end, such as https://oidc.example.com/lab',
  ],
  [
    "generation 0 retired",
    "keys: { retiredServiceAccount: [0] }",
    "3:33: Cannot use 0 as keys.retiredServiceAccount[0]: expected a whole number from 1 to 1000000",
  ],
  [
    "a generation retired twice",
    "keys: { retiredServiceAccount: [2, 2] }",
    "3:36: Duplicate generation 2: expected each once",
  ],
  [
    "the first key retired while it signs",
    "keys: { retiredServiceAccount: [1] }",
    '3:32: Cannot retire generation 1 of "service-account": it is the one that signs',
  ],
  [
    "the second key retired while it signs",
    `generations: { service-account: 2 }
keys: { retiredServiceAccount: [2] }`,
    '4:32: Cannot retire generation 2 of "service-account": it is the one that signs',
  ],
];

for (const [title, document, ...lines] of REFUSED) {
  Deno.test(`a spec with ${title} is refused at its place`, () => {
    assert.deepEqual(problemsOf(lab(document)), lines);
  });
}
