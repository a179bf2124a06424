/**
 * Who comes in without a certificate and who is asked what somebody may do: anonymous requests, webhooks, authorizers, ABAC.
 */
import assert from "node:assert/strict";
import { provisionInMemory } from "../mod.ts";
import type { Spec } from "../scripts/spec/types.ts";
import { SEED } from "./run.ts";
import { certificateOf, kubeconfigOf, lab, load, problemsOf, refusal, repeat } from "./spec_documents.ts";

function read(text: string): Spec {
  return load(lab(text)).spec;
}

const TREE = await provisionInMemory(lab(), SEED);
const CA = TREE.text("pki/ca.crt");
const KEY = TREE.text("pki/ca.key");
const OTHER = TREE.text("pki/etcd/ca.crt");

/** A token webhook with a PEM in it, as a block of YAML. */
function withAuthority(pem: string): string {
  const block = pem.trimEnd().replaceAll("\n", "\n      ");
  return lab(`authentication:
  webhook:
    server: https://ldap.example.com
    certificateAuthority: |
      ${block}
`);
}

Deno.test("a token webhook has defaults, a client of its own and a kubeconfig that names its server", () => {
  const loaded = load(lab('authentication: { webhook: { server: "https://ldap.example.com:8443/auth" } }\n'));
  const server = "https://ldap.example.com:8443/auth";
  assert.deepEqual(loaded.spec.authentication.webhook, {
    name: "authentication",
    server,
    version: "v1",
    cacheTTL: "2m",
  });
  const client = certificateOf(loaded, "webhook-client/authentication");
  assert.deepEqual(
    [
      client.subject.commonName,
      client.subject.organizations,
      client.usages,
      client.issuer,
      client.certificatePath,
    ],
    ["kube-apiserver-webhook-client", [], ["client"], "ca", "pki/webhooks/authentication.crt"],
  );
  const kubeconfig = kubeconfigOf(loaded, "kubeconfig/webhooks/authentication");
  assert.deepEqual(
    [kubeconfig.server, kubeconfig.client, kubeconfig.path, kubeconfig.certificateAuthority],
    [server, client.id, "kubeconfig/webhooks/authentication.kubeconfig", undefined],
  );
  const own = read(
    'authentication: { webhook: { server: "https://a", version: v1beta1, cacheTTL: 1m30s } }\n',
  );
  assert.deepEqual([own.authentication.webhook?.version, own.authentication.webhook?.cacheTTL], [
    "v1beta1",
    "1m30s",
  ]);
});

Deno.test("a webhook's own CA is one certificate or several, and nothing else", () => {
  for (const pem of [CA, CA + OTHER]) {
    const kubeconfig = kubeconfigOf(load(withAuthority(pem)), "kubeconfig/webhooks/authentication");
    assert.equal(kubeconfig.certificateAuthority?.trim(), pem.trim());
  }
  const cut = CA.replace(/\n[^\n]+(?=\n-----END)/, "");
  for (
    const pem of [
      `${CA}more`,
      `more\n${CA}`,
      cut,
      CA.replace("CERTIFICATE", "PUBLIC KEY"),
      "-----BEGIN CERTIFICATE-----",
    ]
  ) {
    assert.match(
      problemsOf(withAuthority(pem)).join("\n"),
      /^6:27: Cannot use "[^\n]*" as authentication\.webhook\.certificateAuthority: expected certificates in PEM: -----BEGIN CERTIFICATE----- and so on, and nothing else$/,
    );
  }
});

Deno.test("a private key beside or in place of a CA is refused, and no line of it is told", () => {
  const [, body = ""] = KEY.split("\n");
  const inJwt = (pem: string): string =>
    lab(`authentication:
  jwt:
  - issuer: { url: "https://a.example", audiences: [lab], certificateAuthority: ${JSON.stringify(pem)} }
    claimMappings: { username: { claim: sub, prefix: "" } }
`);
  const inAuthorizer = (pem: string): string =>
    lab(
      `authorization: [{ type: Node }, { type: RBAC }, { type: Webhook, webhook: { server: "https://a", certificateAuthority: ${
        JSON.stringify(pem)
      } } }]\n`,
    );
  for (const make of [withAuthority, inJwt, inAuthorizer]) {
    load(make(CA));
    for (const pem of [KEY, CA + KEY, KEY + CA]) {
      const { message, problems } = refusal(make(pem));
      assert.match(message, /certificateAuthority: expected certificates in PEM/);
      const told = JSON.stringify([message, problems]);
      for (let at = 0; at + 8 <= body.length; at++) {
        assert.ok(!told.includes(body.slice(at, at + 8)), message);
      }
    }
  }
});

