/**
 * The scalar values of a spec. Each says once what it takes: as a check, as the "expected ..." half of an error
 * message, and as what an editor shows.
 *
 * @module
 */
import { isHostAddress, parseAddress, parseCidr } from "../shared/address.ts";
import { z } from "../shared/npm/zod.ts";
import { parseTime, parseValidity } from "../shared/time.ts";
import { areCertificates } from "./certificates.ts";
import { isDnsName, isLabel, isSignerName, isSubdomain, isSubjectText, isUserName } from "./names.ts";
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
/** A field of a token file: the API server splits it from its neighbours as encoding/csv does. */
export const userId = text(
  "1 to 64 characters in NFC, without control or format characters and white space at its ends",
  isSubjectText,
);
export const fileName = text(
  "the name of a file",
  (value) => value.length > 0 && value.length <= 4096 && !/\p{Cc}/u.test(value),
);
export const lineOfText = text(
  "one line of at most 256 characters",
  (value) => value.length <= 256 && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value),
);
/** `BootstrapGroupPattern` of k8s.io/cluster-bootstrap/token/api. */
export const bootstrapGroup = text(
  "a group such as system:bootstrappers:workers, in small letters",
  (value) => /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/.test(value),
  { pattern: "^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$" },
);
/** What the API server serves discovery for: pkg/serviceaccount/openidmetadata.go, `validateURL`. */
export const issuerUrl = text(
  "an https URL without a query, a fragment or a slash at its end, such as https://oidc.example.com/lab",
  isIssuerUrl,
);
/** Of webhooks and issuers: `validateURL` of k8s.io/apiserver/pkg/apis/apiserver/validation. */
export const plainUrl = text(
  "an https URL without user, query or fragment, such as https://login.example.com",
  isPlainUrl,
);
export const webhookUrl = text(
  "an https URL without user, query or fragment, such as https://ldap.example.com:8443/authenticate",
  isPlainUrl,
);
export const certificates = text(
  "certificates in PEM: -----BEGIN CERTIFICATE----- and so on, and nothing else",
  areCertificates,
);
export const filledText = text(
  "1 to 256 characters on one line",
  (value) => /^[^\p{Cc}\p{Zl}\p{Zp}]{1,256}$/u.test(value),
);
export const claimName = text(
  "the name of a claim",
  (value) => /^[^\p{Cc}\p{Zl}\p{Zp}]{1,256}$/u.test(value),
);
export const expression = text(
  "a CEL expression of at most 16 KiB",
  (value) => value.trim() !== "" && value.length <= 16384 && !/[^\P{Cc}\n\t]/u.test(value),
);
/** `IsDomainPrefixedPath`, in small letters, and not of Kubernetes' own domains. */
export const extraKey = text(
  "a key such as example.org/team, in small letters and not of kubernetes.io or k8s.io",
  (value) => {
    const slash = value.indexOf("/");
    const domain = value.slice(0, slash);
    return slash > 0 && isSubdomain(domain) &&
      /^[a-z0-9._~!$&'()*+,;=:@%-][a-z0-9._~!$&'()*+,;=:@%/-]*$/.test(value.slice(slash + 1)) &&
      !/(?:^|\.)(?:kubernetes|k8s)\.io$/.test(domain);
  },
);
export const requestPath = text(
  "a path such as /livez",
  (value) => /^(?:\/[!-~]*|\*)$/.test(value) && value.length <= 1024,
);
/** What AuthenticationConfiguration compares as it is. */
export const exactPath = text(
  "a path such as /livez, without * and ?, as it is compared as it is",
  (value) => /^\/[!-~]*$/.test(value) && !/[*?]/.test(value) && value.length <= 1024,
);
/** `time.ParseDuration`, and more than nothing. */
export const goDuration = text(
  "a duration such as 30s or 1m30s, more than nothing",
  (value) => {
    const seconds = parseGoDuration(value) ?? 0;
    return seconds > 0 && seconds <= LONGEST_GO_DURATION;
  },
  { examples: ["3s", "5m"] },
);
export const ruleWord = text(
  "a word of an RBAC rule, without white space or control characters",
  (value) => /^[^\s\p{C}]{0,253}$/u.test(value),
);
export const signerName = text(
  "the name of a signer such as example.com/monitoring, in small letters",
  isSignerName,
  { examples: ["example.com/monitoring"] },
);
/** What a signer's policy allows of a subject. */
export const namePattern = text(`${SUBJECT_EXPECTED}; * stands for any characters`, isSubjectText);
export const dnsPattern = text(
  "a DNS name such as web.example.com or *.example.com; * stands for any characters of a name",
  (value) => isDnsName(value.replaceAll("*", "x")),
  { examples: ["*.monitoring.svc"] },
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

/** Whether text is a URL that can stand in front of `/.well-known/openid-configuration`. */
function isIssuerUrl(text: string): boolean {
  return isPlainUrl(text) && !text.endsWith("/");
}

/** 2^63 nanoseconds, in whole hours. */
const LONGEST_GO_DURATION = 2_562_047 * 3600;

/** Units of `time.ParseDuration`, in seconds. */
const GO_UNITS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, ns: 1e-9 };

/**
 * Reads a duration as Go does (`time.ParseDuration`), without a sign.
 *
 * @returns seconds; undefined when it is none
 */
export function parseGoDuration(text: string): number | undefined {
  if (!/^(?:\d{1,9}(?:\.\d{1,9})?(?:h|ms|us|ns|m|s))+$/.test(text)) return undefined;
  return [...text.matchAll(/([\d.]+)(h|ms|us|ns|m|s)/g)]
    .reduce((sum, [, number = "", unit = ""]) => sum + Number(number) * (GO_UNITS[unit] ?? 0), 0);
}

function isPlainUrl(text: string): boolean {
  const [, host, path = ""] =
    /^https:\/\/([^/\s?#"\\@\p{Cc}]{1,300})(\/[^\s?#"\\\p{Cc}]{0,1024})?$/u.exec(text) ?? [];
  // The host as an endpoint has it; in a path Go refuses what is no escape (`url.Parse`).
  return host !== undefined && parseEndpoint(`https://${host}`) !== undefined &&
    !/%(?![\da-fA-F]{2})/.test(path) &&
    URL.canParse(text);
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
