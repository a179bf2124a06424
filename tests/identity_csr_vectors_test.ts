/**
 * What the real API server and controller-manager 1.36.3 did with each of the recorded requests, held against what the
 * engine does. The cases are in `../shared/vectors/`; without that folder the test is skipped aloud.
 */
import assert from "node:assert/strict";
import { autoApprove, decide, makeCondition } from "../scripts/identity/csr/approve.ts";
import { readAuthority } from "../scripts/identity/csr/authority.ts";
import { goTime } from "../scripts/identity/csr/go_error.ts";
import type { Condition } from "../scripts/identity/csr/condition.ts";
import { type ApiRefusal, type CsrObject, decodeObject } from "../scripts/identity/csr/object.ts";
import { signObject } from "../scripts/identity/csr/sign.ts";
import { unknownFields } from "../scripts/identity/csr/unknown_fields.ts";
import { conditionsRefusal, createRefusal } from "../scripts/identity/csr/validation.ts";
import { readCertificate } from "../scripts/inspect/certificate/certificate.ts";
import { decodePem } from "../scripts/shared/pem.ts";
import { formatTime } from "../scripts/shared/time.ts";
import { type AuthorityFiles, makeAuthority } from "./csr_authorities.ts";
import { skip } from "./run.ts";

const FOLDER = new URL("../../shared/vectors/", import.meta.url);

interface RecordedError {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly causes?: readonly { readonly reason: string; readonly message: string; readonly field: string }[];
}

interface Recorded {
  readonly id: string;
  readonly profile: string;
  readonly requester: { readonly username: string; readonly groups: readonly string[] };
  readonly object: { readonly metadata: { readonly name?: string }; readonly status?: unknown };
  readonly action: string;
  readonly via?: string;
  readonly createError: RecordedError | null;
  readonly createWarnings?: readonly string[];
  readonly steps?: readonly {
    readonly do: string;
    readonly code?: number;
    readonly error?: RecordedError;
    readonly exit?: number;
    readonly stderr?: string;
  }[];
  readonly conditions?: readonly Condition[];
  readonly outcome: string;
  readonly controllerLog?: readonly string[];
  readonly requestSubjectRDNs?: unknown;
  readonly certificate?: {
    readonly signatureAlgorithm: string;
    readonly subjectDER: string;
    readonly notBeforeOffset?: number;
    readonly notAfterOffset?: number;
    readonly lifetimeSeconds?: number;
    readonly notAfterIsTheCAs: boolean;
    readonly extensions: readonly {
      readonly oid: string;
      readonly critical: boolean;
      readonly valueHex?: string;
    }[];
  };
}

interface Profile {
  readonly duration?: string;
  readonly ca?: {
    readonly key: "p256" | "p384" | "ed25519";
    readonly days?: number;
    readonly seconds: number;
    readonly ski?: boolean;
    readonly isCA?: boolean;
  };
}

interface Vectors {
  readonly profiles: Readonly<Record<string, Profile>>;
  readonly cases: readonly Recorded[];
}

const DAY = 86400;
/** The moment at which everything is signed. */
const AT = Date.UTC(2027, 2, 1, 12, 0, 0) / 1000;

/** Cases that are about a running server's state, with what of it they need. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  stranger: "the requester has no right to create requests: the server's RBAC",
  "name-taken": "a second object of the name: the server's storage",
  "approve-by-operator": "the right to approve: the server's RBAC",
  "approve-by-stranger": "the right to update approvals: the server's RBAC",
  "approve-through-status": "an approval through another subresource: an endpoint of the server",
  "custom-signed": "a certificate that another signer writes",
  "custom-signed-unapproved": "a certificate that another signer writes",
  "custom-sign-garbage": "a certificate that another signer writes",
  "custom-sign-headers": "a certificate that another signer writes",
  "custom-sign-chain-text": "a certificate that another signer writes",
};

/** Who may have kubelets' requests approved in the cluster that the cases were recorded in. */
const GRANTS = {
  nodeclient: ["system:bootstrappers:kubeadm:default-node-token", "system:masters"],
  selfnodeclient: ["system:nodes", "edge", "system:masters"],
};

function hasVectors(): boolean {
  try {
    return Deno.statSync(FOLDER).isDirectory;
  } catch {
    return false;
  }
}

