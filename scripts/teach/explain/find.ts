/**
 * From what a person writes to what it is about: a line of the catalogue, a file, a flag, a user or group, or a section.
 *
 * @module
 */
import { type FlagMeaning, FLAGS } from "../../inspect/flags/flag_table.ts";
import { CATALOGUE } from "../../plan/catalogue.ts";
import type { CatalogueEntry } from "../../plan/templates.ts";
import type { Plan } from "../../plan/types.ts";
import { HardwayError } from "../../shared/errors.ts";
import { nearest } from "../../shared/suggest.ts";
import { quote } from "../../shared/text.ts";
import { entryOfFile, type FoundFile, sectionOfFile } from "./entry_files.ts";
import { IDENTITIES, type Identity } from "./identities.ts";
import { SECTIONS } from "./sections.ts";
import { flagsNamed, isField, settingText } from "./settings.ts";

/** What it is about. */
export type Found =
  | { readonly kind: "map" }
  | {
    readonly kind: "entry";
    readonly entry: CatalogueEntry;
    /** The machine, member or person; undefined for all of them. */
    readonly name: string | undefined;
    /** The file that was asked about, and what it holds. */
    readonly file?: { readonly path: string; readonly part: FoundFile["part"] };
  }
  | { readonly kind: "flag"; readonly flags: readonly FlagMeaning[] }
  | { readonly kind: "identity"; readonly identity: Identity; readonly name: string | undefined }
  | { readonly kind: "section"; readonly name: string };

/** A line of the catalogue by its id with `<name>`. */
export function entryWithId(id: string): CatalogueEntry | undefined {
  return CATALOGUE.find((entry) => entry.id === id);
}

function escape(text: string): string {
  return text.replace(/[.*+?^$|()[\]{}\\]/g, "\\$&");
}

/** A pattern for ids or names with one hole. */
function patternOf(template: string): RegExp {
  const parts = template.split(/<[^>]*>/).map(escape);
  return new RegExp(`^${parts.join("([^\\s/]+)")}$`);
}

/** A hole as people write it: `<node>`, or nothing behind the slash. */
function isHole(name: string): boolean {
  return /^<.*>$/.test(name);
}

function findEntry(what: string): Found | undefined {
  const entry = entryWithId(what) ?? entryWithId(`${what.replace(/\/$/, "")}/<name>`);
  if (entry !== undefined) return { kind: "entry", entry, name: undefined };
  for (const candidate of CATALOGUE) {
    if (!candidate.id.includes("<name>")) continue;
    const name = patternOf(candidate.id).exec(what)?.[1];
    if (name !== undefined) return { kind: "entry", entry: candidate, name: isHole(name) ? undefined : name };
  }
  return undefined;
}

function findIdentity(what: string): Found | undefined {
  for (const identity of IDENTITIES) {
    if (identity.name === what) return { kind: "identity", identity, name: undefined };
  }
  for (const identity of IDENTITIES) {
    if (!identity.name.includes("<")) continue;
    const match = patternOf(identity.name).exec(what);
    if (match !== null) {
      return { kind: "identity", identity, name: isHole(match[1] ?? "") ? undefined : what };
    }
  }
  // kubeadm's and other groups of bootstrap tokens.
  const isBootstrapper = /^system:bootstrappers:[a-z0-9:-]+$/.test(what);
  const bootstrappers = IDENTITIES.find(({ name }) => name === "system:bootstrappers");
  return isBootstrapper && bootstrappers !== undefined
    ? { kind: "identity", identity: bootstrappers, name: what }
    : undefined;
}

/** Programs that are called otherwise than what they show. */
const PROGRAMS: Readonly<Record<string, string>> = {
  "kube-controller-manager": "controller-manager",
  "kube-scheduler": "scheduler",
  kubectl: "admin",
  etcdctl: "etcd-healthcheck-client",
};

/** A certificate by the program that shows it, or by its common name. */
function findCommonName(what: string, plan: Plan | undefined): Found | undefined {
  if (Object.hasOwn(PROGRAMS, what)) return findEntry(PROGRAMS[what] ?? "");
  for (const entry of CATALOGUE) {
    if ("cn" in entry && entry.cn === what) return { kind: "entry", entry, name: undefined };
  }
  const planned = plan?.entries.find((entry) =>
    entry.kind === "certificate" && entry.subject.commonName === what
  );
  return planned === undefined ? undefined : findEntry(planned.id);
}

