/**
 * Names of X.509 (RFC 5280 section 4.1.2.4) as they stand in a certificate, and as text.
 *
 * @module
 */
import { DerError, Reader, TAG, type Value } from "../der/der.ts";
import { readOid } from "../der/der_values.ts";

/** One attribute of a name. */
export interface Attribute {
  /** Dotted form of its type. */
  readonly type: string;
  /** Its text; a value that is no string is `#` and its DER in hexadecimal (RFC 4514 section 2.4). */
  readonly value: string;
}

/** A distinguished name. */
export interface Name {
  /** Its bytes: names are the same when these are (as Go chains them). */
  readonly der: Uint8Array;
  /** Relative names in the order of the certificate, each with its attributes. */
  readonly rdns: readonly (readonly Attribute[])[];
}

/** Short names of attribute types (RFC 4519, RFC 4524, OpenSSL's own). */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  "2.5.4.3": "CN",
  "2.5.4.4": "SN",
  "2.5.4.5": "serialNumber",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.9": "street",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "2.5.4.12": "title",
  "2.5.4.13": "description",
  "2.5.4.17": "postalCode",
  "2.5.4.41": "name",
  "2.5.4.42": "GN",
  "2.5.4.43": "initials",
  "2.5.4.46": "dnQualifier",
  "2.5.4.65": "pseudonym",
  "2.5.4.97": "organizationIdentifier",
  "0.9.2342.19200300.100.1.1": "UID",
  "0.9.2342.19200300.100.1.25": "DC",
  "1.2.840.113549.1.9.1": "emailAddress",
};

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads a Name.
 *
 * @param value a SEQUENCE
 * @throws {DerError} when it is no name
 */
export function readName(value: Value): Name {
  const rdns: Attribute[][] = [];
  for (const sets = new Reader(value.content, value.contentAt); !sets.isAtEnd;) {
    const set = sets.enter(TAG.set, "a relative distinguished name");
    const attributes: Attribute[] = [];
    while (!set.isAtEnd) {
      const pair = set.enter(TAG.sequence, "an attribute of a name");
      const type = readOid(pair.take(TAG.oid, "an attribute's type"));
      attributes.push({ type, value: readText(pair.read()) });
      pair.close("an attribute of a name");
    }
    rdns.push(attributes);
  }
  return { der: value.whole, rdns };
}

/**
 * Reads a string of any of ASN.1's kinds.
 *
 * @returns its text; `#` and the DER in hexadecimal for what is no string
 * @throws {DerError} when the octets are not what the kind allows
 */
export function readText(value: Value): string {
  const { tag, content, at } = value;
  switch (tag) {
    case TAG.utf8String:
      try {
        return utf8.decode(content);
      } catch {
        throw new DerError(at, "a UTF8String that is not UTF-8");
      }
    case TAG.printableString:
    case TAG.ia5String:
    case TAG.numericString:
    case TAG.visibleString:
      if (content.some((octet) => octet >= 0x80)) {
        throw new DerError(at, "a string of ASCII with other octets");
      }
      return latin1(content);
    case TAG.teletexString:
      return latin1(content);
    case TAG.bmpString:
      if (content.length % 2 === 1) throw new DerError(at, "a BMPString of an odd number of octets");
      return new TextDecoder("utf-16be", { ignoreBOM: true }).decode(content);
    case TAG.universalString: {
      if (content.length % 4 !== 0) throw new DerError(at, "a UniversalString that is cut off");
      const view = new DataView(content.buffer, content.byteOffset, content.length);
      let text = "";
      for (let i = 0; i < content.length; i += 4) {
        const point = view.getUint32(i);
        if (point > 0x10ffff) throw new DerError(at, "a UniversalString with no character of Unicode");
        text += String.fromCodePoint(point);
      }
      return text;
    }
    default:
      return `#${value.whole.toHex()}`;
  }
}

/** Octets as the first 256 characters of Unicode; in pieces, as arguments have a limit. */
export function latin1(octets: Uint8Array): string {
  let text = "";
  for (let from = 0; from < octets.length; from += 4096) {
    text += String.fromCharCode(...octets.subarray(from, from + 4096));
  }
  return text;
}

/** Every value of an attribute, in order. */
export function valuesOf(name: Name, type: string): string[] {
  return name.rdns.flat().filter((attribute) => attribute.type === type).map(({ value }) => value);
}

/** The common name, the last when there are several, as Go takes it. */
export function commonName(name: Name): string | undefined {
  return valuesOf(name, "2.5.4.3").at(-1);
}

/** The organizations, which Kubernetes takes for groups. */
export function organizations(name: Name): string[] {
  return valuesOf(name, "2.5.4.10");
}

/**
 * A name in the order of the certificate: relative names between `, `, attributes of one between `+`, with the escapes
 * of RFC 4514 section 2.4, so that no value can pass for two.
 *
 * @returns such as `O=system:nodes, CN=system:node:node-0`
 */
export function formatName({ rdns }: Name): string {
  return rdns.map((attributes) =>
    attributes.map(({ type, value }) => `${SHORT_NAMES[type] ?? type}=${escapeValue(value)}`).join("+")
  ).join(", ");
}

function escapeValue(value: string): string {
  return value.replace(/[\\",+<>;]|^[ #]| $/g, (character) => `\\${character}`);
}
