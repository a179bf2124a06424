/**
 * The scalar values of a spec. Each says once what it takes: as a check, as the "expected ..." half of an error
 * message, and as what an editor shows.
 *
 * @module
 */
import { isHostAddress, parseAddress, parseCidr } from "../shared/address.ts";
import { z } from "../shared/npm/zod.ts";
import { parseTime, parseValidity } from "../shared/time.ts";
import { isDnsName, isLabel, isSubdomain, isSubjectText, isUserName } from "./names.ts";
import { parseRange } from "./ranges.ts";

/** What an editor is told of a scalar beside its description. */
interface Shown {
  readonly pattern?: string;
  readonly examples?: readonly string[];
}

/**
 * Makes a schema for text.
 *
 * @param expected the end of the sentence "Cannot use ...: expected ..."
 * @param test whether the text is good
 */
function text(expected: string, test: (value: string) => boolean, shown: Shown = {}): z.ZodString {
  return z.string({ error: expected }).refine(test, { error: expected }).meta({ ...shown });
}

/** The six key algorithms, by kubeadm's names. */
export const KEY_ALGORITHMS = [
  "RSA-2048",
  "RSA-3072",
  "RSA-4096",
  "ECDSA-P256",
  "ECDSA-P384",
  "Ed25519",
] as const;

/** Algorithm and size of a key pair. */
export type KeyAlgorithm = (typeof KEY_ALGORITHMS)[number];

const LABEL_PATTERN = "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$";
const CIDR_EXPECTED = "a CIDR such as 10.96.0.0/12";
const SUBJECT_EXPECTED =
  "1 to 64 characters in NFC, without control or format characters and without white space at its ends";

