/**
 * One certificate: in go an entry of a plan, its key and its issuer, out come signed DER, serial and fingerprint.
 * The shape is fixed to the byte (design, section 3; RFC 5280).
 *
 * @module
 */
import { toHex } from "../shared/encoding.ts";
import { hmac, sha256 } from "../shared/npm/hashes.ts";
import type { CertificateEntry, Subject } from "../plan/types.ts";
import { bitString, explicit, integer, oid, sequence, set, time, utf8String } from "./der.ts";
import { encodeExtensions } from "./extensions.ts";
import { signatureAlgorithm } from "./keys.ts";
import type { KeyMaterial, PrivateKey } from "./private_key.ts";

/** Who signs: a CA, or the subject itself. */
export interface Issuer {
  readonly subject: Subject;
  readonly key: PrivateKey;
  /** Of the issuer's key, as `keyIdentifier` makes it. */
  readonly keyIdentifier: Uint8Array;
}

/** What becomes of an entry. */
export interface SignedCertificate {
  readonly der: Uint8Array;
  /** Lower-case hexadecimal of the number, an even count of digits. */
  readonly serial: string;
  /** SHA-256 of the DER, lower-case hexadecimal. */
  readonly fingerprint: string;
  /** The signed part, and the bits of the signature. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

const VERSION_3 = explicit(0, integer(2n));
const SERIAL_ONE = integer(1n);
const ORGANIZATION = oid("2.5.4.10");
const COMMON_NAME = oid("2.5.4.3");

/**
 * Builds and signs a certificate.
 *
 * @param entry what it says
 * @param key the certified key
 * @param keySeed the certificate's own 48 bytes, from which its serial comes
 * @param issuer who signs; for a CA its own subject and key
 */
export function issueCertificate(
  entry: CertificateEntry,
  key: KeyMaterial,
  keySeed: Uint8Array,
  issuer: Issuer,
): SignedCertificate {
  const algorithm = signatureAlgorithm(issuer.key.algorithm);
  const afterSerial = [
    algorithm,
    encodeName(issuer.subject),
    sequence(time(entry.notBefore), time(entry.notAfter)),
    encodeName(entry.subject),
    key.spki,
    explicit(3, encodeExtensions(entry, keyIdentifier(key), issuer.keyIdentifier)),
  ];
  const serial = serialOf(keySeed, sequence(VERSION_3, SERIAL_ONE, ...afterSerial));
  const signed = sequence(VERSION_3, integer(serial), ...afterSerial);
  const signature = issuer.key.sign(signed);
  const der = sequence(signed, algorithm, bitString(signature));
  return {
    der,
    serial: toHex(serial).replace(/^(00)+/, ""),
    fingerprint: toHex(sha256(der)),
    signed,
    signature,
  };
}

/**
 * Derives a serial from what a certificate says, so that the same content has the same serial and different
 * content does not share one (design, section 4).
 *
 * @param keySeed the certificate's own 48 bytes
 * @param content DER of its TBSCertificate with serial 1
 * @returns 16 bytes, big-endian, positive; `integer` makes the INTEGER of them
 */
export function serialOf(keySeed: Uint8Array, content: Uint8Array): Uint8Array {
  const serial = hmac(sha256, keySeed, content).slice(0, 16);
  // Positive in 16 octets, and never zero (RFC 5280 section 4.1.2.2).
  serial[0] = (serial[0] ?? 0) & 0x7f;
  serial[15] = (serial[15] ?? 0) | 0x01;
  return serial;
}

/** Makes a key identifier: the leftmost 160 bits of SHA-256 of the key's bits (RFC 7093 section 2, method 1). */
export function keyIdentifier(key: KeyMaterial): Uint8Array {
  return sha256(key.publicKey).subarray(0, 20);
}

/** Encodes a subject: one RDN for each O, then CN. */
function encodeName(subject: Subject): Uint8Array {
  return sequence(
    ...subject.organizations.map((name) => attribute(ORGANIZATION, name)),
    attribute(COMMON_NAME, subject.commonName),
  );
}

function attribute(type: Uint8Array, value: string): Uint8Array {
  return set(sequence(type, utf8String(value)));
}
