/**
 * Secrets in the configurations of machines.
 *
 * @module
 */
import { deriveSecret } from "../issue/derive.ts";

/**
 * Derives a key that encrypts what etcd stores.
 *
 * @param entropy the seed's 32 bytes
 * @param cluster the cluster's name
 * @param name the key's, such as `key1`
 * @returns 32 bytes, for AES-256
 */
export function deriveEncryptionKey(entropy: Uint8Array, cluster: string, name: string): Uint8Array {
  return deriveSecret(entropy, cluster, `encryption/${name}`, 1, 32);
}
