/**
 * Puts an explanation together from the tables: the catalogue, flags, connections, identities, layouts and facts.
 *
 * In: what it is about, and the spec's plan if there is one. Out: an {@linkcode Explanation}.
 *
 * @module
 */
import { CATALOGUE } from "../../plan/catalogue.ts";
import type { Plan } from "../../plan/types.ts";
import { explainEntry } from "./explain_entry.ts";
import { explainFlags } from "./explain_flag.ts";
import type { Explanation } from "./explanation.ts";
import { flagsOfSection } from "./entry_flags.ts";
import { entryWithId, findSubject } from "./find.ts";
import type { Identity } from "./identities.ts";
import { connectionsOf, EMPTY, faultOf, instancesOf, isThere, link, rightsOf } from "./links.ts";
import { PAGES } from "./facts_shape.ts";
import { SECTIONS } from "./sections.ts";
import { explainFlag } from "./settings.ts";

/**
 * Explains.
 *
 * @param what as the person wrote it; undefined for the map of everything
 * @param plan of a spec, whose names take the places of `<name>`
 * @throws {HardwayError} `usage` for what is not known, with what may have been meant
 */
export function explainSubject(what: string | undefined, plan?: Plan): Explanation {
  const found = findSubject(what, plan);
  switch (found.kind) {
    case "map":
      return explainMap(plan);
    case "entry":
      return explainEntry(found, plan);
    case "flag":
      return explainFlags(found.flags);
    case "identity":
      return explainIdentity(found.identity, found.name, plan);
    case "section":
      return explainSection(found.name, plan);
  }
}

function explainMap(plan: Plan | undefined): Explanation {
  const ids = CATALOGUE.map(({ id }) => id).filter((id) => isThere(id, plan));
  const sections = Object.keys(SECTIONS).filter((name) => entryWithId(name) === undefined);
  return {
    ...EMPTY,
    kind: "map",
    subject: plan?.cluster ?? "",
    title: "Who talks to whom, and with which certificate",
    instances: plan?.entries.map(({ id }) => id) ?? [],
    connections: connectionsOf(plan, () => true),
    pages: [PAGES.pki],
    related: [...ids, ...sections].map(link),
  };
}

function explainIdentity(identity: Identity, name: string | undefined, plan: Plan | undefined): Explanation {
  const own = name ?? identity.name;
  const entries = identity.related.filter((what) => entryWithId(what) !== undefined);
  return {
    ...EMPTY,
    kind: "identity",
    subject: own,
    title: identity.kind === "user" ? "A user" : "A group",
    text: [identity.what],
    instances: entries.flatMap((id) => instancesOf(id, plan)),
    rights: [rightsOf(identity, own)],
    connections: connectionsOf(plan, ({ shows }) => entries.includes(shows)),
    pages: [PAGES.rbac, PAGES.authentication],
    related: identity.related.map(link),
  };
}

function explainSection(name: string, plan: Plan | undefined): Explanation {
  const entry = entryWithId(name);
  if (entry !== undefined) return explainEntry({ kind: "entry", entry, name: undefined }, plan);
  const section = SECTIONS[name];
  if (section === undefined) throw new Error(`There is no section ${name}`);
  const ids = section.members.filter((member) => entryWithId(member)?.kind === "leaf");
  const members = section.members.filter((member) => entryWithId(member) !== undefined);
  return {
    ...EMPTY,
    kind: "section",
    subject: name,
    title: section.title,
    text: section.text,
    instances: members.flatMap((id) => instancesOf(id, plan)),
    connections: connectionsOf(
      plan,
      ({ shows, isShown }) => ids.includes(shows) || (isShown !== null && ids.includes(isShown)),
    ),
    flags: flagsOfSection(name).map(explainFlag),
    faults: section.faults.map(faultOf),
    renewal: section.renewal,
    pages: section.pages,
    related: section.members.map(link),
  };
}
