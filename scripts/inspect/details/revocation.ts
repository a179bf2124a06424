/**
 * Extensions of revocation lists (RFC 5280 sections 5.2 and 5.3) and of OCSP (RFC 6960 section 4.4) as OpenSSL writes
 * them, which it does wherever they stand.
 *
 * In: readers of the values. Out: indented lines.
 *
 * @module
 */
import { contextTag, DerError, primitiveTag, Reader, TAG } from "../der/der.ts";
import { readInteger } from "../der/der_values.ts";
import { pointNameText, reasonsText } from "./constraints.ts";
import { listedName } from "./general_names.ts";
import { indented, readItems, takeObject } from "./layout.ts";
import { nameText } from "./names.ts";
import { dottedText, integerOf, numberText, octetsText, rawText, timeText } from "./text.ts";

const ENUMERATED = 0x0a;

const REASONS: ReadonlyMap<bigint, string> = new Map([
  [0n, "Unspecified"],
  [1n, "Key Compromise"],
  [2n, "CA Compromise"],
  [3n, "Affiliation Changed"],
  [4n, "Superseded"],
  [5n, "Cessation Of Operation"],
  [6n, "Certificate Hold"],
  [8n, "Remove From CRL"],
  [9n, "Privilege Withdrawn"],
  [10n, "AA Compromise"],
]);

/**
 * Why a certificate is revoked.
 *
 * @throws {DerError} when it cannot be read
 */
export function reasonText(value: Reader): string {
  const octets = readInteger(value.take(ENUMERATED, "a reason"));
  return indented(REASONS.get(integerOf(octets)) ?? numberText(octets));
}

/**
 * A time; one that is none is followed by the octets of the extension, as OpenSSL gives up too late.
 *
 * @throws {DerError} when it cannot be read
 */
export function dateText(value: Reader): string {
  const time = value.take(TAG.generalizedTime, "a time");
  const text = timeText(time);
  return indented(text) + (text.startsWith("Bad") ? indented(dottedText(time.whole)) : "");
}

/**
 * Which certificates a list is about. Each part ends its line, except for full names.
 *
 * @throws {DerError} when it cannot be read
 */
export function issuingPointText(value: Reader): string {
  const fields = value.enter(TAG.sequence, "an issuing distribution point");
  const name = fields.enterIf(contextTag(0));
  const nameLines = name === undefined ? "" : pointNameText(name);
  const flag = (number: number): boolean => {
    const set = fields.takeIf(primitiveTag(number));
    if (set !== undefined && set.content.length !== 1) {
      throw new DerError(set.at, "a boolean of another length");
    }
    return (set?.content[0] ?? 0) !== 0;
  };
  const [isUsers, isAuthorities] = [flag(1), flag(2)];
  const reasons = fields.takeIf(primitiveTag(3));
  const [isIndirect, isAttributes] = [flag(4), flag(5)];
  fields.close("an issuing distribution point");
  const line = (isShown: boolean, text: string): string => isShown ? `${indented(text)}\n` : "";
  const text = nameLines + line(isUsers, "Only User Certificates") +
    line(isAuthorities, "Only CA Certificates") + line(isIndirect, "Indirect CRL") +
    (reasons === undefined ? "" : reasonsText("Only Some Reasons:", reasons)) +
    line(isAttributes, "Only Attribute Certificates");
  return text === "" ? line(true, "<EMPTY>") : text;
}

/** The octets of a nonce. OpenSSL takes the whole value for them, whatever it is. */
export function nonceText(value: Reader): string {
  const octets = value.rest();
  return indented(octets.toHex().toUpperCase().replace(/.{70}(?=.)/g, "$&\\\n") || "0");
}

/**
 * Which list an answer of OCSP is made from.
 *
 * @throws {DerError} when it cannot be read
 */
export function listReferenceText(value: Reader): string {
  const fields = value.enter(TAG.sequence, "a reference to a list");
  const field = (number: number, show: (inner: Reader) => string): string => {
    const inner = fields.enterIf(contextTag(number));
    if (inner === undefined) return "";
    const text = `${indented(show(inner))}\n`;
    inner.close("a reference to a list");
    return text;
  };
  const text = field(0, (inner) => `crlUrl: ${rawText(inner.take(TAG.ia5String, "an address").content)}`) +
    field(1, (inner) => `crlNum: ${octetsText(readInteger(inner.take(TAG.integer, "a number")))}`) +
    field(2, (inner) => `crlTime: ${timeText(inner.take(TAG.generalizedTime, "a time"))}`);
  fields.close("a reference to a list");
  return text;
}

/**
 * Where a certificate's status is to be found.
 *
 * @throws {DerError} when it cannot be read
 */
export function serviceText(value: Reader): string {
  const fields = value.enter(TAG.sequence, "a service");
  const name = nameText(fields.take(TAG.sequence, "an issuer").whole);
  const ways = fields.isAtEnd ? [] : readItems(fields, (list) => {
    const access = list.enter(TAG.sequence, "a way of access");
    const way = `${takeObject(access)} - ${listedName(access.read())}`;
    access.close("a way of access");
    return way;
  });
  fields.close("a service");
  return [indented(`Issuer: ${name}`), ...ways.map((way) => indented(way, SERVICE_INDENT))].join("\n");
}

const SERVICE_INDENT = 16;
