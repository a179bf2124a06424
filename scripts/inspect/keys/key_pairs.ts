/**
 * The public part of a private key, made from the private part, so that a file whose two parts do not belong together
 * cannot pass for the key of a certificate.
 *
 * In: the numbers and octets of a key. Out: its SubjectPublicKeyInfo, and how far it is to be trusted. For RSA the
 * numbers are checked as Go's `rsa.PrivateKey.Validate` does; for DSA and curves the public part is computed again;
 * where the platform lacks the curve, what the file says is taken as it is. ML-DSA is such a case.
 *
 * @module
 */
import { bitString, integer, nothing, octetString, oid, sequence } from "../../issue/der.ts";
import { equalBytes } from "../../shared/encoding.ts";
import { ALGORITHM } from "../certificate/algorithms.ts";
import { readPublicKey } from "../certificate/certificate.ts";
import { DerError, Reader, TAG } from "../der/der.ts";

// Not imported above: a bundle would load it at its start, needed or not, and that takes longer than a small run.
const { Buffer } = await import("node:buffer");
const { createPrivateKey, createPublicKey } = await import("node:crypto");

/**
 * How the public part is known: `derived` from the private part (or proven by it), `as-written` in the file and not
 * checked, `wrong` when the file holds one that does not belong to its private part, `none` when there is none.
 */
export type PublicPart = "derived" | "as-written" | "wrong" | "none";

/** A public key, and how it is known. */
export interface KnownPublicKey {
  /** A SubjectPublicKeyInfo; undefined when it is `wrong` or `none`. */
  readonly spki: Uint8Array | undefined;
  readonly publicPart: PublicPart;
}

/** Most bits of a modulus that is computed with: OpenSSL's limits are these too, so that no file can hang us. */
const RSA_BITS = 16384;
const DSA_BITS = 10000;
const DSA_EXPONENT_BITS = 512;

/** Octets of a private number, by curve: files may leave out zeros in front, the platform may not. */
const CURVE_OCTETS: Readonly<Record<string, number>> = {
  "1.3.132.0.33": 28,
  "1.2.840.10045.3.1.7": 32,
  "1.3.132.0.10": 32,
  "1.3.132.0.34": 48,
  "1.3.132.0.35": 66,
};

/** The numbers of an RSA key, big-endian (RFC 8017 section A.1.2). */
export interface RsaNumbers {
  readonly modulus: Uint8Array;
  readonly publicExponent: Uint8Array;
  readonly privateExponent: Uint8Array;
  readonly primes: readonly [Uint8Array, Uint8Array];
  /** Whether there are more than the two primes. */
  readonly hasMorePrimes: boolean;
}

/**
 * The public part of an RSA key.
 *
 * @param numbers of the private key
 * @param algorithm the DER of its AlgorithmIdentifier; undefined for plain RSA
 */
export function rsaPublicKey(numbers: RsaNumbers, algorithm?: Uint8Array): KnownPublicKey {
  const { modulus, publicExponent, hasMorePrimes } = numbers;
  const spki = rsaSpki(modulus, publicExponent, algorithm);
  const longest = Math.max(
    ...[modulus, publicExponent, numbers.privateExponent, ...numbers.primes].map(({ length }) => length),
  );
  if (hasMorePrimes || longest * 8 > RSA_BITS) return { spki, publicPart: "as-written" };
  const [n, e, d] = [toNumber(modulus), toNumber(publicExponent), toNumber(numbers.privateExponent)];
  const primes = numbers.primes.map(toNumber);
  const fits = e > 1n && primes.reduce((product, prime) => product * prime, 1n) === n &&
    primes.every((prime) => prime > 2n && e * d % (prime - 1n) === 1n);
  return fits ? { spki, publicPart: "derived" } : { spki: undefined, publicPart: "wrong" };
}

/** A SubjectPublicKeyInfo of an RSA key (RFC 3279 section 2.3.1). */
export function rsaSpki(modulus: Uint8Array, exponent: Uint8Array, algorithm?: Uint8Array): Uint8Array {
  const key = bitString(sequence(integer(modulus), integer(exponent)));
  return sequence(algorithm ?? sequence(oid(ALGORITHM.rsa), nothing()), key);
}

/** The numbers of a DSA key, big-endian. */
export interface DsaNumbers {
  readonly p: Uint8Array;
  readonly g: Uint8Array;
  readonly privateNumber: Uint8Array;
  /** The public number that the file names. */
  readonly publicNumber: Uint8Array | undefined;
}

/**
 * The public part of a DSA key (FIPS 186-4 section 4.2): g to the power of the private number.
 *
 * @param numbers of the private key
 * @param algorithm the DER of its AlgorithmIdentifier, with p, q and g
 */
