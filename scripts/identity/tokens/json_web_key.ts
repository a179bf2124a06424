/**
 * Public keys of service account tokens as JSON Web Keys (RFC 7517), and the two documents by which others find them:
 * the API server's `/openid/v1/jwks` and `/.well-known/openid-configuration`.
 *
 * In: public keys as SubjectPublicKeyInfo. Out: their identifiers, algorithms, keys and documents, byte for byte as the
 * API server writes them (k8s.io/kubernetes/pkg/serviceaccount, openidmetadata.go; go-jose v2, jwk.go).
 *
 * @module
 */
import { readPublicKey } from "../../inspect/certificate/certificate.ts";
import { Reader, TAG } from "../../inspect/der/der.ts";
import { readBits } from "../../inspect/der/der_values.ts";
import { sha256 } from "../../shared/sha256/sha256.ts";
import { GoError } from "../csr/go_error.ts";
import { readGoPublicKey } from "../csr/go_public_key.ts";
import { writeGoJson } from "./go_json.ts";
import { issuerFault, jwksUriFault } from "./issuer.ts";

/** Algorithms of tokens that the API server signs and verifies with (RFC 7518 section 3.1). */
export type TokenAlgorithm = "RS256" | "ES256" | "ES384" | "ES512";

/** A public key as the API server publishes it; the members stand in its order. */
export type JsonWebKey =
  | {
    readonly use: "sig";
    readonly kty: "RSA";
    readonly kid: string;
    readonly alg: "RS256";
    /** Modulus and exponent, big-endian without zeros in front, in base64url. */
    readonly n: string;
    readonly e: string;
  }
  | {
    readonly use: "sig";
    readonly kty: "EC";
    readonly kid: string;
    readonly crv: "P-256" | "P-384" | "P-521";
    readonly alg: "ES256" | "ES384" | "ES512";
    /** Coordinates, as long as the curve's field is, in base64url. */
    readonly x: string;
    readonly y: string;
  };

/** Curves by the length of a point with both coordinates, in bytes. */
const CURVES = {
  65: { crv: "P-256", alg: "ES256" },
  97: { crv: "P-384", alg: "ES384" },
  133: { crv: "P-521", alg: "ES512" },
} as const;

/** Encodes bytes as base64url without padding (RFC 7515 section 2). */
export function toBase64Url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

/** A key in the only encoding that Go gives it, and the bits that are the key itself. */
interface Normal {
  readonly kind: "rsa" | "ecdsa";
  readonly spki: Uint8Array;
  readonly key: Uint8Array;
}

function normalize(spki: Uint8Array): Normal {
  const outer = new Reader(spki);
  const value = outer.take(TAG.sequence, "a public key");
  outer.close("a public key");
  const { algorithm, key } = readPublicKey(value);
  const found = readGoPublicKey(algorithm.oid, algorithm.parameters?.whole, key);
  if (found?.kind !== "rsa" && found?.kind !== "ecdsa") {
    throw new GoError(
      "unknown public key type, must be *rsa.PublicKey, *ecdsa.PublicKey, or jose.OpaqueSigner",
    );
  }
  const body = new Reader(found.spki).enter(TAG.sequence, "a public key");
  body.take(TAG.sequence, "an algorithm");
  return { kind: found.kind, spki: found.spki, key: readBits(body.take(TAG.bitString, "a key")).octets };
}

/**
 * The `kid` of a key: base64url of the SHA-256 of its SubjectPublicKeyInfo, as Go encodes that
 * (`keyIDFromPublicKey` of k8s.io/kubernetes/pkg/serviceaccount).
 *
 * @param spki DER of a public key: RSA, or ECDSA on P-256, P-384 or P-521
 * @returns 43 characters, without padding
 * @throws {DerError} when it is no SubjectPublicKeyInfo
 * @throws {GoError} when the API server does not take such a key
 */
export function keyIdOf(spki: Uint8Array): string {
  return jsonWebKeyOf(spki).kid;
}

