/**
 * What Go's crypto/x509 takes of the extensions of a certificate, and which of them it refuses. It reads more loosely
 * than the standard at some places (what follows a value is not looked at) and more strictly at others.
 *
 * @module
 */
import type { Certificate, Extension } from "../certificate/certificate.ts";
import { contextTag, DerError, primitiveTag, Reader, TAG, type Value } from "../der/der.ts";
import { readBits, readBoolean, readInteger, readOid } from "../der/der_values.ts";
import { isDomain, uriHost } from "./go_names.ts";
import { type CertificateNames, type NameConstraints, readNameConstraints } from "./name_constraints.ts";
import { latin1 } from "../certificate/names.ts";

/** What chains are built and judged by. */
export interface GoExtensions {
  readonly hasBasicConstraints: boolean;
  readonly isAuthority: boolean;
  /** The most authorities below, undefined for any number. */
  readonly pathLength: number | undefined;
  /** Whether a key usage says anything, and whether it allows the signing of certificates. */
  readonly keyUsage: { readonly isAny: boolean; readonly canSignCertificates: boolean } | undefined;
  /** Dotted forms; empty for no restriction. */
  readonly purposes: readonly string[];
  readonly names: CertificateNames;
  /** The octets of the alternative names, as they stand. */
  readonly altNames: Uint8Array | undefined;
  readonly constraints: NameConstraints | undefined;
  readonly subjectKeyIdentifier: Uint8Array;
  readonly authorityKeyIdentifier: Uint8Array;
  readonly policies: PolicyExtensions;
  /** The first extension that is critical and that Go does not know, in dotted form. */
  readonly unhandledCritical: string | undefined;
}

/** What extensions say of policies; identifiers as octets in hexadecimal. */
export interface PolicyExtensions {
  readonly policies: readonly string[];
  readonly mappings: readonly { readonly issuer: string; readonly subject: string }[];
  readonly requireExplicit: number | undefined;
  readonly inhibitMapping: number | undefined;
  readonly inhibitAny: number | undefined;
}

const NONE = new Uint8Array();

/** Extensions by their identifiers. */
const ID = {
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  nameConstraints: "2.5.29.30",
  distributionPoints: "2.5.29.31",
  policies: "2.5.29.32",
  policyMappings: "2.5.29.33",
  authorityKeyIdentifier: "2.5.29.35",
  policyConstraints: "2.5.29.36",
  extKeyUsage: "2.5.29.37",
  inhibitAnyPolicy: "2.5.29.54",
  authorityInfoAccess: "1.3.6.1.5.5.7.1.1",
} as const;
const KNOWN: ReadonlySet<string> = new Set(Object.values(ID));
/** Those that Go refuses when they are critical. */
const NEVER_CRITICAL: ReadonlySet<string> = new Set([
  ID.subjectKeyIdentifier,
  ID.authorityKeyIdentifier,
  ID.authorityInfoAccess,
]);

/**
 * Reads the extensions as Go does.
 *
 * @throws {DerError} when Go refuses the certificate for one of them
 */
export function readGoExtensions({ extensions }: Certificate): GoExtensions {
  for (const { oid, isCritical, value } of extensions) {
    if (isCritical && NEVER_CRITICAL.has(oid)) {
      throw new DerError(value.at, `extension ${oid} is critical, which it must not be`);
    }
  }
  const read = <Field>(oid: string, reader: (inside: Reader, value: Value) => Field): Field | undefined => {
    const value = extensions.find((extension) => extension.oid === oid)?.value;
    return value === undefined ? undefined : reader(new Reader(value.content, value.contentAt), value);
  };
  const basic = read(ID.basicConstraints, readConstraints);
  const names = read(ID.subjectAltName, readNames);
  const constraints = read(ID.nameConstraints, (_, value) => readNameConstraints(value));
  const [requireExplicit, inhibitMapping] = read(ID.policyConstraints, readPolicyConstraints) ?? [];
  read(ID.distributionPoints, readDistributionPoints);
  read(ID.authorityInfoAccess, readInfoAccess);
  const isUnhandled = ({ oid, isCritical }: Extension): boolean =>
    isCritical && (!KNOWN.has(oid) ||
      (oid === ID.subjectAltName && names !== undefined && isEmpty(names)) ||
      (oid === ID.nameConstraints && constraints?.isPartlyKnown === true));
  return {
    hasBasicConstraints: basic !== undefined,
    isAuthority: basic?.isAuthority ?? false,
    pathLength: basic?.pathLength,
    keyUsage: read(ID.keyUsage, readKeyUsage),
    purposes: read(ID.extKeyUsage, (inside) => readSequence(inside, (list) => takeOid(list))) ?? [],
    names: names ?? { dns: [], emails: [], uriHosts: [], addresses: [] },
    altNames: extensions.find(({ oid }) => oid === ID.subjectAltName)?.value.content,
    constraints,
    subjectKeyIdentifier: read(
      ID.subjectKeyIdentifier,
      (inside) => inside.take(TAG.octetString, "a key identifier").content,
    ) ?? NONE,
    authorityKeyIdentifier: read(
      ID.authorityKeyIdentifier,
      (inside) =>
        inside.enter(TAG.sequence, "an authority's key identifier").takeIf(primitiveTag(0))?.content,
    ) ?? NONE,
    policies: {
      policies: read(ID.policies, readPolicies) ?? [],
      mappings: read(ID.policyMappings, readMappings) ?? [],
      requireExplicit,
      inhibitMapping,
      inhibitAny: read(ID.inhibitAnyPolicy, (inside) => number(inside.take(TAG.integer, "a number"))),
    },
    unhandledCritical: extensions.find(isUnhandled)?.oid,
  };
}