export function dsaPublicKey(numbers: DsaNumbers, algorithm: Uint8Array): KnownPublicKey {
  const { publicNumber } = numbers;
  const spki = (y: Uint8Array): Uint8Array => sequence(algorithm, bitString(integer(y)));
  const isTooLarge = numbers.p.length * 8 > DSA_BITS || numbers.g.length > numbers.p.length + 1 ||
    numbers.privateNumber.length * 8 > DSA_EXPONENT_BITS;
  const p = toNumber(numbers.p);
  if (isTooLarge || p < 3n) {
    return publicNumber === undefined
      ? { spki: undefined, publicPart: "none" }
      : { spki: spki(publicNumber), publicPart: "as-written" };
  }
  const y = power(toNumber(numbers.g), toNumber(numbers.privateNumber), p);
  if (publicNumber !== undefined && toNumber(publicNumber) !== y) {
    return { spki: undefined, publicPart: "wrong" };
  }
  const hex = y.toString(16);
  return {
    spki: spki(Uint8Array.fromHex(hex.padStart(hex.length + hex.length % 2, "0"))),
    publicPart: "derived",
  };
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let square = base % modulus, rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = result * square % modulus;
    square = square * square % modulus;
  }
  return result;
}

function toNumber(octets: Uint8Array): bigint {
  return octets.length === 0 ? 0n : BigInt(`0x${octets.toHex()}`);
}

/**
 * The public part of a key on an elliptic curve.
 *
 * @param curve dotted form; undefined when the curve is unnamed
 * @param algorithm the DER of its AlgorithmIdentifier, with the curve
 * @param secret the private number, big-endian
 * @param written points that the file holds
 */
export function curvePublicKey(
  curve: string | undefined,
  algorithm: Uint8Array,
  secret: Uint8Array,
  written: readonly Uint8Array[],
): KnownPublicKey {
  const octets = curve === undefined ? undefined : CURVE_OCTETS[curve];
  const whole = octets === undefined ? secret : sized(secret, octets);
  const inner = sequence(integer(1n), octetString(whole));
  return known(algorithm, inner, written, samePoint);
}

function sized(number: Uint8Array, octets: number): Uint8Array {
  const first = number.findIndex((octet) => octet !== 0);
  const digits = first < 0 ? number.subarray(number.length) : number.subarray(first);
  if (digits.length > octets) return number;
  const whole = new Uint8Array(octets);
  whole.set(digits, octets - digits.length);
  return whole;
}

/** Whether a point, in any of its forms (SEC 1 section 2.3.3), is the uncompressed one. */
function samePoint(point: Uint8Array, other: Uint8Array): boolean {
  if (equalBytes(point, other)) return true;
  const [form] = other;
  const size = (point.length - 1) / 2;
  const parity = (point.at(-1) ?? 0) & 1;
  if (form === 6 + parity) return equalBytes(point.subarray(1), other.subarray(1));
  return form === 2 + parity && equalBytes(point.subarray(1, 1 + size), other.subarray(1));
}

/**
 * The public part of a key whose identifier says everything, such as Ed25519 (RFC 8410 section 7).
 *
 * @param algorithm the DER of its AlgorithmIdentifier
 * @param secret the content of PKCS#8's `privateKey`
 * @param written public keys that the file holds
 */
export function otherPublicKey(
  algorithm: Uint8Array,
  secret: Uint8Array,
  written: readonly Uint8Array[],
): KnownPublicKey {
  return known(algorithm, secret, written, equalBytes);
}

function known(
  algorithm: Uint8Array,
  secret: Uint8Array,
  written: readonly Uint8Array[],
  isSame: (derived: Uint8Array, other: Uint8Array) => boolean,
): KnownPublicKey {
  const spki = derive(sequence(integer(0n), algorithm, octetString(secret)));
  if (spki === undefined) {
    const [first] = written;
    if (first === undefined) return { spki: undefined, publicPart: "none" };
    if (written.some((other) => !equalBytes(first, other))) return { spki: undefined, publicPart: "wrong" };
    return { spki: sequence(algorithm, bitString(first)), publicPart: "as-written" };
  }
  const { key } = readPublicKey(new Reader(spki).take(TAG.sequence, "a public key"));
  if (written.some((other) => !isSame(key, other))) return { spki: undefined, publicPart: "wrong" };
  return { spki, publicPart: "derived" };
}

/** Leaves the platform no public part to copy; undefined when it does not know the algorithm or refuses the key. */
function derive(pkcs8: Uint8Array): Uint8Array | undefined {
  try {
    const key = createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" });
    return Uint8Array.from(createPublicKey(key).export({ type: "spki", format: "der" }));
  } catch (error) {
    // Its words may tell of the key: they are dropped.
    if (error instanceof DerError) throw error;
    return undefined;
  }
}