/**
 * The algorithm of tokens that a key signs: one for each kind of key (`algorithmFromPublicKey`).
 *
 * @param spki DER of a public key
 * @throws {DerError} when it is no SubjectPublicKeyInfo
 * @throws {GoError} when the API server does not take such a key
 */
export function algorithmOf(spki: Uint8Array): TokenAlgorithm {
  return jsonWebKeyOf(spki).alg;
}

/**
 * A public key as JSON Web Key (RFC 7518 section 6).
 *
 * @param spki DER of a public key: RSA, or ECDSA on P-256, P-384 or P-521
 * @returns its members in the order of the API server's
 * @throws {DerError} when it is no SubjectPublicKeyInfo
 * @throws {GoError} when the API server does not take such a key, with its words
 */
export function jsonWebKeyOf(spki: Uint8Array): JsonWebKey {
  const { kind, spki: normal, key } = normalize(spki);
  const kid = toBase64Url(sha256(normal));
  if (kind === "rsa") {
    const numbers = new Reader(key).enter(TAG.sequence, "an RSA key");
    const n = toBase64Url(withoutZeros(numbers.take(TAG.integer, "the modulus").content));
    const e = toBase64Url(withoutZeros(numbers.take(TAG.integer, "the exponent").content));
    return { use: "sig", kty: "RSA", kid, alg: "RS256", n, e };
  }
  const curve = key.length === 65 || key.length === 97 || key.length === 133 ? CURVES[key.length] : undefined;
  if (curve === undefined) throw new GoError("unknown private key curve, must be 256, 384, or 521");
  const half = (key.length + 1) / 2;
  const [x, y] = [key.subarray(1, half), key.subarray(half)].map(toBase64Url);
  return { use: "sig", kty: "EC", kid, crv: curve.crv, alg: curve.alg, x: x ?? "", y: y ?? "" };
}

/** A number is positive here, so that a first zero is there for the sign alone. */
function withoutZeros(octets: Uint8Array): Uint8Array {
  return octets[0] === 0 ? octets.subarray(1) : octets;
}

/**
 * Renders the set of keys as the API server gives it at `/openid/v1/jwks` (RFC 7517 section 5).
 *
 * @param spkis public keys, in the order of `--service-account-key-file`; a key given twice stands there twice, as
 * there
 * @returns one line of JSON without a line break
 * @throws {DerError} when one is no SubjectPublicKeyInfo
 * @throws {GoError} when the API server does not take such a key, and when there is none
 */
export function renderJwks(spkis: readonly Uint8Array[]): string {
  return writeGoJson({ keys: keysOf(spkis).map((key) => ({ ...key })) });
}

function keysOf(spkis: readonly Uint8Array[]): JsonWebKey[] {
  if (spkis.length === 0) throw new GoError("no keys provided for validating keyset");
  return spkis.map(jsonWebKeyOf);
}

/** What a discovery document says. */
export interface DiscoveryContent {
  /** `--service-account-issuer`, an https URL without query and fragment. */
  readonly issuer: string;
  /** `--service-account-jwks-uri`, an https URL; by default `/openid/v1/jwks` at the API server's address. */
  readonly jwksUri: string;
  /** DER of every public key. */
  readonly spkis: readonly Uint8Array[];
}

/**
 * Renders the discovery document as the API server gives it at `/.well-known/openid-configuration`
 * (OpenID Connect Discovery 1.0 section 3; `openIDConfigJSON`).
 *
 * @returns one line of JSON without a line break
 * @throws {DerError} when one is no SubjectPublicKeyInfo
 * @throws {GoError} when the API server would not serve it: for a URL or a key that it does not take, with its words
 */
export function renderDiscovery({ issuer, jwksUri, spkis }: DiscoveryContent): string {
  const fault = issuerFault(issuer) ?? jwksUriFault(jwksUri);
  if (fault !== undefined) throw new GoError(fault);
  const algorithms = new Set(keysOf(spkis).map(({ alg }) => alg));
  return writeGoJson({
    issuer,
    jwks_uri: jwksUri,
    response_types_supported: ["id_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: [...algorithms].sort(),
  });
}
