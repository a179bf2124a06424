/**
 * The certificate that the controller-manager makes of a request: the subject built anew, alternative names in groups,
 * extensions in Go's order (crypto/x509, `CreateCertificate`).
 *
 * @module
 */
import {
  bitString,
  boolean,
  element,
  explicit,
  implicit,
  integer,
  octetString,
  oid,
} from "../../issue/der.ts";
import { sequence, time, utf8String } from "../../issue/der.ts";
import { serialOf } from "../../issue/serial.ts";
import { encodeUtf8, equalBytes, joinBytes } from "../../shared/encoding.ts";
import type { GoNames, GoRequest, GoSubject } from "./go_request.ts";
import { keyUsageBits, purposesOf } from "../../shared/key_usages.ts";

/** A CA that signs. */
export interface SigningAuthority {
  /** Its subject, DER. */
  readonly subject: Uint8Array;
  /** Unix seconds. */
  readonly notAfter: number;
  /** Empty for a certificate without one. */
  readonly keyIdentifier: Uint8Array;
  /** AlgorithmIdentifier of its signatures, DER. */
  readonly signatureAlgorithm: Uint8Array;
  /** Equal messages have equal signatures. */
  readonly sign: (message: Uint8Array) => Uint8Array;
  /** The HMAC key of serials, for a signer's name. Secret. */
  readonly serialSeed: (signerName: string) => Uint8Array;
}

/** What the certificate says beside the request. */
export interface CertificateTerms {
  readonly signerName: string;
  readonly usages: readonly string[];
  /** Unix seconds. */
  readonly notBefore: number;
  readonly notAfter: number;
}

const VERSION_3 = explicit(0, integer(2n));
const EMPTY_SEQUENCE = sequence();

/**
 * Makes the certificate.
 *
 * @returns DER
 */
export function makeCertificate(
  request: GoRequest,
  terms: CertificateTerms,
  authority: SigningAuthority,
): Uint8Array {
  const subject = encodeSubject(request.subject);
  const content = joinBytes([
    authority.signatureAlgorithm,
    authority.subject,
    sequence(time(terms.notBefore), time(terms.notAfter)),
    subject,
    request.key?.spki ?? new Uint8Array(),
    explicit(3, sequence(...extensionsOf(request.names, terms.usages, subject, authority))),
  ]);
  const tbsOf = (serial: Uint8Array): Uint8Array => sequence(VERSION_3, integer(serial), content);
  const serial = serialOf(authority.serialSeed(terms.signerName), tbsOf(Uint8Array.of(1)));
  const tbs = tbsOf(serial);
  return sequence(tbs, authority.signatureAlgorithm, bitString(authority.sign(tbs)));
}

/** The kinds of attributes that have lists, in Go's order. */
const ORDER = ["2.5.4.6", "2.5.4.8", "2.5.4.7", "2.5.4.9", "2.5.4.17", "2.5.4.10", "2.5.4.11"];

/**
 * Encodes a subject as Go writes it (crypto/x509/pkix, `Name.ToRDNSequence`): all values of a kind in one RDN.
 */
export function encodeSubject({ lists, commonName, serialNumber }: GoSubject): Uint8Array {
  const rdns = ORDER.flatMap((type) => {
    const values = lists.get(type) ?? [];
    return values.length === 0 ? [] : [encodeSet(values.map((value) => attribute(type, value)))];
  });
  if (commonName !== "") rdns.push(encodeSet([attribute("2.5.4.3", commonName)]));
  if (serialNumber !== "") rdns.push(encodeSet([attribute("2.5.4.5", serialNumber)]));
  return sequence(...rdns);
}

/** DER has the members of a SET OF in the order of their bytes (X.690 section 11.6). */
function encodeSet(members: readonly Uint8Array[]): Uint8Array {
  return element(0x31, ...members.toSorted(compareBytes));
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function attribute(type: string, value: string): Uint8Array {
  const isPrintable = /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value);
  return sequence(oid(type), isPrintable ? element(0x13, encodeUtf8(value)) : utf8String(value));
}

function extensionsOf(
  names: GoNames,
  usages: readonly string[],
  subject: Uint8Array,
  authority: SigningAuthority,
): Uint8Array[] {
  const extensions: Uint8Array[] = [];
  const bits = keyUsageBits(usages);
  if (bits.length > 0) extensions.push(extension("2.5.29.15", true, encodeBits(bits)));
  const purposes = purposesOf(usages);
  if (purposes.length > 0) extensions.push(extension("2.5.29.37", false, sequence(...purposes.map(oid))));
  extensions.push(extension("2.5.29.19", true, EMPTY_SEQUENCE));
  // Go leaves it out where a certificate has its issuer's name, as it takes that for self-signed.
  if (authority.keyIdentifier.length > 0 && !equalBytes(subject, authority.subject)) {
    extensions.push(extension("2.5.29.35", false, sequence(implicit(0, authority.keyIdentifier))));
  }
  const general = [
    ...names.dns.map((name) => implicit(2, encodeUtf8(name))),
    ...names.emails.map((name) => implicit(1, encodeUtf8(name))),
    ...names.addresses.map((address) => implicit(7, shortest(address))),
    ...names.uris.map((name) => implicit(6, encodeUtf8(name))),
  ];
  if (general.length > 0) {
    const isCritical = equalBytes(subject, EMPTY_SEQUENCE);
    extensions.push(extension("2.5.29.17", isCritical, sequence(...general)));
  }
  return extensions;
}

/** An IPv4 address that is written as one of IPv6 becomes one of IPv4. */
function shortest(address: Uint8Array): Uint8Array {
  return address.toHex().startsWith("00000000000000000000ffff") ? address.subarray(12) : address;
}

function extension(type: string, isCritical: boolean, value: Uint8Array): Uint8Array {
  return sequence(oid(type), isCritical ? boolean(true) : new Uint8Array(), octetString(value));
}

/** A named bit list ends with its last set bit (X.690 section 11.2.2). */
function encodeBits(bits: readonly number[]): Uint8Array {
  const last = bits.at(-1) ?? 0;
  const octets = new Uint8Array(last > 7 ? 2 : 1);
  for (const bit of bits) octets[bit >> 3] = (octets[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return bitString(octets, 7 - (last & 7));
}
