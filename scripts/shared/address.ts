/**
 * IP addresses and CIDRs, read strictly: what two programs could read differently (leading zeros, zone ids,
 * IPv4-mapped addresses) is refused. IPv6 is written as RFC 5952 says.
 *
 * @module
 */

/** 4 or 6. */
export type Family = 4 | 6;

/** One IP address. */
export interface Address {
  readonly family: Family;
  /** The address as a number. */
  readonly value: bigint;
  /** Its canonical text. */
  readonly text: string;
}

/** One network: the host bits of `value` are zero. */
export interface Cidr {
  readonly family: Family;
  readonly value: bigint;
  /** Prefix length in bits. */
  readonly prefix: number;
  readonly text: string;
}

/** Number of bits of an address of a family. */
export function bitsOf(family: Family): number {
  return family === 4 ? 32 : 128;
}

/**
 * Reads an address.
 *
 * @returns undefined for anything that is not exactly one IPv4 or IPv6 address
 */
export function parseAddress(text: string): Address | undefined {
  const value4 = parseIpv4(text);
  if (value4 !== undefined) return makeAddress(4, value4);
  const value6 = parseIpv6(text);
  if (value6 === undefined || value6 >> 32n === 0xffffn) return undefined;
  return makeAddress(6, value6);
}

/** Makes an address of its number. */
export function makeAddress(family: Family, value: bigint): Address {
  return { family, value, text: family === 4 ? formatIpv4(value) : formatIpv6(value) };
}

/** Whether an address can be one host's: not unspecified, not multicast, not the limited broadcast. */
export function isHostAddress({ family, value }: Address): boolean {
  if (value === 0n) return false;
  return family === 4 ? value >> 28n !== 0xen && value !== 0xffffffffn : value >> 120n !== 0xffn;
}

/** The address's bytes in network order: 4 or 16. */
export function addressBytes(address: Address): Uint8Array {
  const bytes = new Uint8Array(bitsOf(address.family) / 8);
  let rest = address.value;
  for (let i = bytes.length - 1; i >= 0; i--) {
    bytes[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

/**
 * Reads a CIDR. Host bits may be set; the network is returned, and its text differs then from what was given.
 *
 * @returns undefined for anything that is not an address, a slash and a prefix length without leading zeros
 */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf("/");
  const address = parseAddress(text.slice(0, Math.max(0, slash)));
  const digits = text.slice(slash + 1);
  if (slash < 0 || address === undefined || !/^(0|[1-9]\d{0,2})$/.test(digits)) return undefined;
  const prefix = Number(digits);
  if (prefix > bitsOf(address.family)) return undefined;
  return makeCidr(address.family, address.value, prefix);
}

/** Makes the network that an address lies in. */
export function makeCidr(family: Family, value: bigint, prefix: number): Cidr {
  const hostBits = BigInt(bitsOf(family) - prefix);
  const network = (value >> hostBits) << hostBits;
  return { family, value: network, prefix, text: `${makeAddress(family, network).text}/${prefix}` };
}

/** How many addresses a network has, as a number of its own. */
export function sizeOf(cidr: Cidr): bigint {
  return 1n << BigInt(bitsOf(cidr.family) - cidr.prefix);
}

/** Whether `inner` lies wholly inside `outer`. */
export function contains(outer: Cidr, inner: Cidr): boolean {
  return outer.family === inner.family && outer.prefix <= inner.prefix &&
    inner.value >= outer.value && inner.value < outer.value + sizeOf(outer);
}

/** Whether two networks share an address. */
export function overlaps(a: Cidr, b: Cidr): boolean {
  return contains(a, b) || contains(b, a);
}

/** The address at an index of a network; index 0 is the network's own. */
export function addressAt(cidr: Cidr, index: bigint): Address {
  return makeAddress(cidr.family, cidr.value + index);
}

/** Orders addresses as certificates list them: IPv4 first, then by bytes. */
export function compareAddresses(a: Address, b: Address): number {
  if (a.family !== b.family) return a.family - b.family;
  return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
}

/**
 * Whether some program would read this name as an IPv4 address: one to four numbers with dots between, also
 * octal or hexadecimal ones, as inet_aton(3) takes them.
 */
export function readsAsAddress(name: string): boolean {
  const labels = name.split(".");
  return labels.length <= 4 &&
    labels.every((label) => /^(\d+|0x[\da-f]*)$/i.test(label));
}

function parseIpv4(text: string): bigint | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  let value = 0n;
  for (const part of match.slice(1)) {
    if (Number(part) > 255 || (part.length > 1 && part.startsWith("0"))) return undefined;
    value = (value << 8n) | BigInt(part);
  }
  return value;
}

function parseIpv6(text: string): bigint | undefined {
  if (!/^[\da-f:.]{2,45}$/i.test(text)) return undefined;
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(parseGroups);
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  // An IPv4 tail may only stand at the very end.
  if (halves.length === 2 && (halves[0] ?? "").includes(".")) return undefined;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...new Array<bigint>(missing).fill(0n), ...(tail ?? [])];
  return groups.reduce((value, group) => (value << 16n) | group, 0n);
}

function parseGroups(text: string): bigint[] | undefined {
  if (text === "") return [];
  const groups: bigint[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    if (/^[\da-f]{1,4}$/i.test(part)) {
      groups.push(BigInt(`0x${part}`));
      continue;
    }
    const value = index === parts.length - 1 ? parseIpv4(part) : undefined;
    if (value === undefined) return undefined;
    groups.push(value >> 16n, value & 0xffffn);
  }
  return groups;
}

function formatIpv4(value: bigint): string {
  const number = Number(value);
  return `${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`;
}

/** RFC 5952: lower case, no leading zeros, the first longest run of two or more zero groups as `::`. */
function formatIpv6(value: bigint): string {
  const groups: string[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) groups.push(((value >> shift) & 0xffffn).toString(16));
  let bestStart = -1;
  let bestLength = 1;
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (groups[start + length] === "0") length++;
    if (length > bestLength) [bestStart, bestLength] = [start, length];
  }
  if (bestStart < 0) return groups.join(":");
  return `${groups.slice(0, bestStart).join(":")}::${groups.slice(bestStart + bestLength).join(":")}`;
}
