/**
 * Fields of a manifest that certificates.k8s.io/v1 does not know: the API server warns of them and drops them.
 *
 * @module
 */
import { isMapping, valueAt } from "../../inspect/yaml_values.ts";

/** The fields that are known, by where they stand. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  "": ["apiVersion", "kind", "metadata", "spec", "status"],
  metadata: [
    "annotations",
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "finalizers",
    "generateName",
    "generation",
    "labels",
    "managedFields",
    "name",
    "namespace",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
  ],
  spec: ["expirationSeconds", "extra", "groups", "request", "signerName", "uid", "usages", "username"],
  status: ["certificate", "conditions"],
};

/**
 * Finds fields that are not known.
 *
 * @returns such as `spec.usage`, sorted
 */
export function unknownFields(value: unknown): string[] {
  return Object.entries(KNOWN).flatMap(([place, known]) => {
    const found = place === "" ? value : valueAt(value, place);
    if (!isMapping(found)) return [];
    return Object.keys(found).filter((key) => !known.includes(key))
      .map((key) => place === "" ? key : `${place}.${key}`);
  }).sort();
}
