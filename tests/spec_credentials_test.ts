/**
 * Tokens and passwords of people: what the keys do, what is refused at which place, and that what somebody writes there
 * in a file's place is never told.
 */
import assert from "node:assert/strict";
import type { DocumentEntry } from "../scripts/plan/types.ts";
import { formatProblems } from "../scripts/shared/problem.ts";
import { kubeconfigOf, lab, load, problemsOf, refusal, user } from "./spec_documents.ts";

const OLD = 'kubernetesVersion: "1.18"\n';

/** A document of the plan, which has to be there. */
function documentOf(text: string, id: string): DocumentEntry {
  const entry = load(text).plan.entries.find((one) => one.id === id);
  assert.ok(entry?.kind === "document", id);
  return entry;
}

Deno.test("token and password are lines of files, in the order of the spec, with the name as uid", () => {
  const text = lab(`${OLD}users:
- { name: jane, groups: [dev, ops], token: true, password: true }
- { name: nobody, token: false, password: false, uid: nobody }
- { name: joe, uid: "1001", token: { valueFile: joe.token } }
- { name: Ann B, password: { valueFile: /run/ann } }
`);
  const [jane, joe, ann] = [
    { user: "jane", uid: "jane", groups: ["dev", "ops"] },
    { user: "joe", uid: "1001", groups: [] },
    { user: "Ann B", uid: "Ann B", groups: [] },
  ];
  const secret = (id: string): unknown => ({ id, generation: 1 });
  const tokens = documentOf(text, "auth/tokens");
  assert.deepEqual([tokens.path, tokens.mode, tokens.of], ["auth/tokens.csv", "0600", "ca"]);
  assert.deepEqual(tokens.content, {
    form: "static-tokens",
    lines: [{ secret: secret("token/jane"), ...jane }, { secret: secret("token/joe"), ...joe }],
  });
  assert.deepEqual(documentOf(text, "auth/passwords").content, {
    form: "static-passwords",
    lines: [{ secret: secret("password/jane"), ...jane }, { secret: secret("password/Ann B"), ...ann }],
  });
  const { users } = load(text).spec;
  assert.deepEqual(users.map((one) => [one.token?.valueFile?.value, one.password?.valueFile?.value]), [
    [undefined, undefined],
    [undefined, undefined],
    ["joe.token", undefined],
    [undefined, "/run/ann"],
  ]);
});

Deno.test("without the keys there is neither file, nor a namespace in the kubeconfig", () => {
  const plain = load(user("name: jane, token: false"));
  assert.equal(plain.plan.entries.some(({ id }) => id.startsWith("auth/")), false);
  assert.equal(kubeconfigOf(plain, "kubeconfig/users/jane").namespace, undefined);
  const own = load(user("name: jane, namespace: dev"));
  assert.equal(kubeconfigOf(own, "kubeconfig/users/jane").namespace, "dev");
});

Deno.test("generations name tokens and passwords that there are, patterns too", () => {
  const text = lab(`${OLD}generations: { "token/*": 2, token/joe: 3, password/jane: 4 }
users: [{ name: jane, token: true, password: true }, { name: joe, token: true }]
`);
  const refs = ["auth/tokens", "auth/passwords"].flatMap((id) => {
    const { content } = documentOf(text, id);
    return "lines" in content ? content.lines.map(({ secret }) => `${secret.id} ${secret.generation}`) : [];
  });
  assert.deepEqual(refs, ["token/jane 2", "token/joe 3", "password/jane 4"]);
  assert.deepEqual(problemsOf(lab("generations: { token/jane: 2 }\nusers: [{ name: jane }]\n")), [
    '3:16: The pattern "token/jane" matches nothing: expected an id or a pattern such as kubelet-*',
  ]);
});

const WANTED = "expected true, false or a mapping with valueFile";
const UID =
  "expected 1 to 64 characters in NFC, without control or format characters and white space at its ends";
const COMMA = "of a user with a token or password: expected no comma, which separates groups there";
const UIDS = "expected each once (without uid, it is the name)";

