/**
 * How well a fault of the tree explains what a log says.
 *
 * @module
 */
import type { Facts } from "../../inspect/verify/facts.ts";
import type { Finding } from "../../inspect/verify/findings.ts";
import { timeOf } from "./times.ts";
import { formatTime } from "../../shared/time.ts";
import type { Group } from "./groups.ts";
import type { Part, Relation, Relations } from "./relations.ts";

/** A fault, and how well it fits; from {@linkcode CERTAIN} on it is proven. */
export interface Candidate {
  readonly finding: Finding;
  readonly score: number;
}

/** From here on a fault explains a message. */
const LIKELY = 40;
/** From here on more than its kind says so: its part in the connection, its name or its serial number. */
export const CERTAIN = 70;

const PARTS: Readonly<Record<"server" | "client", readonly Part[]>> = {
  server: ["shown", "trusted"],
  client: ["client", "client-trust"],
};

/** The fault that explains a group best; undefined where none does. */
export function bestCandidate(
  group: Group,
  findings: readonly Finding[],
  relations: Relations,
  facts: Facts,
): Candidate | undefined {
  const bySerial = pathsOfSerial(group.names["serial"], facts);
  let best: Candidate | undefined;
  for (const one of findings) {
    const score = scoreOf(group, one, relations.get(one.path) ?? [], bySerial);
    if (score >= LIKELY && (best === undefined || score > best.score)) best = { finding: one, score };
  }
  return best;
}

/** Where the certificate stands of which a server said the serial number. */
export function pathsOfSerial(serial: string | undefined, facts: Facts): ReadonlySet<string> | undefined {
  if (serial === undefined) return undefined;
  const hex = BigInt(serial).toString(16);
  const paths = facts.certificates.filter(({ item }) =>
    item.certificate.serial.toHex().replace(/^0+/, "") === hex
  ).map(({ path }) => path);
  return new Set(paths);
}

function scoreOf(
  group: Group,
  one: Finding,
  relations: readonly Relation[],
  bySerial: ReadonlySet<string> | undefined,
): number {
  const { family, names, role, server, program, client } = group;
  const index = group.codes.indexOf(one.code);
  if (index < 0 || one.severity === "info") return 0;
  let score = 40 - 2 * index + (one.severity === "error" ? 10 : 0);
  const { file, name, user, until } = names;
  if (file !== undefined) score += isSameFile(one.path, file) ? 60 : -40;
  const fitting = relations.filter((relation) => fits(relation, group));
  if (role === "own") {
    if (program !== undefined) {
      const own = relations.filter((relation) => relation.program === program);
      score += own.length > 0 ? 30 : relations.length > 0 ? -30 : 0;
      // What a program shows is read first.
      if (own.some(({ part }) => part === "shown")) score += 3;
    }
  } else if (fitting.length > 0) {
    score += 30;
    if (client !== undefined && role !== "peer") {
      const isOf = fitting.some((relation) =>
        relation.part === "shown" || relation.part === "client-trust" || relation.program === client
      );
      score += isOf ? 10 : -25;
    }
  } else if (relations.length > 0 && server !== undefined) {
    score -= 40;
  }
  if (bySerial !== undefined && bySerial.size > 0) {
    const isTrust = fitting.some(({ part }) => part === "client-trust");
    if (bySerial.has(one.path)) score += 60;
    else if (!isTrust || one.code !== "wrong-issuer") score -= 60;
  }
  if (family.at?.some(([, setting]) => one.flag === `--${setting}`) === true) score += 10;
  if (name !== undefined && one.message.includes(name)) score += 15;
  if (user !== undefined && one.message.includes(user)) score += 15;
  const end = timeOf(until);
  if (end !== undefined && one.message.includes(formatTime(end))) score += 15;
  return score;
}

/** Whether a file has the part of which a message speaks. */
function fits(relation: Relation, { role, server }: Group): boolean {
  if (role === "peer") return relation.isPeer;
  if (role === "own") return false;
  return !relation.isPeer && relation.server === server && PARTS[role].includes(relation.part);
}

/** Whether a path of this machine is the file that a log names. */
export function isSameFile(path: string, named: string): boolean {
  return path === named || path.endsWith(named) || named.endsWith(`/${path.replace(/^\.?\//, "")}`);
}
