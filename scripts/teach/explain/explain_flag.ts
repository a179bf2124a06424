/**
 * Explains a flag, or a field of a configuration.
 *
 * @module
 */
import { type FlagMeaning, meaningOf } from "../../inspect/flags/flag_table.ts";
import { CONNECTIONS } from "./connections.ts";
import { ENTRY_FACTS } from "./entry_facts.ts";
import { usersOf } from "./entry_flags.ts";
import type { Explanation } from "./explanation.ts";
import { entryWithId } from "./find.ts";
import { EMPTY, faultOf, link } from "./links.ts";
import { renewalOf } from "./renewal.ts";
import { explainFlag, isField, settingText } from "./settings.ts";

const REFERENCE = "https://kubernetes.io/docs/reference/command-line-tools-reference/";

/** Where the references of programs are that are none of Kubernetes. */
const REFERENCES: Readonly<Record<string, string>> = {
  etcd: "https://etcd.io/docs/v3.6/op-guide/configuration/",
  etcdctl: "https://etcd.io/docs/v3.6/op-guide/security/",
};

/**
 * Explains flags of one name.
 *
 * @param flags at least one, of as many components
 */
export function explainFlags(flags: readonly FlagMeaning[]): Explanation {
  const name = flags[0]?.flag ?? "";
  const setting = settingText(name);
  const components = [...new Set<string>(flags.map(({ component }) => component))];
  const users = [...new Set(flags.flatMap((flag) => usersOf(flag)))];
  const [id, second] = users.filter((user) => ENTRY_FACTS[user] !== undefined);
  // What follows from one line of the catalogue only is true of the flag.
  const only = second === undefined ? id ?? "" : "";
  const [facts, entry] = [ENTRY_FACTS[only], entryWithId(only)];
  const pairs = flags.flatMap(({ component, pairedWith }) =>
    pairedWith === undefined ? [] : meaningOf(component, pairedWith) ?? []
  );
  return {
    ...EMPTY,
    kind: "flag",
    subject: setting,
    title: [...new Set(flags.map(({ purpose }) => purpose))].join("; "),
    text: [`A ${isField(name) ? "field of the configuration" : "flag"} of ${components.join(", ")}.`],
    flags: [...flags, ...pairs].map(explainFlag),
    connections: CONNECTIONS.filter(({ checkedBy, callerChecksBy }) =>
      [checkedBy, callerChecksBy].some((by) =>
        by !== null && by.setting === setting && components.includes(by.component)
      )
    ),
    faults: (facts?.faults ?? []).filter(([when]) => isOf(when, setting)).map(faultOf),
    renewal: entry === undefined || facts === undefined ? [] : renewalOf(entry, facts),
    pages: [...components.map(referenceOf), ...(facts?.pages ?? [])],
    related: users.map(link),
  };
}

/** Whether what is wrong is about this flag: about no flag in particular, or about it. */
function isOf(when: string, setting: string): boolean {
  const named = when.match(/--[a-z-]+|\b[a-z]+[A-Z]\w+/g) ?? [];
  return named.length === 0 || named.some((name) => name === setting || setting.endsWith(`.${name}`));
}

/** The official page with the flags of a program. */
function referenceOf(component: string): string {
  return REFERENCES[component] ?? `${REFERENCE}${component}/`;
}
