/**
 * How OpenSSL writes octets, numbers, strings and times in its text form of a certificate.
 *
 * In: octets of DER's content. Out: text, in which nothing can move a terminal's cursor.
 *
 * @module
 */
import { escapeControls } from "../../shared/text.ts";
import { TAG, type Value } from "../der/der.ts";
import { latin1 } from "../certificate/names.ts";

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Octets as pairs of hexadecimal digits, such as `[ab, 01]`. */
function pairs(octets: Uint8Array): string[] {
  return octets.toHex().match(/../g) ?? [];
}

/** Octets in lower case with colons, so many a line; a line that is not the last ends in a colon. */
export function hexLines(octets: Uint8Array, perLine: number): string[] {
  const lines: string[] = [];
  for (let from = 0; from < octets.length; from += perLine) {
    const isLast = from + perLine >= octets.length;
    lines.push(pairs(octets.subarray(from, from + perLine)).join(":") + (isLast ? "" : ":"));
  }
  return lines;
}

/** Octets in upper case with colons, on one line: `AB:01`. */
export function hexText(octets: Uint8Array): string {
  return pairs(octets).join(":").toUpperCase();
}

/** An INTEGER's octets as a number. */
export function integerOf(octets: Uint8Array): bigint {
  return octets.length === 0 ? 0n : BigInt.asIntN(octets.length * 8, BigInt(`0x${octets.toHex()}`));
}

/** The octets of a number without its sign, at least one. */
export function magnitude(number: bigint): Uint8Array {
  const digits = (number < 0n ? -number : number).toString(16);
  return Uint8Array.fromHex(digits.length % 2 === 0 ? digits : `0${digits}`);
}

/** The length of a number in bits, its sign left out. */
export function bitLength(number: bigint): number {
  return number === 0n ? 0 : (number < 0n ? -number : number).toString(2).length;
}

/** A number in an extension: decimal, and hexadecimal from 128 bits on. */
export function numberText(octets: Uint8Array): string {
  const number = integerOf(octets);
  if (bitLength(number) < 128) return String(number);
  return `${number < 0n ? "-" : ""}0x${magnitude(number).toHex().toUpperCase()}`;
}

/** A number as octets in upper case: `-` before a negative one, 35 a line, each but the last ending in a backslash. */
export function octetsText(octets: Uint8Array): string {
  const number = integerOf(octets);
  const digits = magnitude(number).toHex().toUpperCase().replace(/.{70}(?=.)/g, "$&\\\n");
  return (number < 0n ? "-" : "") + digits;
}

/**
 * A number of a key or signature with its label: on one line up to 8 octets, else as octets with 15 a line.
 *
 * @param label with its colon, and with the spaces OpenSSL pads it with
 */
export function labeledNumber(label: string, number: bigint): string[] {
  const [sign, size] = number < 0n ? ["-", -number] : ["", number];
  if (number === 0n) return [`${label} 0`];
  if (size < 2n ** 64n) return [`${label} ${sign}${size} (${sign}0x${size.toString(16)})`];
  const octets = magnitude(size);
  const padded = (octets[0] ?? 0) >= 0x80 ? Uint8Array.of(0, ...octets) : octets;
  return [label + (sign === "" ? "" : " (Negative)"), ...hexLines(padded, 15).map((line) => `    ${line}`)];
}

/** Octets of a key with their label, 15 a line. */
export function labeledOctets(label: string, octets: Uint8Array): string[] {
  return [label, ...hexLines(octets, 15).map((line) => `    ${line}`)];
}

/** A string that OpenSSL prints as it is, up to the first zero octet. What could move the cursor is escaped. */
export function rawText(octets: Uint8Array): string {
  const end = octets.indexOf(0);
  return escapeControls(utf8.decode(end < 0 ? octets : octets.subarray(0, end)));
}

/**
 * Octets as characters, a dot for each that is none of ASCII. OpenSSL leaves line feeds and carriage returns as they
 * are; here they are dots too, so that no value looks like a line of its own.
 */
export function dottedText(octets: Uint8Array): string {
  return latin1(octets).replace(/[^ -~]/g, ".");
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const UTC_TIME = /^(\d{2})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(\.\d+)?(Z|[+-]\d{4})$/;
const GENERALIZED_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(\.\d+)?(Z|[+-]\d{4})$/;

/**
 * A time such as `Jan  1 00:00:00 2026 GMT`; one of another zone is shown as it is in Greenwich.
 *
 * @param value a UTCTime or GeneralizedTime
 */
export function timeText({ tag, content }: Pick<Value, "tag" | "content">): string {
  const isUtc = tag === TAG.utcTime;
  const match = (isUtc ? UTC_TIME : GENERALIZED_TIME).exec(latin1(content));
  if (match === null) return "Bad time value";
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map((part) =>
    Number(part ?? 0)
  );
  const zone = match[8] ?? "";
  const minutes = zone.length === 5 ? Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3)) : 0;
  const date = new Date(0);
  date.setUTCFullYear(isUtc ? year + (year < 50 ? 2000 : 1900) : year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!isDay || hour > 23 || minute > 59 || second > 59) return "Bad time value";
  date.setTime(date.getTime() - minutes * (zone.startsWith("-") ? -60_000 : 60_000));
  const name = MONTHS[date.getUTCMonth()] ?? "";
  const clock = date.toISOString().slice(-13, -5) + (match[7] ?? "");
  const dayText = String(date.getUTCDate()).padStart(2);
  return `${name} ${dayText} ${clock} ${date.getUTCFullYear()} GMT`;
}
