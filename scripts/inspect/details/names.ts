/**
 * Distinguished names in OpenSSL's two forms: `O = a, CN = b` of names on their own, and `/O=a/CN=b` inside lists of
 * alternative names.
 *
 * In: the DER of a name. Out: text of ASCII.
 *
 * @module
 */
import { Reader, TAG, type Value } from "../der/der.ts";
import { readOid } from "../der/der_values.ts";
import { shortName } from "./objects.ts";
import { latin1, readText } from "../certificate/names.ts";

interface RawAttribute {
  readonly type: string;
  readonly value: Value;
}

const encoder = new TextEncoder();

/** Strings that are written octet by octet, UTF8String among them, as it is converted to itself. */
const OCTET_STRINGS: ReadonlySet<number> = new Set<number>([
  TAG.utf8String,
  TAG.numericString,
  TAG.printableString,
  TAG.ia5String,
  TAG.utcTime,
  TAG.generalizedTime,
  TAG.visibleString,
]);
const WIDE_STRINGS: ReadonlySet<number> = new Set<number>([
  TAG.teletexString,
  TAG.bmpString,
  TAG.universalString,
]);

/**
 * Reads the attributes of one relative name.
 *
 * @param set reader of the content of a SET
 */
function readAttributes(set: Reader): RawAttribute[] {
  const attributes: RawAttribute[] = [];
  while (!set.isAtEnd) {
    const pair = set.enter(TAG.sequence, "an attribute of a name");
    const type = readOid(pair.take(TAG.oid, "an attribute's type"));
    attributes.push({ type, value: pair.read() });
    pair.close("an attribute of a name");
  }
  return attributes;
}

/**
 * Reads a Name with the DER of its values, which `readName` leaves out.
 *
 * @param der a SEQUENCE
 */
function readRdns(der: Uint8Array): RawAttribute[][] {
  const sets = new Reader(der).enter(TAG.sequence, "a name");
  const rdns: RawAttribute[][] = [];
  while (!sets.isAtEnd) rdns.push(readAttributes(sets.enter(TAG.set, "a relative distinguished name")));
  return rdns;
}

/**
 * A name as `openssl x509 -text` of OpenSSL 3.0 writes it: its XN_FLAG_ONELINE.
 *
 * @param der a Name
 * @returns such as `O = system:nodes, CN = system:node:node-0`
 * @throws {DerError} when it is none
 */
export function nameText(der: Uint8Array): string {
  return readRdns(der).filter((rdn) => rdn.length > 0).map(rdnText).join(", ");
}

/**
 * A relative name in the same form.
 *
 * @param set reader of the content of a SET
 * @throws {DerError} when it is none
 */
export function relativeNameText(set: Reader): string {
  return rdnText(readAttributes(set));
}

function rdnText(attributes: readonly RawAttribute[]): string {
  return attributes.map(({ type, value }) => `${shortName(type)} = ${valueText(value)}`).join(" + ");
}

function valueText(value: Value): string {
  const { tag, content, whole } = value;
  if (OCTET_STRINGS.has(tag)) return escapeOctets([...content].map((octet) => [octet]));
  // Half of a surrogate pair stands for no character: OpenSSL leaves it out.
  if (tag === TAG.bmpString) return escapeOctets(bmpCharacters(content));
  if (WIDE_STRINGS.has(tag)) {
    return escapeOctets(Array.from(readText(value), (character) => [...encoder.encode(character)]));
  }
  return `#${whole.toHex().toUpperCase()}`;
}

function bmpCharacters(content: Uint8Array): number[][] {
  const characters: number[][] = [];
  for (let at = 0; at + 1 < content.length; at += 2) {
    const unit = ((content[at] ?? 0) << 8) | (content[at + 1] ?? 0);
    const isSurrogate = unit >= 0xd800 && unit <= 0xdfff;
    characters.push(isSurrogate ? [] : [...encoder.encode(String.fromCharCode(unit))]);
  }
  return characters;
}

/**
 * The escapes of RFC 2253, with quotes around a value where OpenSSL prefers them to backslashes.
 *
 * @param characters each with its octets of UTF-8
 */
function escapeOctets(characters: readonly (readonly number[])[]): string {
  let isQuoted = false;
  const last = characters.length - 1;
  const text = characters.map((octets, index) =>
    octets.map((octet) => {
      const character = String.fromCharCode(octet);
      if (octet < 0x20 || octet > 0x7e) return `\\${octet.toString(16).toUpperCase().padStart(2, "0")}`;
      if (character === '"' || character === "\\") return `\\${character}`;
      if (
        "+,;<>".includes(character) || (character === " " && (index === 0 || index === last)) ||
        // Only the first of several: OpenSSL takes the only character for the last.
        (character === "#" && index === 0 && last > 0)
      ) isQuoted = true;
      return character;
    }).join("")
  ).join("");
  return isQuoted ? `"${text}"` : text;
}

/** The octets of a value: all of a SEQUENCE, and of bits those without the number of unused ones. */
function slashedOctets({ tag, content, whole }: Value): Uint8Array {
  if (tag === TAG.sequence) return whole;
  return tag === TAG.bitString ? content.subarray(1) : content;
}

/** The longest text that OpenSSL has room for among alternative names. */
const SLASHED_LIMIT = 255;

/**
 * A name as OpenSSL writes it among alternative names: X509_NAME_oneline. What has no room is left out.
 *
 * @param der a Name
 * @returns such as `/O=system:nodes/CN=system:node:node-0`
 * @throws {DerError} when it is none
 */
export function slashedName(der: Uint8Array): string {
  let text = "";
  for (const { type, value } of readRdns(der).flat()) {
    const more = latin1(slashedOctets(value)).replace(/[/+]/g, "\\$&").replace(
      /[^ -~]/g,
      (character) => `\\x${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
    );
    const next = `${text}/${shortName(type)}=${more}`;
    if (next.length > SLASHED_LIMIT) break;
    text = next;
  }
  return text;
}