function findFile(what: string): Found | undefined {
  const section = sectionOfFile(what);
  if (section !== undefined) return { kind: "section", name: section };
  const file = entryOfFile(what);
  const entry = file === undefined ? undefined : entryWithId(file.id);
  if (file === undefined || entry === undefined) return undefined;
  return { kind: "entry", entry, name: file.name, file: { path: what, part: file.part } };
}

function findFlag(what: string): Found | undefined {
  const flags = flagsNamed(what);
  return flags.length === 0 ? undefined : { kind: "flag", flags };
}

/**
 * Finds what a word is about.
 *
 * @param what as the person wrote it; undefined for everything
 * @param plan of the spec, whose names count
 * @throws {HardwayError} `usage` with what may have been meant
 */
export function findSubject(what: string | undefined, plan?: Plan): Found {
  if (what === undefined) return { kind: "map" };
  const found = what.startsWith("-")
    ? findFlag(what)
    : findExact(what) ?? findIdentity(what) ?? findCommonName(what, plan) ??
      (isField(what) ? findFlag(what) : undefined) ?? findFile(what) ??
      findFlag(what) ??
      findEntry(what);
  if (found === undefined) throw unknown(what, plan);
  if (found.kind === "entry" && plan !== undefined) checkName(what, found, plan);
  if (found.kind === "identity" && found.identity.name === "system:node:<name>" && plan !== undefined) {
    checkNode(what, found.name, plan);
  }
  return found;
}

/** An id or a section as it is. */
function findExact(what: string): Found | undefined {
  if (entryWithId(what) !== undefined) return findEntry(what);
  if (Object.hasOwn(SECTIONS, what)) return { kind: "section", name: what };
  // A path of one's own tree begins like an id.
  return /\.(?:crt|key|pub|pem|csr|conf|kubeconfig)$/.test(what) ? undefined : findEntry(what);
}

function checkName(what: string, found: Extract<Found, { kind: "entry" }>, plan: Plan): void {
  const { entry, name } = found;
  if (name === undefined) return;
  const id = entry.id.replace("<name>", name);
  if (plan.entries.some((planned) => planned.id === id)) return;
  const own = plan.entries.map((planned) => planned.id);
  throw missing(what, `the spec has no ${quote(id)}`, nearest(id, own));
}

function checkNode(what: string, user: string | undefined, plan: Plan): void {
  if (user === undefined) return;
  const users = plan.entries.flatMap((entry) =>
    entry.kind === "certificate" ? [entry.subject.commonName] : []
  );
  if (!users.includes(user)) throw missing(what, "the spec has no such node", nearest(user, users));
}

function missing(what: string, why: string, meant: string | undefined): HardwayError {
  const hint = meant === undefined ? "" : `; did you mean ${quote(meant)}?`;
  return new HardwayError("usage", `explain: Cannot explain ${quote(what)}: ${why}${hint}`);
}

function unknown(what: string, plan: Plan | undefined): HardwayError {
  const meant = nearest(what, candidates(plan));
  const hint = meant === undefined
    ? "expected an id, a file, a flag, a user or group, or a section; explain alone shows what there is"
    : `did you mean ${quote(meant)}?`;
  return new HardwayError("usage", `explain: Cannot explain ${quote(what)}: ${hint}`);
}

/** Everything that one may ask for, as it is written. */
function candidates(plan: Plan | undefined): Set<string> {
  const files = CATALOGUE.flatMap((entry) =>
    "base" in entry
      ? [".crt", ".key", ".pem", ".pub"].map((ending) => entry.base.replace(/^.*\//, "") + ending)
      : []
  );
  const confs = ["admin", "super-admin", "kubelet", "controller-manager", "scheduler"]
    .map((name) => `${name}.conf`);
  return new Set([
    ...CATALOGUE.map(({ id }) => id),
    ...(plan?.entries ?? []).map(({ id }) => id),
    ...Object.keys(SECTIONS),
    ...IDENTITIES.map(({ name }) => name),
    ...FLAGS.map(({ flag }) => settingText(flag)),
    ...files.filter((file) => !file.includes("<")),
    ...confs,
  ]);
}
