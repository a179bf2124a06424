/**
 * Keys that sign tokens: a key of ours, or one of a PEM file that anyone made.
 *
 * In: a private key. Out: its public key, its identifier, its algorithm, and signatures as JSON Web Signatures hold
 * them (RFC 7518 sections 3.3 and 3.4). They are functions of key and text: ECDSA takes the nonces of RFC 6979, where
 * the API server takes random ones.
 *
 * @module
 */
import { latin1 } from "../../inspect/certificate/names.ts";
import { DerError, Reader, TAG } from "../../inspect/der/der.ts";
import { findPemBlocks, type PemBlock } from "../../inspect/der/pem_blocks.ts";
import { enterWhole, type PrivateKeyFacts } from "../../inspect/keys/private_key_forms.ts";
import { readPrivateKeyBlock } from "../../inspect/keys/private_keys.ts";
import { integer, nothing, octetString, oid, sequence } from "../../issue/der.ts";
import { platformSigner } from "../../issue/platform_signer.ts";
import type { PrivateKey } from "../../issue/private_key.ts";
import { concatBytes, encodeUtf8 } from "../../shared/encoding.ts";
import { p256, p384, p521 } from "../../shared/npm/curves.ts";
import { GoError } from "../csr/go_error.ts";
import { type JsonWebKey, jsonWebKeyOf, toBase64Url, type TokenAlgorithm } from "./json_web_key.ts";

// Not imported above: a bundle would load it at its start, needed or not, and that takes longer than a small run.
const { Buffer } = await import("node:buffer");

/** A private key that signs tokens. It lives in memory only. */
export interface TokenKey {
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  readonly algorithm: TokenAlgorithm;
  /** The `kid` of its tokens. */
  readonly keyId: string;
  /**
   * Signs the bytes of a header and a payload; the result is encoded as base64url and stands last. Equal bytes give
   * equal signatures.
   */
  sign(input: Uint8Array): Uint8Array;
}

/** Lengths of r and of s, in bytes (RFC 7518 section 3.4). */
const WIDTHS: Readonly<Record<TokenAlgorithm, number>> = { RS256: 0, ES256: 32, ES384: 48, ES512: 66 };

/**
 * Makes a key of ours sign tokens.
 *
 * @param key RSA or ECDSA
 * @throws {GoError} for Ed25519, which the API server takes for no key of tokens
 */
export function tokenKeyOf(key: PrivateKey): TokenKey {
  const { alg, kid } = publicKeyOf(key.spki);
  const width = WIDTHS[alg];
  return {
    spki: key.spki,
    algorithm: alg,
    keyId: kid,
    sign: width === 0 ? key.sign : (input) => fixedWidth(key.sign(input), width),
  };
}

function publicKeyOf(spki: Uint8Array): JsonWebKey {
  try {
    return jsonWebKeyOf(spki);
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    throw new GoError("a private key of this kind signs no tokens: expected RSA, P-256, P-384 or P-521");
  }
}

/**
 * Writes the two numbers of a DER signature (RFC 3279 section 2.2.3) one behind the other, each as long as the order
 * is.
 */
function fixedWidth(der: Uint8Array, width: number): Uint8Array {
  const numbers = enterWhole(der, "a signature");
  const halves = [numbers.take(TAG.integer, "r").content, numbers.take(TAG.integer, "s").content];
  return concatBytes(...halves.map((half) => sized(half, width)));
}

function sized(number: Uint8Array, width: number): Uint8Array {
  const whole = new Uint8Array(width);
  whole.set(number.subarray(-width), Math.max(0, width - number.length));
  return whole;
}

/**
 * Labels of PEM that the API server reads private keys from (`ParsePrivateKeyPEM` of k8s.io/client-go/util/keyutil).
 */
const LABELS = ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"];

/**
 * Reads a key of a file, as `--service-account-signing-key-file` does: the first private key in it counts.
 *
 * @param file PEM of PKCS#8, PKCS#1 or SEC 1 without a password; RSA of 1024 bits and more, P-256, P-384 or P-521
 * @returns a key that signs tokens
 * @throws {GoError} when there is no such key; the text never tells anything of the key
 */
