/**
 * Secrets that are no keys of certificates, derived as design section 10 says.
 *
 * @module
 */
import { deriveAuthoritySeed, deriveBytes } from "../issue/derive.ts";

/** The authority of secrets. */
const CREDENTIALS = "credentials";
/** Bytes of a secret seed. */
const SECRET_SEED_LENGTH = 48;

/**
 * Derives a secret seed.
 *
 * @param entropy the seed's 32 bytes
 * @param cluster the cluster's name
 * @param id such as `encryption/key1`
 * @param generation from 1
 * @returns 48 bytes
 */
export function deriveSecretSeed(
  entropy: Uint8Array,
  cluster: string,
  id: string,
  generation: number,
): Uint8Array {
  const authority = deriveAuthoritySeed(entropy, cluster, CREDENTIALS);
  return deriveBytes(authority, `secret:${id}#${generation}`, SECRET_SEED_LENGTH);
}

/**
 * Derives a key that encrypts what etcd stores.
 *
 * @param entropy the seed's 32 bytes
 * @param cluster the cluster's name
 * @param name the key's, such as `key1`
 * @returns 32 bytes, for AES-256
 */
export function deriveEncryptionKey(entropy: Uint8Array, cluster: string, name: string): Uint8Array {
  return deriveSecretSeed(entropy, cluster, `encryption/${name}`, 1).subarray(0, 32);
}
