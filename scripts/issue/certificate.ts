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
import {
  bitString,
  element,
  explicit,
  integer,
  oid,
  readElement,
  sequence,
  set,
  time,
  utf8String,
} from "./der.ts";
import { encodeExtensions } from "./extensions.ts";
import { signatureAlgorithm } from "./keys.ts";
import { sha256 } from "./sha256.ts";

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
  return joinBytes([
    beginning(entry, issuer),
    encodeName(entry.subject),
    spki,
    explicit(3, encodeExtensions(entry, keyIdentifier(publicKey), issuer.keyIdentifier)),
  ]);
}

/**
 * Encodes a TBSCertificate.
 *
 * @param serial big-endian, positive
 * @param content of `encodeContent`
 */
export function encodeTbs(serial: Uint8Array, content: Uint8Array): Uint8Array {
  return sequence(VERSION_3, integer(serial), content);
}

/**
 * Puts a signature behind what was signed.
 *
 * @param tbs of `encodeTbs`
 * @param issuer who signed
 * @param signature its bits
 */
export function encodeCertificate(tbs: Uint8Array, issuer: IssuerPart, signature: Uint8Array): Uint8Array {
  return sequence(tbs, issuer.algorithm, bitString(signature));
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

/** Encodes a subject: one RDN for each O, then CN. */
function encodeName(subject: Subject): Uint8Array {
  return element(
    0x30,
    ...subject.organizations.map((name) => attribute(ORGANIZATION, name)),
    attribute(COMMON_NAME, subject.commonName),
  );
}

function attribute(type: Uint8Array, value: string): Uint8Array {
  return set(sequence(type, utf8String(value)));
}
