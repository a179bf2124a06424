/**
 * CAs that sign requests: one of this cluster, made of its seed, or one of another cluster, read from its files.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { type Certificate, readCertificate } from "../../inspect/certificate/certificate.ts";
import { readGoCertificate } from "../../inspect/chain/go_parse.ts";
import { DerError, Reader, TAG } from "../../inspect/der/der.ts";
import { latin1 } from "../../inspect/certificate/names.ts";
import type { Authority } from "../../issue/authority.ts";
import { deriveBytes, deriveSecret } from "../../issue/derive.ts";
import { nothing, oid, sequence } from "../../issue/der.ts";
import { p256, p384, p521 } from "../../shared/npm/curves.ts";
import type { SigningAuthority } from "./certificate.ts";
import { decodeGoPem } from "./go_pem.ts";
import { GoError } from "./go_error.ts";

/** The id of the secret that serials of a signer come from (design, section 10). */
function serialId(signerName: string): string {
  return `csr-serial/${signerName}`;
}

/**
 * Makes the CA of a cluster of ours a signer of requests.
 *
 * @param authority the kubernetes CA
 * @param source the cluster's name, the seed's entropy, and the end of the CA's certificate in Unix seconds
 */
export function ownAuthority(
  { key, part }: Authority,
  source: { readonly cluster: string; readonly entropy: Uint8Array; readonly notAfter: number },
): SigningAuthority {
  return {
    subject: part.name,
    notAfter: source.notAfter,
    keyIdentifier: part.keyIdentifier,
    signatureAlgorithm: part.algorithm,
    sign: key.sign,
    serialSeed: (signer) => deriveSecret(source.entropy, source.cluster, serialId(signer), 1),
  };
}

/** A CA of files. */
export interface ForeignAuthority extends SigningAuthority {
  readonly certificate: Certificate;
  /** Whether its basic constraints make it one; Kubernetes does not ask. */
  readonly isAuthority: boolean;
}

/**
 * Reads a CA and its key, as the controller-manager's --cluster-signing-cert-file and --cluster-signing-key-file.
 *
 * @param certificateFile PEM of exactly one certificate
 * @param keyFile PEM of a private key without a password
 * @throws {GoError} when they are no CA that signs: the words are Kubernetes' where it has them
 */
export function readAuthority(certificateFile: Uint8Array, keyFile: Uint8Array): ForeignAuthority {
  const blocks = certificateBlocks(latin1(certificateFile));
  const [der] = blocks;
  if (der === undefined || blocks.length > 1) {
    throw new GoError(
      blocks.length === 0
        ? "data does not contain any valid RSA or ECDSA certificates"
        : `expected 1 certificate, found ${blocks.length}`,
    );
  }
  const { certificate, keyIdentifier, isAuthority } = readOne(der);
  const key = readKey(keyFile);
  const spki = createPublicKey(key).export({ format: "der", type: "spki" });
  if (!Buffer.from(certificate.publicKey.der).equals(spki)) {
    throw new GoError("tls: private key does not match public key");
  }
  const pkcs8 = new Uint8Array(key.export({ format: "der", type: "pkcs8" }));
  return {
    certificate,
    isAuthority,
    subject: certificate.subject.der,
    notAfter: certificate.notAfter,
    keyIdentifier,
    ...signerOf(key, certificate, pkcs8),
    // There is no seed: the key is what nobody else has.
    serialSeed: (signer) => deriveBytes(pkcs8, `secret:${serialId(signer)}#1`, 48),
  };
}

function certificateBlocks(text: string): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let next = decodeGoPem(text); next !== undefined; next = decodeGoPem(next.rest)) {
    if (next.block.type === "CERTIFICATE" && next.block.headers.size === 0) found.push(next.block.bytes);
  }
  return found;
}