const ignore = !hasVectors();
if (ignore) skip("../shared/vectors/ is missing: the engine is not held against the recorded requests");

const authorities = new Map<string, AuthorityFiles & { readonly notAfter: number }>();

function authorityOf(name: string, { ca }: Profile): AuthorityFiles & { readonly notAfter: number } {
  const key = ca === undefined ? "default" : name;
  let files = authorities.get(key);
  if (files === undefined) {
    const notAfter = AT + (ca?.seconds ?? 3650 * DAY);
    files = {
      ...makeAuthority({
        key: ca?.key ?? "rsa",
        notBefore: AT - DAY,
        notAfter,
        hasKeyIdentifier: ca?.ski ?? true,
        isAuthority: ca?.isCA ?? true,
      }),
      notAfter,
    };
    authorities.set(key, files);
  }
  return files;
}

function secondsOf(duration: string | undefined): number | undefined {
  const match = /^(\d+)([hm])$/.exec(duration ?? "");
  return match === null ? undefined : Number(match[1]) * (match[2] === "h" ? 3600 : 60);
}

function assertRefused(refusal: ApiRefusal | undefined, error: RecordedError | null | undefined): void {
  const found = refusal && {
    code: refusal.code,
    reason: refusal.reason,
    message: refusal.message,
    ...(refusal.causes.length > 0 && { causes: refusal.causes }),
  };
  assert.deepEqual(found ?? null, error ?? null);
}

Deno.test({
  name: "every recorded request has the same end as with the real API server and controller-manager",
  ignore,
  fn: async (t) => {
    const vectors = JSON.parse(
      Deno.readTextFileSync(new URL("csr-signers.json", FOLDER)),
    ) as Vectors;
    assert.ok(vectors.cases.length >= 198);
    for (const recorded of vectors.cases) {
      const why = LEFT_OUT[recorded.id];
      if (why !== undefined) {
        await t.step({ name: `${recorded.id}: left out: ${why}`, ignore: true, fn: () => {} });
        continue;
      }
      await t.step(recorded.id, () => replay(recorded, vectors.profiles[recorded.profile] ?? {}));
    }
  },
});

function replay(recorded: Recorded, profile: Profile): void {
  const decoded = decodeObject(recorded.object);
  if ("refusal" in decoded) return assertRefused(decoded.refusal, recorded.createError);
  const isStored = recorded.via === "etcd";
  if (!isStored) {
    const refusal = createRefusal(decoded.object, recorded.requester);
    assertRefused(refusal, recorded.createError);
    if (refusal !== undefined) return;
  }
  const warnings = unknownFields(recorded.object).map((field) => `299 - "unknown field \\"${field}\\""`);
  assert.deepEqual(recorded.createWarnings ?? [], warnings);
  // The server notes who asked, and empties the status.
  const { username, groups } = recorded.requester;
  let object: CsrObject = {
    ...decoded.object,
    username,
    groups,
    conditions: [],
    certificate: new Uint8Array(),
  };
  const logs: string[] = [];
  const approved = autoApprove(
    object,
    (permission) => GRANTS[permission].some((group) => groups.includes(group)),
    AT,
  );
  if (approved.condition !== undefined) object = { ...object, conditions: [approved.condition] };
  // Where a person approves, the recording says only what the signer logged.
  if (approved.log !== undefined && recorded.action === "none") logs.push(approved.log);

  const files = authorityOf(recorded.profile, profile);
  const authority = readAuthority(files.certificate, files.key);
  const longest = secondsOf(profile.duration);
  let outcome = "";
  const sign = (): void => {
    const signed = signObject(object, authority, { at: AT, ...(longest !== undefined && { longest }) });
    if (signed.kind === "failed") {
      object = { ...object, conditions: [...object.conditions, signed.condition] };
    }
    if (signed.kind === "error") logs.push(signed.log);
    if (signed.kind === "issued") object = { ...object, certificate: signed.certificate };
    if (signed.kind !== "ignored") outcome = signed.kind === "error" ? "approved" : signed.kind;
  };
  for (const step of recorded.steps ?? []) {
    object = { ...object, conditions: takeStep(object, step, sign) ?? object.conditions };
  }
  sign();

  const texts = object.conditions.map(({ type, status, reason, message }) => ({
    type,
    status,
    reason,
    message,
  }));
  assert.deepEqual(texts, recorded.conditions ?? []);
  assert.equal(outcome === "" ? stateOf(object) : outcome, recorded.outcome);
  const end = goTime(formatTime(files.notAfter));
  assert.deepEqual(
    logs,
    recorded.controllerLog?.map((line) => line.replace("<the CA's NotAfter>", end)) ?? [],
  );
  if (recorded.certificate === undefined) assert.equal(object.certificate.length, 0);
  else assertCertificate(object.certificate, recorded.certificate, files);
}

