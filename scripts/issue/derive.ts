/**
 * Derivation v1 (design, section 4): from the seed's entropy and a label to a key seed, and nothing else, so that
 * a key depends on its id and generation only.
 *
 * @module
 */
import { encodeUtf8 } from "../shared/encoding.ts";
import { hkdf, sha256 } from "../shared/npm/hashes.ts";

/** The salt of every HKDF. It names the version: another derivation gets another salt. */
const SALT = encodeUtf8("hardway/v1");

/** Bytes of a key seed. */
export const KEY_SEED_LENGTH = 48;

/**
 * HKDF-SHA-256 (RFC 5869) with derivation v1's salt.
 *
 * @param secret input keying material
 * @param info the label, encoded as UTF-8
 * @param length number of bytes wanted
 */
export function deriveBytes(secret: Uint8Array, info: string, length: number): Uint8Array {
  return hkdf(sha256, secret, SALT, encodeUtf8(info), length);
}

/**
 * Derives the seed of one authority. Whoever holds it can remake that authority's part and nothing else.
 *
 * @param entropy the seed's 32 bytes
 * @param cluster the cluster's name
 * @param authority the authority's name, such as `kubernetes`
 * @returns 32 bytes
 */
export function deriveAuthoritySeed(entropy: Uint8Array, cluster: string, authority: string): Uint8Array {
  return deriveBytes(entropy, `authority:${cluster}/${authority}`, 32);
}

/**
 * Derives the seed of one key.
 *
 * @param authoritySeed 32 bytes of `deriveAuthoritySeed`
 * @param id the entry's id, such as `kubelet-server/node-0`
 * @param generation from 1
 * @returns 48 bytes
 */
export function deriveKeySeed(authoritySeed: Uint8Array, id: string, generation: number): Uint8Array {
  return deriveBytes(authoritySeed, `key:${id}#${generation}`, KEY_SEED_LENGTH);
}
