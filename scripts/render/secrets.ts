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
  // Always the first generation: another key of one name could not read what the first one wrote. 32 bytes are for
  // AES-256, or secretbox.
  const secretOf = (name: string): string =>
    deriveSecret(entropy, spec.name, `encryption/${name}`, 1, 32).toBase64();
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
