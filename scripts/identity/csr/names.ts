/**
 * Names as Kubernetes checks them: of signers, labels and objects, with its words (apimachinery, util/validation).
 *
 * @module
 */
import { namespaceFaults, objectNameFaults } from "../object_names.ts";
import type { Cause } from "./object.ts";
import { goQuote } from "./go_error.ts";

const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

function matches(pattern: string, text: string): boolean {
  return new RegExp(`^(?:${pattern})$`).test(text);
}

/** The length in bytes, as Kubernetes counts. */
function lengthOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Of the prefix of a key: the same as of an object, but for the unit of its length. */
function prefixFaults(text: string): string[] {
  const faults = lengthOf(text) > 253 ? ["must be no more than 253 bytes"] : [];
  if (matches(SUBDOMAIN, text)) return faults;
  return [
    ...faults,
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start " +
    `and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${SUBDOMAIN}')`,
  ];
}

/** Faults of a label's or annotation's key. */
function keyFaults(key: string): string[] {
  const text = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an " +
    `alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${QUALIFIED}')`;
  const parts = key.split("/");
  if (parts.length > 2) {
    return [
      `a qualified name ${text} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const faults: string[] = [];
  const name = parts.at(-1) ?? "";
  const prefix = parts.length === 2 ? parts[0] : undefined;
  if (prefix === "") faults.push("prefix part must be non-empty");
  else if (prefix !== undefined) {
    faults.push(...prefixFaults(prefix).map((fault) => `prefix part ${fault}`));
  }
  if (name === "") faults.push("name part must be non-empty");
  else if (lengthOf(name) > 63) faults.push("name part must be no more than 63 bytes");
  if (!matches(QUALIFIED, name)) faults.push(`name part ${text}`);
  return faults;
}

function valueFaults(value: string): string[] {
  const faults = lengthOf(value) > 63 ? ["must be no more than 63 bytes"] : [];
  if (matches(`(${QUALIFIED})?`, value)) return faults;
  return [
    ...faults,
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start " +
    "and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for " +
    `validation is '(${QUALIFIED})?')`,
  ];
}

/** A fault of a text. */
export function invalid(field: string, value: string, why: string): Cause {
  return { reason: "FieldValueInvalid", message: `Invalid value: ${goQuote(value)}: ${why}`, field };
}

/** Faults of labels, sorted by key. */
export function labelCauses(labels: Readonly<Record<string, string>>): Cause[] {
  const field = "metadata.labels";
  return Object.entries(labels).sort(([a], [b]) => a < b ? -1 : 1).flatMap(([key, value]) => [
    ...keyFaults(key).map((fault) => invalid(field, key, fault)),
    ...valueFaults(value).map((fault) => invalid(field, value, fault)),
  ]);
}

/** Faults of annotations, sorted by key; their keys may have capitals. */
export function annotationCauses(annotations: Readonly<Record<string, string>>): Cause[] {
  const field = "metadata.annotations";
  const causes = Object.keys(annotations).sort().flatMap((key) =>
    keyFaults(key.toLowerCase()).map((fault) => invalid(field, key, fault))
  );
  const size = Object.entries(annotations).reduce((sum, pair) => sum + lengthOf(pair.join("")), 0);
  if (size > 256 * 1024) causes.push(tooLong(field, 256 * 1024));
  return causes;
}

function tooLong(field: string, most: number): Cause {
  return { reason: "FieldValueTooLong", message: `Too long: may not be more than ${most} bytes`, field };
}

/** Faults of a signer's name (apis/core/validation, `ValidateSignerName`). */
export function signerNameCauses(name: string): Cause[] {
  const field = "spec.signerName";
  if (name === "") return [{ reason: "FieldValueRequired", message: "Required value", field }];
  const [domain = "", path = "", ...more] = name.split("/");
  if (more.length > 0 || !name.includes("/")) {
    return [
      invalid(field, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'"),
    ];
  }
  const causes: Cause[] = [];
  const check = (segment: string, faultsOf: (label: string) => string[]): void => {
    // The first label with a fault is told, as those of the others would read the same.
    const label = segment.split(".").find((one) => faultsOf(one).length > 0);
    if (label === undefined) return;
    causes.push(
      ...faultsOf(label).map((fault) =>
        invalid(field, segment, `validating label ${goQuote(label)}: ${fault}`)
      ),
    );
  };
  if (lengthOf(domain) > 253) causes.push(tooLong(field, 253));
  check(domain, namespaceFaults);
  if (!domain.includes(".")) {
    causes.push(invalid(field, domain, "should be a domain with at least two segments separated by dots"));
  }
  check(path, objectNameFaults);
  if (lengthOf(name) > 571) causes.push(tooLong(field, 571));
  return causes;
}

/** Faults of an object's name: it becomes a segment of a path. */
export function pathNameCauses(name: string): Cause[] {
  const field = "metadata.name";
  if (name === "." || name === "..") return [invalid(field, name, `may not be '${name}'`)];
  return ["/", "%"].filter((part) => name.includes(part))
    .map((part) => invalid(field, name, `may not contain '${part}'`));
}
