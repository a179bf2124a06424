/**
 * Which flags of Kubernetes' programs and of etcd matter for PKI, and what each names. The one table of them.
 *
 * @module
 */
import type { FlagMeaning, Names } from "./flag_meaning.ts";
import { APISERVER_FLAGS } from "./flags_of_apiserver.ts";
import { COMPONENT_FLAGS } from "./flags_of_components.ts";
import { ETCD_FLAGS } from "./flags_of_etcd.ts";
import type { Component } from "./invocation.ts";

export type { ExpectedType, FlagMeaning, FlagReference, Names } from "./flag_meaning.ts";

/** Every flag and field of a configuration. */
export const FLAGS: readonly FlagMeaning[] = [...APISERVER_FLAGS, ...COMPONENT_FLAGS, ...ETCD_FLAGS];

const BY_NAME: ReadonlyMap<string, FlagMeaning> = new Map(
  FLAGS.map((meaning) => [`${meaning.component} ${meaning.flag}`, meaning]),
);

/**
 * What a flag means.
 *
 * @param component whose flag it is
 * @param flag without dashes, or a path in a configuration, such as `jwt[0].issuer.url`
 * @returns undefined for a flag that PKI has nothing to do with
 */
export function meaningOf(component: Component, flag: string): FlagMeaning | undefined {
  return BY_NAME.get(`${component} ${flag.replace(/\[\d+\]/g, "[]")}`);
}

const NO_FILES: ReadonlySet<Names> = new Set([
  "urls",
  "addresses",
  "ranges",
  "names",
  "switch",
  "embedded-ca",
]);

/** A file that a flag names, and as what. */
export interface NamedFile {
  /** As the program sees it. */
  readonly path: string;
  readonly as: Names;
}

/**
 * The files that one value of a flag names: one, or with `--tls-sni-cert-key` two.
 *
 * @param meaning of the flag
 * @param value as given
 * @returns none for a flag that names no file, and for an empty value
 * @see https://pkg.go.dev/k8s.io/component-base/cli/flag#NamedCertKey
 */
export function filesNamedBy({ names, isList }: FlagMeaning, value: string): NamedFile[] {
  if (NO_FILES.has(names)) return [];
  if (names === "certificate-and-key") {
    const [certificate = "", key = ""] = (value.split(":")[0] ?? "").split(",").map((path) => path.trim());
    const both: NamedFile[] = [{ path: certificate, as: "certificate" }, { path: key, as: "key" }];
    return both.filter(({ path }) => path !== "");
  }
  return (isList === true ? value.split(",") : [value]).filter((path) => path !== "")
    .map((path) => ({ path, as: names }));
}
