/**
 * Reads files of public keys: SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7) and PKCS#1 (RFC 8017 section A.1.1).
 *
 * In: DER or a PEM block. Out: the algorithm, and the key as SubjectPublicKeyInfo.
 *
 * @module
 */
import { keyName } from "../certificate/algorithms.ts";
import { readPublicKey } from "../certificate/certificate.ts";
import { DerError, Reader, TAG } from "../der/der.ts";
import { rsaSpki } from "./key_pairs.ts";
import type { PemBlock } from "../der/pem_blocks.ts";
import { enterWhole, readNumber } from "./private_key_forms.ts";

/** What is said of a public key. */
export interface PublicKeyFacts {
  readonly form: "SPKI" | "PKCS#1";
  /** Such as `ECDSA-P256`, as `keyName` says it. */
  readonly algorithm: string;
  /** DER of the SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
}

/**
 * Reads `PUBLIC KEY`.
 *
 * @param der a SubjectPublicKeyInfo
 * @throws {DerError} when it is none
 */
export function readSpki(der: Uint8Array): PublicKeyFacts {
  const outer = new Reader(der);
  const value = outer.take(TAG.sequence, "a public key");
  outer.close("a public key");
  const key = readPublicKey(value);
  return { form: "SPKI", algorithm: keyName(key), spki: key.der };
}

/**
 * Reads `RSA PUBLIC KEY`.
 *
 * @param der an RSAPublicKey
 * @throws {DerError} when it is none
 */
export function readRsaPublicKey(der: Uint8Array): PublicKeyFacts {
  const body = enterWhole(der, "an RSA key");
  const spki = rsaSpki(readNumber(body), readNumber(body));
  body.close("an RSA key");
  return { form: "PKCS#1", algorithm: readSpki(spki).algorithm, spki };
}

/**
 * Reads the public key of a PEM block.
 *
 * @param block any block
 * @returns undefined when its label is none of a public key
 * @throws {DerError} when the label is that of a public key, and the bytes are none
 */
export function readPublicKeyBlock(
  { label, bytes }: Pick<PemBlock, "label" | "bytes">,
): PublicKeyFacts | undefined {
  if (label !== "PUBLIC KEY" && label !== "RSA PUBLIC KEY") return undefined;
  if (bytes === undefined) throw new DerError(0, "a public key whose block is cut off or no base64");
  return label === "PUBLIC KEY" ? readSpki(bytes) : readRsaPublicKey(bytes);
}
