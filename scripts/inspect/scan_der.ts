/**
 * DER without any PEM around it, and what PEM blocks hold: which kind of thing it is, read as that.
 *
 * @module
 */
import { decodeUtf8 } from "../shared/encoding.ts";
import { readCertificate } from "./certificate/certificate.ts";
import { readExtensionFields } from "./certificate/certificate_extensions.ts";
import { readRevocationList } from "./certificate/crl.ts";
import { DerError, Reader, TAG } from "./der/der.ts";
import type { Item, KeyItem } from "./item.ts";
import { latin1 } from "./certificate/names.ts";
import { findPemBlocks, type PemBlock } from "./der/pem_blocks.ts";
import { PasswordError } from "./keys/password_kdf.ts";
import { readPkcs12 } from "./keys/pkcs12.ts";
import type { PrivateKeyFacts } from "./keys/private_key_forms.ts";
import { openPrivateKey, readPrivateKey, readPrivateKeyBlock } from "./keys/private_keys.ts";
import { readPublicKeyBlock, readSpki } from "./keys/public_keys.ts";
import { readRequest } from "./certificate/request.ts";

type Read = (der: Uint8Array, inside: string | undefined) => Item[];

/** What the labels of PEM blocks stand for (RFC 7468, and the labels of older OpenSSL); keys are known by theirs too. */
const LABELS: Readonly<Record<string, Read>> = {
  "CERTIFICATE": certificateOf,
  "X509 CERTIFICATE": certificateOf,
  // OpenSSL's own: what it trusts the certificate for stands behind it.
  "TRUSTED CERTIFICATE": (der, inside) => certificateOf(new Reader(der).read().whole, inside),
  "CERTIFICATE REQUEST": requestOf,
  "NEW CERTIFICATE REQUEST": requestOf,
  "X509 CRL": crlOf,
};

/**
 * Finds everything that stands in PEM blocks; blocks of other things, such as parameters, are passed over.
 *
 * @param text a file's, bytes as characters
 * @param inside where the text stands; undefined for a whole file
 * @param password for encrypted keys
 */
export function scanPem(text: string, inside: string | undefined, password?: string): Item[] {
  return findPemBlocks(text).flatMap((block, index) => {
    const line = `line ${block.line}`;
    const place = index === 0 ? inside : inside === undefined ? line : `${inside} ${line}`;
    return attempt(nameOf(block.label), place, () => scanBlock(block, place, password));
  });
}

function scanBlock(block: PemBlock, inside: string | undefined, password: string | undefined): Item[] {
  const { label, bytes } = block;
  if (label === "ENCRYPTED PRIVATE KEY" && bytes !== undefined && password !== undefined) {
    return [privateKeyItem(inside, openPrivateKey(bytes, password))];
  }
  const privateKey = readPrivateKeyBlock(block);
  if (privateKey !== undefined) return [privateKeyItem(inside, privateKey)];
  const publicKey = readPublicKeyBlock(block);
  if (publicKey !== undefined) return [publicKeyItem(inside, publicKey)];
  const read = Object.hasOwn(LABELS, label) ? LABELS[label] : undefined;
  if (read === undefined) return [];
  if (bytes === undefined) {
    return [broken(inside, nameOf(label), "the base64 is broken, or the block has no end")];
  }
  return read(bytes, inside);
}

/** A label in small letters: in capitals it would look like the block itself. */
function nameOf(label: string): string {
  return label.toLowerCase().replace("crl", "CRL");
}

/**
 * Reads DER of which nothing is known.
 *
 * @param der a file's bytes
 * @param password for what is encrypted
 * @returns empty when it is nothing of X.509 or PKCS
 */
export function scanDer(
  der: Uint8Array,
  inside: string | undefined,
  password: string | undefined,
): Item[] {
  if (der[0] !== TAG.sequence) return [];
  // The kinds differ in what their first field is; the errors of the one that fits best are worth reading.
  const shape = shapeOf(der);
  if (shape === undefined) return [];
  return attempt(shape, inside, () => {
    switch (shape) {
      case "PKCS#12":
        return scanPkcs12(der, inside, password);
      case "key":
        return privateKeyOf(der, inside);
      case "public key":
        return [publicKeyItem(inside, readSpki(der))];
      case "CRL":
        return crlOf(der, inside);
      case "certificate request":
        return requestOf(der, inside);
      case "certificate":
        return certificateOf(der, inside);
    }
  });
}

type Shape = "PKCS#12" | "key" | "public key" | "CRL" | "certificate request" | "certificate";

