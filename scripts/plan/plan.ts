/**
 * The plan stage: a {@linkcode Spec} in, a {@linkcode Plan} out: every key pair, certificate and kubeconfig with its
 * names, times and paths, as plain data. No secret and no clock: the seed's creation is handed in.
 *
 * @module
 */
import { parseAddress } from "../shared/address.ts";
import type { Path } from "../spec/document.ts";
import { specError } from "../spec/read.ts";
import type { Webhook } from "../spec/access_types.ts";
import type { Certificate, Machine, Member, Spec, User } from "../spec/types.ts";
import { CATALOGUE } from "./catalogue.ts";
import { checkPlan } from "./check.ts";
import { documentContent, type DocumentGround } from "./documents.ts";
import { chooserOf, webhooksOf } from "./features.ts";
import { certificatePaths, fillName, keyPairPaths, kubeconfigPath } from "./paths.ts";
import { canonicalSans, collectSans } from "./sans.ts";
import { generationsOf, type Settings, settingsOf, startOf } from "./settings.ts";
import {
  type AuthorityName,
  type AuthorityTemplate,
  type CatalogueEntry,
  type KeyPairTemplate,
  type KubeconfigTemplate,
  type LeafTemplate,
  type Per,
} from "./templates.ts";
import type { CertificateEntry, KubeconfigEntry, Plan, PlanEntry } from "./types.ts";

/** What kubeconfigs dial, by the catalogue's word for it. */
type Servers = Readonly<Record<"endpoint" | "local", string>>;

/** For what one entry is made. */
interface Target {
  readonly name: string;
  readonly source: Path;
  readonly member?: Member;
  readonly user?: User;
  readonly certificate?: Certificate;
  readonly webhook?: Webhook;
}

/**
 * Plans everything that a cluster's PKI consists of.
 *
 * @param spec the validated cluster
 * @param created the seed's creation, in Unix seconds: certificates start 5 minutes before it unless the spec says
 * @throws {HardwayError} `spec-invalid` when two entries want one path, a leaf would outlive its CA, or a pattern
 * matches nothing
 * @example
 * ```ts
 * import { parseSpec, planCluster } from "../../mod.ts";
 *
 * const spec = parseSpec("name: lab\ncontrolPlane: [{ name: server, addresses: [10.240.0.10] }]\n", "cluster.yaml");
 * const plan = planCluster(spec, 1767225600);
 * console.log(plan.entries[0]?.id); // ca
 * ```
 */
export function planCluster(spec: Spec, created: number): Plan {
  const plan = layOut(spec, created);
  const problems = checkPlan(plan, spec, true);
  if (problems.length > 0) throw specError(problems);
  return plan;
}

/** The same without checks: for a spec that is not complete. */
export function layOut(spec: Spec, created: number): Plan {
  const settings = settingsOf(spec, created);
  const servers = { endpoint: serverUrl("endpoint", spec), local: serverUrl("local", spec) };
  const ground: DocumentGround = {
    spec,
    server: servers.endpoint,
    notBefore: startOf(spec, created),
    generationOf: generationsOf(spec),
  };
  const issuers = new Map<AuthorityName, string>();
  const clients = new Map<string, CertificateEntry>();
  const entries: PlanEntry[] = [];
  for (const group of groups(spec)) {
    for (const target of targetsOf(group.per, spec)) {
      for (const template of group.templates) {
        const entry = makeEntry(template, target, ground, settings, servers, issuers, clients);
        if (template.kind === "authority") issuers.set(template.authority, template.id);
        if (entry.kind === "certificate") clients.set(entry.id, entry);
        entries.push(entry);
      }
      // Only entries of the same target or of the cluster refer to each other.
      if (group.per !== "cluster") clients.clear();
    }
  }
  return { cluster: spec.name, entries };
}

/** The catalogue for a spec, in runs of one `per`. */
function groups(spec: Spec): { readonly per: Per; readonly templates: CatalogueEntry[] }[] {
  const runs: { per: Per; templates: CatalogueEntry[] }[] = [];
  for (const template of CATALOGUE.filter(chooserOf(spec))) {
    const last = runs.at(-1);
    if (last?.per === template.per) last.templates.push(template);
    else runs.push({ per: template.per, templates: [template] });
  }
  return runs;
}

/** The machines that run a kubelet: control planes first. */
export function nodesOf(spec: Spec): Machine[] {
  return [...spec.controlPlane, ...spec.workers].filter((machine) => machine.kubelet);
}

function targetsOf(per: Per, spec: Spec): Target[] {
  const ofMember = (member: Member): Target => ({ name: member.name, source: member.path, member });
  switch (per) {
    case "cluster":
      return [{ name: "", source: ["name"] }];
    case "member":
      return spec.etcdMembers.map(ofMember);
    case "node":
      return nodesOf(spec).map(ofMember);
    case "user":
      return spec.users.map((user) => ({ name: user.name, source: user.path, user }));
    case "webhook":
      // Where the spec names them, if they are refused, is where they are listed.
      return webhooksOf(spec).map((webhook) => ({
        name: webhook.name,
        source: [webhook === spec.authentication.webhook ? "authentication" : "authorization"],
        webhook,
      }));
    case "extra":
      return spec.certificates.map((certificate) => ({
        name: certificate.name,
        source: certificate.path,
        certificate,
      }));
  }
}

