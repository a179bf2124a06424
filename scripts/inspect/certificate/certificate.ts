/**
 * Reads an X.509 certificate (RFC 5280 section 4.1) that anyone made.
 *
 * In: DER. Out: its fields, as views into the bytes. Nothing is judged here beyond the form.
 *
 * @module
 */
import { equalBytes } from "../../shared/encoding.ts";
import { contextTag, DerError, primitiveTag, Reader, TAG, type Value } from "../der/der.ts";
import {
  readBits,
  readBoolean,
  readInteger,
  readOid,
  readSmallInteger,
  readTime,
} from "../der/der_values.ts";
import { type Name, readName } from "./names.ts";

/** An AlgorithmIdentifier. */
export interface Algorithm {
  /** Dotted form. */
  readonly oid: string;
  /** Its parameters, whole; absent where there are none. */
  readonly parameters: Value | undefined;
  readonly der: Uint8Array;
}

/** A SubjectPublicKeyInfo. */
export interface PublicKey {
  /** All of it: what key identifiers, `kid` and discovery hashes are made of. */
  readonly der: Uint8Array;
  readonly algorithm: Algorithm;
  /** The octets of the bit string. */
  readonly key: Uint8Array;
}

/** One extension. */
export interface Extension {
  /** Dotted form. */
  readonly oid: string;
  readonly isCritical: boolean;
  /** The octet string, whose content is most often DER itself. */
  readonly value: Value;
}

/** A certificate's fields. */
export interface Certificate {
  readonly der: Uint8Array;
  /** What is signed. */
  readonly tbs: Uint8Array;
  /** 1, 2 or 3. */
  readonly version: number;
  /** The serial number's octets, two's complement. */
  readonly serial: Uint8Array;
  readonly issuer: Name;
  readonly subject: Name;
  /** Unix seconds, both inclusive. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Both as they are written. */
  readonly times: { readonly notBefore: Value; readonly notAfter: Value };
  readonly publicKey: PublicKey;
  /** The octets of the unique identifiers (RFC 5280 section 4.1.2.8), which nobody uses. */
  readonly issuerId: Uint8Array | undefined;
  readonly subjectId: Uint8Array | undefined;
  readonly extensions: readonly Extension[];
  readonly signatureAlgorithm: Algorithm;
  /** The octets of the signature. */
  readonly signature: Uint8Array;
}

/**
 * Reads a certificate.
 *
 * @param der exactly one certificate
 * @throws {DerError} when the bytes are no certificate, an extension stands twice, or the two signature algorithms differ
 */
export function readCertificate(der: Uint8Array): Certificate {
  const outer = new Reader(der);
  const body = outer.enter(TAG.sequence, "a certificate");
  outer.close("the certificate");
  const tbs = body.take(TAG.sequence, "the part that is signed");
  const signatureAlgorithm = readAlgorithm(body.take(TAG.sequence, "the signature algorithm"));
  const signature = body.take(TAG.bitString, "the signature");
  body.close("the certificate");

  const fields = new Reader(tbs.content, tbs.contentAt);
  const version = readVersion(fields);
  const serial = readInteger(fields.take(TAG.integer, "the serial number"));
  const signed = fields.take(TAG.sequence, "the signature algorithm");
  if (!equalBytes(signed.whole, signatureAlgorithm.der)) {
    throw new DerError(signed.at, "a signature algorithm that differs from the one beside the signature");
  }
  const issuer = readName(fields.take(TAG.sequence, "the issuer"));
  const validity = fields.enter(TAG.sequence, "the validity");
  const times = { notBefore: validity.read(), notAfter: validity.read() };
  const [notBefore, notAfter] = [readTime(times.notBefore), readTime(times.notAfter)];
  validity.close("the validity");
  const subject = readName(fields.take(TAG.sequence, "the subject"));
  const publicKey = readPublicKey(fields.take(TAG.sequence, "the public key"));
  const [issuerId, subjectId] = [1, 2].map((number) =>
    version > 1 ? fields.takeIf(primitiveTag(number))?.content.subarray(1) : undefined
  );
  const extensions = version === 3 ? readExtensions(fields) : [];
  fields.close("the part that is signed");
  return {
    der,
    tbs: tbs.whole,
    version,
    serial,
    issuer,
    subject,
    notBefore,
    notAfter,
    times,
    publicKey,
    issuerId,
    subjectId,
    extensions,
    signatureAlgorithm,
    signature: readBits(signature).octets,
  };
}

function readVersion(fields: Reader): number {
  const inner = fields.enterIf(contextTag(0));
  if (inner === undefined) return 1;
  const { at } = inner;
  const version = readSmallInteger(inner.take(TAG.integer, "the version")) + 1;
  inner.close("the version");
  if (version > 3) throw new DerError(at, `version ${version}, expected 1 to 3`);
  return version;
}

function readExtensions(fields: Reader): Extension[] {
  const wrapped = fields.enterIf(contextTag(3));
  if (wrapped === undefined) return [];
  const extensions = readExtensionList(wrapped.take(TAG.sequence, "the extensions"));
  wrapped.close("the extensions");
  return extensions;
}

/**
 * Reads Extensions.
 *
 * @param value a SEQUENCE
 * @throws {DerError} when it is none, or an extension stands twice
 */
export function readExtensionList(value: Value): Extension[] {
  const list = new Reader(value.content, value.contentAt);
  const extensions: Extension[] = [];
  while (!list.isAtEnd) {
    const { at } = list;
    const one = list.enter(TAG.sequence, "an extension");
    const oid = readOid(one.take(TAG.oid, "an extension's type"));
    const critical = one.takeIf(TAG.boolean);
    const value = one.take(TAG.octetString, "an extension's value");
    one.close("an extension");
    if (extensions.some((other) => other.oid === oid)) {
      throw new DerError(at, `extension ${oid} stands twice`);
    }
    extensions.push({ oid, isCritical: critical !== undefined && readBoolean(critical), value });
  }
  return extensions;
}

/**
 * Reads an AlgorithmIdentifier.
 *
 * @param value a SEQUENCE
 * @throws {DerError} when it is none
 */
export function readAlgorithm(value: Value): Algorithm {
  const inner = new Reader(value.content, value.contentAt);
  const oid = readOid(inner.take(TAG.oid, "an algorithm"));
  const parameters = inner.isAtEnd ? undefined : inner.read();
  inner.close("an algorithm");
  return { oid, parameters, der: value.whole };
}

/**
 * Reads a SubjectPublicKeyInfo.
 *
 * @param value a SEQUENCE
 * @throws {DerError} when it is none
 */
export function readPublicKey(value: Value): PublicKey {
  const inner = new Reader(value.content, value.contentAt);
  const algorithm = readAlgorithm(inner.take(TAG.sequence, "a key's algorithm"));
  const { octets } = readBits(inner.take(TAG.bitString, "a public key"));
  inner.close("a public key");
  return { der: value.whole, algorithm, key: octets };
}
