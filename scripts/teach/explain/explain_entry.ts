/**
 * Explains a line of the catalogue.
 *
 * @module
 */
import { CATALOGUE } from "../../plan/catalogue.ts";
import { fillName } from "../../plan/paths.ts";
import type { AuthorityName, CatalogueEntry, SanGroup } from "../../plan/templates.ts";
import type { CertificateEntry, Plan } from "../../plan/types.ts";
import { ENTRY_FACTS } from "./entry_facts.ts";
import { ownPath, placesOf } from "./entry_files.ts";
import { flagsOfEntry, flagsOfSection } from "./entry_flags.ts";
import type { Connection, ExplainedRights, ExplainedSubject, Explanation } from "./explanation.ts";
import type { Found } from "./find.ts";
import { IDENTITIES } from "./identities.ts";
import { connectionsOf, faultOf, instancesOf, link, rightsOf } from "./links.ts";
import { renewalOf } from "./renewal.ts";
import { SECTIONS } from "./sections.ts";
import { explainFlag } from "./settings.ts";

/** Explains a line, or one machine's or person's part of it. */
export function explainEntry(found: Extract<Found, { kind: "entry" }>, plan: Plan | undefined): Explanation {
  const { entry, file } = found;
  const [first, second] = instancesOf(entry.id, plan);
  const isOnly = entry.id.includes("<name>") && first !== undefined && second === undefined;
  const name = found.name ?? (isOnly ? first.slice(entry.id.indexOf("<name>")) : undefined);
  const facts = ENTRY_FACTS[entry.id];
  if (facts === undefined) throw new Error(`No facts about ${entry.id}`);
  const id = name === undefined ? entry.id : fillName(entry.id, name);
  const section = SECTIONS[entry.id];
  const instances = name === undefined ? instancesOf(entry.id, plan) : plan === undefined ? [] : [id];
  const certificate = subjectOf(entry, name, plan, instances);
  const flags = [...flagsOfEntry(entry.id), ...(section === undefined ? [] : flagsOfSection(entry.id))];
  return {
    kind: "entry",
    subject: id,
    title: entry.title,
    text: [
      ...(file === undefined ? [] : [`${file.path} holds the ${file.part} of ${id}.`]),
      ...facts.text,
      ...(section?.text ?? []),
      ...(plan !== undefined && instances.length === 0 ? ["The spec has none."] : []),
    ],
    instances,
    certificate,
    names: namesOf(entry, plan, instances),
    files: [...ownFilesOf(entry, plan, instances), ...placesOf(entry)]
      .map((path) => name === undefined ? path : fillName(path, name)),
    connections: connectionsOf(plan, (one) => isAbout(one, clientOf(entry)))
      .map((one) => name === undefined ? one : withName(one, clientOf(entry), name)),
    flags: flags.map(explainFlag),
    rights: certificate === null ? [] : rightsBy(certificate, entry),
    faults: [...facts.faults, ...(section?.faults ?? [])].map(faultOf),
    renewal: renewalOf(entry, facts, name),
    pages: [...facts.pages, ...(section?.pages ?? [])],
    related: relatedOf(entry).map(link),
  };
}

/** Files below `out/<cluster>/`: the spec's own, if there is one. */
function ownFilesOf(entry: CatalogueEntry, plan: Plan | undefined, instances: readonly string[]): string[] {
  const planned = (plan?.entries ?? []).filter(({ id }) => instances.includes(id));
  if (planned.length !== 1) return [`out: ${ownPath(entry)}`];
  return planned.map((one) => {
    if (one.kind === "certificate") return `out: ${one.certificatePath}, ${one.keyPath}`;
    return one.kind === "key-pair" ? `out: ${one.keyPath}, ${one.publicKeyPath}` : `out: ${one.path}`;
  });
}

/** A kubeconfig talks with its client certificate. */
function clientOf(entry: CatalogueEntry): string {
  return entry.kind === "kubeconfig" ? entry.client : entry.id;
}

function isAbout(one: Connection, id: string): boolean {
  return [one.shows, one.isShown, one.checkedAgainst, one.callerChecksAgainst].includes(id);
}

/** The same connection of one machine or person. */
function withName(one: Connection, id: string, name: string): Connection {
  const own = (other: string): string => other === id ? fillName(id, name) : other;
  return { ...one, shows: own(one.shows), isShown: one.isShown === null ? null : own(one.isShown) };
}

