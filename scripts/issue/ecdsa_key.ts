/**
 * ECDSA keys: in goes a key seed, out comes a key on P-256 or P-384. The scalar follows C2SP det-keygen, the
 * signatures RFC 6979, so that both are functions of their inputs.
 *
 * Sources: https://c2sp.org/det-keygen, RFC 5480 (public keys), RFC 5915 (private keys)
 *
 * @module
 */
import { encodeUtf8 } from "../shared/encoding.ts";
import { p256, p384 } from "../shared/npm/curves.ts";
import { bitString, explicit, integer, octetString, oid, sequence } from "./der.ts";
import { HmacDrbg } from "./drbg.ts";
import type { PrivateKey } from "./private_key.ts";

/** The curves, by kubeadm's names of the algorithms. */
export type EcdsaAlgorithm = "ECDSA-P256" | "ECDSA-P384";

interface CurveRow {
  readonly curve: typeof p256;
  /** Bytes of a scalar. */
  readonly length: number;
  readonly personalization: Uint8Array;
  /** Whether an out-of-range scalar is drawn again; on longer curves det-keygen calls it impossible. */
  readonly retries: boolean;
  /** AlgorithmIdentifier of keys. */
  readonly identifier: Uint8Array;
}

const EC_PUBLIC_KEY = oid("1.2.840.10045.2.1");

const CURVES: Readonly<Record<EcdsaAlgorithm, CurveRow>> = {
  "ECDSA-P256": {
    curve: p256,
    length: 32,
    personalization: encodeUtf8("det ECDSA key gen P-256"),
    retries: true,
    identifier: sequence(EC_PUBLIC_KEY, oid("1.2.840.10045.3.1.7")),
  },
  "ECDSA-P384": {
    curve: p384,
    length: 48,
    personalization: encodeUtf8("det ECDSA key gen P-384"),
    retries: false,
    identifier: sequence(EC_PUBLIC_KEY, oid("1.3.132.0.34")),
  },
};

/** Strict DER; and no low s: that is a rule of Bitcoin's, and RFC 6979 has none such. */
const SIGNATURE_FORM = { lowS: false, prehash: true, format: "der" } as const;

/**
 * Derives a private scalar (det-keygen, section ECDSA).
 *
 * @param seed any bytes, at least 16
 * @returns the scalar, big-endian, as long as the curve's order
 * @throws {Error} when the scalar is out of range, which happens with a probability below 2^-64
 */
export function deriveScalar(algorithm: EcdsaAlgorithm, seed: Uint8Array): Uint8Array {
  const { curve, length, personalization, retries } = CURVES[algorithm];
  const drbg = new HmacDrbg(seed, personalization);
  let scalar = drbg.generate(length);
  if (retries && toNumber(scalar) >= curve.Point.CURVE().n) {
    drbg.update();
    scalar = drbg.generate(length);
  }
  if (!curve.utils.isValidSecretKey(scalar)) throw new Error(`No ${algorithm} key comes of this seed`);
  return scalar;
}

/** Makes the key of a seed. */
export function makeEcdsaKey(algorithm: EcdsaAlgorithm, seed: Uint8Array): PrivateKey {
  return ecdsaKeyOf(algorithm, deriveScalar(algorithm, seed));
}

/**
 * Makes the key of a scalar.
 *
 * @param scalar big-endian, as long as the curve's order
 */
export function ecdsaKeyOf(algorithm: EcdsaAlgorithm, scalar: Uint8Array): PrivateKey {
  const { curve, identifier } = CURVES[algorithm];
  const publicKey = curve.getPublicKey(scalar, false);
  // The curve stands in the AlgorithmIdentifier, so parameters [0] are left out, as OpenSSL and Go do.
  const ecPrivateKey = sequence(integer(1n), octetString(scalar), explicit(1, bitString(publicKey)));
  return {
    algorithm,
    pkcs8: sequence(integer(0n), identifier, octetString(ecPrivateKey)),
    spki: sequence(identifier, bitString(publicKey)),
    publicKey,
    sign: (message) => curve.sign(message, scalar, SIGNATURE_FORM),
    verify: (message, signature) => curve.verify(signature, message, publicKey, SIGNATURE_FORM),
  };
}

function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${bytes.toHex()}`);
}
