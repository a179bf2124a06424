/**
 * ECDSA on P-256, many keys and many signatures at once: in go key seeds or messages, out come keys as DER and
 * signatures. The scalar follows C2SP det-keygen, the nonces RFC 6979.
 *
 * Sources: https://c2sp.org/det-keygen, FIPS 186-5 section 6.4, RFC 5480 (public keys), RFC 5915 (private keys)
 *
 * @module
 */
import { encodeUtf8 } from "../shared/encoding.ts";
import { p256 } from "../shared/npm/curves.ts";
import { bitString, explicit, integer, octetString, oid, readElement, sequence } from "./der.ts";
import { DerWriter } from "./der_writer.ts";
import { HmacDrbg } from "./drbg.ts";
import { fromBytes, invertAll, modulo, toBytes32 } from "./field.ts";
import { multiplyBase, ORDER } from "./p256.ts";
import { owe } from "./p256_owed.ts";
import type { Affine } from "./p256_points.ts";
import type { BatchSignature, BatchSigner, KeyMaterial, PrivateKey } from "./private_key.ts";
import { deriveNonce } from "./rfc6979.ts";
import { sha256 } from "../shared/sha256/sha256.ts";

const PERSONALIZATION = encodeUtf8("det ECDSA key gen P-256");
const IDENTIFIER = sequence(oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7"));
const POINT_LENGTH = 65;
const SCALAR_LENGTH = 32;
/** The first byte of a point with both coordinates (SEC 1 section 2.3.3). */
const UNCOMPRESSED = 4;

// Every P-256 key has the same length, so that only scalar and point differ. The curve stands in the
// AlgorithmIdentifier, so the parameters [0] are left out, as OpenSSL and Go do.
const SPKI = sequence(IDENTIFIER, bitString(new Uint8Array(POINT_LENGTH)));
const PUBLIC_PART = explicit(1, bitString(new Uint8Array(POINT_LENGTH)));
const PKCS8 = sequence(
  integer(0n),
  IDENTIFIER,
  octetString(sequence(integer(1n), octetString(new Uint8Array(SCALAR_LENGTH)), PUBLIC_PART)),
);
const SCALAR_OFFSET = PKCS8.length - PUBLIC_PART.length - SCALAR_LENGTH;

/**
 * Derives a private scalar (det-keygen, section ECDSA).
 *
 * @param seed any bytes, at least 16
 * @throws {Error} when the scalar is out of range twice, which happens with a probability below 2^-64
 */
export function deriveP256Scalar(seed: Uint8Array): bigint {
  const drbg = new HmacDrbg(seed, PERSONALIZATION);
  let scalar = fromBytes(drbg.generate(SCALAR_LENGTH));
  if (scalar >= ORDER) {
    drbg.update();
    scalar = fromBytes(drbg.generate(SCALAR_LENGTH));
  }
  if (scalar === 0n || scalar >= ORDER) throw new Error("No ECDSA-P256 key comes of this seed");
  return scalar;
}

/** Makes the keys of seeds. */
export function makeP256Keys(seeds: readonly Uint8Array[]): KeyMaterial[] {
  const scalars = seeds.map(deriveP256Scalar);
  const points = multiplyBase(scalars);
  return points.map((point, index) => encodeKey(toBytes32(scalars[index] ?? 0n), point));
}

function encodeKey(scalar: Uint8Array, point: Affine): KeyMaterial {
  const publicKey = new Uint8Array(POINT_LENGTH);
  publicKey[0] = UNCOMPRESSED;
  publicKey.set(toBytes32(point.x), 1);
  publicKey.set(toBytes32(point.y), 1 + SCALAR_LENGTH);
  const pkcs8 = PKCS8.slice();
  pkcs8.set(scalar, SCALAR_OFFSET);
  pkcs8.set(publicKey, PKCS8.length - POINT_LENGTH);
  const spki = SPKI.slice();
  spki.set(publicKey, SPKI.length - POINT_LENGTH);
  return { pkcs8, spki, publicKey };
}

/**
 * Makes the key of a scalar, which can sign.
 *
 * @param scalar 1 to n - 1
 */
export function p256KeyOf(scalar: bigint): PrivateKey {
  const [point] = multiplyBase([scalar]);
  if (point === undefined) throw new Error("One scalar gives one point");
  const bytes = toBytes32(scalar);
  const material = encodeKey(bytes, point);
  const batch: BatchSigner = {
    signAll: (messages) => signAll(scalar, bytes, messages),
    verifyAll: (messages, signatures) => areValid(scalar, messages, signatures),
  };
  return {
    algorithm: "ECDSA-P256",
    ...material,
    sign: (message) => batch.signAll([message])[0]?.signature ?? new Uint8Array(0),
    verify: (message, signature) => p256.verify(signature, message, material.publicKey, NOBLE_FORM),
    batch,
  };
}

/** Strict DER, and no low s: that is a rule of Bitcoin's, and RFC 6979 has none such. */
const NOBLE_FORM = { lowS: false, prehash: true, format: "der" } as const;

function signAll(scalar: bigint, bytes: Uint8Array, messages: readonly Uint8Array[]): BatchSignature[] {
  const digests = messages.map((message) => sha256(message));
  const nonces = digests.map((digest) => deriveNonce(bytes, digest));
  const points = multiplyBase(nonces);
  const inverses = invertAll(nonces, ORDER);
  return points.map((noncePoint, index) => {
    const r = noncePoint.x % ORDER;
    const s = (inverses[index] ?? 0n) * (fromBytes(digests[index] ?? bytes) + r * scalar) % ORDER;
    // RFC 6979 would take the next nonce; nobody has ever seen a message for which it must (2^-256).
    if (r === 0n || s === 0n) throw new Error("A signature of zero");
    return { signature: encodeSignature(r, s), noncePoint };
  });
}

const writer = new DerWriter();

/** Encodes a signature (RFC 3279 section 2.2.3). */
function encodeSignature(r: bigint, s: bigint): Uint8Array {
  writer.begin();
  writer.putNumber(toBytes32(s));
  writer.putNumber(toBytes32(r));
  writer.wrap(0x30, 0);
  return writer.take();
}

/**
 * Verifies signatures all at once. Each one's equation (FIPS 186-5 section 6.4.2) says that its nonce's point is
 * (z/s + r/s * d) * G: that is owed, and `settle` has it confirmed.
 *
 * @param scalar d, whose point is owed too
 * @returns false when one is no signature at all; of the rest `settle` says it
 */
function areValid(
  scalar: bigint,
  messages: readonly Uint8Array[],
  signatures: readonly BatchSignature[],
): boolean {
  const numbers = signatures.map(({ signature }) => readSignature(signature));
  if (numbers.some((pair) => pair === undefined) || messages.length !== signatures.length) return false;
  const inverses = invertAll(numbers.map((pair) => pair?.s ?? 0n), ORDER);
  let factor = 0n;
  for (const [index, pair] of numbers.entries()) {
    const r = pair?.r ?? 0n;
    if (
      signatures[index]?.noncePoint.x !== undefined && modulo(signatures[index].noncePoint.x, ORDER) !== r
    ) {
      return false;
    }
    const z = fromBytes(sha256(messages[index] ?? new Uint8Array(0)));
    factor = (factor + (z + r * scalar) * (inverses[index] ?? 0n)) % ORDER;
  }
  owe(factor, signatures.map(({ noncePoint }) => noncePoint));
  return true;
}

/** Reads the two numbers of a DER signature, both in range. */
function readSignature(der: Uint8Array): { readonly r: bigint; readonly s: bigint } | undefined {
  const whole = readElement(der, 0);
  const first = whole && readElement(der, whole.start);
  const second = first && readElement(der, first.end);
  if (first === undefined || second === undefined || second.end !== der.length) return undefined;
  const [r, s] = [first, second].map(({ start, end }) => fromBytes(der.subarray(start, end)));
  if (r === undefined || s === undefined) return undefined;
  return r > 0n && r < ORDER && s > 0n && s < ORDER ? { r, s } : undefined;
}
