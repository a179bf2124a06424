/**
 * Reads private keys in whatever form they are written, and says what they are without ever keeping their private part.
 *
 * In: DER or a PEM block. Out: form, algorithm, whether a password protects it, and the public key.
 *
 * @module
 */
import { decryptKey, isPasswordBased } from "./password_based.ts";
import { Effort, PasswordError } from "./password_kdf.ts";
import { readOid } from "../der/der_values.ts";
import { DerError, Reader, TAG } from "../der/der.ts";
import { readOpenSshKey } from "./open_ssh_key.ts";
import type { PemBlock } from "../der/pem_blocks.ts";
import {
  enterWhole,
  type PrivateKeyFacts,
  type PrivateKeyForm,
  readDsa,
  readPkcs1,
  readPkcs8,
  readSec1,
} from "./private_key_forms.ts";

/** Facts of a key of which a password hides all but the form. */
export function lockedKey(form: PrivateKeyForm, algorithm?: string): PrivateKeyFacts {
  return { form, isEncrypted: true, algorithm, spki: undefined, publicPart: "none" };
}

/**
 * Reads a private key of PKCS#8 (encrypted too), PKCS#1, SEC 1 or DSA; which it is shows in its first values.
 *
 * @param der any bytes
 * @returns undefined when they are no private key
 * @throws {DerError} when they begin as one, and break
 */
export function readPrivateKey(der: Uint8Array): PrivateKeyFacts | undefined {
  const tags = topTags(der);
  switch (tags.slice(0, 3).join(" ")) {
    case `${TAG.integer} ${TAG.sequence} ${TAG.octetString}`:
      return readPkcs8(der);
    case `${TAG.integer} ${TAG.integer} ${TAG.integer}`:
      if (tags.length === 6) return readDsa(der);
      return tags.length === 9 || tags.length === 10 ? readPkcs1(der) : undefined;
    case `${TAG.sequence} ${TAG.octetString}`:
      return readEncryptedPkcs8(der);
    default:
      return tags[0] === TAG.integer && tags[1] === TAG.octetString ? readSec1(der) : undefined;
  }
}

/** Identifier octets of what stands in a SEQUENCE that is all there is, the first 11; none when it is no such thing. */
function topTags(der: Uint8Array): number[] {
  const tags: number[] = [];
  try {
    for (const body = enterWhole(der, "a private key"); !body.isAtEnd && tags.length < 11;) {
      tags.push(body.read().tag);
    }
  } catch (error) {
    // What is cut off is judged where its kind is known: here it is no key.
    if (!(error instanceof DerError)) throw error;
    return [];
  }
  return tags;
}

function readEncryptedPkcs8(der: Uint8Array): PrivateKeyFacts | undefined {
  const algorithm = enterWhole(der, "an encrypted key").enter(TAG.sequence, "an algorithm");
  if (algorithm.peek() !== TAG.oid) return undefined;
  // A digest has the same shape: the algorithm tells them apart.
  return isPasswordBased(readOid(algorithm.read())) ? lockedKey("PKCS#8") : undefined;
}

/** Labels that say of which algorithm a key is that OpenSSL encrypted as PEM. */
const LEGACY: Readonly<Record<string, readonly [PrivateKeyForm, string]>> = {
  "RSA PRIVATE KEY": ["PKCS#1", "RSA"],
  "EC PRIVATE KEY": ["SEC1", "ECDSA"],
  "DSA PRIVATE KEY": ["DSA", "DSA"],
};

/**
 * Reads the private key of a PEM block. As in Go's `tls.X509KeyPair` any label that ends so will do, and the bytes say
 * which form it is.
 *
 * @param block any block
 * @returns undefined when its label is none of a private key
 * @throws {DerError} when the label is that of a private key, and the bytes are none
 */
export function readPrivateKeyBlock(
  { label, headers, bytes }: Pick<PemBlock, "label" | "headers" | "bytes">,
): PrivateKeyFacts | undefined {
  if (label !== "PRIVATE KEY" && !label.endsWith(" PRIVATE KEY")) return undefined;
  if (bytes === undefined) throw new DerError(0, "a private key whose block is cut off or no base64");
  if (/^4, ?ENCRYPTED$/.test(headers.get("Proc-Type") ?? "") || headers.has("DEK-Info")) {
    const [form, algorithm] = LEGACY[label] ?? ["PKCS#8", undefined];
    return lockedKey(form, algorithm);
  }
  if (label === "OPENSSH PRIVATE KEY") return readOpenSshKey(bytes);
  const facts = readPrivateKey(bytes);
  if (facts !== undefined) return facts;
  // Reading once more says where it breaks, if it is DER at all.
  new Reader(bytes).take(TAG.sequence, "a private key");
  throw new DerError(0, "a private key of no form that is known");
}

/**
 * Opens an encrypted PKCS#8 key.
 *
 * @param der an EncryptedPrivateKeyInfo
 * @param password as it is typed
 * @returns its facts, still marked as encrypted
 * @throws {PasswordError} when the password is wrong
 * @throws {DerError} when it is no such key, or its algorithm is not known here
 */
export function openPrivateKey(der: Uint8Array, password: string): PrivateKeyFacts {
  const plain = decryptKey(enterWhole(der, "an encrypted key"), password, new Effort());
  try {
    return { ...readPkcs8(plain), isEncrypted: true };
  } catch (error) {
    // Where in the plaintext it breaks would point into the file's own bytes; and one padding of 256 fits by chance.
    if (error instanceof DerError) {
      throw new PasswordError("the password is wrong, or the encrypted key is broken");
    }
    throw error;
  }
}
