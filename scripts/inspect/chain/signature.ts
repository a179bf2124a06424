/**
 * Whether a signature of X.509 is good, and whether Go would look at it at all: certificates, certificate requests and
 * revocation lists are all signed in the same way.
 *
 * @module
 */
import type { KeyObject } from "node:crypto";
import { p521 } from "../../shared/npm/curves.ts";
import type { Algorithm, PublicKey } from "../certificate/certificate.ts";
import { contextTag, DerError, Reader, TAG, type Value } from "../der/der.ts";
import { readOid, readSmallInteger } from "../der/der_values.ts";
import { type GoKey, readGoKey } from "./go_keys.ts";
import { isLongRsaSignature, PLATFORM_BITS } from "./long_rsa.ts";

// Not imported above: a bundle would load it at its start, needed or not, and that takes longer than a small run.
const { Buffer } = await import("node:buffer");
const { constants, createHash, createPublicKey, verify } = await import("node:crypto");

/** What there is to say of a signature. */
export type SignatureVerdict =
  /** It is the key's. */
  | "valid"
  /** It is not: other bytes, or another key. */
  | "invalid"
  /** Go refuses its algorithm: MD5, SHA-1. */
  | "insecure"
  /** Go knows no such algorithm or key: Ed448, DSA, other curves, RSA below 1024 bits. */
  | "unsupported";

/** What is signed, and by what. */
export interface Signed {
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: Algorithm;
  readonly signature: Uint8Array;
}

type Digest = "sha1" | "sha256" | "sha384" | "sha512";

/** Signature algorithms that Go knows (crypto/x509, `signatureAlgorithmDetails`). */
type Known = {
  readonly key: GoKey["kind"];
  readonly digest: Digest | "md5" | undefined;
  readonly isPss?: boolean;
};

const KNOWN: Readonly<Record<string, Known>> = {
  "1.2.840.113549.1.1.4": { key: "rsa", digest: "md5" },
  "1.2.840.113549.1.1.5": { key: "rsa", digest: "sha1" },
  "1.3.14.3.2.29": { key: "rsa", digest: "sha1" },
  "1.2.840.113549.1.1.11": { key: "rsa", digest: "sha256" },
  "1.2.840.113549.1.1.12": { key: "rsa", digest: "sha384" },
  "1.2.840.113549.1.1.13": { key: "rsa", digest: "sha512" },
  "1.2.840.10040.4.3": { key: "dsa", digest: "sha1" },
  "2.16.840.1.101.3.4.3.2": { key: "dsa", digest: "sha256" },
  "1.2.840.10045.4.1": { key: "ecdsa", digest: "sha1" },
  "1.2.840.10045.4.3.2": { key: "ecdsa", digest: "sha256" },
  "1.2.840.10045.4.3.3": { key: "ecdsa", digest: "sha384" },
  "1.2.840.10045.4.3.4": { key: "ecdsa", digest: "sha512" },
  "1.3.101.112": { key: "ed25519", digest: undefined },
};

const PSS = "1.2.840.113549.1.1.10";
const MGF1 = "1.2.840.113549.1.1.8";
const PSS_DIGESTS: Readonly<Record<string, Digest>> = {
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
};
const SALTS: Readonly<Record<string, number>> = { sha256: 32, sha384: 48, sha512: 64 };

/** Keys of the platform by the bytes of the public key, as authorities sign many certificates. */
const platformKeys = new WeakMap<PublicKey, { readonly key: GoKey | undefined; object?: KeyObject }>();

/**
 * Says whether a signature is a key's (Go crypto/x509, `checkSignature`).
 *
 * @param signed what is signed, the algorithm and the signature
 * @param issuerKey the key that it should be of
 * @param options `allowSha1`: RSA and ECDSA with SHA-1 are looked at, as Go does for requests and revocation lists
 */
