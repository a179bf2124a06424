/**
 * The usages of certificates.k8s.io and what they become in a certificate: bits of the key usage, purposes.
 *
 * @module
 */

/** Bits of the key usage (RFC 5280 section 4.2.1.3). `signing` is another word for the first. */
const BITS: Readonly<Record<string, number>> = {
  signing: 0,
  "digital signature": 0,
  "content commitment": 1,
  "key encipherment": 2,
  "data encipherment": 3,
  "key agreement": 4,
  "cert sign": 5,
  "crl sign": 6,
  "encipher only": 7,
  "decipher only": 8,
};

/** Purposes in Go's order, in which they stand in a certificate. */
const PURPOSES: readonly (readonly [oid: string, usages: readonly string[]])[] = [
  ["2.5.29.37.0", ["any"]],
  ["1.3.6.1.5.5.7.3.1", ["server auth"]],
  ["1.3.6.1.5.5.7.3.2", ["client auth"]],
  ["1.3.6.1.5.5.7.3.3", ["code signing"]],
  ["1.3.6.1.5.5.7.3.4", ["email protection", "s/mime"]],
  ["1.3.6.1.5.5.7.3.5", ["ipsec end system"]],
  ["1.3.6.1.5.5.7.3.6", ["ipsec tunnel"]],
  ["1.3.6.1.5.5.7.3.7", ["ipsec user"]],
  ["1.3.6.1.5.5.7.3.8", ["timestamping"]],
  ["1.3.6.1.5.5.7.3.9", ["ocsp signing"]],
  ["1.3.6.1.4.1.311.10.3.3", ["microsoft sgc"]],
  ["2.16.840.1.113730.4.1", ["netscape sgc"]],
];

/** Every usage that the API knows, sorted. */
export const USAGES: readonly string[] = [...Object.keys(BITS), ...PURPOSES.flatMap(([, usages]) => usages)]
  .sort();

/** The numbers of the key usage's bits that usages ask for. */
export function keyUsageBits(usages: readonly string[]): number[] {
  return [...new Set(usages.flatMap((usage) => BITS[usage] ?? []))].sort((a, b) => a - b);
}

/** The dotted forms of the purposes that usages ask for. */
export function purposesOf(usages: readonly string[]): string[] {
  return PURPOSES.filter(([, words]) => words.some((word) => usages.includes(word))).map(([oid]) => oid);
}
