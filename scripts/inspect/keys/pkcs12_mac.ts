/**
 * Checks the MAC of a PKCS#12 file: PKCS#12's own (RFC 7292 section 4) and PBMAC1 (RFC 9579).
 *
 * In: MacData, what it is over, a password. Out: whether they belong together.
 *
 * @module
 */
import { createHmac } from "node:crypto";
import { equalBytes } from "../../shared/encoding.ts";
import { readAlgorithm } from "../certificate/certificate.ts";
import { DerError, Reader, TAG, type Value } from "../der/der.ts";
import {
  bmpPassword,
  digestName,
  type Effort,
  pbkdf2,
  pkcs12Key,
  PURPOSE,
  readIterations,
} from "./password_kdf.ts";

const PBMAC1 = "1.2.840.113549.1.5.14";
const PBKDF2 = "1.2.840.113549.1.5.12";
const OCTETS: Readonly<Record<string, number>> = { sha1: 20, sha224: 28, sha256: 32, sha384: 48, sha512: 64 };

/**
 * Checks a MAC.
 *
 * @param mac MacData
 * @param content the octets that it is over
 * @param password as it is typed; undefined for "no password"
 * @param effort what the file has still to spend
 * @throws {DerError} when it is none, or an algorithm is not known here
 */
export function checkMac(
  mac: Value,
  content: Uint8Array,
  password: string | undefined,
  effort: Effort,
): boolean {
  const fields = new Reader(mac.content, mac.contentAt);
  const info = fields.enter(TAG.sequence, "a MAC");
  const algorithm = info.take(TAG.sequence, "the algorithm of a MAC");
  const expected = info.take(TAG.octetString, "a MAC");
  info.close("a MAC");
  const salt = fields.take(TAG.octetString, "the salt of a MAC");
  const count = fields.takeIf(TAG.integer);
  fields.close("a MAC");

  const { oid, parameters } = readAlgorithm(algorithm);
  if (oid === PBMAC1) {
    if (parameters?.tag !== TAG.sequence) throw new DerError(algorithm.at, "PBMAC1 without its parameters");
    return equalBytes(pbmac1(parameters, content, password ?? "", effort), expected.content);
  }
  const digest = digestName(new Reader(algorithm.content, algorithm.contentAt).read());
  const iterations = count === undefined ? 1 : readIterations(count);
  effort.spend(iterations, count?.at ?? mac.at);
  const length = OCTETS[digest] ?? 0;
  const key = pkcs12Key(digest, bmpPassword(password), salt.content, PURPOSE.mac, iterations, length);
  return equalBytes(createHmac(digest, key).update(content).digest(), expected.content);
}

/** The key has the length of the HMAC's own output (RFC 9579 section 5 wants the length written down). */
function pbmac1(parameters: Value, content: Uint8Array, password: string, effort: Effort): Uint8Array {
  const inner = new Reader(parameters.content, parameters.contentAt);
  const kdf = readAlgorithm(inner.take(TAG.sequence, "a function that makes a key"));
  const scheme = inner.enter(TAG.sequence, "an HMAC");
  inner.close("the parameters of PBMAC1");
  const digest = digestName(scheme.take(TAG.oid, "an HMAC"));
  if (kdf.oid !== PBKDF2 || kdf.parameters?.tag !== TAG.sequence) {
    throw new DerError(parameters.at, `key function ${kdf.oid}, which is not read here`);
  }
  const length = keyLength(kdf.parameters) ?? OCTETS[digest] ?? 0;
  const key = pbkdf2(new Reader(kdf.parameters.content, kdf.parameters.contentAt), password, length, effort);
  return createHmac(digest, key).update(content).digest();
}

/** HMAC takes a key of any length, so the file says which; longer than a block it would only be hashed. */
function keyLength({ content, contentAt }: Value): number | undefined {
  const fields = new Reader(content, contentAt);
  fields.take(TAG.octetString, "a salt");
  fields.take(TAG.integer, "a number of iterations");
  const length = fields.takeIf(TAG.integer);
  if (length === undefined) return undefined;
  const octets = length.content.length === 1 || length.content.length === 2
    ? length.content.reduce((sum, octet) => sum * 256 + octet, 0)
    : 0;
  if (octets < 20 || octets > 128) throw new DerError(length.at, "a key length of PBMAC1 out of range");
  return octets;
}
