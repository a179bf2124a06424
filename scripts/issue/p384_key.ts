/**
 * ECDSA on P-384: in goes a key seed, out comes a key. The scalar follows C2SP det-keygen, the signatures RFC 6979.
 * Few clusters ask for it, so noble does all of it.
 *
 * Sources: https://c2sp.org/det-keygen, RFC 5480 (public keys), RFC 5915 (private keys)
 *
 * @module
 */
import { encodeUtf8 } from "../shared/encoding.ts";
import { p384 } from "../shared/npm/curves.ts";
import { bitString, explicit, integer, octetString, oid, sequence } from "./der.ts";
import { HmacDrbg } from "./drbg.ts";
import type { PrivateKey } from "./private_key.ts";

const PERSONALIZATION = encodeUtf8("det ECDSA key gen P-384");
const IDENTIFIER = sequence(oid("1.2.840.10045.2.1"), oid("1.3.132.0.34"));
const SCALAR_LENGTH = 48;

/** Strict DER; and no low s: that is a rule of Bitcoin's, and RFC 6979 has none such. */
const SIGNATURE_FORM = { lowS: false, prehash: true, format: "der" } as const;

/**
 * Derives a private scalar (det-keygen, section ECDSA).
 *
 * @param seed any bytes, at least 16
 * @returns 48 bytes, big-endian
 * @throws {Error} when the scalar is out of range; det-keygen calls that impossible, its probability is below 2^-190
 */
export function deriveP384Scalar(seed: Uint8Array): Uint8Array {
  const scalar = new HmacDrbg(seed, PERSONALIZATION).generate(SCALAR_LENGTH);
  if (!p384.utils.isValidSecretKey(scalar)) throw new Error("No ECDSA-P384 key comes of this seed");
  return scalar;
}

/**
 * Makes the key of a scalar.
 *
 * @param scalar 48 bytes, big-endian
 */
export function p384KeyOf(scalar: Uint8Array): PrivateKey {
  const publicKey = p384.getPublicKey(scalar, false);
  // The curve stands in the AlgorithmIdentifier, so parameters [0] are left out, as OpenSSL and Go do.
  const ecPrivateKey = sequence(integer(1n), octetString(scalar), explicit(1, bitString(publicKey)));
  return {
    algorithm: "ECDSA-P384",
    pkcs8: sequence(integer(0n), IDENTIFIER, octetString(ecPrivateKey)),
    spki: sequence(IDENTIFIER, bitString(publicKey)),
    publicKey,
    sign: (message) => p384.sign(message, scalar, SIGNATURE_FORM),
    verify: (message, signature) => p384.verify(signature, message, publicKey, SIGNATURE_FORM),
  };
}