Deno.test("nobody comes in without a credential where that is asked for", () => {
  assert.equal(
    read("authentication: { anonymous: { enabled: false } }\n").authentication.anonymousPaths,
    undefined,
  );
  const paths =
    read("authentication: { anonymous: { enabled: true, paths: [/version, /livez] } }\n").authentication;
  assert.deepEqual(paths.anonymousPaths, ["/version", "/livez"]);
});

Deno.test("authorizers stand in the order of the spec, each with its defaults", () => {
  const { authorization } = read(`authorization:
- { type: Webhook, webhook: { server: "https://a" } }
- { type: RBAC }
- { type: ABAC, name: abac, policies: [{ user: bob, namespace: "*", resource: pods, readonly: true }, { group: ops, nonResourcePath: /metrics/* }] }
- { type: Node, name: node }
- type: Webhook
  name: second
  webhook: { server: "https://b/x", timeout: 30s, failurePolicy: NoOpinion, authorizedTTL: 1h, unauthorizedTTL: 1ms, subjectAccessReviewVersion: v1beta1, matchConditions: ["request.user != 'a'"] }
`);
  assert.deepEqual(authorization, [
    {
      type: "Webhook",
      name: "webhook",
      webhook: { name: "webhook", server: "https://a" },
      timeout: "3s",
      authorizedTTL: "5m",
      unauthorizedTTL: "30s",
      failurePolicy: "Deny",
      subjectAccessReviewVersion: "v1",
      matchConditions: [],
    },
    { type: "RBAC", name: "rbac" },
    {
      type: "ABAC",
      name: "abac",
      policies: [
        { user: "bob", namespace: "*", resource: "pods", readonly: true },
        { group: "ops", nonResourcePath: "/metrics/*" },
      ],
    },
    { type: "Node", name: "node" },
    {
      type: "Webhook",
      name: "second",
      webhook: { name: "second", server: "https://b/x" },
      timeout: "30s",
      authorizedTTL: "1h",
      unauthorizedTTL: "1ms",
      failurePolicy: "NoOpinion",
      subjectAccessReviewVersion: "v1beta1",
      matchConditions: ["request.user != 'a'"],
    },
  ]);
});

Deno.test("each webhook has a client, the one that knows tokens first; patterns set their keys and ends", () => {
  const text = `authentication: { webhook: { server: "https://a" } }
authorization: [{ type: Node }, { type: RBAC }, { type: Webhook, name: x.y, webhook: { server: "https://b" } }]
generations: { "webhook-client/*": 2 }
validity: { overrides: { webhook-client/x.y: 30d } }
`;
  const loaded = load(lab(text));
  const ids = loaded.plan.entries.map(({ id }) => id).filter((id) => id.includes("webhook"));
  assert.deepEqual(ids, [
    "webhook-client/authentication",
    "kubeconfig/webhooks/authentication",
    "webhook-client/x.y",
    "kubeconfig/webhooks/x.y",
  ]);
  const days = ["authentication", "x.y"].map((name) => {
    const { generation, notBefore, notAfter } = certificateOf(loaded, `webhook-client/${name}`);
    return [generation, (notAfter - notBefore) / 86400];
  });
  assert.deepEqual(days, [[2, 365], [2, 30]]);
});

Deno.test("no user has the name with which the API server asks webhooks", () => {
  assert.deepEqual(problemsOf(lab("users: [{ name: kube-apiserver-webhook-client }]\n")), [
    `3:17: Cannot use "kube-apiserver-webhook-client" as a user's name: a certificate of the cluster has this CN`,
  ]);
});

Deno.test("64 conditions are taken and 65 are not", () => {
  const conditions = (count: number): string =>
    lab(
      `authorization: [{ type: Node }, { type: RBAC }, { type: Webhook, webhook: { server: "https://a", matchConditions: [${
        repeat(count, (index) => `a${index}`, ",")
      }] } }]\n`,
    );
  load(conditions(64));
  assert.deepEqual(problemsOf(conditions(65)), [
    "3:115: Cannot use 65 expressions as authorization[2].webhook.matchConditions: expected at most 64",
  ]);
});

Deno.test("the password of a URL is told nowhere", () => {
  for (const url of ["https://u:geheim@a", "http://u:geheim@a/x"]) {
    const { message } = refusal(lab(`authentication: { webhook: { server: "${url}" } }\n`));
    assert.ok(!message.includes("geheim"), message);
    assert.match(message, /https?:\/\/u:\*{6}@a/);
  }
});
