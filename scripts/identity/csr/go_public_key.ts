/**
 * Public keys and signatures of requests, as Go's crypto/x509 judges them, with its words.
 *
 * @module
 */
import {
  type Algorithm,
  type PublicKey,
  readAlgorithm,
  readPublicKey,
} from "../../inspect/certificate/certificate.ts";
import { type GoKey, readGoKey } from "../../inspect/chain/go_keys.ts";
import { verifySignature } from "../../inspect/chain/signature.ts";
import { DerError, Reader, TAG } from "../../inspect/der/der.ts";
import { bitString, integer, nothing, oid, sequence } from "../../issue/der.ts";
import { readGoOid } from "./go_asn1.ts";
import { GoError } from "./go_error.ts";

/** A public key that Go can read. */
export interface GoPublicKey {
  readonly kind: GoKey["kind"];
  /** SubjectPublicKeyInfo as Go writes it into a certificate, DER. */
  readonly spki: Uint8Array;
}

const RSA = "1.2.840.113549.1.1.1";
const EC = "1.2.840.10045.2.1";
const ED25519 = "1.3.101.112";
const DSA = "1.2.840.10040.4.1";

/**
 * Reads a key (Go 1.26, crypto/x509, `parsePublicKey`).
 *
 * @param type dotted form of its algorithm
 * @param parameters DER, undefined where there are none
 * @param octets of the bit string
 * @returns undefined for a kind of key that Go does not know
 * @throws {GoError} when Go refuses it
 */
export function readGoPublicKey(
  type: string,
  parameters: Uint8Array | undefined,
  octets: Uint8Array,
): GoPublicKey | undefined {
  switch (type) {
    case RSA:
      return readRsa(parameters, octets);
    case EC:
      return readEc(parameters, octets);
    case ED25519:
      if (parameters !== undefined) throw new GoError("x509: Ed25519 key encoded with illegal parameters");
      if (octets.length !== 32) throw new GoError("x509: wrong Ed25519 public key size");
      return { kind: "ed25519", spki: sequence(sequence(oid(ED25519)), bitString(octets)) };
    case DSA:
      return readDsa(parameters, octets);
    default:
      return undefined;
  }
}

function readRsa(parameters: Uint8Array | undefined, octets: Uint8Array): GoPublicKey {
  if (parameters?.toHex() !== "0500") throw new GoError("x509: RSA key missing NULL parameters");
  const key = attempt("x509: invalid RSA public key", () => new Reader(octets).enter(0x30, "a key"));
  const modulus = attempt("x509: invalid RSA modulus", () => readInteger(key));
  const exponent = attempt("x509: invalid RSA public exponent", () => {
    const value = readInteger(key);
    if (value.length > 8) throw new DerError(0, "too large");
    return value;
  });
  if (!isPositive(modulus)) throw new GoError("x509: RSA modulus is not a positive number");
  if (!isPositive(exponent)) throw new GoError("x509: RSA public exponent is not a positive number");
  const body = sequence(integer(modulus), integer(exponent));
  return { kind: "rsa", spki: sequence(sequence(oid(RSA), nothing()), bitString(body)) };
}

/** Curves that Go knows; the AlgorithmIdentifier is written anew. */
const CURVES = ["1.3.132.0.33", "1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35"];

function readEc(parameters: Uint8Array | undefined, octets: Uint8Array): GoPublicKey {
  const found = namedCurve(parameters);
  const curve = CURVES.find((known) => known === found);
  if (curve === undefined) throw new GoError("x509: unsupported elliptic curve");
  const spki = sequence(sequence(oid(EC), oid(curve)), bitString(octets));
  if (octets[0] !== 4) throw new GoError("ecdsa: invalid uncompressed public key");
  try {
    readGoKey(readPublicKey(new Reader(spki).read()));
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    throw new GoError(pointTrouble(curve, octets));
  }
  return { kind: "ecdsa", spki };
}

function namedCurve(parameters: Uint8Array | undefined): string {
  try {
    if (parameters?.[0] !== TAG.oid) throw new GoError("another kind of value");
    return readGoOid(parameters.subarray(2));
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    throw new GoError("x509: invalid ECDSA parameters");
  }
}

/** Names and fields of the curves, in the order of `CURVES` (FIPS 186-4 appendix D.1.2). */
const FIELDS: readonly (readonly [name: string, size: number, prime: bigint, element: string])[] = [
  ["P224", 28, 2n ** 224n - 2n ** 96n + 1n, "P224Element"],
  ["P256", 32, 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n, "P256 element"],
  ["P384", 48, 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n, "P384Element"],
  ["P521", 66, 2n ** 521n - 1n, "P521Element"],
];

/** What crypto/internal/fips140/nistec says of a point that is none. */
function pointTrouble(curve: string, octets: Uint8Array): string {
  const [name = "", size = 0, prime = 0n, element = ""] = FIELDS[CURVES.indexOf(curve)] ?? [];
  if (octets.length !== 1 + 2 * size) return `invalid ${name} point encoding`;
  const isLarge = [1, 1 + size].some((at) => BigInt(`0x${octets.slice(at, at + size).toHex()}`) >= prime);
  return isLarge ? `invalid ${element} encoding` : `${name} point not on curve`;
}

