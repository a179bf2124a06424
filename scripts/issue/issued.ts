/**
 * What issuing gives.
 *
 * @module
 */
import type { CertificateEntry, KeyPairEntry } from "../plan/types.ts";

/** A certificate with its key. */
export interface IssuedCertificate {
  readonly kind: "certificate";
  readonly entry: CertificateEntry;
  /** DER. */
  readonly certificate: Uint8Array;
  /** PKCS#8, DER. Secret. */
  readonly pkcs8: Uint8Array;
  /** Lower-case hexadecimal, an even count of digits. */
  readonly serial: string;
  /** SHA-256 of the certificate, lower-case hexadecimal. */
  readonly fingerprint: string;
}

/** A key pair without certificate. */
export interface IssuedKeyPair {
  readonly kind: "key-pair";
  readonly entry: KeyPairEntry;
  /** PKCS#8, DER. Secret. */
  readonly pkcs8: Uint8Array;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
}

/** One thing made. */
export type Made = IssuedCertificate | IssuedKeyPair;

/** An entry that has a key of its own. */
export type KeyedEntry = CertificateEntry | KeyPairEntry;
