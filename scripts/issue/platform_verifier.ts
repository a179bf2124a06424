/**
 * Verification by the platform, for any key: another implementation than the one that signed, where that was ours.
 *
 * @module
 */
import type { KeyAlgorithm } from "../spec/scalars.ts";

/** Says whether a signature is a key's over a message. */
export type Verify = (message: Uint8Array, signature: Uint8Array) => boolean;

/**
 * Makes the verification of a key's signatures.
 *
 * @param algorithm of the key
 * @param spki SubjectPublicKeyInfo, DER
 */
export async function platformVerifier(algorithm: KeyAlgorithm, spki: Uint8Array): Promise<Verify> {
  // Here and not above: it costs start-up time.
  const { createPublicKey, verify } = await import("node:crypto");
  const { Buffer } = await import("node:buffer");
  const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
  const digest = algorithm === "Ed25519" ? null : algorithm === "ECDSA-P384" ? "sha384" : "sha256";
  return (message, signature) => verify(digest, message, key, signature);
}
