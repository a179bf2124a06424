/**
 * Whether a certificate is good for a name, as Go's `VerifyHostname` decides it: alternative names only, never the
 * common name.
 *
 * @module
 */
import type { ExtensionFields } from "../certificate/certificate_extensions.ts";
import { MAPPED, parseIp } from "./go_names.ts";

/**
 * Says whether a certificate is good for the name that a client calls (Go crypto/x509, `Certificate.VerifyHostname`).
 * An address is compared with the addresses, anything else with the DNS names, in any case; `*` stands for one whole
 * label, the first.
 *
 * @param name a host name, with or without a dot at its end, or an IP address, also in square brackets
 */
export function verifyHostname({ altNames = [] }: ExtensionFields, name: string): boolean {
  const inside = /^\[(.+)\]$/s.exec(name)?.[1];
  const address = parseIp(inside ?? name);
  if (address !== undefined) {
    const wanted = address.toHex();
    return altNames.some(({ kind, content }) => kind === "ip" && wideAddress(content).toHex() === wanted);
  }
  const candidate = lowerCase(name);
  const isHost = isHostname(candidate, false);
  const labels = withoutDot(candidate).split(".");
  return altNames.some(({ kind, value }) => {
    if (kind !== "dns") return false;
    if (isHost && isHostname(value, true)) return matchesLabels(lowerCase(value), labels);
    const isEmpty = [value, candidate].some((one) => one === "" || one === ".");
    return !isEmpty && lowerCase(value) === candidate;
  });
}

/** An IPv4 address as IPv6 writes it. */
function wideAddress(octets: Uint8Array): Uint8Array {
  return octets.length === 4 ? Uint8Array.of(...MAPPED, ...octets) : octets;
}

/** Only ASCII: other letters are none of a host name's. */
function lowerCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function withoutDot(name: string): string {
  return name.endsWith(".") ? name.slice(0, -1) : name;
}

/** Whether wildcards and dots at the end count: only for names that hosts can have. */
function isHostname(name: string, isPattern: boolean): boolean {
  const bare = isPattern ? name : withoutDot(name);
  if (bare === "*") return false;
  return bare.split(".").every((label, index) =>
    (isPattern && index === 0 && label === "*") || /^[A-Za-z0-9_][A-Za-z0-9_-]*$/.test(label)
  );
}

function matchesLabels(pattern: string, labels: readonly string[]): boolean {
  const parts = pattern.split(".");
  return parts.length === labels.length &&
    parts.every((part, index) => (index === 0 && part === "*") || part === labels[index]);
}
