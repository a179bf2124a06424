/**
 * Makes keys of passwords: PBKDF2 (RFC 8018 section 5.2) and what PKCS#12 has of its own (RFC 7292 appendix B).
 *
 * In: a password, a salt, a number of iterations. Out: octets of a key. What a file may ask for is bounded, as it
 * would stand still otherwise.
 *
 * @module
 */
import { chainSha256 } from "../../shared/sha256/sha256.ts";
import { concatBytes, encodeUtf8 } from "../../shared/encoding.ts";
import { DerError, Reader, TAG, type Value } from "../der/der.ts";
import { readOid, readSmallInteger } from "../der/der_values.ts";
import { chainSha1 } from "./sha1_chain.ts";

// Not imported above: a bundle would load it at its start, needed or not, and that takes longer than a small run.
const { createHash, pbkdf2Sync } = await import("node:crypto");

/** The most iterations of one key, about 10 seconds of PBKDF2. OWASP's highest advice is 1.4 million. */
export const MOST_ITERATIONS = 10_000_000;
/** The most of one file. */
const MOST_TOGETHER = 20_000_000;

/** Says that the password is not the right one, or that there is none and one is needed. */
export class PasswordError extends Error {
  override readonly name = "PasswordError";
  /** @param reason in plain words, without the password */
  constructor(reason: string) {
    super(reason);
  }
}

/** How many iterations a file has still to spend. */
export class Effort {
  #left = MOST_TOGETHER;

  /**
   * Spends iterations.
   *
   * @param count of one key
   * @param at offset of the number, for the message
   * @param times how often they are gone through
   * @throws {DerError} when they are more than a file may ask for
   */
  spend(count: number, at: number, times = 1): void {
    if (count < 1) throw new DerError(at, "a number of iterations of 0");
    if (count > MOST_ITERATIONS) {
      throw new DerError(
        at,
        `${count} iterations, expected at most ${MOST_ITERATIONS}: it would take too long`,
      );
    }
    this.#left -= count * times;
    if (this.#left < 0) {
      throw new DerError(at, `more than ${MOST_TOGETHER} iterations in one file: it would take too long`);
    }
  }
}

/** Reads a number of iterations. */
export function readIterations(value: Value): number {
  try {
    return readSmallInteger(value);
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    throw new DerError(value.at, "a number of iterations that is out of range");
  }
}

/** Digests: by identifier of the digest and of its HMAC, the platform's name. */
const DIGESTS: Readonly<Record<string, string>> = {
  "1.3.14.3.2.26": "sha1",
  "2.16.840.1.101.3.4.2.4": "sha224",
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
  "1.2.840.113549.2.7": "sha1",
  "1.2.840.113549.2.8": "sha224",
  "1.2.840.113549.2.9": "sha256",
  "1.2.840.113549.2.10": "sha384",
  "1.2.840.113549.2.11": "sha512",
};

/**
 * The platform's name of a digest, or of the digest of an HMAC.
 *
 * @throws {DerError} when it is none that is known here
 */
export function digestName(oid: Value): string {
  const dotted = readOid(oid);
  const name = DIGESTS[dotted];
  if (name === undefined) throw new DerError(oid.at, `digest ${dotted}, which is not known here`);
  return name;
}

/**
 * Makes a key by PBKDF2.
 *
 * @param parameters PBKDF2-params (RFC 8018 section A.2)
 * @param password as it is typed; its UTF-8 counts
 * @param length octets of the key
 * @throws {DerError} when the parameters are none, or ask for too much
 */
export function pbkdf2(parameters: Reader, password: string, length: number, effort: Effort): Uint8Array {
  const salt = parameters.take(TAG.octetString, "a salt").content;
  const count = parameters.take(TAG.integer, "a number of iterations");
  const iterations = readIterations(count);
  const keyLength = parameters.takeIf(TAG.integer);
  if (keyLength !== undefined && readSmallInteger(keyLength) !== length) {
    throw new DerError(keyLength.at, "a key length that the cipher does not have");
  }
  const prf = parameters.enterIf(TAG.sequence);
  const digest = prf === undefined ? "sha1" : digestName(prf.take(TAG.oid, "a digest"));
  parameters.close("the parameters of PBKDF2");
  effort.spend(iterations, count.at);
  return Uint8Array.from(pbkdf2Sync(encodeUtf8(password), salt, iterations, length, digest));
}

/** A password as PKCS#12 wants it: UTF-16 with two zero octets after it, or nothing at all. */
export function bmpPassword(password: string | undefined): Uint8Array {
  if (password === undefined) return new Uint8Array();
  const octets = new Uint8Array(2 * password.length + 2);
  for (let i = 0; i < password.length; i++) {
    const unit = password.charCodeAt(i);
    octets[2 * i] = unit >> 8;
    octets[2 * i + 1] = unit & 0xff;
  }
  return octets;
}

/** What a key of PKCS#12 is for (RFC 7292 section B.3). */
export const PURPOSE = { encryption: 1, iv: 2, mac: 3 } as const;

/**
 * Makes a key by PKCS#12's own function (RFC 7292 section B.2).
 *
 * @param digest the platform's name, such as `sha1`
 * @param password from `bmpPassword`
 * @param purpose one of `PURPOSE`
 * @param iterations already bounded by an `Effort`
 * @param length octets of the key
 */
export function pkcs12Key(
  digest: string,
  password: Uint8Array,
  salt: Uint8Array,
  purpose: number,
  iterations: number,
  length: number,
): Uint8Array {
  const block = digest === "sha384" || digest === "sha512" ? 128 : 64;
  const filled = (octets: Uint8Array): Uint8Array => {
    const whole = new Uint8Array(block * Math.ceil(octets.length / block));
    for (let i = 0; i < whole.length; i++) whole[i] = octets[i % octets.length] ?? 0;
    return whole;
  };
  const diversifier = new Uint8Array(block).fill(purpose);
  const input = concatBytes(filled(salt), filled(password));
  const key = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const first = createHash(digest).update(diversifier).update(input).digest();
    const hash = chain(digest, first, iterations - 1);
    key.set(hash.subarray(0, length - done), done);
    done += hash.length;
    // Each block of the input grows by the hash, repeated, and by 1.
    for (let from = 0; from < input.length; from += block) {
      let carry = 1;
      for (let i = block - 1; i >= 0; i--) {
        carry += (input[from + i] ?? 0) + (hash[i % hash.length] ?? 0);
        input[from + i] = carry & 0xff;
        carry >>= 8;
      }
    }
  }
  return key;
}

/** Hashes a digest over and over; for the two that all files use, calling the platform costs more than the work. */
function chain(digest: string, first: Uint8Array, times: number): Uint8Array {
  if (digest === "sha1") return chainSha1(first, times);
  if (digest === "sha256") return chainSha256(first, times);
  let hash = Uint8Array.from(first);
  for (let i = 0; i < times; i++) hash = Uint8Array.from(createHash(digest).update(hash).digest());
  return hash;
}
