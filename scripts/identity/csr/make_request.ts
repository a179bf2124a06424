/**
 * Makes certificate signing requests (PKCS#10, RFC 2986): in go names and a key, out comes DER.
 *
 * @module
 */
import { DerError, Reader, TAG } from "../../inspect/der/der.ts";
import { readOid } from "../../inspect/der/der_values.ts";
import { bitString, explicit, implicit, integer, octetString, oid, sequence, set } from "../../issue/der.ts";
import { utf8String } from "../../issue/der.ts";
import { encodeExtensions } from "../../issue/extensions.ts";
import { type PrivateKey, signatureAlgorithm } from "../../issue/keys.ts";
import type { CertificateEntry } from "../../plan/types.ts";
import { type Address, addressBytes } from "../../shared/address.ts";
import { encodeUtf8 } from "../../shared/encoding.ts";

/** What a request asks for. */
export interface RequestContent {
  readonly commonName: string;
  /** One RDN each, in this order. */
  readonly organizations: readonly string[];
  readonly dnsNames: readonly string[];
  readonly addresses: readonly Address[];
}

const EXTENSION_REQUEST = oid("1.2.840.113549.1.9.14");
const AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";

/** Makes a request for names; what else is in the certificate, the signer decides. */
export function makeRequest(content: RequestContent, key: PrivateKey): Uint8Array {
  const names = [
    ...content.dnsNames.map((name) => implicit(2, encodeUtf8(name))),
    ...content.addresses.map((address) => implicit(7, addressBytes(address))),
  ];
  const extensions = names.length === 0 ? [] : [sequence(oid("2.5.29.17"), octetString(sequence(...names)))];
  return encodeRequest(content, extensions, key);
}

/**
 * Makes the request of an entry of the catalogue, for a CA elsewhere: it asks for all extensions of ours, save the
 * issuer's key identifier, which the CA knows best.
 */
export function makeEntryRequest(
  entry: CertificateEntry,
  key: PrivateKey,
  keyIdentifier: Uint8Array,
): Uint8Array {
  const all = new Reader(encodeExtensions(entry, keyIdentifier, keyIdentifier)).enter(TAG.sequence, "a list");
  const extensions: Uint8Array[] = [];
  while (!all.isAtEnd) {
    const extension = all.take(TAG.sequence, "an extension");
    const type = new Reader(extension.content).take(TAG.oid, "a type");
    if (readOid(type) !== AUTHORITY_KEY_IDENTIFIER) extensions.push(extension.whole);
  }
  return encodeRequest({ ...entry.subject, dnsNames: [], addresses: [] }, extensions, key);
}

function encodeRequest(
  { commonName, organizations }: RequestContent,
  extensions: readonly Uint8Array[],
  key: PrivateKey,
): Uint8Array {
  const attribute = (type: string, value: string): Uint8Array => set(sequence(oid(type), utf8String(value)));
  const subject = sequence(
    ...organizations.map((name) => attribute("2.5.4.10", name)),
    attribute("2.5.4.3", commonName),
  );
  const attributes = extensions.length === 0
    ? []
    : [sequence(EXTENSION_REQUEST, set(sequence(...extensions)))];
  const tbs = sequence(integer(0n), subject, key.spki, explicit(0, ...attributes));
  const signature = key.sign(tbs);
  if (!key.verify(tbs, signature)) throw new DerError(0, "a signature that was just made does not verify");
  return sequence(tbs, signatureAlgorithm(key.algorithm), bitString(signature));
}