export const clusterName = text(
  "an RFC 1123 label such as lab (a-z, 0-9 and -, at most 63 characters)",
  isLabel,
  { pattern: LABEL_PATTERN },
);
export const kubernetesVersion = text(
  'a quoted minor version such as "1.37"',
  (value) => /^1\.(0|[1-9]\d{0,2})$/.test(value),
  { pattern: "^1\\.(0|[1-9][0-9]{0,2})$" },
);
export const clusterDomain = text(
  "a lower-case DNS name without a dot at its end, such as cluster.local",
  (value) => isSubdomain(value) && value.length <= 253 - "kubernetes.default.svc.".length,
);
export const cidr = text(CIDR_EXPECTED, (value) => parseCidr(value) !== undefined, {
  examples: ["10.96.0.0/12"],
});
export const address = text(
  "an IPv4 or IPv6 address",
  (value) => parseAddress(value) !== undefined || parseCidr(value) !== undefined,
  { examples: ["10.240.0.10", "fd00::10"] },
);
export const dnsName = text(
  "a DNS name such as server.kubernetes.local",
  (value) => isDnsName(value),
  { examples: ["server.kubernetes.local"] },
);
export const subjectAltName = text(
  "a DNS name (a leading *. is allowed) or an IPv4 or IPv6 address",
  (value) => isDnsName(value, true) || isHost(value),
  { examples: ["lb.example.org", "*.example.org", "10.240.0.100"] },
);
export const endpoint = text(
  "an https URL with a host and nothing behind its port, such as https://server.kubernetes.local:6443",
  (value) => parseEndpoint(value) !== undefined,
  { pattern: "^https://[^/?#@]+$" },
);
export const memberName = text(
  "a lower-case RFC 1123 name of at most 52 characters that does not read as an address",
  isMachineName,
);
export const machineName = text(
  "a lower-case RFC 1123 name of at most 52 characters that does not read as an address, with at most one host range such as [0-499]",
  (value) => parseRange(value) !== undefined || isMachineName(value),
);
export const personName = text(
  "1 to 64 characters (at most 244 bytes) in NFC, without control or format characters, slashes, a leading dot or white space at its ends",
  isUserName,
);
export const commonName = text(SUBJECT_EXPECTED, isSubjectText);
export const group = text(SUBJECT_EXPECTED, isSubjectText);
/** RBAC's names are path segments, and may have colons (k8s.io/apimachinery, `IsValidPathSegmentName`). */
export const roleName = text(
  "the name of a role: 1 to 253 characters without /, %, control characters or white space, and not . or ..",
  (value) => /^(?!\.{1,2}$)[^/%\s\p{C}]{1,253}$/u.test(value),
);
export const objectName = text(
  "the name of an object: an RFC 1123 subdomain such as build-bot",
  (value) => isSubdomain(value) && value.length <= 253,
);
export const namespaceName = text(
  "the name of a namespace: an RFC 1123 label such as default",
  isLabel,
  { pattern: LABEL_PATTERN },
);
/** What EncryptionConfiguration takes: `secrets`, `deployments.apps`, or all of a group: `*.apps`, `*.` for the core, `*.*`. */
export const encryptedResource = text(
  "a resource such as secrets or deployments.apps, or *., *.apps or *.*, in small letters",
  (value) => /^(?:[a-z][a-z0-9]*(?:\.[a-z0-9.-]+)?|\*\.(?:\*|[a-z0-9.-]*))$/.test(value),
);
export const encryptionKeyName = text(
  "the name of a key: an RFC 1123 label such as key1",
  isLabel,
  { pattern: LABEL_PATTERN },
);
export const ruleWord = text(
  "a word of an RBAC rule, without white space or control characters",
  (value) => /^[^\s\p{C}]{0,253}$/u.test(value),
);
export const validity = text(
  "a duration such as 10y, 90d or 12h (y is 365 days), or an end such as 2036-01-01T00:00:00Z",
  (value) => parseValidity(value) !== undefined,
  { examples: ["10y", "90d", "12h"] },
);
export const time = text(
  "a time such as 2026-01-01T00:00:00Z, from 1950 on",
  (value) => (parseTime(value) ?? -Infinity) >= -631152000,
);
export const keyAlgorithm = z.enum(KEY_ALGORITHMS, { error: `one of ${KEY_ALGORITHMS.join(", ")}` });
export const serviceAccountAlgorithm = z.enum(KEY_ALGORITHMS, {
  error: `one of ${KEY_ALGORITHMS.filter((name) => name !== "Ed25519").join(", ")}`,
}).exclude(["Ed25519"], {
  error: `one of ${
    KEY_ALGORITHMS.filter((name) => name !== "Ed25519").join(", ")
  }: the API server takes RSA and ECDSA here`,
});

/** Whether a name is one that a machine may have: its node identity must fit into a CN of 64 characters. */
export function isMachineName(name: string): boolean {
  return name.length <= 52 && isSubdomain(name);
}

/** Whether text is the address of one host. */
function isHost(text: string): boolean {
  const address = parseAddress(text);
  return address !== undefined && isHostAddress(address);
}

/** Host and port of an API server's URL. */
export interface Endpoint {
  /** A lower-case DNS name or a canonical address, without brackets. */
  readonly host: string;
  readonly port: number;
}

/**
 * Reads an endpoint URL.
 *
 * @returns undefined when it is not `https://host` or `https://host:port`
 */
export function parseEndpoint(url: string): Endpoint | undefined {
  const match = /^https:\/\/(?:\[([\da-fA-F:.]+)\]|([^/:?#@[\]\s]+))(?::([1-9]\d{0,4}))?$/.exec(url);
  if (match === null) return undefined;
  const [, bracketed, plain = "", digits = "443"] = match;
  const port = Number(digits);
  if (port > 65535) return undefined;
  const parsed = parseAddress(bracketed ?? plain);
  if (parsed !== undefined && !isHostAddress(parsed)) return undefined;
  if (bracketed !== undefined) return parsed?.family === 6 ? { host: parsed.text, port } : undefined;
  if (parsed !== undefined) return { host: parsed.text, port };
  return isDnsName(plain) ? { host: plain.toLowerCase(), port } : undefined;
}
