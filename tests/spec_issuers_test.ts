/**
 * Issuers of JSON Web Tokens: what becomes of the keys of a spec, and what the API server would refuse at which place.
 */
import assert from "node:assert/strict";
import type { Authentication } from "../scripts/spec/access_types.ts";
import { lab, load, problemsOf, repeat } from "./spec_documents.ts";

const ISS = `issuer: { url: "https://a.example", audiences: [lab] }`;
const MAP = `claimMappings: { username: { claim: sub, prefix: "a:" } }`;

function read(text: string): Authentication["jwt"] {
  return load(lab(`authentication:\n  jwt:\n${text}`)).spec.authentication.jwt;
}

Deno.test("an issuer keeps what it is told, in the words of AuthenticationConfiguration", () => {
  assert.deepEqual(load(lab("authentication: {}\n")).spec.authentication.jwt, []);
  assert.deepEqual(
    read(
      `  - issuer: { url: "https://a.example/x", discoveryURL: "https://b.example", audiences: [one, two], egressSelectorType: cluster }
    claimValidationRules:
    - { claim: hd, requiredValue: example.com }
    - { claim: seen }
    - { expression: "claims.exp - claims.nbf <= 86400", message: too long }
    claimMappings:
      username: { expression: "claims.email_verified ? claims.email : claims.sub" }
      groups: { claim: groups, prefix: "" }
      uid: { claim: sub }
      extra: [{ key: example.org/team, valueExpression: claims.team }]
    userValidationRules: [{ expression: "!user.username.startsWith('system:')", message: reserved }, { expression: "true" }]
`,
    ),
    [{
      issuer: {
        url: "https://a.example/x",
        discoveryURL: "https://b.example",
        audiences: ["one", "two"],
        // With several the API server wants it said.
        audienceMatchPolicy: "MatchAny",
        egressSelectorType: "cluster",
      },
      claimValidationRules: [
        { claim: "hd", requiredValue: "example.com" },
        { claim: "seen" },
        { expression: "claims.exp - claims.nbf <= 86400", message: "too long" },
      ],
      claimMappings: {
        username: { expression: "claims.email_verified ? claims.email : claims.sub" },
        groups: { claim: "groups", prefix: "" },
        uid: { claim: "sub" },
        extra: [{ key: "example.org/team", valueExpression: "claims.team" }],
      },
      userValidationRules: [
        { expression: "!user.username.startsWith('system:')", message: "reserved" },
        { expression: "true" },
      ],
    }],
  );
});

Deno.test("the least issuer has nothing that it was not told", () => {
  assert.deepEqual(read(`  - { ${ISS}, ${MAP} }\n`), [{
    issuer: { url: "https://a.example", audiences: ["lab"] },
    claimMappings: { username: { claim: "sub", prefix: "a:" } },
  }]);
  const said = read(`  - { ${ISS.replace("{ url", "{ audienceMatchPolicy: MatchAny, url")}, ${MAP} }\n`);
  assert.equal(said[0]?.issuer.audienceMatchPolicy, "MatchAny");
});

/** Rules of an issuer whose user name is an address: where else it is looked at. */
const EMAILS: readonly (readonly [username: string, more: string, isGood: boolean])[] = [
  ["claims.email", "", false],
  ["claims.email + ':' + claims.sub", "", false],
  ["claims.?email.orValue('')", "", false],
  ["claims.email_verified", "", true],
  ["claims.emails[0]", "", true],
  ["claims.email_verified ? claims.email : claims.sub", "", true],
  ["claims.email", ', claimValidationRules: [{ expression: "claims.?email_verified.orValue(true)" }]', true],
  ["claims.email", ', claimValidationRules: [{ expression: "claims.verified" }]', false],
  ["claims.email", ", claimValidationRules: [{ claim: email_verified, requiredValue: yes }]", false],
  ["claims.email", ', userValidationRules: [{ expression: "claims.email_verified" }]', false],
];

for (const [username, more, isGood] of EMAILS) {
  Deno.test(`the user name ${username}${more} is ${isGood ? "taken" : "refused"}`, () => {
    const text = lab(
      `authentication:\n  jwt:\n  - { ${ISS}${more}, claimMappings: { username: { expression: "${username}" } } }\n`,
    );
    if (isGood) load(text);
    else {assert.match(
        problemsOf(text).join("\n"),
        /^5:\d+: Cannot use claims\.email alone in [^\n]*expression: /,
      );}
  });
}

