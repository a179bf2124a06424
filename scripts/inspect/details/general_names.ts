/**
 * GeneralNames in OpenSSL's two forms: of lists such as subject alternative names, and of lines such as those below
 * name constraints and distribution points.
 *
 * @module
 */
import { contextTag, DerError, primitiveTag, Reader, TAG, type Value } from "../der/der.ts";
import { readOid } from "../der/der_values.ts";
import { nameText, slashedName } from "./names.ts";
import { longName } from "./objects.ts";
import { dottedText, rawText } from "./text.ts";

/** Names that are strings. */
const TEXT_KINDS: Readonly<Record<number, string>> = {
  [primitiveTag(1)]: "email",
  [primitiveTag(2)]: "DNS",
  [primitiveTag(6)]: "URI",
};

/** Names that OpenSSL only counts. */
const UNSUPPORTED_KINDS: Readonly<Record<number, string>> = {
  [contextTag(3)]: "X400Name",
  [contextTag(5)]: "EdiPartyName",
};

/** Kinds of OtherName whose value has a fixed type of string. */
const OTHER_NAMES: Readonly<Record<string, readonly [name: string, tag: number]>> = {
  "1.3.6.1.4.1.311.20.2.3": ["UPN", TAG.utf8String],
  "1.3.6.1.5.5.7.8.5": ["XmppAddr", TAG.utf8String],
  "1.3.6.1.5.5.7.8.7": ["SRVName", TAG.ia5String],
  "1.3.6.1.5.5.7.8.8": ["NAIRealm", TAG.utf8String],
  "1.3.6.1.5.5.7.8.9": ["SmtpUTF8Mailbox", TAG.utf8String],
};

/**
 * A list of GeneralNames, each in the form of OpenSSL's i2v_GENERAL_NAME.
 *
 * @param list reader of the content of the list
 * @throws {DerError} when one cannot be read, or is a string with a zero octet
 */
export function listedNames(list: Reader): string[] {
  const names: string[] = [];
  while (!list.isAtEnd) names.push(listedName(list.read()));
  return names;
}

/**
 * One GeneralName in the same form, such as `DNS:a.example.org` or `DirName:/CN=a`.
 *
 * @throws {DerError} as `listedNames`
 */
export function listedName(value: Value): string {
  const kind = TEXT_KINDS[value.tag];
  if (kind !== undefined) return `${kind}:${wholeText(value)}`;
  switch (value.tag) {
    case primitiveTag(7):
      return `IP Address:${addressText(value.content)}`;
    case primitiveTag(8):
      return `Registered ID:${longName(readOid(value))}`;
    case contextTag(4):
      return `DirName:${slashedName(directoryName(value))}`;
    case contextTag(0): {
      const { type, inner } = readOtherName(value);
      const known = OTHER_NAMES[type];
      if (known !== undefined) {
        const [name, tag] = known;
        if (inner.tag !== tag) throw new DerError(inner.at, `a name of kind ${name} that is no such string`);
        return `othername: ${name}::${wholeText(inner)}`;
      }
      const isText = (inner.tag === TAG.ia5String || inner.tag === TAG.utf8String) &&
        !inner.content.includes(0);
      return `othername: ${longName(type)}::${isText ? rawText(inner.content) : "<unsupported>"}`;
    }
    default:
      return unsupportedName(value);
  }
}

/**
 * One GeneralName in the form of OpenSSL's GENERAL_NAME_print, such as `DirName:CN = a`.
 *
 * @throws {DerError} when it cannot be read
 */
export function printedName(value: Value): string {
  const kind = TEXT_KINDS[value.tag];
  if (kind !== undefined) return `${kind}:${dottedText(value.content)}`;
  switch (value.tag) {
    case contextTag(4):
      return `DirName:${nameText(directoryName(value))}`;
    case contextTag(0): {
      const { type, inner } = readOtherName(value);
      const known = OTHER_NAMES[type];
      const text = known?.[1] === inner.tag ? `${known[0]}:${rawText(inner.content)}` : "<unsupported>";
      return `othername:${text}`;
    }
    case primitiveTag(7):
    case primitiveTag(8):
      return listedName(value);
    default:
      return unsupportedName(value);
  }
}

/**
 * The base of a name constraint: as `printedName`, but an address has its mask.
 *
 * @throws {DerError} when it cannot be read
 */
export function constrainedName(value: Value): string {
  if (value.tag !== primitiveTag(7)) return printedName(value);
  const { content } = value;
  const half = content.length >= 16 ? 16 : Math.min(4, content.length);
  return `IP:${addressText(content.subarray(0, half))}/${addressText(content.subarray(half))}`;
}

function unsupportedName({ tag, content, contentAt, at }: Value): string {
  const kind = UNSUPPORTED_KINDS[tag];
  if (kind === undefined) {
    throw new DerError(at, `tag 0x${tag.toString(16).padStart(2, "0")}, expected a general name`);
  }
  if (tag === contextTag(5)) {
    const fields = new Reader(content, contentAt);
    fields.enterIf(contextTag(0))?.read();
    fields.enter(contextTag(1), "the name of a party").read();
    fields.close("a party");
  }
  return `${kind}:<unsupported>`;
}

/** A string that OpenSSL refuses when a zero octet stands in it. */
function wholeText({ content, at }: Value): string {
  if (content.includes(0)) throw new DerError(at, "a string with a zero octet");
  return rawText(content);
}

function addressText(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join(".");
  if (octets.length !== 16) return `<invalid length=${octets.length}>`;
  const groups = octets.toHex().toUpperCase().match(/.{4}/g) ?? [];
  return groups.map((group) => group.replace(/^0{1,3}/, "")).join(":");
}

function directoryName({ content, contentAt }: Value): Uint8Array {
  const inner = new Reader(content, contentAt);
  const { whole } = inner.take(TAG.sequence, "a directory name");
  inner.close("a directory name");
  return whole;
}

function readOtherName({ content, contentAt }: Value): { readonly type: string; readonly inner: Value } {
  const fields = new Reader(content, contentAt);
  const type = readOid(fields.take(TAG.oid, "the kind of a name"));
  const wrapped = fields.enter(contextTag(0), "the value of a name");
  fields.close("a name");
  const inner = wrapped.read();
  wrapped.close("the value of a name");
  return { type, inner };
}
