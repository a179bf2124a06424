/**
 * Reads a certificate signing request (PKCS#10, RFC 2986) that anyone made.
 *
 * In: DER. Out: its fields, as views into the bytes. Nothing is judged here beyond the form.
 *
 * @module
 */
import {
  type Algorithm,
  type Extension,
  type PublicKey,
  readAlgorithm,
  readExtensionList,
  readPublicKey,
} from "./certificate.ts";
import { contextTag, DerError, Reader, TAG } from "../der/der.ts";
import { readBits, readOid, readSmallInteger } from "../der/der_values.ts";
import { type Name, readName } from "./names.ts";

/** Attributes that are read. */
const ATTRIBUTE = {
  challengePassword: "1.2.840.113549.1.9.7",
  extensionRequest: "1.2.840.113549.1.9.14",
  microsoftExtensions: "1.3.6.1.4.1.311.2.1.14",
} as const;

/** A request's fields. */
export interface CertificateRequest {
  readonly der: Uint8Array;
  /** What is signed. */
  readonly tbs: Uint8Array;
  readonly subject: Name;
  readonly publicKey: PublicKey;
  /** What is asked for: those of the standard's attribute, then what only Microsoft's has. */
  readonly extensions: readonly Extension[];
  /** Whether a challenge password is there; it is a secret and is not kept. */
  readonly hasChallengePassword: boolean;
  readonly signatureAlgorithm: Algorithm;
  /** The octets of the signature. */
  readonly signature: Uint8Array;
}

/**
 * Reads a request.
 *
 * @param der exactly one CertificationRequest (RFC 2986 section 4.2)
 * @throws {DerError} when the bytes are none
 */
export function readRequest(der: Uint8Array): CertificateRequest {
  const outer = new Reader(der);
  const body = outer.enter(TAG.sequence, "a request");
  outer.close("the request");
  const tbs = body.take(TAG.sequence, "the part that is signed");
  const signatureAlgorithm = readAlgorithm(body.take(TAG.sequence, "the signature algorithm"));
  const signature = readBits(body.take(TAG.bitString, "the signature")).octets;
  body.close("the request");

  const fields = new Reader(tbs.content, tbs.contentAt);
  const version = fields.take(TAG.integer, "the version");
  if (readSmallInteger(version) !== 0) throw new DerError(version.at, "a version of requests other than 1");
  const subject = readName(fields.take(TAG.sequence, "the subject"));
  const publicKey = readPublicKey(fields.take(TAG.sequence, "the public key"));
  // Attributes have to stand there, even when there are none; old tools leave them out.
  const attributes = fields.enterIf(contextTag(0));
  fields.close("the part that is signed");
  return {
    der,
    tbs: tbs.whole,
    subject,
    publicKey,
    ...readAttributes(attributes),
    signatureAlgorithm,
    signature,
  };
}

function readAttributes(
  list: Reader | undefined,
): Pick<CertificateRequest, "extensions" | "hasChallengePassword"> {
  const standard: Extension[] = [];
  const microsoft: Extension[] = [];
  let hasChallengePassword = false;
  while (list !== undefined && !list.isAtEnd) {
    const { at } = list;
    const attribute = list.enter(TAG.sequence, "an attribute");
    const type = readOid(attribute.take(TAG.oid, "an attribute's type"));
    const values = attribute.enter(TAG.set, "an attribute's values");
    attribute.close("an attribute");
    if (type === ATTRIBUTE.challengePassword) hasChallengePassword = true;
    if (type !== ATTRIBUTE.extensionRequest && type !== ATTRIBUTE.microsoftExtensions) continue;
    const found = type === ATTRIBUTE.extensionRequest ? standard : microsoft;
    if (found.length > 0) throw new DerError(at, "extensions that are asked for twice");
    found.push(...readExtensionList(values.take(TAG.sequence, "the extensions")));
    values.close("the extensions");
  }
  const more = microsoft.filter(({ oid }) => standard.every((other) => other.oid !== oid));
  return { extensions: [...standard, ...more], hasChallengePassword };
}