Deno.test("64 issuers are taken and 65 are not", () => {
  const issuers = (count: number): string =>
    lab(
      `authentication:\n  jwt:\n${
        repeat(count, (index) => `  - { ${ISS.replace("a.example", `a${index}.example`)}, ${MAP} }\n`)
      }`,
    );
  assert.equal(load(issuers(64)).spec.authentication.jwt.length, 64);
  assert.deepEqual(problemsOf(issuers(65)), [
    "5:3: Cannot use 65 issuers as authentication.jwt: expected at most 64",
  ]);
});

const REFUSED: readonly (readonly [title: string, document: string, ...lines: string[]])[] = [
  [
    "an issuer without anything",
    `authentication:
  jwt:
  - {}`,
    '5:5: Missing key "claimMappings" in authentication.jwt[0]: expected a mapping with username, groups, uid, extra',
    '5:5: Missing key "issuer" in authentication.jwt[0]: expected a mapping with url, discoveryURL, certificateAuthority, audiences, audienceMatchPolicy, egressSelectorType',
  ],
  [
    "no audience",
    `authentication:
  jwt:
  - { issuer: { url: "https://a.example", audiences: [] }, ${MAP} }`,
    "5:54: Cannot use a list as authentication.jwt[0].issuer.audiences: expected at least one audience",
  ],
  [
    "an audience twice",
    `authentication:
  jwt:
  - { issuer: { url: "https://a.example", audiences: [a, a] }, ${MAP} }`,
    '5:58: Duplicate audience "a": expected each once',
  ],
  [
    "an issuer of tokens by http",
    `authentication:
  jwt:
  - { issuer: { url: "http://a.example", audiences: [a] }, ${MAP} }`,
    '5:22: Cannot use "http://a.example" as authentication.jwt[0].issuer.url: expected an https URL without user, query or fragment, such as https://login.example.com',
  ],
  [
    "a discovery URL that is the issuer's",
    `authentication:
  jwt:
  - { issuer: { url: "https://a.example", discoveryURL: "https://a.example/", audiences: [a] }, ${MAP} }`,
    `5:57: Cannot use "https://a.example/" as authentication.jwt[0].issuer.discoveryURL: it is the issuer's url`,
  ],
  [
    "a policy that is none",
    `authentication:
  jwt:
  - { issuer: { url: "https://a.example", audienceMatchPolicy: All, audiences: [a] }, ${MAP} }`,
    '5:64: Cannot use "All" as authentication.jwt[0].issuer.audienceMatchPolicy: expected MatchAny',
  ],
  [
    "an egress that is none",
    `authentication:
  jwt:
  - { issuer: { url: "https://a.example", egressSelectorType: etcd, audiences: [a] }, ${MAP} }`,
    '5:63: Cannot use "etcd" as authentication.jwt[0].issuer.egressSelectorType: expected controlplane or cluster',
  ],
  [
    "an issuer of tokens twice",
    `authentication:
  jwt:
  - { ${ISS}, ${MAP} }
  - { ${ISS}, ${MAP} }`,
    '6:22: Duplicate issuer "https://a.example": expected each once',
  ],
  [
    "a discovery URL twice",
    `authentication:
  jwt:
  - { issuer: { url: "https://a.example", discoveryURL: "https://d", audiences: [a] }, ${MAP} }
  - { issuer: { url: "https://b.example", discoveryURL: "https://d", audiences: [a] }, ${MAP} }`,
    '6:57: Duplicate issuer "https://d": expected each once',
  ],
  [
    "no user name",
    `authentication:
  jwt:
  - { ${ISS}, claimMappings: { username: {} } }`,
    "5:90: Cannot use this as authentication.jwt[0].claimMappings.username: expected either claim or expression",
  ],
  [
    "a user name of two kinds",
    `authentication:
  jwt:
  - { ${ISS}, claimMappings: { username: { claim: a, prefix: "", expression: claims.a } } }`,
    "5:90: Cannot use this as authentication.jwt[0].claimMappings.username: expected either claim or expression",
    "5:110: Cannot use prefix beside expression in authentication.jwt[0].claimMappings.username",
  ],
  [
    "a user name without a prefix",
    `authentication:
  jwt:
  - { ${ISS}, claimMappings: { username: { claim: a } } }`,
    '5:90: Missing key "prefix" in authentication.jwt[0].claimMappings.username: expected one, so that no issuer can name somebody of the cluster, or "" for none',
  ],
  [
    "a prefix of an expression",
    `authentication:
  jwt:
  - { ${ISS}, claimMappings: { username: { expression: claims.a, prefix: "x" } } }`,
    "5:122: Cannot use prefix beside expression in authentication.jwt[0].claimMappings.username",
  ],
  [
    "groups without a prefix",
    `authentication:
  jwt:
  - { ${ISS}, claimMappings: { username: { claim: a, prefix: "" }, groups: { claim: g } } }`,
    '5:124: Missing key "prefix" in authentication.jwt[0].claimMappings.groups: expected one, so that no issuer can name somebody of the cluster, or "" for none',
  ],
  [
    "groups of two kinds",
    `authentication:
  jwt:
  - { ${ISS}, claimMappings: { username: { claim: a, prefix: "" }, groups: { claim: g, prefix: "", expression: x } } }`,
    "5:124: Cannot use this as authentication.jwt[0].claimMappings.groups: expected either claim or expression",
    "5:144: Cannot use prefix beside expression in authentication.jwt[0].claimMappings.groups",
  ],
  [
    "an identifier of two kinds",
    `authentication:
  jwt:
  - { ${ISS}, claimMappings: { username: { claim: a, prefix: "" }, uid: { claim: g, expression: x } } }`,
    "5:121: Cannot use this as authentication.jwt[0].claimMappings.uid: expected either claim or expression",
  ],
  [
    "an extra key of Kubernetes",
    `authentication:
  jwt:
  - { ${ISS}, claimMappings: { username: { claim: a, prefix: "" }, extra: [{ key: kubernetes.io/x, valueExpression: x }] } }`,
    '5:131: Cannot use "kubernetes.io/x" as authentication.jwt[0].claimMappings.extra[0].key: expected a key such as example.org/team, in small letters and not of kubernetes.io or k8s.io',
  ],
  [
    "an extra key twice",
    `authentication:
  jwt:
  - { ${ISS}, claimMappings: { username: { claim: a, prefix: "" }, extra: [{ key: a.b/x, valueExpression: x }, { key: a.b/x, valueExpression: y }] } }`,
    '5:167: Duplicate key "a.b/x": expected each once',
  ],
  [
    "an extra key in capitals of nothing",
    `authentication:
  jwt:
  - { ${ISS}, claimMappings: { username: { claim: a, prefix: "" }, extra: [{ key: A.b/x, valueExpression: " " }] } }`,
    '5:131: Cannot use "A.b/x" as authentication.jwt[0].claimMappings.extra[0].key: expected a key such as example.org/team, in small letters and not of kubernetes.io or k8s.io',
    '5:155: Cannot use " " as authentication.jwt[0].claimMappings.extra[0].valueExpression: expected a CEL expression of at most 16 KiB',
  ],
  [
    "rules that contradict themselves",
    `authentication:
  jwt:
  - { ${ISS}, ${MAP}, claimValidationRules: [{}, { claim: a, expression: b }, { claim: a, message: m }, { expression: b, requiredValue: v }] }`,
    "5:145: Cannot use this as authentication.jwt[0].claimValidationRules[0]: expected either claim or expression",
    "5:149: Cannot use this as authentication.jwt[0].claimValidationRules[1]: expected either claim or expression",
    '5:187: Duplicate claim "a": expected each once',
    "5:199: Cannot use message beside claim in authentication.jwt[0].claimValidationRules[2]",
    '5:218: Duplicate expression "b": expected each once',
    "5:236: Cannot use requiredValue beside expression in authentication.jwt[0].claimValidationRules[3]",
  ],
  [
    "a user rule twice",
    `authentication:
  jwt:
  - { ${ISS}, ${MAP}, userValidationRules: [{ expression: a }, { expression: a }] }`,
    '5:177: Duplicate expression "a": expected each once',
  ],
  [
    "a user rule without an expression",
    `authentication:
  jwt:
  - { ${ISS}, ${MAP}, userValidationRules: [{ message: a }] }`,
    '5:144: Missing key "expression" in authentication.jwt[0].userValidationRules[0]: expected a CEL expression of at most 16 KiB',
  ],
  [
    "claims.email alone",
    `authentication:
  jwt:
  - { ${ISS}, claimMappings: { username: { expression: claims.email } } }`,
    "5:104: Cannot use claims.email alone in authentication.jwt[0].claimMappings.username.expression: expected claims.email_verified to be looked at too, here, in extra or in claimValidationRules",
  ],
];

for (const [title, document, ...lines] of REFUSED) {
  Deno.test(`a spec with ${title} is refused at its place`, () => {
    assert.deepEqual(problemsOf(lab(document)), lines);
  });
}
