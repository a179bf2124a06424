/**
 * RSA signatures of keys that are longer than the platform takes (4096 bits): RFC 8017, with the platform's digests and
 * big integers. It is slow, and nothing here is secret.
 *
 * @module
 */
import { concatBytes, equalBytes } from "../../shared/encoding.ts";

// Not imported above: a bundle would load it at its start, needed or not, and that takes longer than a small run.
const { createHash } = await import("node:crypto");

/** The longest modulus that the platform takes, in bits. */
export const PLATFORM_BITS = 4096;

/** A public key. */
interface LongKey {
  readonly modulus: Uint8Array;
  readonly exponent: bigint;
}

/** DigestInfo up to the digest (RFC 8017 section 9.2, note 1). */
const PREFIXES: Readonly<Record<string, string>> = {
  sha1: "3021300906052b0e03021a05000414",
  sha256: "3031300d060960864801650304020105000420",
  sha384: "3041300d060960864801650304020205000430",
  sha512: "3051300d060960864801650304020305000440",
};

/**
 * Says whether a signature is good.
 *
 * @param digest of `PREFIXES`
 * @param message what is signed
 * @param isPss RSASSA-PSS with a salt as long as the digest, else RSASSA-PKCS1-v1_5
 */
export function isLongRsaSignature(
  digest: string,
  message: Uint8Array,
  signature: Uint8Array,
  key: LongKey,
  isPss: boolean,
): boolean {
  const modulus = BigInt(`0x${key.modulus.toHex()}`);
  const bits = modulus.toString(2).length;
  const length = Math.ceil(bits / 8);
  if (signature.length !== length) return false;
  const number = BigInt(`0x${signature.toHex()}`);
  if (number >= modulus) return false;
  const encoded = Uint8Array.fromHex(
    power(number, key.exponent, modulus).toString(16).padStart(2 * length, "0"),
  );
  const hash = hashOf(digest, message);
  return isPss ? isPssEncoding(encoded, hash, digest, bits - 1) : isPkcs1Encoding(encoded, hash, digest);
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (
    let left = exponent, square = base % modulus;
    left > 0n;
    left >>= 1n, square = (square * square) % modulus
  ) {
    if ((left & 1n) === 1n) result = (result * square) % modulus;
  }
  return result;
}

function hashOf(digest: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash(digest);
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** RFC 8017 section 9.2: there is one encoding only, so it is made and compared. */
function isPkcs1Encoding(encoded: Uint8Array, hash: Uint8Array, digest: string): boolean {
  const info = concatBytes(Uint8Array.fromHex(PREFIXES[digest] ?? ""), hash);
  const fill = encoded.length - info.length - 3;
  if (fill < 8) return false;
  return equalBytes(
    encoded,
    concatBytes(Uint8Array.of(0, 1), new Uint8Array(fill).fill(0xff), Uint8Array.of(0), info),
  );
}

/** RFC 8017 section 9.1.2. */
function isPssEncoding(whole: Uint8Array, hash: Uint8Array, digest: string, bits: number): boolean {
  const length = Math.ceil(bits / 8);
  // A modulus of whole octets and one bit has an octet of zero in front.
  if (whole.length > length && whole[0] !== 0) return false;
  const encoded = whole.subarray(whole.length - length);
  const [size, salt] = [hash.length, hash.length];
  if (length < size + salt + 2 || encoded.at(-1) !== 0xbc) return false;
  const masked = encoded.subarray(0, length - size - 1);
  const check = encoded.subarray(length - size - 1, length - 1);
  const spare = 8 * length - bits;
  if (((masked[0] ?? 0) >> (8 - spare)) !== 0 && spare > 0) return false;
  const cover = mask(check, digest, masked.length);
  const block = masked.map((octet, index) => octet ^ (cover[index] ?? 0));
  block[0] = (block[0] ?? 0) & (0xff >> spare);
  const start = length - size - salt - 2;
  if (block.subarray(0, start).some((octet) => octet !== 0) || block[start] !== 1) return false;
  return equalBytes(hashOf(digest, new Uint8Array(8), hash, block.subarray(start + 1)), check);
}

/** MGF1 (RFC 8017 section B.2.1). */
function mask(seed: Uint8Array, digest: string, length: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let made = 0, counter = 0; made < length; counter++) {
    const number = new Uint8Array(4);
    new DataView(number.buffer).setUint32(0, counter);
    const part = hashOf(digest, seed, number);
    parts.push(part);
    made += part.length;
  }
  return concatBytes(...parts).subarray(0, length);
}