export function verifySignature(
  { tbs, signatureAlgorithm, signature }: Signed,
  issuerKey: PublicKey,
  { allowSha1 = false }: { readonly allowSha1?: boolean } = {},
): SignatureVerdict {
  const known = knownAlgorithm(signatureAlgorithm);
  if (known === undefined) return "unsupported";
  const { digest } = known;
  if (digest === "md5" || (digest === "sha1" && !allowSha1)) return "insecure";
  const cached = platformKey(issuerKey);
  const { key } = cached;
  if (key === undefined || key.kind === "dsa") return "unsupported";
  if (key.kind !== known.key) return "invalid";
  if (key.kind === "rsa" && !isRsaKeySound(key)) return "unsupported";
  if (key.kind === "ecdsa" && key.curve === "P-521") {
    return isP521Signature(digest ?? "sha512", tbs, signature, key.point) ? "valid" : "invalid";
  }
  if (key.kind === "rsa" && key.modulus.length * 8 > PLATFORM_BITS + 8) {
    const isGood = isLongRsaSignature(digest ?? "", tbs, signature, key, known.isPss === true);
    return isGood ? "valid" : "invalid";
  }
  try {
    cached.object ??= createPublicKey({ key: Buffer.from(issuerKey.der), format: "der", type: "spki" });
    const { object } = cached;
    const isValid = known.isPss
      ? verify(digest, tbs, {
        key: object,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: SALTS[digest ?? ""] ?? 0,
      }, signature)
      : verify(digest, tbs, object, signature);
    return isValid ? "valid" : "invalid";
  } catch {
    // The platform throws for signatures of the wrong form.
    return "invalid";
  }
}

function platformKey(issuerKey: PublicKey): { readonly key: GoKey | undefined; object?: KeyObject } {
  const found = platformKeys.get(issuerKey);
  if (found !== undefined) return found;
  let key: GoKey | undefined;
  try {
    key = readGoKey(issuerKey);
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
  }
  const made = { key };
  platformKeys.set(issuerKey, made);
  return made;
}

/** What Go's crypto/rsa asks of a key before it verifies: 1024 bits, an odd modulus, an odd exponent below 2³¹. */
function isRsaKeySound({ modulus, exponent }: { modulus: Uint8Array; exponent: bigint }): boolean {
  const first = modulus.findIndex((octet) => octet !== 0);
  const bits = (modulus.length - first) * 8 - (Math.clz32(modulus[first] ?? 0) - 24);
  return bits >= 1024 && ((modulus.at(-1) ?? 0) & 1) === 1 && exponent > 1n && exponent < 2n ** 31n &&
    (exponent & 1n) === 1n;
}

/** The platform has no P-521. */
function isP521Signature(digest: string, tbs: Uint8Array, signature: Uint8Array, point: Uint8Array): boolean {
  const hash = new Uint8Array(createHash(digest).update(tbs).digest());
  try {
    return p521.verify(signature, hash, point, { format: "der", lowS: false, prehash: false });
  } catch {
    return false;
  }
}

function knownAlgorithm({ oid, parameters }: Algorithm): Known | undefined {
  if (oid === PSS) {
    try {
      const digest = parameters === undefined ? undefined : readPssDigest(parameters);
      return digest === undefined ? undefined : { key: "rsa", digest, isPss: true };
    } catch (error) {
      if (error instanceof DerError) return undefined;
      throw error;
    }
  }
  if (oid === "1.3.101.112" && parameters !== undefined) return undefined;
  return KNOWN[oid];
}

/** The one digest of RSA-PSS parameters: for the message, for the mask, and of the salt's length; or undefined. */
function readPssDigest(parameters: Value): Digest | undefined {
  if (parameters.tag !== TAG.sequence) return undefined;
  const fields = new Reader(parameters.content, parameters.contentAt);
  const hash = readHash(fields.enter(contextTag(0), "the digest"));
  const mask = fields.enter(contextTag(1), "the mask").enter(TAG.sequence, "the mask");
  const function1 = readOid(mask.take(TAG.oid, "the mask"));
  const maskHash = readHash(mask);
  const salt = readSmallInteger(
    fields.enter(contextTag(2), "the salt").take(TAG.integer, "the salt's length"),
  );
  const trailer = fields.enterIf(contextTag(3))?.take(TAG.integer, "the trailer");
  if (trailer !== undefined && readSmallInteger(trailer) !== 1) return undefined;
  const digest = PSS_DIGESTS[hash];
  return function1 === MGF1 && maskHash === hash && digest !== undefined && SALTS[digest] === salt
    ? digest
    : undefined;
}

/** An identifier of a digest, whose parameters are NULL or absent. */
function readHash(reader: Reader): string {
  const fields = reader.enter(TAG.sequence, "a digest");
  const oid = readOid(fields.take(TAG.oid, "a digest"));
  const parameters = fields.isAtEnd ? undefined : fields.read();
  if (parameters !== undefined && parameters.whole.toHex() !== "0500") {
    throw new DerError(parameters.at, "a digest with parameters");
  }
  return oid;
}
