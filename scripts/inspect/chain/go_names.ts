/**
 * Host names, mailboxes, URIs and addresses as Go reads them in certificates: `domainNameValid` and
 * `parseRFC2821Mailbox` of crypto/x509, `url.Parse`, `net.ParseIP`. They decide what parses, and what names match.
 *
 * @module
 */

/**
 * Whether a text passes for a domain name: labels of visible ASCII, none empty, no dot at the end.
 *
 * @param text the empty text passes
 * @param isConstraint whether a dot may come first
 */
export function isDomain(text: string, isConstraint: boolean): boolean {
  if (text === "") return true;
  if (text.endsWith(".")) return false;
  const rest = isConstraint && text.startsWith(".") ? text.slice(1) : text;
  // Go measures a first label from the first octet, so that only its being empty counts.
  return rest.split(".").every((label) => /^[!-~]+$/.test(label));
}

/** A mailbox in its two parts. */
export interface Mailbox {
  /** Without quotes and escapes. */
  readonly local: string;
  /** In lower case. */
  readonly domain: string;
}

/** Whether a character may stand in quotes; a space may too, as RFC 3696 has it. */
function isQuotedText(character: string): boolean {
  return isQuotedPair(character) && !'\t"\\'.includes(character);
}

/** Whether a character may stand in quotes after a backslash. */
function isQuotedPair(character: string): boolean {
  return character !== "" && !"\0\n\r".includes(character) && character <= "\x7f";
}

