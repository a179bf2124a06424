/**
 * Keys by OpenSSL: how each algorithm is asked for, and how the name of a key is found.
 *
 * @module
 */
import type { KeyAlgorithm } from "../../spec/scalars.ts";
import { comment, word } from "./shell.ts";

interface KeyForm {
  /** Words of `openssl genpkey`. */
  readonly words: string;
  /** How many bytes the public key has: the last ones of its SubjectPublicKeyInfo. */
  readonly bytes: number;
}

const FORMS: Readonly<Record<KeyAlgorithm, KeyForm>> = {
  "RSA-2048": { words: "-algorithm RSA -pkeyopt rsa_keygen_bits:2048", bytes: 270 },
  "RSA-3072": { words: "-algorithm RSA -pkeyopt rsa_keygen_bits:3072", bytes: 398 },
  "RSA-4096": { words: "-algorithm RSA -pkeyopt rsa_keygen_bits:4096", bytes: 526 },
  "ECDSA-P256": { words: "-algorithm EC -pkeyopt ec_paramgen_curve:P-256", bytes: 65 },
  "ECDSA-P384": { words: "-algorithm EC -pkeyopt ec_paramgen_curve:P-384", bytes: 97 },
  Ed25519: { words: "-algorithm ED25519", bytes: 32 },
};

/** The command that makes a key. */
export function newKey(algorithm: KeyAlgorithm, path: string): string {
  return `openssl genpkey ${FORMS[algorithm].words} -out ${word(path)}`;
}

/** The command that writes the public half of a key. */
export function writePublicKey(key: string, publicKey: string): string {
  return `openssl pkey -in ${word(key)} -pubout -out ${word(publicKey)}`;
}

/** The shell function that names keys; its result is what a configuration reads as `$ENV::KEY_ID`. */
export const KEY_ID_FUNCTION: readonly string[] = [
  "",
  ...comment(
    "The name of a key, by which a certificate finds its CA: the first 160 bits of SHA-256 of the public key's bits " +
      "(RFC 7093, method 1). The subjectKeyIdentifier=hash of OpenSSL would be SHA-1.",
  ),
  "key_id() {",
  '  openssl pkey -in "$1" -pubout -outform DER | tail -c "$2" | openssl dgst -sha256 -r | cut -c 1-40',
  "}",
];

/** The command that names a key. */
export function nameKey(algorithm: KeyAlgorithm, path: string): string {
  return `KEY_ID=$(key_id ${word(path)} ${FORMS[algorithm].bytes}) && export KEY_ID`;
}
