/**
 * Names of objects, as Kubernetes checks them, with its words (k8s.io/apimachinery,
 * util/validation, `IsDNS1123Label` and `IsDNS1123Subdomain`).
 *
 * In: a name. Out: what is wrong with it.
 *
 * @module
 */
import { encodeUtf8 } from "../shared/encoding.ts";

const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;

/**
 * What is wrong with the name of a namespace (`ValidateNamespaceName`).
 *
 * @returns the words of Kubernetes, empty for a good name
 */
export function namespaceFaults(name: string): string[] {
  const faults = tooLong(name, 63);
  if (matches(LABEL, name)) return faults;
  if (matches(SUBDOMAIN, name)) return [...faults, "must not contain dots"];
  return [
    ...faults,
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end " +
    `with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${LABEL}')`,
  ];
}

/**
 * What is wrong with the name of a service account, pod, secret or node (`NameIsDNSSubdomain`).
 *
 * @returns the words of Kubernetes, empty for a good name
 */
export function objectNameFaults(name: string): string[] {
  const faults = tooLong(name, 253);
  if (matches(SUBDOMAIN, name)) return faults;
  return [
    ...faults,
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start " +
    `and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${SUBDOMAIN}')`,
  ];
}

function matches(pattern: string, name: string): boolean {
  return new RegExp(`^(?:${pattern})$`).test(name);
}

/** Kubernetes counts bytes, and calls them characters. */
function tooLong(name: string, most: number): string[] {
  return encodeUtf8(name).length > most ? [`must be no more than ${most} characters`] : [];
}
