/**
 * Ed25519 keys (RFC 8032): in goes a key seed, out comes the key of its first 32 bytes.
 *
 * @module
 */
import { bitString, integer, octetString, oid, sequence } from "./der.ts";
import { platformSigner } from "./platform_signer.ts";
import type { PrivateKey } from "./private_key.ts";

/** id-Ed25519, without parameters (RFC 8410 section 3). */
const IDENTIFIER = sequence(oid("1.3.101.112"));

/**
 * Makes the key of a seed.
 *
 * @param seed at least 32 bytes; more are ignored
 */
export async function makeEd25519Key(seed: Uint8Array): Promise<PrivateKey> {
  const { createPrivateKey, createPublicKey } = await import("node:crypto");
  const { Buffer } = await import("node:buffer");
  // Version 0, without the public key (RFC 8410 section 7): older readers refuse version 1.
  const pkcs8 = sequence(integer(0n), IDENTIFIER, octetString(octetString(seed.subarray(0, 32))));
  const privateKey = createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" });
  const exported = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  const publicKey = new Uint8Array(exported.subarray(-32));
  const spki = sequence(IDENTIFIER, bitString(publicKey));
  return { algorithm: "Ed25519", pkcs8, spki, publicKey, ...await platformSigner(null, pkcs8, spki) };
}
