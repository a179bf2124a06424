/**
 * Names of algorithms: of keys as the spec writes them, of signatures as OpenSSL prints them. What no name is known for
 * shows its object identifier.
 *
 * @module
 */
import type { Algorithm, PublicKey } from "./certificate.ts";
import { Reader, TAG } from "../der/der.ts";
import { readInteger, readOid } from "../der/der_values.ts";

/** Signature algorithms by OpenSSL's long names (RFC 3279, 4055, 5758, 8410, 9881). */
const SIGNATURES: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.1.2": "md2WithRSAEncryption",
  "1.2.840.113549.1.1.4": "md5WithRSAEncryption",
  "1.2.840.113549.1.1.5": "sha1WithRSAEncryption",
  "1.2.840.113549.1.1.10": "rsassaPss",
  "1.2.840.113549.1.1.11": "sha256WithRSAEncryption",
  "1.2.840.113549.1.1.12": "sha384WithRSAEncryption",
  "1.2.840.113549.1.1.13": "sha512WithRSAEncryption",
  "1.2.840.113549.1.1.14": "sha224WithRSAEncryption",
  "1.2.840.10040.4.3": "dsaWithSHA1",
  "2.16.840.1.101.3.4.3.2": "dsa_with_SHA256",
  "1.2.840.10045.4.1": "ecdsa-with-SHA1",
  "1.2.840.10045.4.3.1": "ecdsa-with-SHA224",
  "1.2.840.10045.4.3.2": "ecdsa-with-SHA256",
  "1.2.840.10045.4.3.3": "ecdsa-with-SHA384",
  "1.2.840.10045.4.3.4": "ecdsa-with-SHA512",
  "1.3.101.112": "ED25519",
  "1.3.101.113": "ED448",
  "2.16.840.1.101.3.4.3.17": "ML-DSA-44",
  "2.16.840.1.101.3.4.3.18": "ML-DSA-65",
  "2.16.840.1.101.3.4.3.19": "ML-DSA-87",
};

/** Curves by the names that people use for them. */
const CURVES: Readonly<Record<string, string>> = {
  "1.3.132.0.33": "P224",
  "1.2.840.10045.3.1.7": "P256",
  "1.3.132.0.34": "P384",
  "1.3.132.0.35": "P521",
  "1.3.132.0.10": "secp256k1",
  "1.3.36.3.3.2.8.1.1.7": "brainpoolP256r1",
  "1.3.36.3.3.2.8.1.1.11": "brainpoolP384r1",
  "1.3.36.3.3.2.8.1.1.13": "brainpoolP512r1",
};

/** Keys whose identifier says everything. */
const KEYS: Readonly<Record<string, string>> = {
  "1.3.101.110": "X25519",
  "1.3.101.111": "X448",
  "1.3.101.112": "Ed25519",
  "1.3.101.113": "Ed448",
  "2.16.840.1.101.3.4.3.17": "ML-DSA-44",
  "2.16.840.1.101.3.4.3.18": "ML-DSA-65",
  "2.16.840.1.101.3.4.3.19": "ML-DSA-87",
};

/** Keys whose parameters or size say more. */
export const ALGORITHM = {
  rsa: "1.2.840.113549.1.1.1",
  rsaPss: "1.2.840.113549.1.1.10",
  ec: "1.2.840.10045.2.1",
  dsa: "1.2.840.10040.4.1",
} as const;

/** The name of a signature algorithm, such as `ecdsa-with-SHA256`. */
export function signatureName({ oid }: Algorithm): string {
  return SIGNATURES[oid] ?? oid;
}

/**
 * What kind of key it is, such as `ECDSA-P256`, `RSA-2048` or `Ed25519`.
 *
 * @throws {DerError} when a key of RSA or DSA, or the name of a curve, is not what its standard says
 */
export function keyName({ algorithm, key }: PublicKey): string {
  const { oid, parameters } = algorithm;
  switch (oid) {
    case ALGORITHM.rsa:
      return `RSA-${modulusBits(key)}`;
    case ALGORITHM.rsaPss:
      return `RSA-PSS-${modulusBits(key)}`;
    case ALGORITHM.ec: {
      if (parameters === undefined) return "ECDSA without a curve";
      if (parameters.tag !== TAG.oid) return "ECDSA with explicit parameters";
      const curve = readOid(parameters);
      return `ECDSA-${CURVES[curve] ?? curve}`;
    }
    case ALGORITHM.dsa:
      if (parameters === undefined || parameters.tag !== TAG.sequence) return "DSA";
      return `DSA-${integerBits(new Reader(parameters.content, parameters.contentAt))}`;
    default:
      return KEYS[oid] ?? oid;
  }
}

function modulusBits(key: Uint8Array): number {
  return integerBits(new Reader(key).enter(TAG.sequence, "an RSA key"));
}

/** The length of the number that comes next, in bits. */
function integerBits(reader: Reader): number {
  const octets = readInteger(reader.take(TAG.integer, "a number of the key"));
  const first = octets[0] === 0 ? 1 : 0;
  return octets.length === first ? 0 : (octets.length - first) * 8 - (Math.clz32(octets[first] ?? 0) - 24);
}