const REFUSED: readonly (readonly [title: string, document: string, ...lines: string[]])[] = [
  ["an empty uid", user('name: jane, uid: ""'), `3:28: Cannot use "" as users[0].uid: ${UID}`],
  [
    "a uid with a tab",
    user('name: jane, uid: "a\\tb"'),
    `3:28: Cannot use "a\\u0009b" as users[0].uid: ${UID}`,
  ],
  ["a uid that is a number", user("name: jane, uid: 7"), `3:28: Cannot use 7 as users[0].uid: ${UID}`],
  [
    "a namespace that is no label",
    user("name: jane, namespace: Dev"),
    '3:34: Cannot use "Dev" as users[0].namespace: expected the name of a namespace: an RFC 1123 label such as default',
  ],
  ["no token", user("name: jane, token: "), `3:31: Cannot use nothing as users[0].token: ${WANTED}`],
  ["a list as token", user("name: jane, token: [a]"), `3:30: Cannot use a list as users[0].token: ${WANTED}`],
  [
    "a mapping of nothing",
    user("name: jane, token: {}"),
    `3:30: Cannot use a mapping as users[0].token: ${WANTED}`,
  ],
  [
    "an empty file name",
    user('name: jane, token: { valueFile: "" }'),
    '3:43: Cannot use "" as users[0].token.valueFile: expected the name of a file',
  ],
  [
    "a file name with a line break",
    user('name: jane, token: { valueFile: "a\\nb" }'),
    '3:43: Cannot use "a\\u000ab" as users[0].token.valueFile: expected the name of a file',
  ],
  [
    "a key beside valueFile",
    user("name: jane, token: { valueFile: a, mode: 1 }"),
    '3:46: Unknown key "mode": expected one of valueFile',
  ],
  [
    "a comma in a group of somebody with a token",
    user('name: jane, token: true, groups: [a, "b,c"]'),
    `3:48: Cannot use "b,c" as users[0].groups[1] ${COMMA}`,
  ],
  [
    "a comma in a group of somebody with a password",
    lab(`${OLD}users: [{ name: jane, password: true, groups: ["b,c"] }]\n`),
    `4:48: Cannot use "b,c" as users[0].groups[0] ${COMMA}`,
  ],
  [
    "a password from 1.19 on",
    lab('kubernetesVersion: "1.19"\nusers: [{ name: jane, password: true }]\n'),
    "4:23: Cannot use users[0].password with Kubernetes 1.19: from 1.19 on the API server has no --basic-auth-file",
  ],
  [
    "a password of today",
    user("name: jane, password: { valueFile: a }"),
    "3:23: Cannot use users[0].password with Kubernetes 1.37: from 1.19 on the API server has no --basic-auth-file",
  ],
  [
    "a colon in a name with a password",
    lab(`${OLD}users: [{ name: "a:b", password: true }]\n`),
    '4:17: Cannot use "a:b" with a password: expected a name without a colon, which ends it (RFC 7617)',
  ],
  [
    "a uid that is another's name",
    lab("users: [{ name: jane, token: true }, { name: joe, token: true, uid: jane }]\n"),
    `3:69: Duplicate uid "jane": ${UIDS}`,
  ],
  [
    "a uid twice, in two files",
    lab(`${OLD}users: [{ name: jane, token: true, uid: "7" }, { name: joe, password: true, uid: "7" }]\n`),
    `4:82: Duplicate uid "7": ${UIDS}`,
  ],
];

for (const [title, document, ...lines] of REFUSED) {
  Deno.test(`a spec with ${title} is refused at its place`, () => {
    assert.deepEqual(problemsOf(document), lines);
  });
}

Deno.test("what is no fault: a comma without a token, a uid twice without files, a colon without a password", () => {
  load(lab(`users:
- { name: "a:b", token: true, groups: [dev] }
- { name: jane, groups: ["a,b"], uid: "7" }
- { name: joe, uid: "7", token: true }
`));
});

