/**
 * Decrypts what a password protects: PBES2 (RFC 8018 section 6.2) and PKCS#12's own schemes (RFC 7292 appendix C).
 *
 * In: an AlgorithmIdentifier, ciphertext, a password. Out: plaintext. PKCS#5's schemes with DES are not read: no tool
 * has written them for decades, and no platform has DES.
 *
 * @module
 */
import { type Algorithm, readAlgorithm } from "../certificate/certificate.ts";
import { DerError, Reader, TAG, type Value } from "../der/der.ts";
import {
  bmpPassword,
  type Effort,
  PasswordError,
  pbkdf2,
  pkcs12Key,
  PURPOSE,
  readIterations,
} from "./password_kdf.ts";
import { decryptRc2 } from "./rc2.ts";

// Not imported above: a bundle would load it at its start, needed or not, and that takes longer than a small run.
const { createDecipheriv } = await import("node:crypto");

const PBES2 = "1.2.840.113549.1.5.13";
const PBKDF2 = "1.2.840.113549.1.5.12";

/** A block cipher in CBC mode. */
interface Cipher {
  readonly name: string;
  readonly keyOctets: number;
  readonly blockOctets: number;
}

const TRIPLE_DES: Cipher = { name: "des-ede3-cbc", keyOctets: 24, blockOctets: 8 };

/** Ciphers of PBES2. */
const CIPHERS: Readonly<Record<string, Cipher>> = {
  "1.2.840.113549.3.7": TRIPLE_DES,
  "2.16.840.1.101.3.4.1.2": { name: "aes-128-cbc", keyOctets: 16, blockOctets: 16 },
  "2.16.840.1.101.3.4.1.22": { name: "aes-192-cbc", keyOctets: 24, blockOctets: 16 },
  "2.16.840.1.101.3.4.1.42": { name: "aes-256-cbc", keyOctets: 32, blockOctets: 16 },
};

/** Schemes of PKCS#12, all with SHA-1. */
const OLD_SCHEMES: Readonly<Record<string, Cipher>> = {
  "1.2.840.113549.1.12.1.3": TRIPLE_DES,
  "1.2.840.113549.1.12.1.4": { ...TRIPLE_DES, keyOctets: 16 },
  "1.2.840.113549.1.12.1.5": { name: "rc2", keyOctets: 16, blockOctets: 8 },
  "1.2.840.113549.1.12.1.6": { name: "rc2", keyOctets: 5, blockOctets: 8 },
};

/** Schemes that are recognised and not read: with DES (PKCS#5) and with RC4 (PKCS#12). */
const UNREAD = /^1\.2\.840\.113549\.1\.(?:5\.(?:1|3|4|6|10|11)|12\.1\.[12])$/;

/** Whether an algorithm is an encryption by password, one that is read here or not. */
export function isPasswordBased(oid: string): boolean {
  return oid === PBES2 || oid in OLD_SCHEMES || UNREAD.test(oid);
}

/**
 * Decrypts.
 *
 * @param algorithm with its parameters
 * @param encrypted the OCTET STRING, for its content and for where messages point
 * @param password as it is typed; undefined for PKCS#12's "no password", which is not the empty one
 * @param effort what the file has still to spend
 * @returns the plaintext, without its padding
 * @throws {PasswordError} when the padding shows that the password is wrong
 * @throws {DerError} when parameters are broken, an algorithm is not known, or too many iterations are asked for
 */
export function decrypt(
  algorithm: Algorithm,
  encrypted: Value,
  password: string | undefined,
  effort: Effort,
): Uint8Array {
  const { oid, parameters } = algorithm;
  const old = OLD_SCHEMES[oid];
  if ((oid !== PBES2 && old === undefined) || parameters === undefined || parameters.tag !== TAG.sequence) {
    throw new DerError(encrypted.at, `encryption ${oid}, which is not read here`);
  }
  const inner = new Reader(parameters.content, parameters.contentAt);
  const { cipher, key, iv } = old === undefined
    ? readPbes2(inner, password ?? "", effort)
    : readOldScheme(inner, old, bmpPassword(password), effort);
  const { content } = encrypted;
  if (content.length === 0 || content.length % cipher.blockOctets !== 0) {
    throw new DerError(encrypted.at, "encrypted data that is no whole number of blocks");
  }
  return withoutPadding(decryptBlocks(cipher, key, iv, content), cipher.blockOctets);
}

