/**
 * Anonymous requests, webhooks, authorizers and ABAC policies that are refused, each at its place.
 */
import assert from "node:assert/strict";
import { lab, problemsOf } from "./spec_documents.ts";

const WEBHOOK =
  "expected an https URL without user, query or fragment, such as https://ldap.example.com:8443/authenticate";
const DURATION = "expected a duration such as 30s or 1m30s, more than nothing";
/** What every list of authorizers begins with. */
const BOTH = "authorization: [{ type: Node }, { type: RBAC }, ";

const REFUSED: readonly (readonly [title: string, document: string, ...lines: string[]])[] = [
  [
    "kubeadm's probes locked out",
    `files: { layout: kubeadm }
authentication: { anonymous: { enabled: false } }`,
    "4:41: Cannot lock out everybody with files.layout kubeadm: the probes of its static pods have no credential, so that it would be restarted for ever",
  ],
  [
    "paths for nobody",
    "authentication: { anonymous: { enabled: false, paths: [/livez] } }",
    "3:55: Cannot use paths where authentication.anonymous is not enabled",
  ],
  [
    "no path for kubeadm's probes",
    `files: { layout: kubeadm }
authentication: { anonymous: { paths: [/healthz] } }`,
    "4:39: Cannot do without /livez with files.layout kubeadm: its probes ask for it",
    "4:39: Cannot do without /readyz with files.layout kubeadm: its probes ask for it",
  ],
  [
    "a path without a slash",
    "authentication: { anonymous: { paths: [livez] } }",
    '3:40: Cannot use "livez" as authentication.anonymous.paths[0]: expected a path such as /livez, without * and ?, as it is compared as it is',
  ],
  [
    "no path",
    "authentication: { anonymous: { paths: [] } }",
    "3:39: Cannot use a list as authentication.anonymous.paths: expected at least one path",
  ],
  [
    "a path twice",
    "authentication: { anonymous: { paths: [/livez, /livez] } }",
    '3:48: Duplicate path "/livez": expected each once',
  ],
  [
    "a webhook by http",
    `authentication: { webhook: { server: "http://a" } }`,
    `3:38: Cannot use "http://a" as authentication.webhook.server: ${WEBHOOK}`,
  ],
  [
    "a webhook's URL with a user",
    `authentication: { webhook: { server: "https://u@a" } }`,
    `3:38: Cannot use "https://u@a" as authentication.webhook.server: ${WEBHOOK}`,
  ],
  [
    "a webhook without a server",
    "authentication: { webhook: {} }",
    `3:28: Missing key "server" in authentication.webhook: ${WEBHOOK}`,
  ],
  [
    "a webhook's version that is none",
    `authentication: { webhook: { server: "https://a", version: v2 } }`,
    '3:60: Cannot use "v2" as authentication.webhook.version: expected v1 or v1beta1',
  ],
  [
    "a TTL of nothing",
    `authentication: { webhook: { server: "https://a", cacheTTL: 0s } }`,
    `3:61: Cannot use "0s" as authentication.webhook.cacheTTL: ${DURATION}`,
  ],
  [
    "a TTL in days",
    `authentication: { webhook: { server: "https://a", cacheTTL: 1d } }`,
    `3:61: Cannot use "1d" as authentication.webhook.cacheTTL: ${DURATION}`,
  ],
  [
    "a CA that is no PEM",
    `authentication: { webhook: { server: "https://a", certificateAuthority: abc } }`,
    '3:73: Cannot use "abc" as authentication.webhook.certificateAuthority: expected certificates in PEM: -----BEGIN CERTIFICATE----- and so on, and nothing else',
  ],
  [
    "no Node authorizer",
    "authorization: [{ type: RBAC }]",
    "3:16: Cannot do without Node in authorization: kubelets have their rights from it",
  ],
  [
    "no RBAC authorizer",
    "authorization: [{ type: Node }]",
    "3:16: Cannot do without RBAC in authorization: all others have their rights from it",
  ],
  [
    "no authorizer",
    "authorization: []",
    "3:16: Cannot use a list as authorization: expected at least one authorizer",
  ],
  [
    "an authorizer that is none",
    "authorization: [{ type: AlwaysAllow }]",
    '3:25: Cannot use "AlwaysAllow" as authorization[0].type: expected one of Node, RBAC, ABAC, Webhook',
  ],
  [
    "an authorizer twice",
    `${BOTH}{ type: RBAC }]`,
    "3:57: Duplicate authorizer RBAC: expected each type once, save Webhook",
  ],
  [
    "two authorizers of one name",
    `${BOTH}{ type: Webhook, name: node, webhook: { server: "https://a" } }]`,
    '3:72: Duplicate name "node" of an authorizer: expected each once',
  ],
  [
    "a name that the API server does not take",
    "authorization: [{ type: Node }, { type: RBAC, name: roles }]",
    '3:53: Cannot use "roles" as authorization[1].name: the API server wants RBAC to be "rbac"',
  ],
  [
    "two webhooks without names",
    `${BOTH}{ type: Webhook, webhook: { server: "https://a" } }, { type: Webhook, webhook: { server: "https://b" } }]`,
    '3:102: Duplicate name "webhook" of an authorizer: expected each once',
  ],
  [
    "a webhook's name that is none",
    `${BOTH}{ type: Webhook, name: A_, webhook: { server: "https://a" } }]`,
    '3:72: Cannot use "A_" as authorization[2].name: expected the name of an object: an RFC 1123 subdomain such as build-bot',
  ],
  [
    "the name of the token webhook",
    `${BOTH}{ type: Webhook, name: authentication, webhook: { server: "https://a" } }]`,
    `3:72: Cannot use "authentication" as an authorizer's name: the webhook that knows tokens has it`,
  ],
  [
    "a timeout of 31 seconds",
    `${BOTH}{ type: Webhook, webhook: { server: "https://a", timeout: 31s } }]`,
    '3:107: Cannot use "31s" as authorization[2].webhook.timeout: expected at most 30s',
  ],
  [
    "a timeout of nothing",
    `${BOTH}{ type: Webhook, webhook: { server: "https://a", timeout: 0s } }]`,
    `3:107: Cannot use "0s" as authorization[2].webhook.timeout: ${DURATION}`,
  ],
  [
    "values that are none",
    `${BOTH}{ type: Webhook, webhook: { server: "https://a", authorizedTTL: -1s, unauthorizedTTL: x, failurePolicy: Allow, subjectAccessReviewVersion: v2 } }]`,
    `3:113: Cannot use "-1s" as authorization[2].webhook.authorizedTTL: ${DURATION}`,
    `3:135: Cannot use "x" as authorization[2].webhook.unauthorizedTTL: ${DURATION}`,
    '3:153: Cannot use "Allow" as authorization[2].webhook.failurePolicy: expected NoOpinion or Deny',
    '3:188: Cannot use "v2" as authorization[2].webhook.subjectAccessReviewVersion: expected v1 or v1beta1',
  ],
  [
    "a condition twice",
    `${BOTH}{ type: Webhook, webhook: { server: "https://a", matchConditions: [a, a] } }]`,
    '3:119: Duplicate expression "a": expected each once',
  ],
  [
    "a Webhook without its webhook",
    `${BOTH}{ type: Webhook }]`,
    '3:49: Missing key "webhook" in authorization[2]: Webhook needs it',
  ],
  [
    "an authorizer's webhook without a server",
    `${BOTH}{ type: Webhook, webhook: {} }]`,
    `3:75: Missing key "server" in authorization[2].webhook: ${WEBHOOK}`,
  ],
  [
    "keys of other authorizers",
    `authorization: [{ type: Node, webhook: { server: "https://a" } }, { type: RBAC, policies: [{ user: a, resource: b }] }]`,
    "3:40: Cannot use webhook in authorization[0]: it is for Webhook",
    "3:91: Cannot use policies in authorization[1]: it is for ABAC",
  ],
  [
    "ABAC without policies",
    `${BOTH}{ type: ABAC }]`,
    '3:49: Missing key "policies" in authorization[2]: ABAC needs it',
  ],
  [
    "no policy",
    `${BOTH}{ type: ABAC, policies: [] }]`,
    "3:73: Cannot use a list as authorization[2].policies: expected at least one policy",
  ],
  [
    "a policy of nothing",
    `${BOTH}{ type: ABAC, policies: [{}] }]`,
    "3:74: Cannot use this as authorization[2].policies[0]: expected either resource or nonResourcePath",
    '3:74: Missing key "user" in authorization[2].policies[0]: expected user or group',
  ],
  [
    "a policy for nobody",
    `${BOTH}{ type: ABAC, policies: [{ resource: pods }] }]`,
    '3:74: Missing key "user" in authorization[2].policies[0]: expected user or group',
  ],
  [
    "a policy of two kinds",
    `${BOTH}{ type: ABAC, policies: [{ user: a, resource: pods, nonResourcePath: /x }] }]`,
    "3:74: Cannot use this as authorization[2].policies[0]: expected either resource or nonResourcePath",
  ],
  [
    "a policy for nothing",
    `${BOTH}{ type: ABAC, policies: [{ user: a }] }]`,
    "3:74: Cannot use this as authorization[2].policies[0]: expected either resource or nonResourcePath",
  ],
  [
    "a namespace and a group of a path",
    `${BOTH}{ type: ABAC, policies: [{ user: a, nonResourcePath: /x, namespace: b, apiGroup: c }] }]`,
    "3:117: Cannot use namespace without resource in authorization[2].policies[0]",
    "3:130: Cannot use apiGroup without resource in authorization[2].policies[0]",
  ],
  [
    "an empty user and a path that is none",
    `${BOTH}{ type: ABAC, policies: [{ user: "", nonResourcePath: x }] }]`,
    '3:82: Cannot use "" as authorization[2].policies[0].user: expected 1 to 256 characters on one line',
    '3:103: Cannot use "x" as authorization[2].policies[0].nonResourcePath: expected a path such as /livez',
  ],
];

for (const [title, document, ...lines] of REFUSED) {
  Deno.test(`a spec with ${title} is refused at its place`, () => {
    assert.deepEqual(problemsOf(lab(document)), lines);
  });
}
