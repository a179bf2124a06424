/**
 * One certificate: in go an entry of a plan, a public key and what is known of the issuer, out comes DER. The shape is
 * fixed to the byte (design, section 3; RFC 5280). No secret is needed here: the same code makes a certificate and
 * says, of one that was found, whether it is the one that would be made.
 *
 * @module
 */
import type { CertificateEntry, Subject } from "../plan/types.ts";
import { equalBytes, joinBytes } from "../shared/encoding.ts";
import type { KeyAlgorithm } from "../spec/scalars.ts";
import { explicit, integer, oid, readElement, sequence, time } from "./der.ts";
import { DerWriter } from "./der_writer.ts";
import { writeExtensions } from "./extensions.ts";
import { signatureAlgorithm } from "./keys.ts";
import { sha256 } from "../shared/sha256/sha256.ts";

/** What all certificates of one issuer have in common, as they carry it. */
export interface IssuerPart {
  /** AlgorithmIdentifier of its signatures. */
  readonly algorithm: Uint8Array;
  /** Its subject. */
  readonly name: Uint8Array;
  /** 20 bytes. */
  readonly keyIdentifier: Uint8Array;
  /** Algorithm, name and validity by their times: nearly all leaves share them. */
  readonly beginnings: Map<string, Uint8Array>;
}

/**
 * Encodes what an issuer's certificates say of it.
 *
 * @param subject of the issuer
 * @param algorithm of its key
 * @param publicKey the bits of its public key
 */
export function issuerPart(subject: Subject, algorithm: KeyAlgorithm, publicKey: Uint8Array): IssuerPart {
  return {
    algorithm: signatureAlgorithm(algorithm),
    name: encodeName(subject),
    keyIdentifier: keyIdentifier(publicKey),
    beginnings: new Map(),
  };
}

const writer = new DerWriter();
const NO_UNUSED_BITS = Uint8Array.of(0);
const VERSION_3 = explicit(0, integer(2n));
/** The serial that stands in a certificate while its own is derived from it (design, section 4). */
export const SERIAL_ONE = Uint8Array.of(1);
const ORGANIZATION = oid("2.5.4.10");
const COMMON_NAME = oid("2.5.4.3");

/**
 * Encodes what follows the serial in a TBSCertificate.
 *
 * @param entry what the certificate says
 * @param spki SubjectPublicKeyInfo of its key
 * @param publicKey the bits in it
 * @param issuer who signs; for a CA what it says of itself
 */
export function encodeContent(
  entry: CertificateEntry,
  spki: Uint8Array,
  publicKey: Uint8Array,
  issuer: IssuerPart,
): Uint8Array {
  writer.begin();
  writeExtensions(writer, entry, keyIdentifier(publicKey), issuer.keyIdentifier);
  writer.wrap(0xa3, 0);
  writer.put(spki);
  writeName(writer, entry.subject);
  writer.put(beginning(entry, issuer));
  return writer.take();
}

/**
 * Encodes what stands in a TBSCertificate before its content.
 *
 * @param serial big-endian, positive
 * @param content of `encodeContent`
 */
export function beginTbs(serial: Uint8Array, content: Uint8Array): Uint8Array {
  writer.begin();
  writer.putNumber(serial);
  writer.put(VERSION_3);
  // The content is still to come, and belongs inside.
  writer.wrap(0x30, -content.length);
  return writer.take();
}

/**
 * Encodes a TBSCertificate.
 *
 * @param serial big-endian, positive
 * @param content of `encodeContent`
 */
export function encodeTbs(serial: Uint8Array, content: Uint8Array): Uint8Array {
  return joinBytes([beginTbs(serial, content), content]);
}

/**
 * Puts a signature behind what was signed.
 *
 * @param tbs of `encodeTbs`
 * @param issuer who signed
 * @param signature its bits
 */
export function encodeCertificate(tbs: Uint8Array, issuer: IssuerPart, signature: Uint8Array): Uint8Array {
  writer.begin();
  writer.put(signature);
  writer.put(NO_UNUSED_BITS);
  writer.wrap(0x03, 0);
  writer.put(issuer.algorithm);
  writer.put(tbs);
  writer.wrap(0x30, 0);
  return writer.take();
}