function readDsa(parameters: Uint8Array | undefined, octets: Uint8Array): GoPublicKey {
  const y = attempt("x509: invalid DSA public key", () => readInteger(new Reader(octets)));
  const numbers = attempt("x509: invalid DSA parameters", () => {
    const list = new Reader(parameters ?? new Uint8Array()).enter(0x30, "parameters");
    return [readInteger(list), readInteger(list), readInteger(list)];
  });
  if (![y, ...numbers].every(isPositive)) throw new GoError("x509: zero or negative DSA parameter");
  return { kind: "dsa", spki: new Uint8Array() };
}

function attempt<Value>(message: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    throw new GoError(message);
  }
}

function readInteger(reader: Reader): Uint8Array {
  const { at, content } = reader.take(0x02, "a number");
  const [first, second = 0] = content;
  const isPadded = content.length > 1 &&
    ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
  if (first === undefined || isPadded) throw new DerError(at, "a number that is not in its shortest form");
  return content;
}

function isPositive(octets: Uint8Array): boolean {
  return (octets[0] ?? 0) < 0x80 && octets.some((octet) => octet !== 0);
}

/** Signature algorithms by the kind of key that they are of, with Go's name for that kind. */
const OF_KIND: readonly (readonly [pattern: RegExp, kind: GoPublicKey["kind"], name: string])[] = [
  [/^1\.2\.840\.113549\.1\.1\.|^1\.3\.14\.3\.2\.29$/, "rsa", "RSA"],
  [/^1\.2\.840\.10045\.4\./, "ecdsa", "ECDSA"],
  [/^1\.3\.101\.112$/, "ed25519", "Ed25519"],
  [/^1\.2\.840\.10040\.4\.3$|^2\.16\.840\.1\.101\.3\.4\.3\.2$/, "dsa", "DSA"],
];
const GO_TYPES: Readonly<Record<string, string>> = {
  rsa: "*rsa.PublicKey",
  ecdsa: "*ecdsa.PublicKey",
  ed25519: "ed25519.PublicKey",
};
const FAILURES: Readonly<Record<string, string>> = {
  rsa: "crypto/rsa: verification error",
  ecdsa: "x509: ECDSA verification failure",
  ed25519: "x509: Ed25519 verification failure",
};
const UNIMPLEMENTED = "x509: cannot verify signature: algorithm unimplemented";

/**
 * Judges the signature of a request by its own key (Go 1.26, `CertificateRequest.CheckSignature`); SHA-1 is allowed.
 *
 * @returns Go's words for what is wrong; undefined when it is good
 */
export function requestSignatureTrouble(
  request: {
    readonly tbs: Uint8Array;
    readonly key: GoPublicKey | undefined;
    readonly signatureAlgorithm: Uint8Array;
    readonly signature: Uint8Array;
  },
): string | undefined {
  let algorithm: Algorithm;
  let key: PublicKey | undefined;
  try {
    algorithm = readAlgorithm(new Reader(request.signatureAlgorithm).read());
    key = request.key === undefined || request.key.spki.length === 0
      ? undefined
      : readPublicKey(new Reader(request.key.spki).read());
  } catch (error) {
    if (error instanceof DerError) return UNIMPLEMENTED;
    throw error;
  }
  if (algorithm.oid === "1.2.840.113549.1.1.4") {
    return "x509: cannot verify signature: insecure algorithm MD5-RSA";
  }
  const [, kind, name] = OF_KIND.find(([pattern]) => pattern.test(algorithm.oid)) ?? [];
  const given = request.key?.kind ?? "";
  const type = GO_TYPES[given];
  if (kind === undefined || key === undefined || type === undefined) return UNIMPLEMENTED;
  const signed = { tbs: request.tbs, signatureAlgorithm: algorithm, signature: request.signature };
  // What is known is asked before whose key it is.
  const verdict = verifySignature(signed, key, { allowSha1: true });
  if (verdict === "valid") return undefined;
  if (verdict === "unsupported") return given === "rsa" ? rsaTrouble(key) : UNIMPLEMENTED;
  if (verdict === "insecure") return UNIMPLEMENTED;
  return kind === given
    ? FAILURES[given]
    : `x509: signature algorithm specifies an ${name} public key, but have public key of type ${type}`;
}

/** What crypto/rsa refuses of a key before it verifies. */
function rsaTrouble(key: PublicKey): string {
  const found = readGoKey(key);
  if (found?.kind !== "rsa") return UNIMPLEMENTED;
  const bits = BigInt(`0x${found.modulus.toHex()}`).toString(2).length;
  if (bits < 1024) {
    return `crypto/rsa: ${bits}-bit keys are insecure (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)`;
  }
  if (((found.modulus.at(-1) ?? 0) & 1) === 0) return "crypto/rsa: public modulus is even";
  if (found.exponent < 2n) return "crypto/rsa: public exponent too small or negative";
  if (found.exponent >= 2n ** 31n) return "crypto/rsa: public exponent too large";
  if ((found.exponent & 1n) === 0n) return "crypto/rsa: public exponent is even";
  return UNIMPLEMENTED;
}
