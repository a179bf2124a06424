/**
 * Internet addresses and autonomous systems that a certificate is for (RFC 3779) as OpenSSL writes them.
 *
 * In: readers of the values. Out: indented lines; OpenSSL ends the last one too, so an empty line follows.
 *
 * @module
 */
import { contextTag, DerError, Reader, TAG, type Value } from "../der/der.ts";
import { readInteger } from "../der/der_values.ts";
import { indented, readItems } from "./layout.ts";
import { numberText } from "./text.ts";

/** Kinds of addresses by number, with their octets. */
const FAMILIES: ReadonlyMap<number, readonly [name: string, length: number]> = new Map([
  [1, ["IPv4", 4]],
  [2, ["IPv6", 16]],
]);

const SUBSEQUENT_FAMILIES: ReadonlyMap<number, string> = new Map([
  [1, "Unicast"],
  [2, "Multicast"],
  [3, "Unicast/Multicast"],
  [4, "MPLS"],
  [64, "Tunnel"],
  [65, "VPLS"],
  [66, "BGP MDT"],
  [128, "MPLS-labeled VPN"],
]);

/**
 * Blocks of addresses.
 *
 * @throws {DerError} when they cannot be read
 */
export function addressBlocksText(value: Reader): string {
  return lines(
    readItems(value, (list) => {
      const family = list.enter(TAG.sequence, "a family of addresses");
      const { content } = family.take(TAG.octetString, "the number of a family");
      const number = content.length < 2 ? 0 : (content[0] ?? 0) * 256 + (content[1] ?? 0);
      const [name, length] = FAMILIES.get(number) ?? [`Unknown AFI ${number}`, undefined];
      const more = content[2];
      const head = more === undefined
        ? name
        : `${name} (${SUBSEQUENT_FAMILIES.get(more) ?? `Unknown SAFI ${more}`})`;
      if (family.takeIf(TAG.null) !== undefined) {
        family.close("a family of addresses");
        return [indented(`${head}: inherit`)];
      }
      const ranges = readItems(family, (addresses) => rangeText(addresses, length));
      family.close("a family of addresses");
      return [indented(`${head}:`), ...ranges.map((range) => indented(range, 2))];
    }).flat(),
  );
}

function rangeText(list: Reader, length: number | undefined): string {
  const range = list.enterIf(TAG.sequence);
  if (range === undefined) {
    const prefix = list.take(TAG.bitString, "a prefix of addresses");
    const { octets, unused } = bitsOf(prefix);
    return `${addressText(prefix, length, false)}/${octets.length * 8 - unused}`;
  }
  const [from, to] = [range.take(TAG.bitString, "an address"), range.take(TAG.bitString, "an address")];
  range.close("a range of addresses");
  return `${addressText(from, length, false)}-${addressText(to, length, true)}`;
}

/** An address whose bits that are not there are all zero or all one. */
function addressText(value: Value, length: number | undefined, isFilled: boolean): string {
  const { octets, unused } = bitsOf(value);
  if (length === undefined) {
    return `${octets.toHex().match(/../g)?.join(":") ?? ""}[${unused}]`;
  }
  if (octets.length > length) throw new DerError(value.at, "an address that is too long");
  const whole = new Uint8Array(length).fill(isFilled ? 0xff : 0);
  whole.set(octets);
  if (octets.length > 0) {
    const free = (1 << unused) - 1;
    if (isFilled) whole[octets.length - 1] = (octets.at(-1) ?? 0) | free;
  }
  return length === 4 ? whole.join(".") : wideAddress(whole);
}

/** Groups up to the last that is not zero. */
function wideAddress(octets: Uint8Array): string {
  const groups = octets.toHex().match(/.{4}/g) ?? [];
  while (groups.at(-1) === "0000") groups.pop();
  const text = groups.map((group) => group.replace(/^0{1,3}/, "")).join(":");
  return groups.length === 8 ? text : `${text}::`;
}

function bitsOf({ content, at }: Value): { readonly octets: Uint8Array; readonly unused: number } {
  const unused = content[0];
  if (unused === undefined || unused > 7 || (unused > 0 && content.length === 1)) {
    throw new DerError(at, "an address without a sound number of unused bits");
  }
  const octets = Uint8Array.from(content.subarray(1));
  if (octets.length > 0) octets[octets.length - 1] = (octets.at(-1) ?? 0) & ~((1 << unused) - 1);
  return { octets, unused };
}

/**
 * Autonomous systems and routing domains.
 *
 * @throws {DerError} when they cannot be read
 */
export function systemsText(value: Reader): string {
  const fields = value.enter(TAG.sequence, "autonomous systems");
  const shown = ["Autonomous System Numbers", "Routing Domain Identifiers"].flatMap((title, number) => {
    const choice = fields.enterIf(contextTag(number));
    if (choice === undefined) return [];
    const items = choice.takeIf(TAG.null) === undefined ? readItems(choice, systemText) : ["inherit"];
    choice.close(title);
    return [indented(`${title}:`), ...items.map((item) => indented(item, 2))];
  });
  fields.close("autonomous systems");
  return lines(shown);
}

function systemText(list: Reader): string {
  const number = (reader: Reader): string => numberText(readInteger(reader.take(TAG.integer, "a system")));
  const range = list.enterIf(TAG.sequence);
  if (range === undefined) return number(list);
  const text = `${number(range)}-${number(range)}`;
  range.close("a range of systems");
  return text;
}

function lines(list: readonly string[]): string {
  return list.map((line) => `${line}\n`).join("");
}
