/**
 * What would let in more people than a spec says, or keep the API server from starting, is refused at its place.
 */
import assert from "node:assert/strict";
import { lab, load, problemsOf } from "./spec_documents.ts";

const LONG = `${"x".repeat(60)}.${"y".repeat(50)}`;

/** The problems of a spec with more lines: the places and words behind the file's name. */
function refused(more: string): readonly string[] {
  return problemsOf(lab(more));
}

function taken(more: string): void {
  load(lab(more));
}

const LOGIN = 'issuer: { url: "https://login.example.com", audiences: [x] }';

Deno.test("a star beside a name in a policy of ABAC is refused: Kubernetes makes it everybody's", () => {
  const policyOf = (who: string): string =>
    `authorization: [{ type: Node }, { type: RBAC }, { type: ABAC, policies: [{ ${who}, resource: pods }] }]\n`;
  const policy = (who: string): readonly string[] => refused(policyOf(who));
  for (const who of ['user: bob, group: "*"', 'user: "*", group: devs']) {
    const [problem = "", more] = policy(who);
    assert.match(problem, /beside a name: it would be everybody's rule$/);
    assert.equal(more, undefined);
  }
  for (const who of ['user: "*"', 'group: "*"', 'user: "*", group: "*"', "user: bob, group: devs"]) {
    taken(policyOf(who));
  }
  for (const who of ["group: system:unauthenticated", "user: system:anonymous"]) {
    assert.match(policy(who)[0] ?? "", /it is whoever has no credential$/);
  }
});

Deno.test("an issuer that could name system:masters by an expression is refused", () => {
  const jwtOf = (mappings: string): string =>
    `authentication: { jwt: [{ ${LOGIN}, claimMappings: { username: { claim: sub, prefix: x }, ${mappings} } }] }\n`;
  const jwt = (mappings: string): readonly string[] => refused(jwtOf(mappings));
  assert.match(jwt(`groups: { expression: "['system:masters']" }`)[0] ?? "", /no rule limits who is in it/);
  // Whether it can by a claim is known to the issuer only: provision warns of it.
  taken(jwtOf('groups: { claim: groups, prefix: "" }'));
  taken(jwtOf('groups: { claim: groups, prefix: "login:" }'));
});

Deno.test("a further certificate in system:masters needs to be called dangerous", () => {
  const certificates = "certificates: [{ name: x, cn: joe, groups: [system:masters] }]\n";
  assert.match(
    refused(certificates)[0] ?? "",
    /^3:\d+: Cannot put "x" into system:masters: no rule limits it/,
  );
  taken(`${certificates}dangerous: [system-masters]\n`);
  // Of another CA it is a word like any other.
  const ofEtcd = "certificates: [{ name: x, authority: etcd, groups: [system:masters] }]\n";
  taken(ofEtcd);
});

Deno.test("what the API server refuses when it starts is refused before", () => {
  const own = "https://kubernetes.default.svc.cluster.local";
  const jwt = (url: string): string =>
    `authentication: { jwt: [{ issuer: { url: "${url}", audiences: [x] }, claimMappings: { username: { claim: a, prefix: b } } }] }\n`;
  const webhook = (keys: string): string => `authentication: { webhook: { ${keys} } }\n`;
  const cases: readonly (readonly [more: string, words: RegExp])[] = [
    [jwt(own), /service-account tokens have this issuer$/],
    [jwt("https://a.example/%zz"), /expected an https URL/],
    [webhook('server: "https://a.example/%zz"'), /expected an https URL/],
    [webhook('server: "https://%41bc/"'), /expected an https URL/],
    [webhook('server: "https://a.example", cacheTTL: 9999999h'), /expected a duration/],
    ['apiServer: { serviceAccountIssuer: "https://a.example/lab%zz" }\n', /expected an https URL/],
    ['authentication: { anonymous: { paths: ["/livez/*"] } }\n', /without \* and \?/],
    [`bootstrapTokens: [{ name: ${LONG} }]\n`, /expected at most 100/],
    [
      `authorization: [{ type: Node }, { type: RBAC }, { type: Webhook, name: ${LONG}, webhook: { server: "https://a.example" } }]\n`,
      /expected at most 100/,
    ],
  ];
  for (const [more, words] of cases) {
    const problems = refused(more);
    assert.equal(problems.length, 1, problems.join("\n"));
    assert.match(problems[0] ?? "", words);
  }
});
