/**
 * Extensions of certificates as `openssl x509 -text` writes them.
 *
 * In: an extension. Out: its lines, indented.
 *
 * @module
 */
import type { Extension } from "../certificate/certificate.ts";
import { contextTag, DerError, primitiveTag, Reader, TAG, type Value } from "../der/der.ts";
import { readInteger } from "../der/der_values.ts";
import { distributionPointsText, nameConstraintsText } from "./constraints.ts";
import { listedName, listedNames } from "./general_names.ts";
import { bitNames, indented, onLines, onOneLine, readItems, takeObject } from "./layout.ts";
import { longName } from "./objects.ts";
import { policiesText, proxyText } from "./policies.ts";
import { dottedText, hexText, integerOf, magnitude, numberText, rawText, timeText } from "./text.ts";
import { addressBlocksText, systemsText } from "./resources.ts";
import {
  dateText,
  issuingPointText,
  listReferenceText,
  nonceText,
  reasonText,
  serviceText,
} from "./revocation.ts";
import { timestampsText } from "./timestamps.ts";

/** Bits of a key usage, the first bit first (RFC 5280 section 4.2.1.3). */
const KEY_USAGES = [
  "Digital Signature",
  "Non Repudiation",
  "Key Encipherment",
  "Data Encipherment",
  "Key Agreement",
  "Certificate Sign",
  "CRL Sign",
  "Encipher Only",
  "Decipher Only",
];

/** Bits of Netscape's certificate types. */
const NETSCAPE_TYPES = [
  "SSL Client",
  "SSL Server",
  "S/MIME",
  "Object Signing",
  "Unused",
  "SSL CA",
  "S/MIME CA",
  "Object Signing CA",
];

/** Extensions of TLS that a certificate can ask for (RFC 7633). */
const TLS_FEATURES: ReadonlyMap<bigint, string> = new Map([
  [5n, "status_request"],
  [17n, "status_request_v2"],
]);

/** What OpenSSL prints of the extensions that it knows, by identifier. */
const PRINTERS: Readonly<Record<string, (value: Reader) => string>> = {
  "2.5.29.14": (value) => indented(hexText(value.take(TAG.octetString, "a key identifier").content)),
  "2.5.29.15": (value) => onOneLine(some(bitNames(value.take(TAG.bitString, "a key usage"), KEY_USAGES))),
  "2.5.29.16": usagePeriodText,
  "2.5.29.17": namesText,
  "2.5.29.18": namesText,
  "2.5.29.19": basicConstraintsText,
  "2.5.29.20": integerText,
  "2.5.29.21": reasonText,
  "2.5.29.23": (value) => indented(takeObject(value)),
  "2.5.29.24": dateText,
  "2.5.29.27": integerText,
  "2.5.29.28": issuingPointText,
  "2.5.29.29": namesText,
  "2.5.29.30": nameConstraintsText,
  "2.5.29.31": distributionPointsText,
  "2.5.29.32": policiesText,
  "2.5.29.33": policyMappingsText,
  "2.5.29.35": authorityKeyText,
  "2.5.29.36": policyConstraintsText,
  "2.5.29.37": (value) => onOneLine(some(readItems(value, takeObject))),
  "2.5.29.46": distributionPointsText,
  "2.5.29.54": integerText,
  "1.3.6.1.5.5.7.1.1": accessText,
  "1.3.6.1.5.5.7.1.7": addressBlocksText,
  "1.3.6.1.5.5.7.1.8": systemsText,
  "1.3.6.1.5.5.7.1.11": accessText,
  "1.3.6.1.5.5.7.1.14": proxyText,
  "1.3.6.1.5.5.7.1.24": tlsFeatureText,
  "1.3.6.1.5.5.7.48.1.2": nonceText,
  "1.3.6.1.5.5.7.48.1.3": listReferenceText,
  "1.3.6.1.5.5.7.48.1.4": (value) => onOneLine(some(readItems(value, takeObject))),
  "1.3.6.1.5.5.7.48.1.5": (value) => (value.take(TAG.null, "nothing"), ""),
  "1.3.6.1.5.5.7.48.1.6": dateText,
  "1.3.6.1.5.5.7.48.1.7": serviceText,
  "1.3.6.1.4.1.11129.2.4.2": timestampsText,
  "1.3.6.1.4.1.11129.2.4.3": (value) => (value.take(TAG.null, "nothing"), indented("NULL")),
  "1.3.6.1.4.1.11129.2.4.5": timestampsText,
  "2.16.840.1.113730.1.1": (value) =>
    onOneLine(some(bitNames(value.take(TAG.bitString, "certificate types"), NETSCAPE_TYPES))),
  ...Object.fromEntries([2, 3, 4, 7, 8, 12, 13].map((arc) => [`2.16.840.1.113730.1.${arc}`, stringText])),
};