/**
 * Tells the kinds apart by their first fields: a number (keys, PKCS#12), an algorithm with a bit string behind it
 * (SubjectPublicKeyInfo) or with octets (encrypted keys), or a sequence that is signed, in which a CRL's times and a
 * request's version stand first.
 */
function shapeOf(der: Uint8Array): Shape | undefined {
  try {
    const body = new Reader(der).enter(TAG.sequence, "a sequence");
    if (body.peek() === TAG.integer) {
      const version = body.read().content;
      const isPkcs12 = version.length === 1 && version[0] === 3 && body.peek() === TAG.sequence;
      return isPkcs12 ? "PKCS#12" : "key";
    }
    const first = body.enter(TAG.sequence, "a sequence");
    const next = body.peek();
    if (next === TAG.bitString) return "public key";
    if (next === TAG.octetString) return "key";
    if (next !== TAG.sequence) return undefined;
    if (first.peek() === 0xa0) return "certificate";
    if (first.peek() === TAG.integer) {
      const version = first.read();
      const second = first.read();
      // A request: version 0, a name, a key. A certificate of version 1: serial, algorithm. A CRL: version 1, algorithm.
      const third = first.peek();
      const startsWithOid = second.content[0] === TAG.oid;
      if (!startsWithOid) return "certificate request";
      if (version.content.length === 1 && version.content[0] === 1 && third === TAG.sequence) {
        first.read();
        return isTime(first.peek()) ? "CRL" : "certificate";
      }
      return "certificate";
    }
    first.read();
    first.read();
    return isTime(first.peek()) ? "CRL" : undefined;
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

function isTime(tag: number | undefined): boolean {
  return tag === TAG.utcTime || tag === TAG.generalizedTime;
}

function scanPkcs12(der: Uint8Array, inside: string | undefined, password: string | undefined): Item[] {
  const { certificates, keys, crls, needsPassword, integrity } = readPkcs12(der, password);
  const isWhole = password !== undefined || integrity !== "unchecked";
  return [
    ...certificates.flatMap((one) => attempt("certificate", inside, () => certificateOf(one, inside))),
    ...keys.map((one) => privateKeyItem(inside, one)),
    ...crls.flatMap((one) => attempt("CRL", inside, () => crlOf(one, inside))),
    ...(needsPassword || !isWhole ? [broken(inside, "PKCS#12", "it needs a password: --password-file")] : []),
  ];
}

function certificateOf(der: Uint8Array, inside: string | undefined): Item[] {
  const certificate = readCertificate(der);
  return [{ kind: "certificate", inside, certificate, fields: readExtensionFields(certificate) }];
}

function requestOf(der: Uint8Array, inside: string | undefined): Item[] {
  const request = readRequest(der);
  return [{ kind: "request", inside, request, fields: readExtensionFields(request), state: undefined }];
}

function crlOf(der: Uint8Array, inside: string | undefined): Item[] {
  return [{ kind: "crl", inside, crl: readRevocationList(der) }];
}

function privateKeyOf(der: Uint8Array, inside: string | undefined): Item[] {
  const facts = readPrivateKey(der);
  return facts === undefined
    ? [broken(inside, "private key", "no form of a private key that is known")]
    : [privateKeyItem(inside, facts)];
}

function privateKeyItem(inside: string | undefined, facts: PrivateKeyFacts): KeyItem {
  const { isEncrypted, algorithm, spki } = facts;
  return { kind: "key", inside, isPrivate: true, isEncrypted, algorithm, spki };
}

function publicKeyItem(
  inside: string | undefined,
  { algorithm, spki }: { readonly algorithm: string; readonly spki: Uint8Array },
): KeyItem {
  return { kind: "key", inside, isPrivate: false, isEncrypted: false, algorithm, spki };
}

/** Something that cannot be read, as an item. */
export function broken(inside: string | undefined, what: string, reason: string): Item {
  return { kind: "broken", inside, what, reason };
}

function attempt(what: string, inside: string | undefined, read: () => Item[]): Item[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof DerError || error instanceof PasswordError) {
      return [broken(inside, what, error.message)];
    }
    throw error;
  }
}

/** Bytes as text: UTF-8 where they are, else one character for each. */
export function textOf(bytes: Uint8Array): string {
  try {
    const text = decodeUtf8(bytes);
    return text.startsWith("\ufeff") ? text.slice(1) : text;
  } catch {
    return latin1(bytes);
  }
}
