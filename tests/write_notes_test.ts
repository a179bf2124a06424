/**
 * What a run says of secrets that are no keys: files of tokens, short secrets of one's own, ended tokens, issuers that
 * could say too much.
 */
import assert from "node:assert/strict";
import { notesOf } from "../scripts/write/notes.ts";
import { lab, load } from "./spec_documents.ts";

const START = 1_767_225_600;

function notes(more: string, given: Readonly<Record<string, string>> = {}, now = START): string[] {
  const loaded = load(lab(`validity: { notBefore: 2026-01-01T00:00:00Z }\n${more}`));
  return notesOf({ ...loaded, given: new Map(Object.entries(given)) }, "out/lab", now);
}

Deno.test("a plain spec gives nothing to say", () => {
  assert.deepEqual(notes(""), []);
});

Deno.test("files of tokens are named with their flag", () => {
  const [note = "", more] = notes("users: [{ name: jane, token: true }]\n");
  assert.match(
    note,
    /^out\/lab\/auth\/tokens\.csv is for --token-auth-file of the API server\. .*CIS 1\.2\.2/,
  );
  assert.equal(more, undefined);
});

Deno.test("a short secret of a file is told of, by its user and never by itself", () => {
  const users = "users: [{ name: jane, token: { valueFile: a } }, { name: joe, token: { valueFile: b } }]\n";
  const given = { "token/jane": "hunter2", "token/joe": "x".repeat(20) };
  const [, note = "", more] = notes(users, given);
  assert.match(note, /^What the file of "jane" holds has fewer than 20 characters: /);
  assert.ok(!note.includes("hunter2"));
  assert.equal(more, undefined);
});

Deno.test("a bootstrap token that has ended is told of, with the remedy", () => {
  const tokens = "bootstrapTokens: [{ name: join }, { name: later, validity: 30d }]\n";
  assert.deepEqual(notes(tokens, {}, START + 86399), []);
  assert.deepEqual(notes(tokens, {}, START + 86400), [
    "The bootstrap token join ended at 2026-01-02T00:00:00Z: token bootstrap join makes its Secret with a new end.",
  ]);
});

Deno.test("an issuer that says groups as they are is told of, unless a rule looks at them", () => {
  const jwt = (prefix: string, rules = ""): string[] =>
    notes(
      `authentication: { jwt: [{ issuer: { url: "https://a.example", audiences: [x] }, claimMappings: ` +
        `{ username: { claim: sub, prefix: x }, groups: { claim: groups, prefix: "${prefix}" } }${rules} }] }\n`,
    );
  assert.match(
    jwt("")[0] ?? "",
    /^https:\/\/a\.example says the groups of its users as they are, and may say system:masters/,
  );
  assert.deepEqual(jwt("a:"), []);
  assert.deepEqual(jwt("", `, userValidationRules: [{ expression: "user.groups.all(g, g != 'x')" }]`), []);
});
