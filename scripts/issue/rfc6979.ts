/**
 * Nonces of ECDSA on P-256 with SHA-256 (RFC 6979 section 3.2): in go a private scalar and a message's digest, out
 * comes the nonce, a function of both.
 *
 * @module
 */
import { HmacDrbg } from "./drbg.ts";
import { fromBytes, toBytes32 } from "./field.ts";
import { ORDER } from "./p256.ts";

/**
 * Derives a nonce. The generator of section 3.2 is HMAC_DRBG with the scalar as its seed.
 *
 * @param scalar the private key, 32 bytes, big-endian
 * @param digest SHA-256 of the message
 * @param refused how many good nonces to pass over: those whose signature had r = 0 or s = 0
 * @returns 1 to n - 1
 */
export function deriveNonce(scalar: Uint8Array, digest: Uint8Array, refused = 0): bigint {
  // bits2octets (section 2.3.4): a digest is as long as the order and less than twice as large.
  const number = fromBytes(digest);
  const drbg = new HmacDrbg(scalar, number < ORDER ? digest : toBytes32(number - ORDER));
  for (let left = refused;; drbg.update()) {
    const nonce = fromBytes(drbg.generate(32));
    if (nonce !== 0n && nonce < ORDER && left-- === 0) return nonce;
  }
}