/**
 * Says whether a certificate that was found is the one that an entry stands for, whatever its key is. Its serial, its
 * key and its signature are taken as they are; all the rest must be equal to the byte.
 *
 * @param der the certificate that was found
 * @param issuer undefined when it should be self-signed
 * @returns its serial and key, undefined when it is another certificate
 */
export function recognizeCertificate(
  der: Uint8Array,
  entry: CertificateEntry,
  issuer: IssuerPart | undefined,
): Recognized | undefined {
  const whole = readElement(der, 0);
  const tbs = whole && readElement(der, whole.start);
  const version = tbs && readElement(der, tbs.start);
  const serial = version && readElement(der, version.end);
  let key = serial;
  // Behind the serial: signature algorithm, issuer, validity, subject, key.
  for (let i = 0; i < 5 && key !== undefined; i++) key = readElement(der, key.end);
  if (tbs === undefined || serial === undefined || key === undefined) return undefined;
  const spki = der.subarray(key.offset, key.end);
  const publicKey = publicKeyOf(spki);
  if (publicKey === undefined) return undefined;
  const signer = issuer ?? issuerPart(entry.subject, entry.keyAlgorithm, publicKey);
  const number = der.subarray(serial.start, serial.end);
  const expected = encodeTbs(number, encodeContent(entry, spki, publicKey, signer));
  if (!equalBytes(expected, der.subarray(tbs.offset, tbs.end))) return undefined;
  return { serial: number, spki, publicKey, isSignedBy: signer };
}

/** What is the own of a certificate that was recognised. */
export interface Recognized {
  /** Contents of its INTEGER. */
  readonly serial: Uint8Array;
  readonly spki: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly isSignedBy: IssuerPart;
}

/** The bits of subjectPublicKey in a SubjectPublicKeyInfo, undefined when it is none. */
export function publicKeyOf(spki: Uint8Array): Uint8Array | undefined {
  const whole = readElement(spki, 0);
  const algorithm = whole && readElement(spki, whole.start);
  const bits = algorithm && readElement(spki, algorithm.end);
  // The first octet counts unused bits; whole octets have none.
  return bits === undefined || bits.end !== spki.length ? undefined : spki.subarray(bits.start + 1, bits.end);
}

/** Makes a key identifier: the leftmost 160 bits of SHA-256 of the key's bits (RFC 7093 section 2, method 1). */
export function keyIdentifier(publicKey: Uint8Array): Uint8Array {
  return sha256(publicKey).subarray(0, 20);
}

function beginning(entry: CertificateEntry, issuer: IssuerPart): Uint8Array {
  const times = `${entry.notBefore}-${entry.notAfter}`;
  let bytes = issuer.beginnings.get(times);
  if (bytes === undefined) {
    const validity = sequence(time(entry.notBefore), time(entry.notAfter));
    bytes = joinBytes([issuer.algorithm, issuer.name, validity]);
    issuer.beginnings.set(times, bytes);
  }
  return bytes;
}

function encodeName(subject: Subject): Uint8Array {
  writer.begin();
  writeName(writer, subject);
  return writer.take();
}

/** Writes a subject, from its end: one RDN for each O, then CN. */
function writeName(to: DerWriter, { organizations, commonName }: Subject): void {
  const end = to.length;
  writeAttribute(to, COMMON_NAME, commonName);
  for (let i = organizations.length - 1; i >= 0; i--) {
    writeAttribute(to, ORGANIZATION, organizations[i] ?? "");
  }
  to.wrap(0x30, end);
}

/** Writes an RDN of one attribute, whose value is a UTF8String. */
function writeAttribute(to: DerWriter, type: Uint8Array, value: string): void {
  const end = to.length;
  to.putText(value);
  to.wrap(0x0c, end);
  to.put(type);
  to.wrap(0x30, end);
  to.wrap(0x31, end);
}