function stateOf({ conditions }: CsrObject): string {
  const has = (wanted: string): boolean => conditions.some(({ type }) => type === wanted);
  if (has("Denied")) return "denied";
  if (has("Failed")) return "failed";
  return has("Approved") ? "approved" : "pending";
}

/** What a step makes of the conditions; undefined when it changes none. */
function takeStep(
  object: CsrObject,
  step: NonNullable<Recorded["steps"]>[number],
  sign: () => void,
): readonly Condition[] | undefined {
  const { conditions } = object;
  const word = step.do;
  if (word === "wait") {
    sign();
    return undefined;
  }
  if (word.startsWith("kubectl-")) {
    const decided = decide(object, { type: word === "kubectl-deny" ? "Denied" : "Approved", at: AT });
    assert.equal("error" in decided ? 1 : 0, step.exit);
    assert.equal("error" in decided ? `error: ${decided.error}\n` : "", step.stderr);
    return "error" in decided ? undefined : decided.conditions;
  }
  const after = [...conditions, ...added(word)];
  const refusal = conditionsRefusal(object, after);
  assertRefused(refusal, step.error);
  assert.equal(refusal?.code ?? 200, step.code);
  return refusal === undefined ? after : undefined;
}

/** The conditions that a step writes. */
function added(word: string): Condition[] {
  const approved = makeCondition(
    "Approved",
    "KubectlApprove",
    "This CSR was approved by kubectl certificate approve.",
    AT,
  );
  const denied = makeCondition(
    "Denied",
    "KubectlDeny",
    "This CSR was denied by kubectl certificate deny.",
    AT,
  );
  switch (word) {
    case "approve":
      return [approved];
    case "deny":
      return [denied];
    case "both":
      return [approved, denied];
    case "fail":
      return [makeCondition("Failed", "x", "y", AT)];
    case "approve-no-status":
      return [{ ...approved, status: "" }];
    case "condition-other":
      return [{ type: "Foo", status: "Unknown", reason: "x", message: "y" }];
    default:
      throw new Error(`No such step: ${word}`);
  }
}

const ALGORITHMS: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.1.11": "sha256WithRSAEncryption",
  "1.2.840.10045.4.3.2": "ecdsa-with-SHA256",
  "1.2.840.10045.4.3.3": "ecdsa-with-SHA384",
  "1.3.101.112": "ED25519",
};

function assertCertificate(
  der: Uint8Array,
  expected: NonNullable<Recorded["certificate"]>,
  files: AuthorityFiles & { readonly notAfter: number },
): void {
  const found = readCertificate(der);
  const ca = readCertificate(
    decodePem("CERTIFICATE", new TextDecoder().decode(files.certificate)) ?? new Uint8Array(),
  );
  assert.equal(found.subject.der.toHex(), expected.subjectDER);
  assert.equal(found.issuer.der.toHex(), ca.subject.der.toHex());
  assert.equal(ALGORITHMS[found.signatureAlgorithm.oid], expected.signatureAlgorithm);
  assert.equal(found.notBefore - AT, expected.notBeforeOffset);
  if (expected.notAfterIsTheCAs) assert.equal(found.notAfter, files.notAfter);
  else {
    assert.equal(found.notAfter - AT, expected.notAfterOffset);
    assert.equal(found.notAfter - found.notBefore, expected.lifetimeSeconds);
  }
  const identifier = `30168014${files.keyIdentifier.toHex()}`;
  assert.deepEqual(
    found.extensions.map(({ oid, isCritical, value }) => ({
      oid,
      critical: isCritical,
      valueHex: value.content.toHex(),
    })),
    // Only what depends on the CA's key is not recorded.
    expected.extensions.map((one) => ({ ...one, valueHex: one.valueHex ?? identifier })),
  );
  assert.ok(found.serial.length <= 16 && (found.serial[0] ?? 0) < 0x80);
}
