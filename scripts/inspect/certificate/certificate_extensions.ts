/**
 * What the extensions of a certificate say (RFC 5280 section 4.2), of those that decide whom it is good for.
 *
 * @module
 */
import type { Extension } from "./certificate.ts";
import { primitiveTag, Reader, TAG } from "../der/der.ts";
import { readBits, readBoolean, readOid, readSmallInteger } from "../der/der_values.ts";
import { type GeneralName, readGeneralName } from "./general_names.ts";

/** Object identifiers of the extensions that are read here. */
export const EXTENSION = {
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  authorityKeyIdentifier: "2.5.29.35",
  extKeyUsage: "2.5.29.37",
} as const;

/** Bits of a key usage, the first bit first. */
const KEY_USAGES = [
  "digitalSignature",
  "contentCommitment",
  "keyEncipherment",
  "dataEncipherment",
  "keyAgreement",
  "keyCertSign",
  "cRLSign",
  "encipherOnly",
  "decipherOnly",
] as const;

/** What a key may do. */
export type KeyUsage = typeof KEY_USAGES[number];

/** What is read of the extensions; undefined where the certificate has no such extension. */
export interface ExtensionFields {
  readonly isAuthority: boolean;
  /** The most authorities below, undefined for any number. */
  readonly pathLength: number | undefined;
  readonly keyUsage: readonly KeyUsage[] | undefined;
  /** Dotted forms. */
  readonly extKeyUsage: readonly string[] | undefined;
  readonly altNames: readonly GeneralName[] | undefined;
  readonly subjectKeyIdentifier: Uint8Array | undefined;
  readonly authorityKeyIdentifier: Uint8Array | undefined;
}

/**
 * Reads what the extensions of a certificate say, or those that a request asks for.
 *
 * @param holder a certificate, a request, or whatever else has extensions
 * @throws {DerError} when one of them is not what its standard says
 */
export function readExtensionFields(
  { extensions }: { readonly extensions: readonly Extension[] },
): ExtensionFields {
  const read = <Field>(oid: string, reader: (inside: Reader) => Field): Field | undefined => {
    const extension = extensions.find((one: Extension) => one.oid === oid);
    if (extension === undefined) return undefined;
    const inside = new Reader(extension.value.content, extension.value.contentAt);
    const field = reader(inside);
    inside.close(`extension ${oid}`);
    return field;
  };
  const constraints = read(EXTENSION.basicConstraints, readConstraints);
  return {
    isAuthority: constraints?.isAuthority ?? false,
    pathLength: constraints?.pathLength,
    keyUsage: read(EXTENSION.keyUsage, readKeyUsage),
    extKeyUsage: read(
      EXTENSION.extKeyUsage,
      (inside) =>
        readList(inside, "extended key usages", (list) => readOid(list.take(TAG.oid, "a key purpose"))),
    ),
    altNames: read(
      EXTENSION.subjectAltName,
      (inside) => readList(inside, "alternative names", (list) => readGeneralName(list.read())),
    ),
    subjectKeyIdentifier: read(
      EXTENSION.subjectKeyIdentifier,
      (inside) => inside.take(TAG.octetString, "a key identifier").content,
    ),
    authorityKeyIdentifier: read(EXTENSION.authorityKeyIdentifier, readAuthorityKeyIdentifier),
  };
}

function readConstraints(
  inside: Reader,
): { readonly isAuthority: boolean; readonly pathLength: number | undefined } {
  const fields = inside.enter(TAG.sequence, "basic constraints");
  const authority = fields.takeIf(TAG.boolean);
  const length = fields.takeIf(TAG.integer);
  fields.close("basic constraints");
  return {
    isAuthority: authority !== undefined && readBoolean(authority),
    pathLength: length === undefined ? undefined : readSmallInteger(length),
  };
}

function readKeyUsage(inside: Reader): KeyUsage[] {
  const { octets } = readBits(inside.take(TAG.bitString, "a key usage"));
  return KEY_USAGES.filter((_, bit) => ((octets[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
}

function readList<Item>(inside: Reader, what: string, readItem: (list: Reader) => Item): Item[] {
  const list = inside.enter(TAG.sequence, what);
  const items: Item[] = [];
  while (!list.isAtEnd) items.push(readItem(list));
  return items;
}

function readAuthorityKeyIdentifier(inside: Reader): Uint8Array | undefined {
  const fields = inside.enter(TAG.sequence, "an authority's key identifier");
  // Issuer and serial number may follow: a hint that nobody needs beside this one.
  return fields.takeIf(primitiveTag(0))?.content;
}
