/**
 * RSA keys: in go a size and a key seed, out comes a key. The primes follow C2SP det-keygen. This is the slowest
 * part of issuing, so it lets other work run meanwhile.
 *
 * Sources: https://c2sp.org/det-keygen, RFC 8017 (PKCS#1)
 *
 * @module
 */
import { concatBytes, encodeUtf8 } from "../shared/encoding.ts";
import { makePause } from "../shared/pause.ts";
import type { KeyAlgorithm } from "../spec/scalars.ts";
import { bitString, integer, nothing, octetString, oid, sequence } from "./der.ts";
import { HmacDrbg } from "./drbg.ts";
import { platformSigner } from "./platform_signer.ts";
import { isPrime } from "./primes.ts";
import type { KeyMaterial, PrivateKey } from "./private_key.ts";

/** The numbers of an RSA key. */
export interface RsaNumbers {
  /** The prime found first. */
  readonly p: bigint;
  readonly q: bigint;
  /** e^-1 modulo lcm(p-1, q-1). */
  readonly d: bigint;
}

/** The RSA algorithms, by kubeadm's names. */
export type RsaAlgorithm = Extract<KeyAlgorithm, `RSA-${string}`>;

/** Whether an algorithm is RSA. */
export function isRsa(algorithm: KeyAlgorithm): algorithm is RsaAlgorithm {
  return algorithm in SIZES;
}

const SIZES: Readonly<Record<RsaAlgorithm, number>> = {
  "RSA-2048": 2048,
  "RSA-3072": 3072,
  "RSA-4096": 4096,
};
const EXPONENT = 65537n;
/** rsaEncryption; its parameters are NULL and present (RFC 3279 section 2.3.1). */
const IDENTIFIER = sequence(oid("1.2.840.113549.1.1.1"), nothing());

/**
 * Derives the numbers of a key (det-keygen, section RSA).
 *
 * @param bits size of the modulus, a multiple of 16
 * @param seed any bytes, at least 16
 * @param pause awaited at least every few milliseconds
 */
export async function deriveRsaNumbers(
  bits: number,
  seed: Uint8Array,
  pause: () => Promise<void> = makePause(),
): Promise<RsaNumbers> {
  const label = concatBytes(encodeUtf8("det RSA key gen"), Uint8Array.of(bits >> 8, bits & 0xff));
  const drbg = new HmacDrbg(seed, label);
  for (;; drbg.update()) {
    const p = await derivePrime(drbg, bits / 16, pause);
    drbg.update();
    const q = await derivePrime(drbg, bits / 16, pause);
    const ratio = greatestDivisor(p - 1n, q - 1n);
    // A large common divisor makes lcm(p-1, q-1), and with it d, too small.
    if (ratio >= 1n << 32n) continue;
    const d = invert(EXPONENT, (p - 1n) * (q - 1n) / ratio);
    if (d !== undefined) return { p, q, d };
  }
}

/**
 * Makes the key of a seed.
 *
 * @param pause awaited at least every few milliseconds
 */
export async function makeRsaKey(
  algorithm: RsaAlgorithm,
  seed: Uint8Array,
  pause: () => Promise<void>,
): Promise<PrivateKey> {
  const numbers = await deriveRsaNumbers(SIZES[algorithm], seed, pause);
  const publicKey = sequence(integer(numbers.p * numbers.q), integer(EXPONENT));
  const pkcs8 = encodeRsaPrivateKey(numbers);
  const spki = sequence(IDENTIFIER, bitString(publicKey));
  return rsaKeyOf(algorithm, { pkcs8, spki, publicKey });
}

/** The key of bytes that another thread made. */
export async function rsaKeyOf(algorithm: RsaAlgorithm, material: KeyMaterial): Promise<PrivateKey> {
  return { algorithm, ...material, ...await platformSigner("sha256", material.pkcs8, material.spki) };
}

/** Encodes PKCS#8 around RSAPrivateKey (RFC 8017 appendix A.1.2). */
export function encodeRsaPrivateKey({ p, q, d }: RsaNumbers): Uint8Array {
  const coefficient = invert(q, p);
  if (coefficient === undefined) throw new Error("The primes of an RSA key are equal");
  const numbers = [0n, p * q, EXPONENT, d, p, q, d % (p - 1n), d % (q - 1n), coefficient];
  const rsaPrivateKey = sequence(...numbers.map((number) => integer(number)));
  return sequence(integer(0n), IDENTIFIER, octetString(rsaPrivateKey));
}

async function derivePrime(drbg: HmacDrbg, length: number, pause: () => Promise<void>): Promise<bigint> {
  for (;; drbg.update()) {
    const bytes = drbg.generate(length);
    // The top bits give the modulus its full length; the low ones make p = 7 modulo 8.
    bytes[0] = (bytes[0] ?? 0) | 0xc0;
    bytes[length - 1] = (bytes[length - 1] ?? 0) | 0x07;
    const candidate = BigInt(`0x${bytes.toHex()}`);
    if (await isPrime(candidate, pause)) return candidate;
  }
}

function greatestDivisor(a: bigint, b: bigint): bigint {
  while (b > 0n) [a, b] = [b, a % b];
  return a;
}

/** The inverse of a value, or undefined when there is none (extended Euclid). */
function invert(value: bigint, modulus: bigint): bigint | undefined {
  let [previous, current] = [modulus, value % modulus];
  let [before, factor] = [0n, 1n];
  while (current > 0n) {
    const quotient = previous / current;
    [previous, current] = [current, previous - quotient * current];
    [before, factor] = [factor, before - quotient * factor];
  }
  if (previous !== 1n) return undefined;
  return before < 0n ? before + modulus : before;
}
