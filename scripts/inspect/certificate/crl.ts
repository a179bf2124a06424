/**
 * Reads a certificate revocation list (RFC 5280 section 5) that anyone made.
 *
 * In: DER. Out: its fields, as views into the bytes, and its entries by serial number. 100,000 of them take a fraction
 * of a second.
 *
 * @module
 */
import { equalBytes } from "../../shared/encoding.ts";
import { type Algorithm, type Extension, readAlgorithm, readExtensionList } from "./certificate.ts";
import { EXTENSION, readExtensionFields } from "./certificate_extensions.ts";
import { contextTag, DerError, Reader, TAG, type Value } from "../der/der.ts";
import { readBits, readInteger, readSmallInteger, readTime } from "../der/der_values.ts";
import { type Name, readName } from "./names.ts";

/** Reasons by number (RFC 5280 section 5.3.1). */
const REASONS = new Map([
  [0, "unspecified"],
  [1, "keyCompromise"],
  [2, "cACompromise"],
  [3, "affiliationChanged"],
  [4, "superseded"],
  [5, "cessationOfOperation"],
  [6, "certificateHold"],
  [8, "removeFromCRL"],
  [9, "privilegeWithdrawn"],
  [10, "aACompromise"],
]);

const ENUMERATED = 0x0a;
const CRL_NUMBER = "2.5.29.20";
const REASON_CODE = "2.5.29.21";

/** One revoked certificate. */
export interface RevokedEntry {
  /** The serial number's octets, two's complement. */
  readonly serial: Uint8Array;
  /** Since when, in Unix seconds. */
  readonly revokedAt: number;
  /** RFC 5280's word; undefined where none is given; the number where it has no word. */
  readonly reason: string | undefined;
}

/** A list's fields. */
export interface RevocationList {
  readonly der: Uint8Array;
  /** What is signed. */
  readonly tbs: Uint8Array;
  /** 1 or 2. */
  readonly version: number;
  readonly issuer: Name;
  /** Unix seconds. */
  readonly thisUpdate: number;
  /** Unix seconds; undefined where the list does not say when the next one comes. */
  readonly nextUpdate: number | undefined;
  /** Entries by the lower-case hexadecimal of their serial number's octets, as a certificate has them. */
  readonly revoked: ReadonlyMap<string, RevokedEntry>;
  readonly extensions: readonly Extension[];
  /** The octets of the CRL number. */
  readonly number: Uint8Array | undefined;
  readonly authorityKeyIdentifier: Uint8Array | undefined;
  readonly signatureAlgorithm: Algorithm;
  /** The octets of the signature. */
  readonly signature: Uint8Array;
}

/**
 * Reads a revocation list.
 *
 * @param der exactly one CertificateList
 * @throws {DerError} when the bytes are none, or the two signature algorithms differ
 */
export function readRevocationList(der: Uint8Array): RevocationList {
  const outer = new Reader(der);
  const body = outer.enter(TAG.sequence, "a revocation list");
  outer.close("the revocation list");
  const tbs = body.take(TAG.sequence, "the part that is signed");
  const signatureAlgorithm = readAlgorithm(body.take(TAG.sequence, "the signature algorithm"));
  const signature = readBits(body.take(TAG.bitString, "the signature")).octets;
  body.close("the revocation list");

  const fields = new Reader(tbs.content, tbs.contentAt);
  const written = fields.takeIf(TAG.integer);
  const version = written === undefined ? 1 : readSmallInteger(written) + 1;
  if (version > 2) throw new DerError(written?.at ?? 0, `version ${version}, expected 1 or 2`);
  const signed = fields.take(TAG.sequence, "the signature algorithm");
  if (!equalBytes(signed.whole, signatureAlgorithm.der)) {
    throw new DerError(signed.at, "a signature algorithm that differs from the one beside the signature");
  }
  const issuer = readName(fields.take(TAG.sequence, "the issuer"));
  const thisUpdate = readTime(fields.read());
  const next = fields.peek();
  const hasNext = next === TAG.utcTime || next === TAG.generalizedTime;
  const nextUpdate = hasNext ? readTime(fields.read()) : undefined;
  const revoked = readEntries(fields.takeIf(TAG.sequence));
  const wrapped = fields.enterIf(contextTag(0));
  const extensions = wrapped === undefined
    ? []
    : readExtensionList(wrapped.take(TAG.sequence, "the extensions"));
  wrapped?.close("the extensions");
  fields.close("the part that is signed");
  return {
    der,
    tbs: tbs.whole,
    version,
    issuer,
    thisUpdate,
    nextUpdate,
    revoked,
    extensions,
    number: readNumber(extensions),
    authorityKeyIdentifier: readAuthority(extensions),
    signatureAlgorithm,
    signature,
  };
}

function readAuthority(extensions: readonly Extension[]): Uint8Array | undefined {
  const own = extensions.filter(({ oid }) => oid === EXTENSION.authorityKeyIdentifier);
  return readExtensionFields({ extensions: own }).authorityKeyIdentifier;
}

function readNumber(extensions: readonly Extension[]): Uint8Array | undefined {
  const found = extensions.find(({ oid }) => oid === CRL_NUMBER);
  if (found === undefined) return undefined;
  const inside = new Reader(found.value.content, found.value.contentAt);
  const number = readInteger(inside.take(TAG.integer, "the number of a revocation list"));
  inside.close("the number of a revocation list");
  return number;
}

function readEntries(value: Value | undefined): Map<string, RevokedEntry> {
  const revoked = new Map<string, RevokedEntry>();
  if (value === undefined) return revoked;
  // Entries that one revocation made have the same time and reason: what was read last is often right again.
  let [lastTime, lastAt]: [Uint8Array, number] = [new Uint8Array(), 0];
  for (const list = new Reader(value.content, value.contentAt); !list.isAtEnd;) {
    const entry = list.enter(TAG.sequence, "a revoked certificate");
    const serial = readInteger(entry.take(TAG.integer, "a serial number"));
    const time = entry.read();
    if (!equalBytes(time.whole, lastTime)) [lastTime, lastAt] = [time.whole, readTime(time)];
    const extensions = entry.takeIf(TAG.sequence);
    entry.close("a revoked certificate");
    const reason = extensions === undefined ? undefined : readReason(extensions);
    revoked.set(serial.toHex(), { serial, revokedAt: lastAt, reason });
  }
  return revoked;
}

function readReason(value: Value): string | undefined {
  const found = readExtensionList(value).find(({ oid }) => oid === REASON_CODE);
  if (found === undefined) return undefined;
  const inside = new Reader(found.value.content, found.value.contentAt);
  const number = readSmallInteger(inside.take(ENUMERATED, "a reason"));
  inside.close("a reason");
  return REASONS.get(number) ?? String(number);
}
