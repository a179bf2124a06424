/**
 * What every kind of private key offers, whatever makes it.
 *
 * @module
 */
import type { KeyAlgorithm } from "../spec/scalars.ts";

/** A key as bytes. Secret. */
export interface KeyMaterial {
  /** PKCS#8 PrivateKeyInfo, DER (RFC 5208). */
  readonly pkcs8: Uint8Array;
  /** SubjectPublicKeyInfo, DER (RFC 5280 section 4.1.2.7). */
  readonly spki: Uint8Array;
  /** The bits of subjectPublicKey, what a key identifier is the hash of. */
  readonly publicKey: Uint8Array;
}

/** A private key that can sign. It lives in memory only. */
export interface PrivateKey extends KeyMaterial {
  readonly algorithm: KeyAlgorithm;
  /** Signs a message; the result goes into a BIT STRING as it is. Equal messages give equal signatures. */
  sign(message: Uint8Array): Uint8Array;
  /** Signs many messages, where that is quicker than one by one. */
  signAll?(messages: readonly Uint8Array[]): readonly Uint8Array[];
  /** Whether a signature is this key's over a message. */
  verify(message: Uint8Array, signature: Uint8Array): boolean;
}
