/**
 * The extensions of a certificate (RFC 5280 section 4.2): in go an entry and key identifiers, out comes the DER of
 * the list, in the order that the design fixes (section 3).
 *
 * @module
 */
import { addressBytes } from "../shared/address.ts";
import { encodeUtf8, joinBytes } from "../shared/encoding.ts";
import type { Usage } from "../plan/templates.ts";
import type { CertificateEntry } from "../plan/types.ts";
import { bitString, boolean, element, implicit, octetString, oid, sequence } from "./der.ts";

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
  const parts = [
    commonExtensions(entry),
    SUBJECT_KEY_IDENTIFIER,
    subjectKeyIdentifier,
    AUTHORITY_KEY_IDENTIFIER,
    authorityKeyIdentifier,
  ];
  if (entry.dnsNames.length + entry.addresses.length > 0) {
    const names = [
      ...entry.dnsNames.map((name) => implicit(2, encodeUtf8(name))),
      ...entry.addresses.map((address) => implicit(7, addressBytes(address))),
    ];
    parts.push(extension("2.5.29.17", false, sequence(joinBytes(names))));
  }
  return element(0x30, ...parts);
}

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
