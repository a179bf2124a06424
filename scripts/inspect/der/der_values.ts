/**
 * What the primitive values of DER say (ITU-T X.690 section 8): object identifiers, bits, booleans, integers, times.
 *
 * @module
 */
import { DerError, TAG, type Value } from "./der.ts";

/**
 * Reads an object identifier in dotted form.
 *
 * @throws {DerError} when it is empty, cut off, or an arc is not in its shortest form
 */
export function readOid({ content, at }: Value): string {
  if (content.length === 0) throw new DerError(at, "an empty object identifier");
  const arcs: string[] = [];
  let arc = 0n;
  let small = 0;
  let octets = 0;
  for (const octet of content) {
    if (octets === 0 && octet === 0x80) {
      throw new DerError(at, "an object identifier that is not in its shortest form");
    }
    octets++;
    // Arcs of UUIDs have 128 bits; all others fit in a number.
    if (octets <= 4) small = small * 128 + (octet & 0x7f);
    else arc = (octets === 5 ? BigInt(small) : arc) * 128n + BigInt(octet & 0x7f);
    if (octet >= 0x80) continue;
    const whole = octets <= 4 ? BigInt(small) : arc;
    if (arcs.length > 0) arcs.push(String(whole));
    else if (whole < 80n) arcs.push(String(whole / 40n), String(whole % 40n));
    else arcs.push("2", String(whole - 80n));
    small = 0;
    octets = 0;
  }
  if (octets > 0) throw new DerError(at, "an object identifier that is cut off");
  return arcs.join(".");
}

/**
 * Reads the bits of a BIT STRING.
 *
 * @returns the octets, and how many bits of the last are unused
 * @throws {DerError} when the number of unused bits cannot be, or one of them is set
 */
export function readBits({ content, at }: Value): { readonly octets: Uint8Array; readonly unused: number } {
  const unused = content[0];
  const octets = content.subarray(1);
  if (unused === undefined || unused > 7 || (octets.length === 0 && unused > 0)) {
    throw new DerError(at, "a bit string without a sound number of unused bits");
  }
  if (((octets.at(-1) ?? 0) & ((1 << unused) - 1)) !== 0) {
    throw new DerError(at, "a bit string with a set unused bit");
  }
  return { octets, unused };
}

/**
 * Reads a BOOLEAN.
 *
 * @throws {DerError} when it is neither of DER's two
 */
export function readBoolean({ content, at }: Value): boolean {
  const [octet] = content;
  if (content.length !== 1 || (octet !== 0 && octet !== 0xff)) {
    throw new DerError(at, "a boolean that is not DER");
  }
  return octet === 0xff;
}

/**
 * Reads the octets of an INTEGER, two's complement.
 *
 * @throws {DerError} when it is empty or not in its shortest form
 */
export function readInteger({ content, at }: Value): Uint8Array {
  const [first, second] = content;
  if (first === undefined) throw new DerError(at, "an empty integer");
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) {
    throw new DerError(at, "an integer that is not in its shortest form");
  }
  return content;
}

/**
 * Reads a small INTEGER that is not negative, such as a version or a path length.
 *
 * @throws {DerError} when it is negative or has more than 31 bits
 */
export function readSmallInteger(value: Value): number {
  const octets = readInteger(value);
  if (octets.length > 4 || (octets[0] ?? 0) >= 0x80) throw new DerError(value.at, "an integer out of range");
  return octets.reduce((sum, octet) => sum * 256 + octet, 0);
}

const UTC = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(Z|[+-]\d{4})$/;
const GENERALIZED = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(Z|[+-]\d{4})$/;

/**
 * Reads a Time (RFC 5280 section 4.1.2.5). Seconds may be missing and an offset may stand for `Z`, as Go takes it.
 *
 * @returns seconds since 1970
 * @throws {DerError} when it is no time, or no day of the calendar
 */
export function readTime({ tag, content, at }: Value): number {
  const isUtc = tag === TAG.utcTime;
  if (!isUtc && tag !== TAG.generalizedTime) {
    throw new DerError(at, `tag 0x${tag.toString(16)}, expected a time`);
  }
  const match = (isUtc ? UTC : GENERALIZED).exec(String.fromCharCode(...content.subarray(0, 24)));
  if (match === null || content.length > 24) throw new DerError(at, "a time that cannot be read");
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map((part) =>
    Number(part ?? 0)
  );
  const fullYear = isUtc ? year + (year < 50 ? 2000 : 1900) : year;
  const date = new Date(0);
  date.setUTCFullYear(fullYear, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!isDay || hour > 23 || minute > 59 || second > 59) {
    throw new DerError(at, "a time that no calendar has");
  }
  const zone = match[7] ?? "Z";
  const offset = zone === "Z"
    ? 0
    : (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3))) * (zone[0] === "-" ? -60 : 60);
  return date.getTime() / 1000 - offset;
}
