/**
 * Public keys as `openssl x509 -text` writes them.
 *
 * In: a SubjectPublicKeyInfo. Out: lines without indentation.
 *
 * @module
 */
import type { PublicKey } from "../certificate/certificate.ts";
import { DerError, Reader, TAG, type Value } from "../der/der.ts";
import { readInteger } from "../der/der_values.ts";
import { curveKeyLines } from "./curves.ts";
import { pssKeyLines } from "./pss.ts";
import { bitLength, integerOf, labeledNumber, labeledOctets } from "./text.ts";

/** Keys whose octets are all there is, by OpenSSL's names (RFC 8410, RFC 9881), with their length. */
const PLAIN_KEYS: Readonly<Record<string, readonly [name: string, length: number]>> = {
  "1.3.101.110": ["X25519", 32],
  "1.3.101.111": ["X448", 56],
  "1.3.101.112": ["ED25519", 32],
  "1.3.101.113": ["ED448", 57],
  "2.16.840.1.101.3.4.3.17": ["ML-DSA-44", 1312],
  "2.16.840.1.101.3.4.3.18": ["ML-DSA-65", 1952],
  "2.16.840.1.101.3.4.3.19": ["ML-DSA-87", 2592],
};

/** Other keys, by the identifier of their algorithm. */
const KEY_LINES: Readonly<Record<string, (parameters: Value | undefined, key: Uint8Array) => string[]>> = {
  "1.2.840.113549.1.1.1": (_, key) => rsaLines(key),
  "1.2.840.113549.1.1.10": (parameters, key) => [...rsaLines(key), ...pssKeyLines(parameters)],
  "1.2.840.10045.2.1": curveKeyLines,
  "1.2.840.10040.4.1": dsaLines,
};

/**
 * The lines of a key.
 *
 * @returns undefined when it is of a kind that OpenSSL does not know, or cannot be read
 */
export function publicKeyLines({ algorithm: { oid, parameters }, key }: PublicKey): string[] | undefined {
  const plain = PLAIN_KEYS[oid];
  if (plain !== undefined) {
    const [name, length] = plain;
    if (key.length !== length || parameters !== undefined) return undefined;
    return [`${name} Public-Key:`, ...labeledOctets("pub:", key)];
  }
  try {
    return KEY_LINES[oid]?.(parameters, key);
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

/** RFC 8017 appendix A.1.1. */
function rsaLines(key: Uint8Array): string[] {
  const fields = new Reader(key).enter(TAG.sequence, "an RSA key");
  const [modulus, exponent] = [readNumber(fields), readNumber(fields)];
  fields.close("an RSA key");
  return [
    `Public-Key: (${bitLength(modulus)} bit)`,
    ...labeledNumber("Modulus:", modulus),
    ...labeledNumber("Exponent:", exponent),
  ];
}

/** RFC 3279 section 2.3.2. */
function dsaLines(parameters: Value | undefined, key: Uint8Array): string[] {
  if (parameters?.tag !== TAG.sequence) throw new DerError(parameters?.at ?? 0, "a DSA key without numbers");
  const fields = new Reader(parameters.content, parameters.contentAt);
  const [p, q, g] = [readNumber(fields), readNumber(fields), readNumber(fields)];
  fields.close("the numbers of a DSA key");
  return [
    `Public-Key: (${bitLength(p)} bit)`,
    ...labeledNumber("pub: ", integerOf(readInteger(new Reader(key).take(TAG.integer, "a DSA key")))),
    ...labeledNumber("P:   ", p),
    ...labeledNumber("Q:   ", q),
    ...labeledNumber("G:   ", g),
  ];
}

/** OpenSSL takes the octets for a number without a sign. */
function readNumber(reader: Reader): bigint {
  return BigInt(`0x${readInteger(reader.take(TAG.integer, "a number of the key")).toHex()}`);
}