/**
 * Reads an object identifier whose arcs Go can hold.
 *
 * @throws {DerError} when one of them has more than 31 bits
 */
export function takeOid(reader: Reader): string {
  const value = reader.take(TAG.oid, "an object identifier");
  const oid = readOid(value);
  checkOid(oid, value.at);
  return oid;
}

/**
 * Says whether Go can hold an object identifier.
 *
 * @param at where it stands, for the message
 * @throws {DerError} when one of its arcs has more than 31 bits
 */
export function checkOid(oid: string, at: number): void {
  const arcs = oid.split(".").map(Number);
  const isSmall = arcs.every((arc, index) => arc + (index === 1 && arcs[0] === 2 ? 80 : 0) < 2 ** 31);
  if (!isSmall) throw new DerError(at, "an object identifier with a number that is too large");
}

function readSequence<Item>(inside: Reader, readItem: (list: Reader) => Item): Item[] {
  const list = inside.enter(TAG.sequence, "a list");
  const items: Item[] = [];
  while (!list.isAtEnd) items.push(readItem(list));
  return items;
}

function readConstraints(inside: Reader): { isAuthority: boolean; pathLength: number | undefined } {
  const fields = inside.enter(TAG.sequence, "basic constraints");
  const authority = fields.takeIf(TAG.boolean);
  const length = fields.takeIf(TAG.integer);
  const isAuthority = authority !== undefined && readBoolean(authority);
  const pathLength = length === undefined ? undefined : number(length);
  if (pathLength !== undefined && pathLength < 0) throw new DerError(inside.at, "a negative path length");
  return { isAuthority, pathLength };
}

function readKeyUsage(inside: Reader): { isAny: boolean; canSignCertificates: boolean } {
  const { octets } = readBits(inside.take(TAG.bitString, "a key usage"));
  const [first = 0, second = 0] = octets;
  return { isAny: first !== 0 || second >= 0x80, canSignCertificates: (first & 0x04) !== 0 };
}

/** An integer of at most 64 bits; what is larger than numbers can be exactly is only compared. */
function number(value: Value): number {
  const octets = readInteger(value);
  if (octets.length > 8) throw new DerError(value.at, "an integer out of range");
  return Number(BigInt.asIntN(8 * octets.length, BigInt(`0x${octets.toHex()}`)));
}

function readNames(inside: Reader): CertificateNames {
  const names = {
    dns: new Array<string>(),
    emails: new Array<string>(),
    uriHosts: new Array<string>(),
    addresses: new Array<Uint8Array>(),
  };
  readSequence(inside, (list) => {
    const { tag, content, at } = list.read();
    switch (tag) {
      case primitiveTag(1):
        names.emails.push(ascii(content, at));
        break;
      case primitiveTag(2):
        names.dns.push(ascii(content, at));
        break;
      case primitiveTag(6): {
        const host = uriHost(ascii(content, at));
        if (host === undefined || !isDomain(host, false)) {
          throw new DerError(at, "a URI that Go cannot read");
        }
        names.uriHosts.push(host);
        break;
      }
      case primitiveTag(7):
        if (content.length !== 4 && content.length !== 16) {
          throw new DerError(at, `an IP address of ${content.length} octets, expected 4 or 16`);
        }
        names.addresses.push(content);
        break;
    }
  });
  return names;
}

function isEmpty({ dns, emails, uriHosts, addresses }: CertificateNames): boolean {
  return dns.length + emails.length + uriHosts.length + addresses.length === 0;
}

function ascii(content: Uint8Array, at: number): string {
  if (content.some((octet) => octet >= 0x80)) throw new DerError(at, "a name that is not ASCII");
  return latin1(content);
}

function readPolicies(inside: Reader): string[] {
  const seen = new Set<string>();
  return readSequence(inside, (list) => {
    const value = list.enter(TAG.sequence, "a policy").take(TAG.oid, "a policy");
    readOid(value);
    const id = value.content.toHex();
    if (seen.has(id)) throw new DerError(value.at, "a policy that stands twice");
    seen.add(id);
    return id;
  });
}

function readMappings(inside: Reader): { issuer: string; subject: string }[] {
  return readSequence(inside, (list) => {
    const pair = list.enter(TAG.sequence, "a policy mapping");
    const [issuer, subject] = [pair.take(TAG.oid, "a policy"), pair.take(TAG.oid, "a policy")];
    return { issuer: issuer.content.toHex(), subject: subject.content.toHex() };
  });
}

function readPolicyConstraints(inside: Reader): (number | undefined)[] {
  const fields = inside.enter(TAG.sequence, "policy constraints");
  return [0, 1].map((tag) => {
    const value = fields.takeIf(primitiveTag(tag));
    return value === undefined ? undefined : number(value);
  });
}

function readDistributionPoints(inside: Reader): void {
  readSequence(inside, (list) => {
    const name = list.enter(TAG.sequence, "a distribution point").enterIf(contextTag(0));
    const full = name?.enter(contextTag(0), "a distribution point's name");
    while (full?.peek() === primitiveTag(6)) full.read();
  });
}

function readInfoAccess(inside: Reader): void {
  readSequence(inside, (list) => {
    const access = list.enter(TAG.sequence, "a description of access");
    takeOid(access);
    access.takeIf(primitiveTag(6));
  });
}
