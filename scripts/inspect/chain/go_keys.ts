/**
 * Public keys as Go reads them in certificates: what it refuses to parse, and what kind a key is.
 *
 * @module
 */
import type { PublicKey } from "../certificate/certificate.ts";
import { DerError, Reader, TAG, type Value } from "../der/der.ts";
import { readBits, readInteger, readOid } from "../der/der_values.ts";

/** Curves that Go knows: the field's prime, and b of y² = x³ - 3x + b (FIPS 186-4 appendix D.1.2). */
const CURVES: Readonly<Record<string, { readonly name: Curve; readonly p: bigint; readonly b: bigint }>> = {
  "1.3.132.0.33": {
    name: "P-224",
    p: 2n ** 224n - 2n ** 96n + 1n,
    b: 0xb4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4n,
  },
  "1.2.840.10045.3.1.7": {
    name: "P-256",
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  },
  "1.3.132.0.34": {
    name: "P-384",
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  },
  "1.3.132.0.35": {
    name: "P-521",
    p: 2n ** 521n - 1n,
    b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
  },
};

/** Curves that Go knows. */
export type Curve = "P-224" | "P-256" | "P-384" | "P-521";

/** A key, by what Go takes of it. */
export type GoKey =
  | { readonly kind: "rsa"; readonly modulus: Uint8Array; readonly exponent: bigint }
  | { readonly kind: "ecdsa"; readonly curve: Curve; readonly point: Uint8Array }
  | { readonly kind: "ed25519"; readonly octets: Uint8Array }
  | { readonly kind: "dsa" };

const NULL = "0500";

/**
 * Reads a public key (Go crypto/x509, `parsePublicKey`).
 *
 * @returns undefined for a kind of key that Go does not know: it reads the certificate, but verifies nothing with it
 * @throws {DerError} when Go refuses a certificate with it
 */
export function readGoKey({ der, algorithm }: PublicKey): GoKey | undefined {
  const { oid, parameters } = algorithm;
  const outer = new Reader(der).enter(TAG.sequence, "a public key");
  outer.read();
  const bits = outer.take(TAG.bitString, "a public key");
  const { at } = bits;
  const data = alignedBits(bits);
  switch (oid) {
    case "1.2.840.113549.1.1.1": {
      if (parameters?.whole.toHex() !== NULL) throw new DerError(at, "an RSA key without a NULL before it");
      const key = new Reader(data).enter(TAG.sequence, "an RSA key");
      const modulus = positive(key.take(TAG.integer, "a modulus"), "a modulus");
      const exponent = positive(key.take(TAG.integer, "an exponent"), "an exponent");
      if (exponent.length > 8) throw new DerError(at, "an RSA key whose exponent is too large");
      return { kind: "rsa", modulus, exponent: BigInt(`0x${exponent.toHex()}`) };
    }
    case "1.2.840.10045.2.1": {
      if (parameters?.tag !== TAG.oid) throw new DerError(at, "a key of an elliptic curve that is not named");
      const curve = CURVES[readOid(parameters)];
      if (curve === undefined) throw new DerError(at, "a key of an elliptic curve that Go does not know");
      if (!isOnCurve(curve, data)) throw new DerError(at, "a key that is no point of its elliptic curve");
      return { kind: "ecdsa", curve: curve.name, point: data };
    }
    case "1.3.101.112":
      if (parameters !== undefined) throw new DerError(at, "an Ed25519 key with parameters");
      if (data.length !== 32) throw new DerError(at, "an Ed25519 key that is not of 32 octets");
      return { kind: "ed25519", octets: data };
    case "1.2.840.10040.4.1": {
      positive(new Reader(data).take(TAG.integer, "a DSA key"), "a DSA key");
      if (parameters?.tag !== TAG.sequence) throw new DerError(at, "a DSA key without parameters");
      const numbers = new Reader(parameters.content, parameters.contentAt);
      for (const name of ["p", "q", "g"]) positive(numbers.take(TAG.integer, `${name} of a DSA key`), name);
      return { kind: "dsa" };
    }
    default:
      return undefined;
  }
}

/** The octets of a bit string, moved so that no unused bits are left at the end, as Go takes keys and signatures. */
export function alignedBits(value: Value): Uint8Array {
  const { octets, unused } = readBits(value);
  return unused === 0
    ? octets
    : octets.map((octet, index) => (octet >> unused) | ((octets[index - 1] ?? 0) << (8 - unused)));
}

function positive(value: Value, what: string): Uint8Array {
  const octets = readInteger(value);
  if ((octets[0] ?? 0) >= 0x80 || octets.every((octet) => octet === 0)) {
    throw new DerError(value.at, `${what} that is not positive`);
  }
  return octets;
}

function isOnCurve({ p, b }: { readonly p: bigint; readonly b: bigint }, point: Uint8Array): boolean {
  const size = Math.ceil(p.toString(16).length / 2);
  if (point.length !== 1 + 2 * size || point[0] !== 4) return false;
  const x = BigInt(`0x${point.subarray(1, 1 + size).toHex()}`);
  const y = BigInt(`0x${point.subarray(1 + size).toHex()}`);
  return x < p && y < p && (y * y - ((x * x - 3n) * x + b)) % p === 0n;
}
