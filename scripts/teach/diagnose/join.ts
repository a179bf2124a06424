/**
 * Joins what logs say with what is wrong with files: for each group the file that is at fault.
 *
 * In: groups, and the facts of a tree where one was given. Out: causes, the surest first.
 *
 * @module
 */
import { formatTime } from "../../shared/time.ts";
import type { Facts } from "../../inspect/verify/facts.ts";
import type { Finding } from "../../inspect/verify/findings.ts";
import { bestCandidate, CERTAIN, isSameFile, pathsOfSerial } from "./evidence.ts";
import { type Confidence, type Diagnosis, mergeRanked, type Ranked } from "./diagnosis.ts";
import type { Family } from "./family_type.ts";
import type { Group } from "./groups.ts";
import { timeOf } from "./times.ts";
import { fileAt, type Relations } from "./relations.ts";
import { insteadOf } from "./instead.ts";
import { remedyOf } from "./remedies.ts";

/** A tree, and what is wrong with it. */
export interface Tree {
  readonly facts: Facts;
  readonly findings: readonly Finding[];
  readonly relations: Relations;
}

/**
 * Finds the causes of what logs say.
 *
 * @param groups what they say
 * @param tree the files; undefined where none were given
 */
export function joinGroups(groups: readonly Group[], tree: Tree | undefined): Diagnosis[] {
  return mergeRanked(groups.flatMap((group) => {
    const isAlone = tree === undefined || group.family.isOutside === true;
    const one = isAlone ? withoutTree(group) : withTree(group, tree);
    if (one === undefined) return [];
    return [group.family.isGeneral === true ? { ...one, score: one.score - 15 } : one];
  }));
}

/** The words of a family, with the parties and the names of a group. */
export function say(text: string, group: Pick<Group, "names" | "program" | "client" | "server">): string {
  const { names, program, client, server } = group;
  const words: Readonly<Record<string, string>> = {
    ...names,
    name: names["name"] ?? "it",
    user: names["user"] ?? "somebody else",
    program: program ?? "a component",
    client: client ?? "a client",
    server: server ?? names["host"] ?? "the server",
  };
  return text.replace(/\{(\w+)\}/g, (_, name: string) => words[name] ?? "");
}

function base(group: Group): Pick<Ranked, "family" | "count" | "first" | "last" | "parties"> {
  const { family, count, first, last, role, client, server, program, names } = group;
  const parties = family.isOutside === true
    ? ["kube-apiserver", names["name"] ?? "a webhook"]
    : role === "own"
    ? [program ?? "a component"]
    : role === "peer"
    ? ["etcd", "etcd"]
    : [client ?? "a client", server ?? names["host"] ?? "a server"];
  const timeText = (time: number | undefined): string | null => time === undefined ? null : formatTime(time);
  return { family: family.name, count, first: timeText(first), last: timeText(last), parties };
}

/** What to look at, as one line. */
function lookAt(family: Family, group: Group): string {
  return family.look.map((step, index) => `${index + 1}. ${say(step, group)}`).join("; ");
}

function withoutTree(group: Group): Ranked {
  const { family, names } = group;
  const [, setting] = family.at?.[0] ?? [];
  const { file } = names;
  const confidence: Confidence = family.isSoft === true ? "possible" : "likely";
  return {
    ...base(group),
    code: group.codes[0],
    ...(file !== undefined && { path: file }),
    ...(setting !== undefined && { flag: `--${setting}` }),
    confidence,
    message: say(family.says, group),
    remedy: lookAt(family, group),
    score: file === undefined ? 10 : 20,
  };
}

function withTree(said: Group, tree: Tree): Ranked | undefined {
  const { facts, findings, relations } = tree;
  const { family } = said;
  const best = bestCandidate(said, findings, relations, facts);
  if (best !== undefined) {
    const { finding: { code, path, flag, message }, score } = best;
    // A server does not know who came; the file tells.
    const comes = relations.get(path)?.find(({ part, server }) =>
      part === "client" && server === said.server
    );
    const group = said.client === undefined && comes !== undefined
      ? { ...said, client: comes.program }
      : said;
    return {
      ...base(group),
      code,
      path,
      ...(flag !== null && { flag }),
      confidence: score >= CERTAIN ? "certain" : "likely",
      message: `${say(family.says, group)}. ${message}`,
      remedy: remedyOf({
        code,
        path,
        flag: flag ?? undefined,
        program: readerOf(path, group, tree),
        name: group.names["name"],
        instead: insteadOf(best.finding, facts),
      }),
      score: score - (family.isSoft === true ? 5 : 0),
    };
  }
  return family.isSoft === true ? undefined : overBefore(said, tree) ?? placed(said, tree);
}

