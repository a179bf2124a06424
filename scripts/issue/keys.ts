/**
 * Keys: in go an algorithm and a key seed of 48 bytes, out comes a private key that can sign.
 *
 * @module
 */
import { makePause } from "../shared/pause.ts";
import type { KeyAlgorithm } from "../spec/scalars.ts";
import { nothing, oid, sequence } from "./der.ts";
import { makeEd25519Key } from "./ed25519_key.ts";
import { deriveP256Scalar, makeP256Keys, p256KeyOf } from "./p256_key.ts";
import { deriveP384Scalar, p384KeyOf } from "./p384_key.ts";
import type { KeyMaterial, PrivateKey } from "./private_key.ts";
import { makeRsaKey } from "./rsa_key.ts";

export type { PrivateKey } from "./private_key.ts";

/** sha256WithRSAEncryption; the parameters are NULL and present (RFC 4055 section 5). */
const RSA_SHA256 = sequence(oid("1.2.840.113549.1.1.11"), nothing());

/** AlgorithmIdentifiers of signatures by a key; without parameters save RSA's (RFC 5758, RFC 8410). */
const SIGNATURE_ALGORITHMS: Readonly<Record<KeyAlgorithm, Uint8Array>> = {
  "RSA-2048": RSA_SHA256,
  "RSA-3072": RSA_SHA256,
  "RSA-4096": RSA_SHA256,
  "ECDSA-P256": sequence(oid("1.2.840.10045.4.3.2")),
  "ECDSA-P384": sequence(oid("1.2.840.10045.4.3.3")),
  Ed25519: sequence(oid("1.3.101.112")),
};

/**
 * The DER AlgorithmIdentifier of signatures.
 *
 * @param algorithm that of the signing key
 */
export function signatureAlgorithm(algorithm: KeyAlgorithm): Uint8Array {
  return SIGNATURE_ALGORITHMS[algorithm];
}

/**
 * Makes the keys of many seeds (design, section 4), as bytes: those that do not sign here.
 *
 * @param algorithm kind and size
 * @param keySeeds 48 bytes of `deriveKeySeed` each
 * @param pause awaited during long work
 */
export async function makeKeys(
  algorithm: KeyAlgorithm,
  keySeeds: readonly Uint8Array[],
  pause: () => Promise<void>,
): Promise<readonly KeyMaterial[]> {
  if (algorithm === "ECDSA-P256") return makeP256Keys(keySeeds);
  const keys: KeyMaterial[] = [];
  for (const keySeed of keySeeds) {
    await pause();
    keys.push(await makeKey(algorithm, keySeed, pause));
  }
  return keys;
}

/**
 * Makes the key of a seed (design, section 4).
 *
 * @param algorithm kind and size
 * @param keySeed 48 bytes of `deriveKeySeed`
 * @param pause awaited during RSA's long search for primes
 */
export function makeKey(
  algorithm: KeyAlgorithm,
  keySeed: Uint8Array,
  pause: () => Promise<void> = makePause(),
): Promise<PrivateKey> {
  switch (algorithm) {
    case "ECDSA-P256":
      return Promise.resolve(p256KeyOf(deriveP256Scalar(keySeed)));
    case "ECDSA-P384":
      return Promise.resolve(p384KeyOf(deriveP384Scalar(keySeed)));
    case "Ed25519":
      return makeEd25519Key(keySeed);
    default:
      return makeRsaKey(algorithm, keySeed, pause);
  }
}
