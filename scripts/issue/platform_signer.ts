/**
 * Signing by the platform, for RSA and Ed25519: in go a key's two encodings, out come its operations.
 *
 * @module
 */
import type { PrivateKey } from "./private_key.ts";

/**
 * Makes the operations of a key.
 *
 * @param digest `sha256` for RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2), null for Ed25519 (RFC 8032)
 * @param pkcs8 the private key
 * @param spki the public key
 */
export async function platformSigner(
  digest: "sha256" | null,
  pkcs8: Uint8Array,
  spki: Uint8Array,
): Promise<Pick<PrivateKey, "sign" | "verify">> {
  // Here and not above: it costs start-up time, and most clusters are ECDSA throughout.
  const crypto = await import("node:crypto");
  const { Buffer } = await import("node:buffer");
  const privateKey = crypto.createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" });
  const publicKey = crypto.createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
  return {
    // A plain array, as the platform's own is a view into a larger pool.
    sign: (message) => new Uint8Array(crypto.sign(digest, message, privateKey)),
    verify: (message, signature) => crypto.verify(digest, message, publicKey, signature),
  };
}