/** A made-up secret in each form that YAML has for text, and places where it can stand once more. */
const SECRET = "Tr0ub4dor-hunter-two";
const FORMS: Readonly<Record<string, string>> = {
  "flow, plain": `users: [{ name: jane, KEY: ${SECRET}, groups: 1 }]\n`,
  "flow, quoted": `users: [{ name: J/ane, "KEY": "${SECRET}", 'groups': 1 }]\n`,
  "flow, at once": `users: [{name: J/ane,"KEY":${SECRET}}]\n`,
  "block, plain": `users:\n- name: jane\n  KEY: ${SECRET}\n`,
  "block, single quotes": `users:\n- name: jane\n  KEY: '${SECRET}'\n`,
  "on the next line": `users:\n- name: jane\n  KEY:\n              ${SECRET}\n`,
  literal: `users:\n- name: jane\n  KEY: |\n    ${SECRET}\n`,
  folded: `users:\n- name: jane\n  KEY: >-\n    more\n    ${SECRET}\n`,
  "several lines, plain": `users:\n- name: jane\n  KEY: more\n    ${SECRET}\n`,
  "several lines, quoted": `users:\n- name: jane\n  KEY: "more\n    ${SECRET}"\n`,
  "with escapes that are none": `users:\n- name: jane\n  KEY: "more\n    ${SECRET}\\q ${SECRET}"\n`,
  "never closed": `users:\n- name: jane\n  KEY: "${SECRET}\n`,
  tagged: `users:\n- name: jane\n  KEY: !secret ${SECRET}\n`,
  "an explicit key": `users:\n- ? name\n  : jane\n  ? KEY\n  : ${SECRET}\n`,
  "an escaped key": `users:\n- name: jane\n  "\\x4bEY": ${SECRET}\n`,
  "a list": `users:\n- name: jane\n  KEY:\n  - ${SECRET}\n`,
  "a mapping": `users:\n- name: jane\n  KEY:\n                value: ${SECRET}\n`,
  "a mapping of it": `users:\n- name: jane\n  KEY:\n                ${SECRET}: 1\n`,
  "beside valueFile": `users:\n- { name: jane, KEY: { valueFile: 1, value: ${SECRET} } }\n`,
  "an anchor": `users:\n- { name: jane, KEY: &a ${SECRET}, namespace: *a }\n`,
  "an anchor elsewhere": `old: &a ${SECRET}\nusers: [{ name: jane, KEY: *a }]\n`,
  "users behind an alias": `old: &a [{ name: jane, "\\x4bEY": ${SECRET} }]\nusers: *a\n`,
  "a user behind an alias": `old: &a { name: jane, "\\x4bEY": ${SECRET} }\nusers: [*a]\n`,
  "twice, flow": `users: [{ name: jane, KEY: ${SECRET}, KEY: ${SECRET} }]\n`,
  "twice, block": `users:\n- name: jane\n  "\\x4bEY": ${SECRET}\n  KEY: ${SECRET}\n`,
  "users as a mapping": `users: { jane: { KEY: ${SECRET} } }\n`,
  "a user without a name": `users: [{ KEY: ${SECRET} }]\n`,
};

for (const [form, text] of Object.entries(FORMS)) {
  Deno.test(`a secret in the place of a file, ${form}, is in no message and in no line of the source`, () => {
    for (const key of ["token", "password"]) {
      // The first letter of the key as an escape, whichever it is.
      const escaped = `\\x${key.charCodeAt(0).toString(16)}${key.slice(1)}`;
      const document = lab(text.replaceAll("\\x4bEY", escaped).replaceAll("KEY", key));
      const { message, problems, stack } = refusal(document);
      const told = JSON.stringify([message, formatProblems(problems), problems, stack]);
      for (let at = 0; at + 6 <= SECRET.length; at++) {
        const piece = SECRET.slice(at, at + 6);
        assert.ok(!told.includes(piece), `"${piece}" is in ${message}`);
      }
    }
  });
}

Deno.test("a secret of digits is hidden as one of letters is", () => {
  for (const key of ["token", "password"]) {
    for (const digits of ["8675309", "0x845fed", "86753.09", "1e99"]) {
      const { message } = refusal(user(`name: jane, ${key}: ${digits}`));
      assert.ok(!message.includes(digits), message);
      assert.match(message, new RegExp(`Cannot use a number as users\\[0\\]\\.${key}: expected true`));
    }
  }
});

Deno.test("thousands of such secrets are hidden", () => {
  const many = Array.from({ length: 5000 }, (_, index) => `- { name: u${index}, token: ${SECRET} }\n`).join(
    "",
  );
  assert.ok(!refusal(lab(`users:\n${many}`)).message.includes("hunter"));
});
