/**
 * Signed certificate timestamps (RFC 6962 section 3.3) as OpenSSL writes them.
 *
 * In: a reader of the extension's value. Out: indented lines.
 *
 * @module
 */
import { DerError, Reader, TAG } from "../der/der.ts";
import { indented } from "./layout.ts";
import { hexText, timeText } from "./text.ts";

/** Signature algorithms that logs may use: a hash of TLS (4 is SHA-256) and a kind of signature. */
const ALGORITHMS: Readonly<Record<string, string>> = {
  "4,1": "sha256WithRSAEncryption",
  "4,3": "ecdsa-with-SHA256",
};

/** The last time that four digits of a year can say, in milliseconds since 1970. */
const LAST_TIME = 253_402_300_799_999n;

/**
 * A list of timestamps.
 *
 * @throws {DerError} when it cannot be read
 */
export function timestampsText(value: Reader): string {
  const { content, at } = value.take(TAG.octetString, "a list of timestamps");
  const outer = new Octets(content, at);
  const list = outer.takeSized();
  if (!outer.isAtEnd) throw new DerError(at, "a list of timestamps of another length");
  const texts: string[] = [];
  while (!list.isAtEnd) texts.push(timestampLines(list.takeSized()).join("\n"));
  return texts.join("\n");
}

function timestampLines(timestamp: Octets): string[] {
  const all = timestamp.rest;
  const [version] = timestamp.take(1);
  const head = indented("Signed Certificate Timestamp:");
  if (version !== 0) {
    return [head, indented("Version   : unknown", 4), ...hexBlock(all)];
  }
  const log = timestamp.take(32);
  const time = BigInt(`0x${timestamp.take(8).toHex()}`);
  const extensions = timestamp.takeSized().rest;
  const algorithm = ALGORITHMS[timestamp.take(2).join(",")];
  if (algorithm === undefined) throw new DerError(timestamp.at, "a timestamp with an unknown signature");
  const signature = timestamp.takeSized().rest;
  if (signature.length === 0) throw new DerError(timestamp.at, "a timestamp without a signature");
  return [
    head,
    indented("Version   : v1 (0x0)", 4),
    ...labeled("Log ID    : ", log),
    indented(`Timestamp : ${instantText(time)}`, 4),
    ...(extensions.length === 0 ? [indented("Extensions: none", 4)] : labeled("Extensions: ", extensions)),
    indented(`Signature : ${algorithm}`, 4),
    ...hexBlock(signature),
  ];
}

/** Octets beside their label, further lines below. */
function labeled(label: string, octets: Uint8Array): string[] {
  const [first = "", ...others] = hexBlock(octets);
  return [indented(label, 4) + first.trimStart(), ...others];
}

/** 16 octets a line; a line that is not the last ends in a colon. */
function hexBlock(octets: Uint8Array): string[] {
  const lines: string[] = [];
  for (let from = 0; from < octets.length; from += 16) {
    const isLast = from + 16 >= octets.length;
    lines.push(indented(hexText(octets.subarray(from, from + 16)) + (isLast ? "" : ":"), 16));
  }
  return lines.length === 0 ? [indented("", 16)] : lines;
}

/** An instant with its milliseconds, such as `Jan  1 00:00:00.123 2026 GMT`; nothing when no year has four digits. */
function instantText(milliseconds: bigint): string {
  if (milliseconds > LAST_TIME) return "";
  const digits = new Date(Number(milliseconds)).toISOString().replace(/[-:T]/g, "");
  return timeText({ tag: TAG.generalizedTime, content: new TextEncoder().encode(digits) });
}

/** Takes fields of TLS (RFC 8446 section 3) from octets. */
class Octets {
  #next = 0;

  constructor(readonly octets: Uint8Array, readonly at: number) {}

  get isAtEnd(): boolean {
    return this.#next >= this.octets.length;
  }

  /** What is left. */
  get rest(): Uint8Array {
    return this.octets.subarray(this.#next);
  }

  take(length: number): Uint8Array {
    const taken = this.octets.subarray(this.#next, this.#next + length);
    if (taken.length < length) throw new DerError(this.at, "a timestamp that is cut off");
    this.#next += length;
    return taken;
  }

  /** Takes a length of two octets and as many octets. */
  takeSized(): Octets {
    const [high = 0, low = 0] = this.take(2);
    return new Octets(this.take(high * 256 + low), this.at);
  }
}
