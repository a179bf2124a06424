/**
 * URIs as Go's net/url reads and writes them: a URI among the alternative names is parsed, and written anew into the
 * certificate.
 *
 * @module
 */
import { parseIp } from "../../inspect/chain/go_names.ts";
import { GoError, goQuote } from "./go_error.ts";

/** A URI that Go can read. */
export interface GoUrl {
  /** Host and port as they stand, empty for none. */
  readonly host: string;
  /** The URI as Go writes it. */
  readonly text: string;
}

/**
 * Parses a URI (Go 1.26, net/url, `Parse` and `URL.String`).
 *
 * @param raw ASCII
 * @throws {GoError} with Go's words
 */
export function parseGoUrl(raw: string): GoUrl {
  const hash = raw.indexOf("#");
  const front = hash < 0 ? raw : raw.slice(0, hash);
  const fragment = hash < 0 ? "" : raw.slice(hash + 1);
  const url = within(front, () => parseFront(front));
  if (fragment === "") return url;
  within(raw, () => unescape(fragment, "other"));
  return { host: url.host, text: `${url.text}#${escapeAll(fragment)}` };
}

function within<Value>(raw: string, parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    throw new GoError(`parse ${goQuote(raw)}: ${error.message}`);
  }
}

function parseFront(raw: string): GoUrl {
  if (Array.from(raw).some((one) => one < " " || one === "\x7f")) {
    throw new GoError("net/url: invalid control character in URL");
  }
  if (raw === "*") return { host: "", text: "*" };
  const colon = /^([A-Za-z][A-Za-z0-9+.-]*)?:/.exec(raw);
  if (colon !== null && colon[1] === undefined) throw new GoError("missing protocol scheme");
  const scheme = (colon?.[1] ?? "").toLowerCase();
  let rest = colon === null ? raw : raw.slice(colon[0].length);
  const mark = rest.indexOf("?");
  const query = mark < 0 ? "" : rest.slice(mark);
  if (mark >= 0) rest = rest.slice(0, mark);
  const start = scheme === "" ? "" : `${scheme}:`;
  if (!rest.startsWith("/")) {
    if (scheme !== "") return { host: "", text: `${start}${rest}${query}` };
    if ((rest.split("/")[0] ?? "").includes(":")) {
      throw new GoError("first path segment in URL cannot contain colon");
    }
  }
  let authority = "";
  let host = "";
  const isNetwork = rest.startsWith("//") && (scheme !== "" || !rest.startsWith("///"));
  if (isNetwork) {
    const slash = rest.indexOf("/", 2);
    authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash);
    rest = slash < 0 ? "" : rest.slice(slash);
    host = parseAuthority(scheme, authority);
  }
  unescape(rest, "other");
  const hasSlashes = isNetwork && (host !== "" || rest !== "" || authority.includes("@"));
  return { host, text: `${start}${hasSlashes ? `//${authority}` : ""}${escapeAll(rest)}${query}` };
}

function parseAuthority(scheme: string, authority: string): string {
  const at = authority.lastIndexOf("@");
  const host = parseHost(scheme, authority.slice(at + 1));
  if (at < 0) return host;
  const user = authority.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user)) throw new GoError("net/url: invalid userinfo");
  unescape(user, "other");
  return host;
}

function parseHost(scheme: string, host: string): string {
  const open = host.lastIndexOf("[");
  if (open > 0) throw new GoError("invalid IP-literal");
  if (open === 0) return parseLiteral(host);
  const first = host.indexOf(":");
  if (first >= 0) {
    const isStrict = scheme === "http" || scheme === "https";
    checkPort(host.slice(isStrict ? first : host.lastIndexOf(":")));
  }
  return decode(unescape(host, "host"));
}

function parseLiteral(host: string): string {
  const close = host.lastIndexOf("]");
  if (close < 0) throw new GoError("missing ']' in host");
  const port = host.slice(close + 1);
  checkPort(port);
  const inside = host.slice(1, close);
  const address = unescape(inside.split("%25")[0] ?? "", "host");
  if (parseIp(address) === undefined) {
    throw new GoError(`invalid host: ParseAddr(${goQuote(inside)}): unable to parse IP`);
  }
  if (!address.includes(":")) throw new GoError("invalid IP-literal");
  return `[${inside}]${port}`;
}

function checkPort(text: string): void {
  if (!/^(?::[0-9]*)?$/.test(text)) throw new GoError(`invalid port ${goQuote(text)} after host`);
}

/** Checks the escapes of a part, and the characters of a host. */
function unescape(text: string, part: "host" | "other"): string {
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? "";
    if (character === "%") {
      const escape = text.slice(at, at + 3);
      const isHex = /^%[0-9A-Fa-f]{2}$/.test(escape);
      if (!isHex || (part === "host" && escape[1] !== undefined && escape[1] < "8" && escape !== "%25")) {
        throw new GoError(`invalid URL escape ${goQuote(escape)}`);
      }
      at += 2;
    } else if (
      part === "host" && character < "\x80" && !/[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]/.test(character)
    ) {
      throw new GoError(`invalid character ${goQuote(character)} in host name`);
    }
  }
  return text;
}

/** Escapes what may not stand in a path or a fragment, when something may not. */
function escapeAll(text: string): string {
  if (/^[A-Za-z0-9\-_.~!$&'()*+,;=:@[\]%/?]*$/.test(text)) return text;
  const plain = text.replace(
    /%([0-9A-Fa-f]{2})/g,
    (_, hex: string) => String.fromCharCode(parseInt(hex, 16)),
  );
  return plain.replace(
    /[^A-Za-z0-9\-_.~$&+,/:;=@]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

/** Octets for their escapes, as characters of Latin-1. */
function decode(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
