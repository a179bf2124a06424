/**
 * Secrets that are no keys of certificates, derived from the seed (design, section 10): tokens, passwords, identifiers,
 * and what serial numbers of signed requests come from.
 *
 * @module
 */
import { deriveSecret } from "../issue/derive.ts";
import type { Seed } from "../issue/seed.ts";

const CHARACTERS = "0123456789abcdefghijklmnopqrstuvwxyz";
/** Bytes from here on would make some characters likelier than others. */
const FAIR = 252;

/** Whose secret: the id that the design fixes, and its generation. */
export interface SecretName {
  readonly cluster: string;
  /** Such as `token/jane`, `bootstrap-token/join` or `csr-serial/kubernetes.io/kubelet-serving`. */
  readonly id: string;
  /** From 1; another number is another secret. */
  readonly generation?: number;
}

/**
 * Derives text of 0-9 and a-z: bytes of the stream below 252, modulo 36.
 *
 * @param length number of characters: 40 for a token, 24 for a password, 6 and 16 for a bootstrap token
 */
export function deriveText(
  seed: Pick<Seed, "entropy">,
  { cluster, id, generation = 1 }: SecretName,
  length: number,
): string {
  // One byte in 64 is left out; twice as many as characters, and 32 more, are never too few in practice.
  for (let bytes = 2 * length + 32;; bytes *= 2) {
    const text = [...deriveSecret(seed.entropy, cluster, id, generation, bytes)].filter((byte) => byte < FAIR)
      .map((byte) => CHARACTERS[byte % CHARACTERS.length] ?? "").join("");
    if (text.length >= length) return text.slice(0, length);
  }
}

/**
 * Derives an identifier: the first 16 bytes as a UUID of version 4 (RFC 9562 section 5.4).
 *
 * @returns such as `1b4e28ba-2fa1-41d2-883f-0016d3cca427`
 */
export function deriveUuid(seed: Pick<Seed, "entropy">, { cluster, id, generation = 1 }: SecretName): string {
  const bytes = deriveSecret(seed.entropy, cluster, id, generation, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toHex().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
