/**
 * How etcd's contents are encrypted: the checks that the API server makes when it starts.
 *
 * https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/ and
 * k8s.io/apiserver/pkg/apis/apiserver/validation, `ValidateEncryptionConfiguration`
 *
 * @module
 */
import type { SpecInput } from "./definition.ts";
import type { Path } from "./document.ts";
import { located, type Report } from "./draft.ts";
import { show } from "./identities.ts";
import { reportDuplicates } from "./machines.ts";
import { formatPath, isRefused, type Partly } from "./shape.ts";
import type { Encryption } from "./types.ts";

/** What there is when the spec says nothing: the guide's way, and what is older can be read. */
const DEFAULT: readonly Encryption[] = [{
  resources: ["secrets"],
  providers: [{ type: "aescbc", keys: ["key1"] }, { type: "identity", keys: [] }],
}];

/** Groups whose objects are stored as those of others: their names would do nothing. */
const ALIASES: Readonly<Record<string, string>> = {
  "events.k8s.io": "events",
  extensions: "the group of today",
};

/** Reads how etcd's contents are encrypted. */
export function readEncryption(value: Partly<SpecInput>, report: Report): readonly Encryption[] {
  if (value.encryption === undefined) return isRefused(value, "encryption") ? [] : DEFAULT;
  const types = new Map<string, string>();
  return located(value.encryption, ["encryption"]).map(({ value: given, path }) => {
    const resources = located(given.resources, [...path, "resources"]);
    checkResources(resources, report);
    const keys: { readonly key: string; readonly path: Path }[] = [];
    const providers = located(given.providers, [...path, "providers"]).flatMap(
      ({ value: provider, path }) => {
        const { type } = provider;
        const names = located(provider.keys, [...path, "keys"]);
        if (type === undefined) return [];
        if (type === "identity" && provider.keys !== undefined) {
          report([...path, "keys"], `Cannot use keys in ${formatPath(path)}: identity has none`);
        }
        if (type !== "identity" && !Object.hasOwn(provider, "keys")) {
          report(path, `Missing key "keys" in ${formatPath(path)}: expected names of keys, such as key1`);
        }
        for (const { value: name, path } of names) {
          keys.push({ key: name, path });
          const before = types.get(name);
          if (before !== undefined && before !== type) {
            report(
              path,
              `Cannot use the key ${show(name)} with ${type}: ${before} has it, and a key is for one of them`,
            );
          }
          types.set(name, before ?? type);
        }
        return [{ type, keys: names.map(({ value }) => value) }];
      },
    );
    reportDuplicates(
      keys.map((one) => ({
        ...one,
        message: (name) => `Duplicate key ${show(name)}: expected each name once`,
      })),
      report,
    );
    return { resources: resources.map(({ value }) => value), providers };
  });
}

function checkResources(
  resources: readonly { readonly value: string; readonly path: Path }[],
  report: Report,
): void {
  reportDuplicates(
    resources.map(({ value, path }) => ({
      key: value,
      path,
      message: (name) => `Duplicate resource ${show(name)}: expected each once`,
    })),
    report,
  );
  for (const { value, path } of resources) {
    const group = groupOf(value);
    const instead = ALIASES[group];
    if (instead !== undefined) {
      report(
        path,
        `Cannot use ${show(value)} as ${
          formatPath(path)
        }: it is stored in another group, expected ${instead}`,
      );
    }
    const wide = resources.find((other) => other.value !== value && covers(other.value, value));
    if (wide !== undefined) {
      report(path, `Cannot use ${show(value)} as ${formatPath(path)}: ${wide.value} covers it already`);
    }
  }
}

/** The group of a resource, empty for the core. */
function groupOf(resource: string): string {
  const dot = resource.indexOf(".");
  return dot === -1 ? "" : resource.slice(dot + 1);
}

function covers(wide: string, narrow: string): boolean {
  if (wide === "*.*") return true;
  return wide.startsWith("*.") && narrow !== "*.*" && groupOf(wide) === groupOf(narrow);
}
