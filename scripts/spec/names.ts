/**
 * What a name may look like: RFC 1123 names of machines, DNS names, and names of people and groups in any script.
 *
 * @module
 */
import { readsAsAddress } from "../shared/address.ts";

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Whether a name is a lower-case RFC 1123 label of at most 63 characters. */
export function isLabel(name: string): boolean {
  return LABEL.test(name);
}

/** Whether a name is a lower-case RFC 1123 subdomain of at most 253 characters that no program reads as an address. */
export function isSubdomain(name: string): boolean {
  return name.length <= 253 && name.split(".").every(isLabel) && !readsAsAddress(name);
}

/**
 * Whether a name is a signer's: a domain of two labels or more, and a path (k8s.io/kubernetes/pkg/apis/core/validation,
 * `ValidateSignerName`).
 */
export function isSignerName(name: string): boolean {
  const [domain = "", path = "", ...more] = name.split("/");
  const labels = domain.split(".");
  if (more.length > 0 || name.length > 571 || domain.length > 253 || labels.length < 2) return false;
  // A label of a path may be as long as a domain.
  return labels.every(isLabel) &&
    path.split(".").every((label) => label.length <= 253 && /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/.test(label));
}

/** Whether a name is a DNS name in any case; `wildcard` also allows a leading `*.`. */
export function isDnsName(name: string, wildcard = false): boolean {
  const rest = wildcard && name.startsWith("*.") ? name.slice(2) : name;
  return name.length <= 253 && isSubdomain(rest.toLowerCase());
}

/**
 * Whether text can stand in a subject (CN or O, at most 64 characters: RFC 5280 ub-common-name and
 * ub-organization-name): NFC, without control, format, separator or unassigned surrogate characters, and no
 * white space at its ends.
 */
export function isSubjectText(text: string): boolean {
  // 64 characters are at most 128 code units: a long text is refused before it is counted.
  if (text.length < 1 || text.length > 128) return false;
  return Array.from(text).length <= 64 &&
    !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Noncharacter_Code_Point}]/u.test(text) &&
    text.normalize("NFC") === text && text.trim() === text;
}

/** The longest file name of ours, in bytes: what common file systems take, less the ending and what a temporary name adds. */
const MAX_FILE_NAME = 255 - 24;

/** Whether text can be a user's name: a subject text that can also be a file's name. */
export function isUserName(name: string): boolean {
  return isSubjectText(name) && !/[/\\]/.test(name) && !name.startsWith(".") &&
    new TextEncoder().encode(name).length <= MAX_FILE_NAME;
}
