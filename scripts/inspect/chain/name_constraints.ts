/**
 * Name constraints of authorities (RFC 5280 section 4.2.1.10), as Go reads and applies them.
 *
 * @module
 */
import { contextTag, DerError, primitiveTag, Reader, TAG, type Value } from "../der/der.ts";
import { isDomain, type Mailbox, parseIp, parseMailbox } from "./go_names.ts";
import { latin1 } from "../certificate/names.ts";

/** A network: an address and a mask of the same length, 4 or 16 octets. */
export interface Network {
  readonly address: Uint8Array;
  readonly mask: Uint8Array;
}

/** What an authority may, or may not, sign for. */
export interface Subtrees {
  readonly dns: readonly string[];
  readonly networks: readonly Network[];
  readonly emails: readonly string[];
  readonly uris: readonly string[];
}

/** Constraints of one authority. */
export interface NameConstraints {
  readonly permitted: Subtrees;
  readonly excluded: Subtrees;
  /** Whether there are constraints of a kind that Go does not know. */
  readonly isPartlyKnown: boolean;
}

/** The names of one certificate. */
export interface CertificateNames {
  readonly dns: readonly string[];
  readonly emails: readonly string[];
  /** Hosts of the URIs, with their ports. */
  readonly uriHosts: readonly string[];
  /** Addresses, 4 or 16 octets. */
  readonly addresses: readonly Uint8Array[];
}

/**
 * Reads the extension.
 *
 * @throws {DerError} when Go would refuse the certificate for it
 */
export function readNameConstraints(value: Value): NameConstraints {
  const outer = new Reader(value.content, value.contentAt);
  const inside = outer.enter(TAG.sequence, "name constraints");
  outer.close("name constraints");
  const [permitted, excluded] = [inside.takeIf(contextTag(0)), inside.takeIf(contextTag(1))];
  inside.close("name constraints");
  if ((permitted?.content.length ?? 0) === 0 && (excluded?.content.length ?? 0) === 0) {
    throw new DerError(value.at, "name constraints without a name");
  }
  const [inner, outside] = [readSubtrees(permitted), readSubtrees(excluded)];
  return {
    permitted: inner.subtrees,
    excluded: outside.subtrees,
    isPartlyKnown: inner.isPartlyKnown || outside.isPartlyKnown,
  };
}

function readSubtrees(value: Value | undefined): { subtrees: Subtrees; isPartlyKnown: boolean } {
  const subtrees = {
    dns: new Array<string>(),
    networks: new Array<Network>(),
    emails: new Array<string>(),
    uris: new Array<string>(),
  };
  let isPartlyKnown = false;
  if (value === undefined) return { subtrees, isPartlyKnown };
  for (const list = new Reader(value.content, value.contentAt); !list.isAtEnd;) {
    const base = list.enter(TAG.sequence, "a name constraint").read();
    switch (base.tag) {
      case primitiveTag(1):
        subtrees.emails.push(
          readConstraint(
            base,
            "email",
            (text) => text.includes("@") ? parseMailbox(text) !== undefined : isDomain(text, true),
          ),
        );
        break;
      case primitiveTag(2):
        subtrees.dns.push(readConstraint(base, "DNS", (text) => isDomain(text, true)));
        break;
      case primitiveTag(6):
        subtrees.uris.push(
          readConstraint(base, "URI", (text) => parseIp(text) === undefined && isDomain(text, true)),
        );
        break;
      case primitiveTag(7):
        subtrees.networks.push(readNetwork(base));
        break;
      default:
        isPartlyKnown = true;
    }
  }
  return { subtrees, isPartlyKnown };
}

function readConstraint({ content, at }: Value, kind: string, isSound: (text: string) => boolean): string {
  const text = latin1(content);
  if (content.some((octet) => octet >= 0x80) || !isSound(text)) {
    throw new DerError(at, `a name constraint for ${kind} names that cannot be read`);
  }
  return text;
}

function readNetwork({ content, at }: Value): Network {
  if (content.length !== 8 && content.length !== 32) {
    throw new DerError(at, `a name constraint of ${content.length} octets, expected an address and a mask`);
  }
  const half = content.length / 2;
  const mask = content.subarray(half);
  if (!/^1*0*$/.test(Array.from(mask, (octet) => octet.toString(2).padStart(8, "0")).join(""))) {
    throw new DerError(at, "a name constraint whose mask has holes");
  }
  return { address: content.subarray(0, half), mask };
}

/**
 * Holds the names of a certificate against the constraints of one authority above it.
 *
 * @returns what is wrong, in plain words; undefined when nothing is
 */
