/**
 * `csr approve`, `csr deny` and `csr sign`: what kubectl and the controller-manager do to an object, done to its file.
 *
 * @module
 */
import { autoApprove, decide, type MayApprove } from "../../identity/csr/approve.ts";
import { withStatus } from "../../identity/csr/manifest.ts";
import type { Condition } from "../../identity/csr/condition.ts";
import type { CsrObject } from "../../identity/csr/object.ts";
import { AFTER_FAILURE, remedyOf } from "../../identity/csr/remedies.ts";
import { signObject } from "../../identity/csr/sign.ts";
import { SIGNERS } from "../../identity/csr/signers.ts";
import { conditionsRefusal, createRefusal } from "../../identity/csr/validation.ts";
import { readCertificate, readPublicKey } from "../../inspect/certificate/certificate.ts";
import { Reader } from "../../inspect/der/der.ts";
import { verifySignature } from "../../inspect/chain/signature.ts";
import { HardwayError } from "../../shared/errors.ts";
import { encodePem } from "../../shared/pem.ts";
import { escapeControls } from "../../shared/text.ts";
import { type CsrFile, pathIn, readCsrFile, readSigner, refusalError, textBytes } from "../disk/csr_input.ts";
import type { CsrResult, DecideCsrOptions, SignCsrOptions } from "./options.ts";
import { putFiles, replaceFile } from "../disk/user_file.ts";

/**
 * Approves or denies.
 *
 * @throws {HardwayError} `file-unreadable` with file and place, `disk`
 */
export async function decideCsr(type: "Approved" | "Denied", options: DecideCsrOptions): Promise<CsrResult> {
  const file = await readCsrFile(options.folder, options.file);
  const { manifest, object, shown } = file;
  if (manifest === undefined) {
    throw new HardwayError(
      "file-unreadable",
      `${escapeControls(shown)}:1:1: a plain request has no conditions: sign it with --signer and --usages`,
    );
  }
  check(file);
  const decided = decide(object, {
    type,
    at: options.at,
    reason: options.reason,
    message: options.message,
  });
  if ("error" in decided) return { exitCode: 1, lines: [`error: ${decided.error}`] };
  const refusal = conditionsRefusal(object, decided.conditions);
  if (refusal !== undefined) throw refusalError(refusal, { shown, text: manifest.text });
  if (decided.isNew) write(file, decided.conditions, options.unique);
  const word = type === "Approved" ? "approved" : "denied";
  return {
    exitCode: 0,
    lines: [`certificatesigningrequest.certificates.k8s.io/${escapeControls(object.name)} ${word}`],
  };
}

/** An object that the API server would never have taken is no object to decide about. */
function check({ object, shown, manifest }: CsrFile): void {
  const { username, groups } = object;
  const refusal = createRefusal(object, username === "" ? undefined : { username, groups });
  if (refusal !== undefined) throw refusalError(refusal, { shown, text: manifest?.text });
}

function write(
  file: CsrFile,
  conditions: readonly Condition[],
  unique: string,
  certificate?: Uint8Array,
): void {
  if (file.manifest === undefined) return;
  const text = withStatus(file.manifest, {
    conditions,
    ...(certificate !== undefined && { certificate: certificate.toBase64() }),
  });
  replaceFile(file.path, file.shown, textBytes(text), unique);
}

/**
 * Signs.
 *
 * @throws {HardwayError} `file-unreadable` for what is no request to sign, a CA that is none or has ended; `refused` when
 * the certificate's file is there; and what reading spec and seed throws
 */
