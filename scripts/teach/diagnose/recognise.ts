/**
 * Whether a line of a log is about trust or identity, and what it says.
 *
 * In: a line, unwrapped. Out: its family, and the names in it; undefined for anything else.
 *
 * @module
 */
import { IDENTITIES } from "../../inspect/verify/purposes.ts";
import { CONTEXTS } from "./contexts.ts";
import { REASONS } from "./families_tls.ts";
import { FAMILIES } from "./families.ts";
import type { Context, Family, Party, Role } from "./family_type.ts";
import type { LogLine } from "./lines.ts";
import { masked } from "./mask.ts";

/** What one line says. */
export interface Sighting {
  readonly family: Family;
  /** The codes that a tree may have for it, the likeliest first. */
  readonly codes: Family["codes"];
  readonly role: Role;
  /** Who showed a certificate to be believed as a server, or was asked. */
  readonly server: Party | undefined;
  /** The program that said it. */
  readonly program: string | undefined;
  /** The program that came; undefined where the line does not tell. */
  readonly client: string | undefined;
  /** Names in it: name, user, file, host, now, until, serial, other. Without secrets. */
  readonly names: Readonly<Record<string, string>>;
  readonly time: number | undefined;
}

/** What kube-apiserver says of the one authenticator that counts; the front proxy's comes before it. */
const VERIFYING = /verifying certificate SN=(\d{1,60}), SKID=[^ ]* AKID=\S* failed: /;
const PORTS: Readonly<Record<string, Party>> = {
  "2379": "etcd",
  "2380": "etcd",
  "6443": "kube-apiserver",
  "8443": "kube-apiserver",
  "443": "kube-apiserver",
  "10250": "kubelet",
};

/**
 * Recognises a line.
 *
 * @param line unwrapped
 * @param program of the log, where the line does not tell
 */
export function recognise(
  line: LogLine,
  program: string | undefined,
): Sighting | undefined {
  const { text } = line;
  if (isHarmless(text)) return undefined;
  const named = line.program ?? program ?? speakerOf(text);
  const said = named === undefined ? undefined : masked(named);
  const found = contextOf(text, said);
  if (found === undefined) return undefined;
  const { context, host } = found;
  const verifying = VERIFYING.exec(text);
  // One of several reasons counts, save where the front proxy's name is refused.
  const judged = verifying === null || text.includes("allowed list")
    ? text
    : text.slice(verifying.index + verifying[0].length);
  for (const family of FAMILIES) {
    if (family.roles?.includes(context.role) === false) continue;
    const server = context.server ?? partyAt(host);
    if (family.servers !== undefined && (server === undefined || !family.servers.includes(server))) continue;
    const match = family.pattern.exec(judged);
    if (match === null || (family.name === "wrong-identity" && isAsExpected(said, match.groups?.["user"]))) {
      continue;
    }
    const names: Record<string, string> = {};
    for (const [name, value] of Object.entries(match.groups ?? {})) {
      if (value !== undefined) names[name] = masked(value);
    }
    if (host !== undefined) names["host"] ??= masked(host.replace(/^https?:\/\//, ""));
    if (verifying?.[1] !== undefined) names["serial"] = verifying[1];
    const { role } = context;
    const reason = REASONS.find(({ pattern }) => pattern.test(judged));
    const [first, ...rest] = family.codes.filter((code) => reason?.codes.includes(code) !== false);
    const codes: Family["codes"] = first === undefined ? family.codes : [first, ...rest];
    names["why"] = reason?.why ?? "it does not say why";
    return {
      family,
      codes,
      role,
      server,
      program: said,
      client: clientOf(role, said, server),
      names,
      time: line.time,
    };
  }
  return undefined;
}

/** Whether a program comes as who it should be, or nobody knows who that is: then it is about roles. */
function isAsExpected(program: string | undefined, user = ""): boolean {
  const wanted = IDENTITIES.find(({ component }) => component === program);
  return wanted === undefined || (wanted.isPrefix ? user.startsWith(wanted.user) : user === wanted.user);
}

/** What healthy programs say too. */
function isHarmless(text: string): boolean {
  return /error="(?:EOF|read tcp [^"]*|write tcp [^"]*)"|: EOF$|certificate_store\.go|Loading cert\/key pair/
    .test(
      text,
    ) && !/x509|tls: |server preface|Username/.test(text);
}

interface FoundContext {
  readonly context: Context;
  readonly host: string | undefined;
}

function contextOf(text: string, program: string | undefined): FoundContext | undefined {
  for (const context of CONTEXTS) {
    if (context.programs !== undefined && (program === undefined || !context.programs.includes(program))) {
      continue;
    }
    const match = context.pattern.exec(text);
    if (match === null) continue;
    const host = match.groups?.["host"];
    // The address tells more than the words where there is one.
    const server = context.role === "server" ? partyAt(host) ?? context.server : context.server;
    return { context: server === undefined ? context : { ...context, server }, host };
  }
  return undefined;
}

function partyAt(host: string | undefined): Party | undefined {
  const port = /:(\d+)$/.exec(host ?? "")?.[1];
  return port === undefined ? undefined : PORTS[port];
}

/** Programs whose words are known. */
function speakerOf(text: string): string | undefined {
  if (/^curl: \(/.test(text)) return "curl";
  if (
    /Unable to connect to the server|You must be logged in|Error from server|Please enter Username/.test(text)
  ) {
    return "kubectl";
  }
  if (/rejected connection on (?:client|peer) endpoint/.test(text)) return "etcd";
  return undefined;
}

/** Who came, where the words or the kind of server tell. */
function clientOf(role: Role, program: string | undefined, server: Party | undefined): string | undefined {
  if (role === "peer") return "etcd";
  if (role === "own") return undefined;
  if (server === "etcd" || server === "kubelet") {
    return program === undefined || program === server || program === "kubectl" ? "kube-apiserver" : program;
  }
  return program === server ? undefined : program;
}