/** How far clocks may be apart before it is the certificate, in seconds. */
const SKEW = 86400;

/** What was wrong then and is not now: a clock that is behind, or a file that was renewed after the program began. */
function overBefore(group: Group, { facts, relations }: Tree): Ranked | undefined {
  const { family, names, role, server, program } = group;
  const code = group.codes.find((one) => one === "expired" || one === "not-yet-valid");
  const [until, now] = [timeOf(names["until"]), timeOf(names["now"])];
  if (code === undefined || until === undefined) return undefined;
  const serial = [...pathsOfSerial(names["serial"], facts) ?? []][0];
  const part = role === "client" ? "client" : "shown";
  const path = serial ??
    [...relations].find(([, all]) =>
      all.some((one) => one.part === part && one.server === server && one.isPeer === (role === "peer"))
    )?.[0];
  const place = { ...base(group), code, ...(path !== undefined && { path }), score: 45 };
  if (code === "not-yet-valid" && now !== undefined && until <= facts.at) {
    const message = `${say(family.says, group)}. It began at ${formatTime(until)}, and by the clock of ` +
      `${program ?? "the program"} it was ${formatTime(now)}`;
    const why = until - now <= SKEW ? ": that clock may be behind" : ": that clock is wrong";
    const remedy = "timedatectl set-ntp true, on that machine";
    return { ...place, confidence: "likely", message: `${message}${why}`, remedy };
  }
  if (code !== "expired" || until > facts.at) return undefined;
  const owner = role === "client" ? group.client : server;
  return {
    ...place,
    confidence: "likely",
    message: `${say(family.says, group)}. What is there now is valid: it was renewed, and is not in use yet`,
    remedy: owner === undefined ? "start the program again that shows it" : `systemctl restart ${owner}`,
  };
}

/** What the log itself says of the place, where nothing here is found to be wrong. */
function placed(group: Group, { facts }: Tree): Ranked {
  const { family, names } = group;
  const serial = [...pathsOfSerial(names["serial"], facts) ?? []][0];
  const file = names["file"] === undefined ? serial : here(names["file"], facts);
  const remedy = (path: string | undefined, flag: string | undefined, program: string | undefined): string =>
    path === undefined
      ? lookAt(family, group)
      : remedyOf({ code: group.codes[0], path, flag, program, name: names["name"], instead: undefined });
  for (const [component, setting] of file === undefined ? family.at ?? [] : []) {
    const found = fileAt(facts, component, setting);
    const path = found?.path ?? found?.program.owner;
    if (path === undefined) continue;
    return {
      ...base(group),
      code: group.codes[0],
      path,
      flag: `--${setting}`,
      confidence: "likely",
      message: say(family.says, group),
      remedy: remedy(path, `--${setting}`, component),
      score: 30,
    };
  }
  const isNow =
    "Nothing in the files that were given explains it: they may be newer than what runs, or of another machine";
  return {
    ...base(group),
    code: group.codes[0],
    ...(file !== undefined && { path: file }),
    confidence: names["file"] === undefined ? "possible" : "likely",
    message: `${say(family.says, group)}. ${isNow}`,
    remedy: names["file"] === undefined ? lookAt(family, group) : remedy(file, undefined, group.program),
    score: 20,
  };
}

/** The file of the tree that a log names; else as the log names it. */
function here(named: string, facts: Facts): string {
  return facts.scans.find(({ path }) => isSameFile(path, named))?.path ?? named;
}

/** The program that has to be started again once a file is changed. */
function readerOf(path: string, group: Group, { facts }: Tree): string | undefined {
  const use = facts.uses.find(({ scan, component }) => scan.path === path && component !== undefined);
  const owner = facts.programs.find((program) => program.owner === path || program.configuration === path);
  return use?.component ?? owner?.component ?? (group.role === "own" ? group.program : undefined);
}