export function constraintTrouble(
  { permitted, excluded }: NameConstraints,
  { dns, emails, uriHosts, addresses }: CertificateNames,
): string | undefined {
  const hold = <Name, Rule>(
    what: string,
    name: Name,
    permits: readonly Rule[],
    excludes: readonly Rule[],
    find: (rules: readonly Rule[], name: Name, isPermitted: boolean) => boolean,
  ): string | undefined => {
    if (permits.length > 0 && !find(permits, name, true)) return `${what} is not among the permitted names`;
    if (excludes.length > 0 && find(excludes, name, false)) return `${what} is among the excluded names`;
    return undefined;
  };
  for (const address of addresses) {
    const trouble = hold("an IP address", address, permitted.networks, excluded.networks, findNetwork);
    if (trouble !== undefined) return trouble;
  }
  for (const name of dns) {
    if (!isDomain(name, false)) return `the DNS name ${name} cannot be read`;
    const trouble = hold(`the DNS name ${name}`, name, permitted.dns, excluded.dns, findDomain);
    if (trouble !== undefined) return trouble;
  }
  for (const host of uriHosts) {
    const name = domainOfHost(host);
    if (name === undefined || !isDomain(name, false)) return "a URI has no host that could be looked at";
    const trouble = hold(`the host ${name} of a URI`, name, permitted.uris, excluded.uris, findDomain);
    if (trouble !== undefined) return trouble;
  }
  for (const email of emails) {
    const mailbox = parseMailbox(email);
    if (mailbox === undefined) return "an email address cannot be read";
    const trouble = hold("an email address", mailbox, permitted.emails, excluded.emails, findMailbox);
    if (trouble !== undefined) return trouble;
  }
  return undefined;
}

/** Whether the names can be held against constraints at all; Go looks at this first. */
export function namesTrouble({ emails, uriHosts }: CertificateNames): string | undefined {
  if (uriHosts.some((host) => domainOfHost(host) === undefined)) {
    return "a URI has no host that could be looked at";
  }
  return emails.some((email) => parseMailbox(email) === undefined)
    ? "an email address cannot be read"
    : undefined;
}

/** The domain of a URI's host and port; undefined where it has none, or an address. */
function domainOfHost(host: string): string | undefined {
  if (host === "" || host.startsWith("[")) return undefined;
  let name = host;
  if (host.includes(":") && !host.endsWith("]")) {
    if (/[[\]]/.test(host) || host.indexOf(":") !== host.lastIndexOf(":")) return undefined;
    name = host.slice(0, host.indexOf(":"));
  }
  return parseIp(name) === undefined ? name : undefined;
}

function findDomain(rules: readonly string[], name: string, isPermitted: boolean): boolean {
  if (rules.includes("")) return true;
  const lower = name.toLowerCase();
  return rules.some((rule) => {
    const wanted = rule.toLowerCase();
    if (isUnder(lower, wanted)) return true;
    // A wildcard stands for the excluded name too, though it is not below it.
    const dot = wanted.indexOf(".");
    return !isPermitted && lower.startsWith("*") && dot >= 0 && lower.indexOf(".") >= 0 &&
      lower.slice(lower.indexOf(".")) === wanted.slice(dot);
  });
}

/** Whether a name is a rule's or below it; a dot at the rule's beginning leaves the name itself out. */
function isUnder(name: string, rule: string): boolean {
  return name.endsWith(rule) &&
    (rule.startsWith(".") || name.length === rule.length || name.at(-rule.length - 1) === ".");
}

function findMailbox(rules: readonly string[], { local, domain }: Mailbox, isPermitted: boolean): boolean {
  const isSame = rules.some((rule) => {
    const whole = rule.includes("@") ? parseMailbox(rule) : undefined;
    return whole !== undefined && whole.local === local && whole.domain === domain;
  });
  return isSame || findDomain(rules.filter((rule) => !rule.includes("@")), domain, isPermitted);
}

/**
 * Go sorts networks by their first octets, drops what lies in another, and looks at the nearest below only. That
 * differs from looking at all of them where an address has host bits; the outcome here is Go's.
 */
function findNetwork(rules: readonly Network[], address: Uint8Array): boolean {
  const sorted = rules.filter((rule) => rule.address.length === address.length).toSorted((a, b) =>
    compare(a.address, b.address) || compare(a.mask, b.mask)
  );
  const kept: Network[] = [];
  for (const rule of sorted) {
    const last = kept.at(-1);
    if (last === undefined || !isSubset(last, rule)) kept.push(rule);
  }
  const above = kept.findIndex((rule) => compare(rule.address, address) >= 0);
  const exact = above < 0 ? undefined : kept[above];
  if (exact !== undefined && compare(exact.address, address) === 0) return true;
  const nearest = above < 0 ? kept.at(-1) : kept[Math.max(0, above - 1)];
  return nearest !== undefined && isInside(nearest, address);
}

function isSubset(outer: Network, inner: Network): boolean {
  const last = inner.address.map((octet, index) => octet | (~(inner.mask[index] ?? 0) & 0xff));
  return isInside(outer, inner.address) && isInside(outer, last);
}

/** Whether an address lies in a network; IPv4 inside of IPv6 is IPv4, as Go's `IPNet.Contains` has it. */
function isInside({ address, mask }: Network, target: Uint8Array): boolean {
  const [network, one] = [shortAddress(address), shortAddress(target)];
  if (network.length !== one.length) return false;
  const bits = mask.subarray(mask.length - network.length);
  return one.every((octet, index) => ((octet ^ (network[index] ?? 0)) & (bits[index] ?? 0)) === 0);
}

function shortAddress(octets: Uint8Array): Uint8Array {
  const isMapped = octets.length === 16 && octets.subarray(0, 10).every((octet) => octet === 0) &&
    octets[10] === 0xff && octets[11] === 0xff;
  return isMapped ? octets.subarray(12) : octets;
}

function compare(a: Uint8Array, b: Uint8Array): number {
  for (const [index, octet] of a.entries()) {
    const difference = octet - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
