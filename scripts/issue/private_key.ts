/**
 * What every kind of private key offers, whatever makes it.
 *
 * @module
 */
import type { KeyAlgorithm } from "../spec/scalars.ts";
import type { Affine } from "./p256_points.ts";

/** A key as bytes. Secret. */
export interface KeyMaterial {
  /** PKCS#8 PrivateKeyInfo, DER (RFC 5208). */
  readonly pkcs8: Uint8Array;
  /** SubjectPublicKeyInfo, DER (RFC 5280 section 4.1.2.7). */
  readonly spki: Uint8Array;
  /** The bits of subjectPublicKey, what a key identifier is the hash of. */
  readonly publicKey: Uint8Array;
}

/** A signature, with what its verification among many others needs beside it. */
export interface BatchSignature {
  /** As `PrivateKey.sign` gives it. */
  readonly signature: Uint8Array;
  /** Of ECDSA: the point that r is taken of. It is no secret, as r gives it away. */
  readonly noncePoint: Affine;
}

/** What a key does with many messages at once. */
export interface BatchSigner {
  /** Signs each message. */
  signAll(messages: readonly Uint8Array[]): readonly BatchSignature[];
  /**
   * Whether all signatures may be this key's, each over its message; whether they are is said by `settle`, for all
   * batches together.
   */
  verifyAll(messages: readonly Uint8Array[], signatures: readonly BatchSignature[]): boolean;
}

/** A private key that can sign. It lives in memory only. */
export interface PrivateKey extends KeyMaterial {
  readonly algorithm: KeyAlgorithm;
  /** Signs a message; the result goes into a BIT STRING as it is. Equal messages give equal signatures. */
  sign(message: Uint8Array): Uint8Array;
  /** The same for many at once, where that is quicker than one by one. */
  readonly batch?: BatchSigner;
  /** Whether a signature is this key's over a message. */
  verify(message: Uint8Array, signature: Uint8Array): boolean;
}
