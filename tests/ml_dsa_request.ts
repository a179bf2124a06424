/**
 * Requests with a key of ML-DSA (FIPS 204, RFC 9881), whose octets stand for nothing: who knows no ML-DSA looks at none of
 * them.
 */
import { bitString, explicit, integer, oid, sequence, set, utf8String } from "../scripts/issue/der.ts";
import { encodePem } from "../scripts/shared/pem.ts";

/** The parameter sets: object identifier, octets of a public key and of a signature. */
export const ML_DSA = {
  "ML-DSA-44": ["2.16.840.1.101.3.4.3.17", 1312, 2420],
  "ML-DSA-65": ["2.16.840.1.101.3.4.3.18", 1952, 3309],
  "ML-DSA-87": ["2.16.840.1.101.3.4.3.19", 2592, 4627],
} as const;

/**
 * Makes one.
 *
 * @param signatureAlgorithm dotted; default that of the key
 * @param keyLength in octets; default as it should be
 * @returns PEM
 */
export function mlDsaRequest(
  name: keyof typeof ML_DSA,
  signatureAlgorithm: string = ML_DSA[name][0],
  keyLength: number = ML_DSA[name][1],
): Uint8Array {
  const [type, , signatureLength] = ML_DSA[name];
  const spki = sequence(sequence(oid(type)), bitString(new Uint8Array(keyLength).fill(7)));
  const subject = sequence(set(sequence(oid("2.5.4.3"), utf8String("jane"))));
  const tbs = sequence(integer(0n), subject, spki, explicit(0));
  const signature = bitString(new Uint8Array(signatureLength).fill(9));
  return encodePem("CERTIFICATE REQUEST", sequence(tbs, sequence(oid(signatureAlgorithm)), signature));
}
