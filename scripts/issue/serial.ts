/**
 * Serials: in go a certificate's key seed and what it says, out comes its number (design, section 4).
 *
 * @module
 */
import { toHex } from "../shared/encoding.ts";
import { HmacKey } from "./hmac.ts";

/**
 * Derives a serial from what a certificate says, so that the same content has the same serial and different
 * content does not share one.
 *
 * @param keySeed the certificate's own 48 bytes
 * @param tbs DER of its TBSCertificate with serial 1, in parts
 * @returns 16 bytes, big-endian, positive; `integer` makes the INTEGER of them
 */
export function serialOf(keySeed: Uint8Array, ...tbs: readonly Uint8Array[]): Uint8Array {
  const serial = new HmacKey(keySeed).mac(...tbs).slice(0, 16);
  // Positive in 16 octets, and never zero (RFC 5280 section 4.1.2.2).
  serial[0] = (serial[0] ?? 0) & 0x7f;
  serial[15] = (serial[15] ?? 0) | 0x01;
  return serial;
}

/** Writes a serial as manifests have it: lower-case hexadecimal, an even count of digits, no zero bytes in front. */
export function formatSerial(serial: Uint8Array): string {
  return toHex(serial).replace(/^(00)+/, "");
}