function makeEntry(
  template: CatalogueEntry,
  target: Target,
  ground: DocumentGround,
  settings: (id: string, isAuthority: boolean) => Settings,
  servers: Servers,
  issuers: ReadonlyMap<AuthorityName, string>,
  clients: ReadonlyMap<string, CertificateEntry>,
): PlanEntry {
  const { spec } = ground;
  const id = fillName(template.id, target.name);
  const common = {
    id,
    title: template.title,
    source: target.source,
    ...(target.member && { machine: target.member.name }),
  };
  switch (template.kind) {
    case "authority": {
      return { ...common, ...authority(template, spec, settings(id, true)) };
    }
    case "leaf": {
      return { ...common, ...leaf(template, target, spec, settings(id, false), issuers) };
    }
    case "key-pair":
      return { ...common, ...keyPair(template, spec, settings(id, false)) };
    case "kubeconfig":
      return { ...common, ...kubeconfig(template, target, servers, clients) };
    case "document": {
      const { kind, of, path, mode, form } = template;
      const authority = of === "service-account" ? "service-account" : "kubernetes";
      return { ...common, kind, authority, of, path, mode, content: documentContent(form, ground) };
    }
  }
}

type Without<T> = Omit<T, "id" | "title" | "source">;

function authority(template: AuthorityTemplate, spec: Spec, settings: Settings): Without<CertificateEntry> {
  const paths = certificatePaths(template.base, spec.naming);
  return {
    kind: "certificate",
    isAuthority: true,
    authority: template.authority,
    issuer: template.id,
    subject: { organizations: [], commonName: template.cn },
    usages: [],
    dnsNames: [],
    addresses: [],
    keyAlgorithm: spec.keys.ca,
    generation: settings.generation,
    notBefore: settings.notBefore,
    notAfter: settings.notAfter,
    certificatePath: paths.certificate,
    keyPath: paths.key,
  };
}

function leaf(
  template: LeafTemplate,
  target: Target,
  spec: Spec,
  settings: Settings,
  issuers: ReadonlyMap<AuthorityName, string>,
): Without<CertificateEntry> {
  const given = target.certificate;
  const signer = template.authority === "given" ? given?.authority ?? "kubernetes" : template.authority;
  const groups = given?.groups ?? target.user?.groups ?? [];
  const organizations = template.organizations === "given"
    ? groups
    : template.organizations.map((group) => group === "<admin.group>" ? spec.adminGroup : group);
  const sans = template.sans === "given"
    ? canonicalSans(given === undefined ? [] : [given])
    : collectSans(template.sans, spec, target.member);
  const paths = certificatePaths(fillName(template.base, target.name), spec.naming);
  return {
    kind: "certificate",
    isAuthority: false,
    authority: signer,
    issuer: issuers.get(signer) ?? "",
    subject: {
      organizations,
      commonName: template.cn === "given" ? given?.cn ?? target.name : fillName(template.cn, target.name),
    },
    usages: template.usages === "given" ? given?.usages ?? [] : template.usages,
    ...sans,
    keyAlgorithm: spec.keys.leaf,
    generation: settings.generation,
    notBefore: settings.notBefore,
    notAfter: settings.notAfter,
    certificatePath: paths.certificate,
    keyPath: paths.key,
  };
}

function keyPair(
  template: KeyPairTemplate,
  spec: Spec,
  settings: Settings,
): Without<Extract<PlanEntry, { kind: "key-pair" }>> {
  const paths = keyPairPaths(template.base);
  return {
    kind: "key-pair",
    authority: template.authority,
    keyAlgorithm: spec.keys.serviceAccount,
    generation: settings.generation,
    keyPath: paths.key,
    publicKeyPath: paths.publicKey,
  };
}

function kubeconfig(
  template: KubeconfigTemplate,
  target: Target,
  servers: Servers,
  clients: ReadonlyMap<string, CertificateEntry>,
): Without<KubeconfigEntry> {
  const id = fillName(template.id, target.name);
  const client = fillName(template.client, target.name);
  const certificate = clients.get(client);
  if (certificate === undefined) {
    throw new Error(`The catalogue has no certificate "${client}" before "${id}"`);
  }
  return {
    kind: "kubeconfig",
    authority: certificate.authority,
    client,
    user: certificate.subject.commonName,
    server: template.dials === "webhook" ? target.webhook?.server ?? "" : servers[template.dials],
    ...(target.webhook?.certificateAuthority !== undefined && {
      certificateAuthority: target.webhook.certificateAuthority,
    }),
    ...(target.user?.namespace !== undefined && { namespace: target.user.namespace }),
    path: kubeconfigPath(id),
  };
}

function serverUrl(dials: "endpoint" | "local", spec: Spec): string {
  if (dials === "endpoint") {
    const { host, port } = spec.apiServer.endpoint;
    return `https://${parseAddress(host)?.family === 6 ? `[${host}]` : host}:${port}`;
  }
  const hasIpv4 = spec.controlPlane.every((machine) => machine.addresses.some((item) => item.family === 4));
  return `https://${hasIpv4 ? "127.0.0.1" : "[::1]"}:${spec.apiServer.port}`;
}