/**
 * The lines of an extension: its name, and what it says. One that OpenSSL does not know, or that cannot be read, shows
 * its octets, with dots for what is no ASCII.
 */
export function extensionLines({ oid, isCritical, value }: Extension): string[] {
  const head = `            ${longName(oid)}: ${isCritical ? "critical" : ""}`;
  return [head, ...(valueText(oid, value) ?? indented(dottedText(value.content))).split("\n")];
}

function valueText(oid: string, { content, contentAt }: Value): string | undefined {
  try {
    return PRINTERS[oid]?.(new Reader(content, contentAt));
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

/** What says nothing fails in most of OpenSSL's printers, which then show the octets of the extension. */
function some(items: readonly string[]): readonly string[] {
  if (items.length === 0) throw new DerError(0, "an extension that says nothing");
  return items;
}

function namesText(value: Reader): string {
  return onOneLine(listedNames(value.enter(TAG.sequence, "names")));
}

/** What OpenSSL prints of an empty string: it fails, and shows the octets of the extension. */
function stringText(value: Reader): string {
  const { content, at } = value.take(TAG.ia5String, "a string");
  if (content.length === 0) throw new DerError(at, "an empty string");
  return indented(rawText(content));
}

function integerText(value: Reader): string {
  return indented(numberText(readInteger(value.take(TAG.integer, "a number"))));
}

function basicConstraintsText(value: Reader): string {
  const fields = value.enter(TAG.sequence, "basic constraints");
  const authority = fields.takeIf(TAG.boolean);
  const length = fields.takeIf(TAG.integer);
  fields.close("basic constraints");
  if (authority !== undefined && authority.content.length !== 1) {
    throw new DerError(authority.at, "a boolean of another length");
  }
  return onOneLine([
    // Whatever is not zero is true.
    `CA:${(authority?.content[0] ?? 0) === 0 ? "FALSE" : "TRUE"}`,
    ...(length === undefined ? [] : [`pathlen:${numberText(readInteger(length))}`]),
  ]);
}

function usagePeriodText(value: Reader): string {
  const fields = value.enter(TAG.sequence, "a usage period");
  const times = ["Not Before", "Not After"].flatMap((name, number) => {
    const time = fields.takeIf(primitiveTag(number));
    return time === undefined
      ? []
      : [`${name}: ${timeText({ tag: TAG.generalizedTime, content: time.content })}`];
  });
  fields.close("a usage period");
  return indented(times.join(", "));
}

function authorityKeyText(value: Reader): string {
  const fields = value.enter(TAG.sequence, "an authority's key identifier");
  const key = fields.takeIf(primitiveTag(0));
  const issuer = fields.enterIf(contextTag(1));
  const serial = fields.takeIf(primitiveTag(2));
  fields.close("an authority's key identifier");
  const label = issuer === undefined && serial === undefined ? "" : "keyid:";
  const lines = [
    ...(key === undefined ? [] : [label + hexText(key.content)]),
    ...(issuer === undefined ? [] : listedNames(issuer)),
    ...(serial === undefined ? [] : [`serial:${hexText(magnitude(integerOf(readInteger(serial))))}`]),
  ];
  // A list of names that is there counts, even when it is empty.
  return onLines(issuer === undefined ? some(lines) : lines);
}

function policyConstraintsText(value: Reader): string {
  const fields = value.enter(TAG.sequence, "policy constraints");
  const numbers = ["Require Explicit Policy", "Inhibit Policy Mapping"].flatMap((name, number) => {
    const count = fields.takeIf(primitiveTag(number));
    return count === undefined ? [] : [`${name}:${numberText(readInteger(count))}`];
  });
  fields.close("policy constraints");
  return onOneLine(some(numbers));
}

function policyMappingsText(value: Reader): string {
  return onOneLine(some(readItems(value, (list) => {
    const pair = list.enter(TAG.sequence, "a mapping of policies");
    const [issuers, subjects] = [takeObject(pair), takeObject(pair)];
    pair.close("a mapping of policies");
    return `${issuers}:${subjects}`;
  })));
}

function accessText(value: Reader): string {
  return onLines(readItems(value, (list) => {
    const access = list.enter(TAG.sequence, "a way of access");
    const [method, location] = [takeObject(access), listedName(access.read())];
    access.close("a way of access");
    return `${method} - ${location}`;
  }));
}

function tlsFeatureText(value: Reader): string {
  return onOneLine(some(readItems(value, (list) => {
    const number = integerOf(readInteger(list.take(TAG.integer, "a feature of TLS")));
    return TLS_FEATURES.get(number) ?? String(number);
  })));
}