const ATOM = /^[0-9A-Za-z!#$%&'*+\-/=?^_`{|}~.]$/;

/**
 * Reads a mailbox (RFC 2821 section 4.1.2).
 *
 * @returns undefined when it is none
 */
export function parseMailbox(text: string): Mailbox | undefined {
  const isQuoted = text.startsWith('"');
  let at = isQuoted ? 1 : 0;
  let local = "";
  for (;; at++) {
    const character = text[at] ?? "";
    if (isQuoted) {
      if (character === '"') break;
      if (character === "\\") {
        const escaped = text[++at] ?? "";
        if (!isQuotedPair(escaped)) return undefined;
        local += escaped;
      } else if (isQuotedText(character)) local += character;
      else return undefined;
    } else if (character === "\\") {
      const escaped = text[++at];
      if (escaped === undefined) return undefined;
      local += escaped;
    } else if (ATOM.test(character)) local += character;
    else break;
  }
  if (isQuoted) at++;
  else if (local === "" || local.startsWith(".") || local.endsWith(".") || local.includes("..")) {
    return undefined;
  }
  if (text[at] !== "@") return undefined;
  const domain = text.slice(at + 1);
  return isDomain(domain, false) ? { local, domain: domain.toLowerCase() } : undefined;
}

const USER = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/;
const HOST = /^[A-Za-z0-9\-._~!$&'()*+,;=:[\]<>"%]*$/;

/** Whether every percent sign begins an escape. */
function isEscaped(text: string): boolean {
  return !/%(?![0-9A-Fa-f]{2})/.test(text);
}

/** Decodes a host: in ASCII only the percent sign itself may be escaped. */
function unescapeHost(text: string): string | undefined {
  if (!HOST.test(text) || !isEscaped(text) || /%(?!25)[0-7]/.test(text)) return undefined;
  return text.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** Decodes the zone of an address: escapes may stand for what could stand there itself, and for a space. */
function unescapeZone(text: string): string | undefined {
  if (!HOST.test(text) || !isEscaped(text)) return undefined;
  let isSound = true;
  const zone = text.replace(/%(..)/g, (whole: string, hex: string) => {
    const character = String.fromCharCode(parseInt(hex, 16));
    isSound &&= whole === "%25" || character === " " || (character !== "%" && HOST.test(character));
    return character;
  });
  return isSound ? zone : undefined;
}

/**
 * The host of a URI, with its port, as Go's `url.Parse` gives it.
 *
 * @param text ASCII
 * @returns empty when it has none; undefined when Go cannot parse the URI
 */
export function uriHost(text: string): string | undefined {
  const hash = text.indexOf("#");
  const [main, fragment] = hash < 0 ? [text, ""] : [text.slice(0, hash), text.slice(hash + 1)];
  if ([...main].some((character) => character < " " || character === "\x7f")) return undefined;
  if (!isEscaped(fragment)) return undefined;
  if (main === "*") return "";
  if (main.startsWith(":")) return undefined;
  const scheme = /^[A-Za-z][A-Za-z0-9+\-.]*(?=:)/.exec(main)?.[0] ?? "";
  let rest = (scheme === "" ? main : main.slice(scheme.length + 1)).replace(/\?.*$/s, "");
  if (!rest.startsWith("/")) {
    if (scheme !== "") return "";
    if ((rest.split("/")[0] ?? "").includes(":")) return undefined;
  }
  let host = "";
  if (rest.startsWith("//") && (scheme !== "" || !rest.startsWith("///"))) {
    const slash = rest.indexOf("/", 2);
    const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash);
    rest = slash < 0 ? "" : rest.slice(slash);
    const user = authority.lastIndexOf("@");
    const found = parseHost(scheme.toLowerCase(), authority.slice(user + 1));
    if (found === undefined) return undefined;
    if (user >= 0) {
      const info = authority.slice(0, user);
      if (
        !USER.test(info) || !info.split(":", 2).concat(info.slice(info.indexOf(":") + 1)).every(isEscaped)
      ) {
        return undefined;
      }
    }
    host = found;
  }
  return isEscaped(rest) ? host : undefined;
}

function parseHost(scheme: string, host: string): string | undefined {
  const open = host.lastIndexOf("[");
  if (open > 0) return undefined;
  if (open === 0) {
    const close = host.lastIndexOf("]");
    const port = host.slice(close + 1);
    if (close < 0 || !/^(:\d*)?$/.test(port)) return undefined;
    const inside = host.slice(1, close);
    const zoneAt = inside.indexOf("%25");
    const name = zoneAt < 0 ? unescapeHost(inside) : unescapeHost(inside.slice(0, zoneAt));
    const zone = zoneAt < 0 ? "" : unescapeZone(inside.slice(zoneAt));
    if (name === undefined || zone === undefined) return undefined;
    const whole = name + zone;
    const percent = whole.indexOf("%");
    const address = parseIpv6(percent < 0 ? whole : whole.slice(0, percent));
    if (address === undefined || percent === whole.length - 1) return undefined;
    return `[${whole}]${port}`;
  }
  const first = host.indexOf(":");
  if (first >= 0) {
    const isStrict = scheme === "http" || scheme === "https";
    if (!/^:\d*$/.test(host.slice(isStrict ? first : host.lastIndexOf(":")))) return undefined;
  }
  return unescapeHost(host);
}

/**
 * Reads an address as Go's `net.ParseIP` does: no zone, IPv4 without leading zeros, IPv4 inside of IPv6 anywhere.
 *
 * @returns 16 octets, IPv4 as `::ffff:a.b.c.d`; undefined when it is none
 */
export function parseIp(text: string): Uint8Array | undefined {
  const four = parseIpv4(text);
  return four === undefined ? parseIpv6(text) : Uint8Array.of(...MAPPED, ...four);
}

/** What comes before an IPv4 address in IPv6. */
export const MAPPED: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

function parseIpv4(text: string): number[] | undefined {
  const parts = text.split(".");
  const isSound = parts.length === 4 &&
    parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  return isSound ? parts.map(Number) : undefined;
}

function parseIpv6(text: string): Uint8Array | undefined {
  if (!text.includes(":")) return undefined;
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = [
    parseGroups(halves[0] ?? "", halves.length === 1),
    halves.length === 2 ? parseGroups(halves[1] ?? "", true) : [],
  ];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 16 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined;
  return Uint8Array.of(...head, ...new Uint8Array(missing), ...tail);
}

function parseGroups(text: string, isLast: boolean): number[] | undefined {
  if (text === "") return [];
  const octets: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    if (/^[0-9A-Fa-f]{1,4}$/.test(part)) {
      const group = parseInt(part, 16);
      octets.push(group >> 8, group & 0xff);
      continue;
    }
    const four = isLast && index === parts.length - 1 ? parseIpv4(part) : undefined;
    if (four === undefined) return undefined;
    octets.push(...four);
  }
  return octets;
}
