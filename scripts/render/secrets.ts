/**
 * Secrets in the configurations of machines.
 *
 * @module
 */
import { deriveSecret } from "../issue/derive.ts";
import type { Spec } from "../spec/types.ts";
import type { Value } from "./types.ts";

/**
 * What stands for secrets in templates.
 *
 * @param entropy the seed's 32 bytes
 */
export function secretValues(entropy: Uint8Array, spec: Spec): [string, Value][] {
  const secretOf = (name: string): string => deriveEncryptionKey(entropy, spec.name, name).toBase64();
  return [
    ["encryptionKey", secretOf("key1")],
    [
      "encryption",
      spec.encryption.map(({ resources, providers }) => ({
        resources,
        providers: providers.map(({ type, keys }) => ({
          [type]: type === "identity" ? {} : { keys: keys.map((name) => ({ name, secret: secretOf(name) })) },
        })),
      })),
    ],
  ];
}

/**
 * Derives a key that encrypts what etcd stores.
 *
 * @param entropy the seed's 32 bytes
 * @param cluster the cluster's name
 * @param name the key's, such as `key1`
 * @returns 32 bytes, for AES-256
 */
function deriveEncryptionKey(entropy: Uint8Array, cluster: string, name: string): Uint8Array {
  return deriveSecret(entropy, cluster, `encryption/${name}`, 1, 32);
}
