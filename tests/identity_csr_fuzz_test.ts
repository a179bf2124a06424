/**
 * Manifests that are changed at random: each is decided about, or refused with a place; nothing breaks.
 */
import assert from "node:assert/strict";
import { autoApprove, decide } from "../scripts/identity/csr/approve.ts";
import { readAuthority } from "../scripts/identity/csr/authority.ts";
import { makeRequest } from "../scripts/identity/csr/make_request.ts";
import {
  manifestValue,
  pathOf,
  placeOf,
  readManifest,
  renderManifest,
  withStatus,
} from "../scripts/identity/csr/manifest.ts";
import { decodeObject } from "../scripts/identity/csr/object.ts";
import { factsOf, formatFacts } from "../scripts/identity/csr/show.ts";
import { signObject } from "../scripts/identity/csr/sign.ts";
import { unknownFields } from "../scripts/identity/csr/unknown_fields.ts";
import { createRefusal } from "../scripts/identity/csr/validation.ts";
import { makeKey } from "../scripts/issue/keys.ts";
import { encodePem } from "../scripts/shared/pem.ts";
import { makeAuthority } from "./csr_authorities.ts";
import { randomNumbers } from "./random.ts";

const AT = Date.UTC(2027, 2, 1) / 1000;
const WORDS = [
  "null",
  "[]",
  "{}",
  "a: b",
  '"x"',
  "- ",
  "status:",
  "&a ",
  "*a",
  "0x10",
  "\n",
  "  ",
  "~",
  "|",
  "\u0000",
];

Deno.test("20,000 manifests that are changed at random are decided about or refused with a place", async () => {
  const key = await makeKey("ECDSA-P256", new Uint8Array(48).fill(7));
  const der = makeRequest(
    { commonName: "jane", organizations: ["dev"], dnsNames: ["a.b"], addresses: [] },
    key,
  );
  const base = {
    name: "jane",
    request: encodePem("CERTIFICATE REQUEST", der).toBase64(),
    signerName: "kubernetes.io/kube-apiserver-client",
    usages: ["digital signature", "client auth"],
    expirationSeconds: 3600,
  };
  const status = 'status:\n  conditions:\n  - status: "True"\n    type: Approved\n    reason: x\n';
  const texts = [`${renderManifest(base)}${status}`, JSON.stringify(manifestValue(base), null, 2)];
  const files = makeAuthority({ key: "p256", notBefore: AT - 1000, notAfter: AT + 86400 });
  const authority = readAuthority(files.certificate, files.key);
  const random = randomNumbers(4);
  const pick = (below: number): number => Math.floor(random() * below);
  const ends = new Map<string, number>();
  const count = (end: string): void => void ends.set(end, (ends.get(end) ?? 0) + 1);
  const assertPlace = ({ line, column }: { readonly line: number; readonly column: number }): void =>
    assert.ok(line >= 1 && column >= 1);

  for (let i = 0; i < 20_000; i++) {
    let text = texts[i % 2] ?? "";
    for (let times = 1 + pick(3); times > 0; times--) {
      const at = pick(text.length);
      const word = pick(3) === 0 ? "" : WORDS[pick(WORDS.length)] ?? "";
      text = text.slice(0, at) + word + text.slice(at + pick(4));
    }
    const read = readManifest(text);
    if ("reason" in read) {
      assertPlace(read);
      count("unreadable");
      continue;
    }
    const decoded = decodeObject(read.value);
    if ("refusal" in decoded) {
      assertPlace(placeOf(text, decoded.refusal.path ?? []));
      count("undecodable");
      continue;
    }
    const { object } = decoded;
    assert.ok(formatFacts(factsOf(object)).length > 0);
    unknownFields(read.value);
    const refusal = createRefusal(object);
    for (const { field } of refusal?.causes ?? []) assertPlace(placeOf(text, pathOf(field)));
    if (refusal !== undefined) {
      count("refused");
      continue;
    }
    autoApprove(object, () => true, AT);
    const decided = decide(object, { type: "Approved", at: AT });
    if ("error" in decided) {
      count("decided");
      continue;
    }
    const after = readManifest(withStatus(read, { conditions: decided.conditions }));
    assert.ok("value" in after, text);
    const again = decodeObject(after.value);
    assert.ok("object" in again);
    assert.deepEqual({ ...again.object, conditions: [] }, { ...object, conditions: [] });
    count(signObject(again.object, authority, { at: AT }).kind);
  }
  for (const end of ["unreadable", "undecodable", "refused", "issued"]) {
    assert.ok((ends.get(end) ?? 0) > 100, end);
  }
});