interface Keyed {
  readonly cipher: Cipher;
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

function readPbes2(inner: Reader, password: string, effort: Effort): Keyed {
  const { at } = inner;
  const kdf = readAlgorithm(inner.take(TAG.sequence, "a function that makes a key"));
  const scheme = readAlgorithm(inner.take(TAG.sequence, "a cipher"));
  inner.close("the parameters of PBES2");
  const cipher = CIPHERS[scheme.oid];
  if (kdf.oid !== PBKDF2 || kdf.parameters?.tag !== TAG.sequence) {
    throw new DerError(at, `key function ${kdf.oid}, which is not read here`);
  }
  if (cipher === undefined) throw new DerError(at, `cipher ${scheme.oid}, which is not read here`);
  const iv = scheme.parameters;
  if (iv?.tag !== TAG.octetString || iv.content.length !== cipher.blockOctets) {
    throw new DerError(at, "a cipher without an initialization vector of its block size");
  }
  const parameters = new Reader(kdf.parameters.content, kdf.parameters.contentAt);
  return { cipher, key: pbkdf2(parameters, password, cipher.keyOctets, effort), iv: iv.content };
}

function readOldScheme(inner: Reader, cipher: Cipher, password: Uint8Array, effort: Effort): Keyed {
  const salt = inner.take(TAG.octetString, "a salt").content;
  const count = inner.take(TAG.integer, "a number of iterations");
  inner.close("the parameters of an encryption");
  const iterations = readIterations(count);
  // SHA-1 has 20 octets: a longer key takes another round, the initialization vector one of its own.
  effort.spend(iterations, count.at, Math.ceil(cipher.keyOctets / 20) + 1);
  const make = (purpose: number, length: number): Uint8Array =>
    pkcs12Key("sha1", password, salt, purpose, iterations, length);
  const key = make(PURPOSE.encryption, cipher.keyOctets);
  // Triple DES with two keys is the one with three, the first used twice.
  const whole = cipher.keyOctets === 16 && cipher.name === TRIPLE_DES.name
    ? Uint8Array.of(...key, ...key.subarray(0, 8))
    : key;
  return { cipher, key: whole, iv: make(PURPOSE.iv, cipher.blockOctets) };
}

function decryptBlocks({ name }: Cipher, key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  if (name === "rc2") return decryptRc2(key, iv, data);
  // Deno's platform has AES-192 block by block only: the chaining is done here.
  const isChained = name !== "aes-192-cbc";
  const decipher = createDecipheriv(isChained ? name : "aes-192-ecb", key, isChained ? iv : null);
  decipher.setAutoPadding(false);
  const plain = Uint8Array.from(decipher.update(data));
  decipher.final();
  if (!isChained) {
    for (let i = 0; i < plain.length; i++) {
      plain[i] = (plain[i] ?? 0) ^ ((i < 16 ? iv[i] : data[i - 16]) ?? 0);
    }
  }
  return plain;
}

function withoutPadding(plain: Uint8Array, block: number): Uint8Array {
  const count = plain.at(-1) ?? 0;
  const end = plain.length - count;
  if (count < 1 || count > block || plain.subarray(end).some((octet) => octet !== count)) {
    throw new PasswordError("the password is wrong, or the encrypted data is broken");
  }
  return plain.subarray(0, end);
}

/**
 * Opens an EncryptedPrivateKeyInfo (RFC 5958 section 3).
 *
 * @param body its content
 * @throws {PasswordError} when the password is wrong
 * @throws {DerError} when it is none
 * @returns DER of the PKCS#8 key: a secret
 */
export function decryptKey(body: Reader, password: string | undefined, effort: Effort): Uint8Array {
  const algorithm = readAlgorithm(body.take(TAG.sequence, "an algorithm"));
  const encrypted = body.take(TAG.octetString, "an encrypted key");
  body.close("an encrypted key");
  return decrypt(algorithm, encrypted, password, effort);
}