export async function readTokenKey(file: Uint8Array): Promise<TokenKey> {
  const block = findPemBlocks(latin1(file)).find(({ label }) =>
    LABELS.includes(label) || label === "ENCRYPTED PRIVATE KEY"
  );
  if (block === undefined) throw new GoError("data does not contain a valid RSA or ECDSA private key");
  const { spki, form } = factsOf(block);
  const { alg, kid } = publicKeyOf(spki);
  const der = block.bytes ?? new Uint8Array();
  const common = { spki, algorithm: alg, keyId: kid };
  if (alg === "RS256") return { ...common, sign: await rsaSigner(der, form, spki) };
  const curve = CURVES[alg];
  const scalar = sized(scalarOf(der, form), WIDTHS[alg]);
  return {
    ...common,
    // No low s: that is a rule of Bitcoin's.
    sign: (input) => curve.sign(input, scalar, { lowS: false, prehash: true, format: "compact" }),
  };
}

const CURVES = { ES256: p256, ES384: p384, ES512: p521 } as const;

function factsOf(block: PemBlock): { readonly spki: Uint8Array; readonly form: PrivateKeyFacts["form"] } {
  let facts: PrivateKeyFacts | undefined;
  try {
    facts = readPrivateKeyBlock(block);
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    throw new GoError(`the private key cannot be read: ${error.message}`);
  }
  if (facts?.isEncrypted === true) {
    throw new GoError("the private key is encrypted: Kubernetes reads only keys without a password");
  }
  if (facts?.publicPart === "wrong") {
    throw new GoError("the private key is broken: its public part does not belong to its private part");
  }
  // Others than RSA and ECDSA may be taken as written; they are refused by their kind.
  if (facts?.spki === undefined) throw new GoError("data does not contain a valid RSA or ECDSA private key");
  return { spki: facts.spki, form: facts.form };
}

/** The least that Go signs with (crypto/rsa, `checkKeySize`), in bytes of the modulus. */
const LEAST_RSA_BYTES = 128;

async function rsaSigner(
  der: Uint8Array,
  form: PrivateKeyFacts["form"],
  spki: Uint8Array,
): Promise<TokenKey["sign"]> {
  const key = jsonWebKeyOf(spki);
  const bytes = key.kty === "RSA" ? Buffer.from(key.n, "base64url") : new Uint8Array();
  if (bytes.length < LEAST_RSA_BYTES || (bytes.length === LEAST_RSA_BYTES && (bytes[0] ?? 0) < 0x80)) {
    throw new GoError("the private key is too short: Go signs with RSA keys of 1024 bits and more");
  }
  const pkcs8 = form === "PKCS#8" ? der : sequence(integer(0n), RSA, octetString(der));
  const { sign, verify } = await platformSigner("sha256", pkcs8, spki);
  // The platform takes the primes as they are written; one signature shows whether they are good for anything.
  const probe = encodeUtf8("probe");
  if (!verify(probe, sign(probe))) throw new GoError("the private key is broken");
  return sign;
}

const RSA = sequence(oid("1.2.840.113549.1.1.1"), nothing());

/** The private number in an ECPrivateKey (RFC 5915), alone or in PKCS#8. */
function scalarOf(der: Uint8Array, form: PrivateKeyFacts["form"]): Uint8Array {
  const outer = enterWhole(der, "a private key");
  outer.take(TAG.integer, "a version");
  if (form === "SEC1") return outer.take(TAG.octetString, "the private part").content;
  outer.take(TAG.sequence, "an algorithm");
  const inner = new Reader(outer.take(TAG.octetString, "the private part").content);
  const body = inner.enter(TAG.sequence, "a key on a curve");
  body.take(TAG.integer, "a version");
  return body.take(TAG.octetString, "the private part").content;
}

/**
 * Signs a header and a payload in compact form (RFC 7515 section 7.1).
 *
 * @param header JSON
 * @param payload what is signed, as text
 * @returns three parts in base64url with points between them
 */
export function signCompact(header: string, payload: string, sign: TokenKey["sign"]): string {
  const input = `${toBase64Url(encodeUtf8(header))}.${toBase64Url(encodeUtf8(payload))}`;
  return `${input}.${toBase64Url(sign(encodeUtf8(input)))}`;
}