export async function signCsr(options: SignCsrOptions): Promise<CsrResult> {
  const file = await readCsrFile(options.folder, options.file, options);
  const isPlain = file.manifest === undefined;
  if (isPlain && (options.signerName === undefined || options.usages === undefined)) {
    throw new HardwayError("usage", "csr: A plain request names no signer: expected --signer and --usages");
  }
  check(file);
  const name = escapeControls(file.object.name);
  let { object } = file;
  // Whoever signs a plain file has decided about it.
  if (isPlain) object = { ...object, conditions: [{ type: "Approved", status: "True" }] };
  const lines: string[] = [];
  const { authority, certificate: ca, signers } = await readSigner(
    options,
    options.authority,
    object.signerName,
  );
  if (options.auto === true) {
    const approved = autoApprove(object, bootstrapRights(object), options.at, signers);
    if (approved.condition !== undefined) {
      object = { ...object, conditions: [...object.conditions, approved.condition] };
    }
    if (approved.log !== undefined) lines.push(escapeControls(approved.log));
  }
  const outcome = signObject(object, authority, {
    at: options.at,
    signers,
    ...(options.longest !== undefined && { longest: options.longest }),
  });
  switch (outcome.kind) {
    case "issued": {
      prove(outcome.certificate, ca);
      const pem = encodePem("CERTIFICATE", outcome.certificate);
      if (isPlain) return { exitCode: 0, lines: [writeBeside(file, pem, options)] };
      write(file, object.conditions, options.unique, pem);
      return { exitCode: 0, lines: [`${name} signed`] };
    }
    case "failed": {
      const { condition } = outcome;
      write(file, [...object.conditions, condition], options.unique);
      return { exitCode: 1, lines: failedLines(name, condition) };
    }
    case "error": {
      const remedy = remedyOf(outcome.log);
      throw new HardwayError(
        "file-unreadable",
        [outcome.log, ...(remedy === undefined ? [] : [`Remedy: ${remedy}`])].join("\n"),
      );
    }
    case "ignored":
      return ignored(outcome.why, object, file, lines, [...SIGNERS, ...signers.map((one) => one.name)]);
  }
}

function ignored(
  why: "signed" | "denied" | "not-approved" | "failed" | "unknown-signer",
  object: CsrObject,
  { shown }: CsrFile,
  lines: readonly string[],
  known: readonly string[],
): CsrResult {
  const name = escapeControls(object.name);
  const where = escapeControls(shown);
  switch (why) {
    case "signed":
      return { exitCode: 0, lines: [`${name} has its certificate already: nothing was changed`] };
    case "denied":
      return { exitCode: 1, lines: [`${name} is Denied: it is never signed`] };
    case "failed": {
      const failed = object.conditions.find(({ type }) => type === "Failed");
      return { exitCode: 1, lines: failed === undefined ? [] : failedLines(name, failed) };
    }
    case "not-approved":
      throw new HardwayError(
        "file-unreadable",
        [...lines, `${where}:1:1: ${name} is not approved: run csr approve first`].join("\n"),
      );
    case "unknown-signer":
      throw new HardwayError(
        "file-unreadable",
        `${where}:1:1: No signer of the name ${escapeControls(object.signerName)} is here: expected ${
          known.join(", ")
        }; in a cluster the request stays approved until its own signer takes it`,
      );
  }
}

function failedLines(name: string, { reason = "", message = "" }: Condition): string[] {
  const remedy = remedyOf(message);
  return [
    `${name} Failed: ${escapeControls(reason)}: ${escapeControls(message)}`,
    ...(remedy === undefined ? [] : [`Remedy: ${remedy}`]),
    AFTER_FAILURE,
  ];
}

/** What TLS bootstrapping binds: nodes may renew, bootstrap tokens and administrators may ask for any node. */
function bootstrapRights({ groups, username }: CsrObject): MayApprove {
  const isNew = username === "" ||
    groups.some((group) => group === "system:masters" || group.startsWith("system:bootstrappers:"));
  return (permission) => isNew || (permission === "selfnodeclient" && groups.includes("system:nodes"));
}

function writeBeside(file: CsrFile, pem: Uint8Array, options: SignCsrOptions): string {
  const shown = file.shown.replace(/(?<=[^/])\.[^./]*$|$/, ".crt");
  const target = { path: pathIn(options.folder, shown), shown, bytes: pem, mode: 0o644 };
  putFiles([target], options.force === true, options.unique);
  return `${escapeControls(shown)}  written`;
}

/** A wrong signature would be found on the machines; it is looked for here. */
function prove(certificate: Uint8Array, ca: Uint8Array): void {
  const { publicKey } = readCertificate(ca);
  const key = readPublicKey(new Reader(publicKey.der).read());
  if (verifySignature(readCertificate(certificate), key) !== "valid") {
    throw new Error("The signature of a certificate that was just made does not verify");
  }
}
