/**
 * What public keys of each algorithm look like from outside, to tell one kind from another without a parser.
 *
 * @module
 */
import type { KeyAlgorithm } from "../spec/scalars.ts";
import { bitString, integer, nothing, oid, sequence } from "./der.ts";

const EC = oid("1.2.840.10045.2.1");
const POINT_FORM = 4;

/** A SubjectPublicKeyInfo of each algorithm; only its frame counts. */
const SAMPLES: Readonly<Record<KeyAlgorithm, Uint8Array>> = {
  "RSA-2048": rsaSample(2048),
  "RSA-3072": rsaSample(3072),
  "RSA-4096": rsaSample(4096),
  "ECDSA-P256": sequence(sequence(EC, oid("1.2.840.10045.3.1.7")), pointSample(32)),
  "ECDSA-P384": sequence(sequence(EC, oid("1.3.132.0.34")), pointSample(48)),
  Ed25519: sequence(sequence(oid("1.3.101.112")), bitString(new Uint8Array(32))),
};

function rsaSample(bits: number): Uint8Array {
  const modulus = (1n << BigInt(bits)) - 1n;
  const key = sequence(integer(modulus), integer(65537n));
  return sequence(sequence(oid("1.2.840.113549.1.1.1"), nothing()), bitString(key));
}

function pointSample(length: number): Uint8Array {
  const point = new Uint8Array(1 + 2 * length);
  point[0] = POINT_FORM;
  return bitString(point);
}

/** How many bytes of each sample are not the key itself. */
const FRAMES: Readonly<Record<KeyAlgorithm, number>> = {
  // Up to the modulus: tag and length in four octets, and the zero in front.
  "RSA-2048": SAMPLES["RSA-2048"].length - 256 - 5,
  "RSA-3072": SAMPLES["RSA-3072"].length - 384 - 5,
  "RSA-4096": SAMPLES["RSA-4096"].length - 512 - 5,
  "ECDSA-P256": SAMPLES["ECDSA-P256"].length - 64,
  "ECDSA-P384": SAMPLES["ECDSA-P384"].length - 96,
  Ed25519: SAMPLES.Ed25519.length - 32,
};

/**
 * Whether a public key is of an algorithm.
 *
 * @param spki SubjectPublicKeyInfo, DER
 */
export function hasFormOf(algorithm: KeyAlgorithm, spki: Uint8Array): boolean {
  const sample = SAMPLES[algorithm];
  if (spki.length !== sample.length) return false;
  for (let i = 0; i < FRAMES[algorithm]; i++) if (spki[i] !== sample[i]) return false;
  return true;
}