function readOne(
  der: Uint8Array,
): { readonly certificate: Certificate; readonly keyIdentifier: Uint8Array; readonly isAuthority: boolean } {
  try {
    const certificate = readCertificate(der);
    const { extensions } = readGoCertificate(certificate);
    return {
      certificate,
      keyIdentifier: extensions.subjectKeyIdentifier,
      isAuthority: extensions.isAuthority && extensions.keyUsage?.canSignCertificates !== false,
    };
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    throw new GoError(`the certificate cannot be read: ${error.message}`);
  }
}

function readKey(file: Uint8Array): KeyObject {
  const text = latin1(file);
  if (/ENCRYPTED/.test(text)) {
    throw new GoError("the key is encrypted: expected one without a password, as Kubernetes reads no other");
  }
  try {
    for (let next = decodeGoPem(text); next !== undefined; next = decodeGoPem(next.rest)) {
      const { type, bytes } = next.block;
      const form = KEY_FORMS[type];
      if (form !== undefined) {
        return createPrivateKey({ key: Buffer.from(bytes), format: "der", type: form });
      }
    }
  } catch {
    // The platform's words may quote what it read.
    throw new GoError("the key cannot be read");
  }
  throw new GoError("the key cannot be read: expected PEM of PKCS#8, PKCS#1 or SEC 1");
}

const KEY_FORMS: Readonly<Record<string, "pkcs8" | "pkcs1" | "sec1">> = {
  "PRIVATE KEY": "pkcs8",
  "RSA PRIVATE KEY": "pkcs1",
  "EC PRIVATE KEY": "sec1",
};

/** Curves that sign here, with the algorithm that Go takes for each. */
const CURVES = {
  "1.2.840.10045.3.1.7": { curve: p256, algorithm: "1.2.840.10045.4.3.2" },
  "1.3.132.0.34": { curve: p384, algorithm: "1.2.840.10045.4.3.3" },
  "1.3.132.0.35": { curve: p521, algorithm: "1.2.840.10045.4.3.4" },
} as const;

function signerOf(
  key: KeyObject,
  { publicKey }: Certificate,
  pkcs8: Uint8Array,
): Pick<SigningAuthority, "signatureAlgorithm" | "sign"> {
  switch (publicKey.algorithm.oid) {
    case "1.2.840.113549.1.1.1":
      return {
        signatureAlgorithm: sequence(oid("1.2.840.113549.1.1.11"), nothing()),
        sign: (message) => new Uint8Array(sign("sha256", message, key)),
      };
    case "1.3.101.112":
      return {
        signatureAlgorithm: sequence(oid("1.3.101.112")),
        sign: (message) => new Uint8Array(sign(null, message, key)),
      };
    case "1.2.840.10045.2.1": {
      const named = publicKey.algorithm.parameters?.whole.toHex();
      const found = Object.entries(CURVES).find(([curve]) => oid(curve).toHex() === named)?.[1];
      if (found === undefined) break;
      const scalar = scalarOf(pkcs8, found.curve.lengths.secretKey ?? 32);
      return {
        signatureAlgorithm: sequence(oid(found.algorithm)),
        // RFC 6979, where Go takes a random nonce: the same request has the same certificate.
        sign: (message) => found.curve.sign(message, scalar, { lowS: false, prehash: true, format: "der" }),
      };
    }
  }
  throw new GoError("a key of this kind does not sign: expected RSA, P-256, P-384, P-521 or Ed25519");
}

/** The private scalar in PKCS#8 around an ECPrivateKey (RFC 5915). */
function scalarOf(pkcs8: Uint8Array, length: number): Uint8Array {
  const outer = new Reader(pkcs8).enter(TAG.sequence, "a key");
  outer.take(TAG.integer, "a version");
  outer.take(TAG.sequence, "an algorithm");
  const inner = new Reader(outer.take(TAG.octetString, "a key").content).enter(TAG.sequence, "a key");
  inner.take(TAG.integer, "a version");
  const { content } = inner.take(TAG.octetString, "a scalar");
  const scalar = new Uint8Array(length);
  scalar.set(content.subarray(-length), Math.max(0, length - content.length));
  return scalar;
}