/** Id of an authority's CA. */
function issuerOf(authority: AuthorityName | "given"): string {
  const issuer = CATALOGUE.find((entry) => entry.kind === "authority" && entry.authority === authority);
  return issuer?.id ?? "the CA that the spec says";
}

function certificatesOf(plan: Plan | undefined, instances: readonly string[]): CertificateEntry[] {
  return (plan?.entries ?? []).flatMap((entry) =>
    entry.kind === "certificate" && instances.includes(entry.id) ? [entry] : []
  );
}

function subjectOf(
  entry: CatalogueEntry,
  name: string | undefined,
  plan: Plan | undefined,
  instances: readonly string[],
): ExplainedSubject | null {
  const [planned, second] = certificatesOf(plan, instances);
  if (planned !== undefined && second === undefined) {
    const { subject, usages, issuer, isAuthority } = planned;
    return { ...subject, usages: isAuthority ? ["CA"] : [...usages], issuer };
  }
  if (entry.kind === "authority") {
    return { commonName: entry.cn, organizations: [], usages: ["CA"], issuer: entry.id };
  }
  if (entry.kind !== "leaf") return null;
  const given = "as the spec says";
  const { cn, organizations, usages } = entry;
  return {
    commonName: cn === "given" ? given : name === undefined ? cn : fillName(cn, name),
    organizations: organizations === "given" ? [given] : organizations,
    usages: usages === "given" ? [given] : usages,
    issuer: issuerOf(entry.authority),
  };
}

/** What each group of names stands for, in words. */
const NAME_WORDS: Readonly<Record<SanGroup, string>> = {
  service:
    "kubernetes, kubernetes.default, kubernetes.default.svc, kubernetes.default.svc.<domain>, the first address of each service network",
  localhost: "localhost",
  loopback: "127.0.0.1, ::1",
  "control-plane": "every name and address of the control plane",
  endpoint: "the host of the endpoint, and certSANs",
  self: "its own names and addresses",
};

function namesOf(entry: CatalogueEntry, plan: Plan | undefined, instances: readonly string[]): string[] {
  const planned = certificatesOf(plan, instances);
  if (planned.length > 0) {
    const several = planned.length > 1;
    return planned.flatMap(({ id, dnsNames, addresses }) => {
      const names = [...dnsNames, ...addresses.map(({ text }) => text)];
      return several && names.length > 0 ? [`${id}: ${names.join(", ")}`] : names;
    });
  }
  if (entry.kind !== "leaf" || entry.sans === "given") return [];
  return entry.sans.map((group) => NAME_WORDS[group]);
}

/** Rights by the common name and by each organization, of those that the API server believes. */
function rightsBy(
  { commonName, organizations, usages }: ExplainedSubject,
  entry: CatalogueEntry,
): ExplainedRights[] {
  const isCredential = entry.kind === "leaf" && entry.authority === "kubernetes" && usages.includes("client");
  if (!isCredential) return [];
  const user = IDENTITIES.find(({ kind, name }) =>
    kind === "user" &&
    (name === commonName || (name === "system:node:<name>" && /^system:node:/.test(commonName)))
  );
  const groups = organizations.flatMap((group) =>
    group === "<admin.group>" ? ["kubeadm:cluster-admins", "system:masters"] : [group]
  );
  const found = [
    ...(user === undefined ? [] : [rightsOf(user, commonName)]),
    ...IDENTITIES.filter(({ kind, name }) => kind === "group" && groups.includes(name)).map((one) =>
      rightsOf(one)
    ),
  ];
  return found;
}

/** What else there is of the same certificate, and sections that have it as a member. */
function relatedOf(entry: CatalogueEntry): string[] {
  const kubeconfigs = CATALOGUE.filter((other) => other.kind === "kubeconfig" && other.client === entry.id);
  const sections = Object.entries(SECTIONS).filter(([name, { members }]) =>
    name !== entry.id && members.includes(entry.id)
  );
  const client = entry.kind === "kubeconfig" ? [entry.client] : [];
  const issuer = entry.kind === "leaf" && entry.authority !== "given" ? [issuerOf(entry.authority)] : [];
  const members = SECTIONS[entry.id]?.members ?? [];
  return [
    ...client,
    ...kubeconfigs.map(({ id }) => id),
    ...issuer,
    ...members,
    ...sections.map(([name]) => name),
  ];
}
