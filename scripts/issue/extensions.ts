/**
 * The extensions of a certificate (RFC 5280 section 4.2): in go an entry and key identifiers, out comes the DER of
 * the list, in the order that the design fixes (section 3).
 *
 * @module
 */
import { addressBytes } from "../shared/address.ts";
import { joinBytes } from "../shared/encoding.ts";
import type { Usage } from "../plan/templates.ts";
import type { CertificateEntry } from "../plan/types.ts";
import { bitString, boolean, implicit, octetString, oid, sequence } from "./der.ts";
import { DerWriter } from "./der_writer.ts";

const AUTHORITY_CONSTRAINTS = extension("2.5.29.19", true, sequence(boolean(true)));
const LEAF_CONSTRAINTS = extension("2.5.29.19", true, sequence());

// A named bit list ends with its last set bit (X.690 section 11.2.2), so unused bits are counted.
const AUTHORITY_KEY_USAGE = extension("2.5.29.15", true, bitString(Uint8Array.of(0x06), 1));
const SIGNING_KEY_USAGE = extension("2.5.29.15", true, bitString(Uint8Array.of(0x80), 7));
/**
 * Key transport exists with RSA only; on other keys the bit is senseless (RFC 8813 section 3, RFC 9295). And only a
 * server is sent a key: for a client alone the bit contradicts its purpose (RFC 5280 section 4.2.1.12).
 */
const RSA_KEY_USAGE = extension("2.5.29.15", true, bitString(Uint8Array.of(0xa0), 5));

const PURPOSES: Readonly<Record<Usage, Uint8Array>> = {
  server: oid("1.3.6.1.5.5.7.3.1"),
  client: oid("1.3.6.1.5.5.7.3.2"),
};

const writer = new DerWriter();

/**
 * Encodes the extensions of a certificate.
 *
 * @param entry what the certificate is to say
 * @param subjectKeyIdentifier 20 bytes
 * @param authorityKeyIdentifier 20 bytes; a CA's own for a CA
 * @returns a SEQUENCE OF Extension
 */
export function encodeExtensions(
  entry: CertificateEntry,
  subjectKeyIdentifier: Uint8Array,
  authorityKeyIdentifier: Uint8Array,
): Uint8Array {
  writer.begin();
  writeExtensions(writer, entry, subjectKeyIdentifier, authorityKeyIdentifier);
  return writer.take();
}

/** The same into a writer. */
export function writeExtensions(
  to: DerWriter,
  entry: CertificateEntry,
  subjectKeyIdentifier: Uint8Array,
  authorityKeyIdentifier: Uint8Array,
): void {
  const end = to.length;
  if (entry.dnsNames.length + entry.addresses.length > 0) writeSubjectAltName(to, entry);
  to.put(authorityKeyIdentifier);
  to.put(AUTHORITY_KEY_IDENTIFIER);
  to.put(subjectKeyIdentifier);
  to.put(SUBJECT_KEY_IDENTIFIER);
  to.put(commonExtensions(entry));
  to.wrap(0x30, end);
}

/** DNS names, then addresses, as GeneralNames (RFC 5280 section 4.2.1.6): from the last to the first. */
function writeSubjectAltName(to: DerWriter, { dnsNames, addresses }: CertificateEntry): void {
  const end = to.length;
  for (let i = addresses.length - 1; i >= 0; i--) {
    const before = to.length;
    const address = addresses[i];
    if (address !== undefined) to.put(addressBytes(address));
    to.wrap(0x87, before);
  }
  for (let i = dnsNames.length - 1; i >= 0; i--) {
    const before = to.length;
    to.putText(dnsNames[i] ?? "");
    to.wrap(0x82, before);
  }
  to.wrap(0x30, end);
  to.wrap(0x04, end);
  to.put(SUBJECT_ALT_NAME);
  to.wrap(0x30, end);
}

const SUBJECT_ALT_NAME = oid("2.5.29.17");

/** Both identifiers have 20 bytes, so what stands in front of them is always the same. */
const SUBJECT_KEY_IDENTIFIER = extension("2.5.29.14", false, octetString(new Uint8Array(20))).slice(0, -20);
const AUTHORITY_KEY_IDENTIFIER = extension("2.5.29.35", false, sequence(implicit(0, new Uint8Array(20))))
  .slice(0, -20);

const common = new Map<string, Uint8Array>();

/** What many certificates share: constraints, key usage, purposes. */
function commonExtensions(entry: CertificateEntry): Uint8Array {
  const key = entry.isAuthority ? "" : `${isRsaServer(entry)} ${entry.usages}`;
  let bytes = common.get(key);
  if (bytes === undefined) {
    bytes = joinBytes(
      entry.isAuthority ? [AUTHORITY_CONSTRAINTS, AUTHORITY_KEY_USAGE] : [
        LEAF_CONSTRAINTS,
        isRsaServer(entry) ? RSA_KEY_USAGE : SIGNING_KEY_USAGE,
        extendedKeyUsage(entry.usages),
      ],
    );
    common.set(key, bytes);
  }
  return bytes;
}

function isRsaServer(entry: CertificateEntry): boolean {
  return entry.keyAlgorithm.startsWith("RSA-") && entry.usages.includes("server");
}

function extendedKeyUsage(usages: readonly Usage[]): Uint8Array {
  return extension("2.5.29.37", false, sequence(...usages.map((usage) => PURPOSES[usage])));
}

function extension(id: string, isCritical: boolean, value: Uint8Array): Uint8Array {
  // DER leaves out a default, and critical is FALSE by default.
  return isCritical
    ? sequence(oid(id), boolean(true), octetString(value))
    : sequence(oid(id), octetString(value));
}
