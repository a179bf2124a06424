/**
 * What all kinds of explanation share: titles, connections of a plan, and ids that a line of the catalogue stands for.
 *
 * @module
 */
import { fillName } from "../../plan/paths.ts";
import type { Plan } from "../../plan/types.ts";
import { CONNECTIONS } from "./connections.ts";
import type {
  Connection,
  ExplainedFault,
  ExplainedLink,
  ExplainedRights,
  Explanation,
} from "./explanation.ts";
import type { Fault } from "./facts_shape.ts";
import { entryWithId } from "./find.ts";
import { IDENTITIES } from "./identities.ts";
import { MESSAGES } from "./messages.ts";
import { SECTIONS } from "./sections.ts";

/** An explanation that says nothing yet. */
export const EMPTY: Omit<Explanation, "kind" | "subject" | "title"> = {
  text: [],
  instances: [],
  certificate: null,
  names: [],
  files: [],
  connections: [],
  flags: [],
  rights: [],
  faults: [],
  renewal: [],
  pages: [],
  related: [],
};

/** The title of anything that one may ask for. */
function titleOf(what: string): string {
  const entry = entryWithId(what);
  if (entry !== undefined) return entry.title;
  // The first sentence says enough.
  const identity = IDENTITIES.find(({ name }) => name === what)?.what.replace(/(?<=\.) .*$/s, "");
  return identity ?? SECTIONS[what]?.title ?? "";
}

/** Something else to ask about. */
export function link(what: string): ExplainedLink {
  return { what, title: titleOf(what) };
}

/** Ids of the plan that a line of the catalogue stands for. */
export function instancesOf(id: string, plan: Plan | undefined): string[] {
  if (plan === undefined) return [];
  if (!id.includes("<name>")) return plan.entries.some((entry) => entry.id === id) ? [id] : [];
  const [start = ""] = id.split("<name>");
  return plan.entries.map((entry) => entry.id)
    // kubeconfig/<name> is not kubeconfig/admin, nor kubeconfig/users/<name>.
    .filter((own) => own.startsWith(start) && entryWithId(own) === undefined)
    .filter((own) => id !== "kubeconfig/<name>" || !own.slice(start.length).includes("/"));
}

/** Lines that the plan lacks, such as super-admin, talk to nobody. */
export function isThere(id: string, plan: Plan | undefined): boolean {
  return plan === undefined || instancesOf(id, plan).length > 0;
}

/** Connections of those that the plan has; what there is one of has its own id. */
export function connectionsOf(plan: Plan | undefined, wanted: (one: Connection) => boolean): Connection[] {
  const own = (id: string): string => {
    const [first, second] = instancesOf(id, plan);
    return second === undefined ? first ?? id : id;
  };
  return CONNECTIONS.filter((one) => wanted(one) && isThere(one.shows, plan)).map((one) => ({
    ...one,
    shows: own(one.shows),
    isShown: one.isShown === null ? null : own(one.isShown),
  }));
}

/** Words of a fault. */
export function faultOf([when, who, words]: Fault): ExplainedFault {
  return { when, who, words: words.map((name) => MESSAGES[name].words) };
}

/**
 * Rights without what stands beside them in the table.
 *
 * @param own the user's or group's name with nothing left open, if that is known
 */
export function rightsOf(
  { name, kind, what, bindings, can, cannot }: ExplainedRights,
  own: string = name,
): ExplainedRights {
  const node = /^system:node:([^<]+)$/.exec(own)?.[1];
  const fill = (statement: string): string => node === undefined ? statement : fillName(statement, node);
  return { name: own, kind, what, bindings, can: can.map(fill), cannot };
}
