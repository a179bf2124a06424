/**
 * What Go's `x509.ParseCertificate` refuses though it has the form of a certificate: Kubernetes would not load it.
 *
 * @module
 */
import type { Certificate } from "../certificate/certificate.ts";
import { contextTag, DerError, Reader, TAG, type Value } from "../der/der.ts";
import { checkOid, type GoExtensions, readGoExtensions, takeOid } from "./go_extensions.ts";
import { alignedBits, type GoKey, readGoKey } from "./go_keys.ts";

/** What Go takes of a certificate. */
export interface GoCertificate {
  readonly extensions: GoExtensions;
  /** Undefined for a kind of key that Go does not know. */
  readonly key: GoKey | undefined;
  /** The octets of the signature, without unused bits. */
  readonly signature: Uint8Array;
}

/**
 * Says why Go refuses a certificate (Go 1.26, crypto/x509, `ParseCertificate`).
 *
 * @returns the reason in plain words; undefined when Go takes it
 */
export function goParseTrouble(certificate: Certificate): string | undefined {
  try {
    readGoCertificate(certificate);
    return undefined;
  } catch (error) {
    if (error instanceof DerError) return error.message;
    throw error;
  }
}

/**
 * Reads a certificate once more, as Go does.
 *
 * @throws {DerError} when Go refuses it
 */
export function readGoCertificate(certificate: Certificate): GoCertificate {
  const { der, serial, publicKey, extensions, signatureAlgorithm } = certificate;
  const body = new Reader(der).enter(TAG.sequence, "a certificate");
  const fields = body.enter(TAG.sequence, "the part that is signed");
  body.read();
  const signature = alignedBits(body.take(TAG.bitString, "the signature"));

  fields.takeIf(contextTag(0));
  const { at } = fields.take(TAG.integer, "the serial number");
  if ((serial[0] ?? 0) >= 0x80) throw new DerError(at, "a negative serial number");
  checkOid(signatureAlgorithm.oid, fields.take(TAG.sequence, "the signature algorithm").at);
  checkName(fields.enter(TAG.sequence, "the issuer"));
  const validity = fields.enter(TAG.sequence, "the validity");
  for (const _ of [1, 2]) checkTime(validity.read());
  checkName(fields.enter(TAG.sequence, "the subject"));
  checkOid(publicKey.algorithm.oid, fields.at);
  const key = readGoKey(publicKey);
  for (const { oid, value } of extensions) checkOid(oid, value.at);
  return { extensions: readGoExtensions(certificate), key, signature };
}

/** Go takes the strings of names literally: only known kinds, and of each only its characters. */
function checkName(sets: Reader): void {
  while (!sets.isAtEnd) {
    for (const set = sets.enter(TAG.set, "a relative distinguished name"); !set.isAtEnd;) {
      const pair = set.enter(TAG.sequence, "an attribute of a name");
      takeOid(pair);
      checkText(pair.read());
    }
  }
}

/** Characters of a PrintableString, with the two that Go takes besides. */
const PRINTABLE = /^[A-Za-z0-9 '()*+,\-./:=?&]*$/;
const DIGITS = /^[0-9 ]*$/;

function checkText({ tag, content, at }: Value): void {
  const is = (pattern: RegExp): boolean => pattern.test(String.fromCharCode(...content.subarray(0, 100_000)));
  switch (tag) {
    case TAG.teletexString:
    case TAG.utf8String: // Read before, as strictly as Go does.
    case TAG.ia5String:
      return;
    case TAG.printableString:
      if (!is(PRINTABLE)) throw new DerError(at, "a PrintableString with characters that it cannot have");
      return;
    case TAG.numericString:
      if (!is(DIGITS)) throw new DerError(at, "a NumericString with more than digits and spaces");
      return;
    case TAG.bmpString:
      for (let i = 0; i < content.length; i += 2) {
        const point = ((content[i] ?? 0) << 8) | (content[i + 1] ?? 0);
        const isReserved = point >= 0xfffe || (point >= 0xfdd0 && point <= 0xfdef) ||
          (point >= 0xd800 && point <= 0xdfff);
        if (isReserved) throw new DerError(at, "a BMPString with characters that it cannot have");
      }
      return;
    default:
      throw new DerError(at, "a name with a value that is none of the strings that Go knows");
  }
}

/** Go writes a time again and wants the same text: no offset of nothing, minutes below 60. */
function checkTime({ content, at }: Value): void {
  const offset = /[+-](\d\d)(\d\d)$/.exec(String.fromCharCode(...content.subarray(0, 24)));
  if (offset === null) return;
  const [hours, minutes] = [Number(offset[1]), Number(offset[2])];
  if (hours > 24 || minutes > 59 || hours + minutes === 0) {
    throw new DerError(at, "a time with an offset that Go does not take");
  }
}
