/**
 * Rules about kubeconfigs: who comes, with what, to which server, and whom it trusts there.
 *
 * @module
 */
import { equalBytes } from "../../shared/encoding.ts";
import { verifyHostname } from "../chain/hostname.ts";
import type { KeyItem } from "../item.ts";
import { currentOf, type KubeconfigCluster, type KubeconfigUser, type Reference } from "../kubeconfig.ts";
import { commonName, organizations } from "../certificate/names.ts";
import { inFilesNamed, isAuthority, isHardWayShaped } from "./certificates.ts";
import type { Facts, Placed, PlacedCertificate, Program } from "./facts.ts";
import { usesOf } from "./facts.ts";
import { type Finding, finding } from "./findings.ts";
import { nodeNameOf } from "./rules_names.ts";
import { nearestPrograms } from "./nearest.ts";
import { IDENTITIES } from "./purposes.ts";
import { describe } from "./rules_certificates.ts";
import { judgeIssuer, judgeUsage, matches } from "./rules_uses.ts";
import { askedName, isElsewhere, isTrusted, type Served, servedTo } from "./servers.ts";

type PlacedKubeconfig = Facts["kubeconfigs"][number];

/** What a user of a kubeconfig shows, where it stands. */
interface Shown {
  readonly certificate: PlacedCertificate | undefined;
  readonly chain: readonly PlacedCertificate[];
  readonly key: Placed<KeyItem> | undefined;
  /** Path in the document. */
  readonly at: string;
}

/** Judges every kubeconfig. */
export function kubeconfigRules(facts: Facts): Finding[] {
  return facts.kubeconfigs.flatMap((one) => {
    const { users, clusters } = one.item.kubeconfig;
    return [
      ...users.flatMap((user) => judgeUser(one, user, facts)),
      ...(isForWebhook(one, facts) ? [] : clusters.flatMap((cluster) => judgeCluster(one, cluster, facts))),
    ];
  });
}

/** Flags and settings that name the kubeconfig of a server other than the API server. */
const WEBHOOKS = [
  "authentication-token-webhook-config-file",
  "authorization-webhook-config-file",
  "authorizers[].webhook.connectionInfo.kubeConfigFile",
  "audit-webhook-config-file",
];

/** Whether it says where a webhook is, whose certificate is not here. */
function isForWebhook(one: PlacedKubeconfig, facts: Facts): boolean {
  return facts.uses.some(({ scan, setting }) =>
    scan.identity === one.scan.identity && WEBHOOKS.includes(setting.replace(/\[\d+\]/g, "[]"))
  );
}

/** The certificates of a reference: embedded ones by their place, others by the use of their file. */
function certificatesAt(
  one: PlacedKubeconfig,
  reference: Reference | undefined,
  facts: Facts,
): readonly PlacedCertificate[] {
  if (reference === undefined) return [];
  const at = placeOf(one, reference);
  if (reference.file === undefined) {
    return facts.certificatesOf(one.scan).filter(({ item }) => isAt(item.inside, at));
  }
  const use = facts.uses.find(({ owner, flag }) => owner === one.path && flag === at);
  return use === undefined ? [] : facts.certificatesOf(use.scan);
}

function keyAt(
  one: PlacedKubeconfig,
  reference: Reference | undefined,
  facts: Facts,
): Placed<KeyItem> | undefined {
  if (reference === undefined) return undefined;
  const at = placeOf(one, reference);
  if (reference.file === undefined) {
    return facts.keys.find(({ path, item }) => path === one.path && isAt(item.inside, at));
  }
  const use = facts.uses.find(({ owner, flag }) => owner === one.path && flag === at);
  return use === undefined
    ? undefined
    : facts.keys.find(({ scan, item }) => scan.identity === use.scan.identity && item.isPrivate);
}

function placeOf(one: PlacedKubeconfig, reference: Reference): string {
  return one.item.inside === undefined ? reference.at : `${one.item.inside} ${reference.at}`;
}

function isAt(inside: string | undefined, at: string): boolean {
  return inside === at || inside?.startsWith(`${at} line `) === true;
}

/** The program that is given a kubeconfig as its own; not those that only check others with it. */
function ownerOf(one: PlacedKubeconfig, facts: Facts): Program | undefined {
  return facts.programs.find((program) =>
    ["kubeconfig", "clientConnection.kubeconfig"].some((setting) =>
      usesOf(program, setting).some(({ scan }) => scan.identity === one.scan.identity)
    )
  );
}

function judgeUser(one: PlacedKubeconfig, user: KubeconfigUser, facts: Facts): Finding[] {
  const [certificate, ...chain] = certificatesAt(one, user.certificate, facts);
  const shown: Shown = {
    certificate,
    chain,
    key: keyAt(one, user.key, facts),
    at: user.certificate?.at ?? user.at,
  };
  if (certificate === undefined) return [];
  const owner = ownerOf(one, facts);
  const isElsewhere = isForWebhook(one, facts) || goesElsewhere(one, user, facts);
  const trusted = isElsewhere ? undefined : clientAuthorities(one, facts);
  return [
    ...judgeUsage(certificate, certificate.flag, { server: false, client: true, component: "kubectl" }),
    ...keyPair(shown),
    ...judgeIssuer(certificate, certificate.flag, chain, trusted, CLIENT, facts),
    ...(owner === undefined ? [] : identity(certificate, owner)),
    ...stale(one, certificate, facts),
  ];
}

/** Whether every cluster that a user is for is none of those that are here. */
function goesElsewhere(one: PlacedKubeconfig, user: KubeconfigUser, facts: Facts): boolean {
  const { contexts, clusters } = one.item.kubeconfig;
  const names = new Set(
    contexts.filter((context) => context.user === user.name).map((found) => found.cluster),
  );
  const meant = clusters.filter(({ name }) => names.has(name));
  return meant.length > 0 && meant.every((cluster) => {
    const authorities = certificatesAt(one, cluster.authority, facts);
    const servers = servedTo(one, cluster, facts);
    return servers.length > 0 && !isOwn(one, cluster, facts) &&
      isElsewhere(cluster, authorities, servers, facts);
  });
}

const CLIENT = { server: false, client: true };

/** Whom the API servers that are nearest trust with clients. */
function clientAuthorities(one: PlacedKubeconfig, facts: Facts): PlacedCertificate[] | undefined {
  const found = nearestPrograms(facts, "kube-apiserver", one.path).flatMap((program) =>
    usesOf(program, "client-ca-file").flatMap(({ scan }) => [...facts.certificatesOf(scan)])
  );
  return found.length === 0 ? undefined : found;
}

function keyPair({ certificate, key }: Shown): Finding[] {
  if (certificate === undefined || key?.item.spki === undefined || matches(certificate, key.item.spki)) {
    return [];
  }
  const message = `The private key is not that of the certificate of ${
    commonName(certificate.item.certificate.subject) ?? "this user"
  }`;
  return [finding("key-mismatch", key.path, key.flag, message, "Make the kubeconfig again from one pair.")];
}

/** Whether a component comes as who it has to be. */
function identity(certificate: PlacedCertificate, owner: Program): Finding[] {
  const wanted = IDENTITIES.find(({ component }) => component === owner.component);
  if (wanted === undefined) return [];
  const { subject } = certificate.item.certificate;
  const name = commonName(subject) ?? "";
  const node = nodeNameOf(owner);
  const user = wanted.isPrefix && node !== undefined ? `${wanted.user}${node}` : wanted.user;
  const isExact = !wanted.isPrefix || node !== undefined;
  const { path, flag } = certificate;
  const groups = organizations(subject);
  // Who may do everything may do this too.
  const severity = groups.includes("system:masters") ? "warning" : undefined;
  const found: Finding[] = [];
  if (isExact ? name !== user : !name.startsWith(user)) {
    const what = isExact ? user : `${user}<name of the node>`;
    const message = `${describe(certificate)} lets ${owner.component} in as somebody else, expected ${what}`;
    found.push(finding("cn-wrong", path, flag, message, `Make it again with CN=${what}.`, severity));
  }
  if (wanted.group !== undefined && !groups.includes(wanted.group)) {
    const message =
      `${describe(certificate)} has ${groups.length === 0 ? "no organization" : `O=${groups.join(", ")}`}, ` +
      `expected ${wanted.group}: the Node authorizer refuses it`;
    const hint = `Make it again with O=${wanted.group}.`;
    found.push(finding("organization-wrong", path, flag, message, hint, severity));
  }
  if (groups.some((group) => group.startsWith("system:system:")) && isHardWayShaped(certificate)) {
    const message = `${describe(certificate)} has O=${groups.join(", ")}, with system: twice`;
    found.push(
      finding("hard-way-fault", path, flag, message, "Harmless: its rights come with the user name."),
    );
  }
  return found;
}

/** Embedded certificates that are no longer those of the file. */
function stale(one: PlacedKubeconfig, certificate: PlacedCertificate, facts: Facts): Finding[] {
  if (certificate.path !== one.path) return [];
  const { subject, issuer, der, notAfter } = certificate.item.certificate;
  const files = inFilesNamed(subject.der, facts).filter(({ path }) => path !== one.path);
  if (files.length === 0 || files.some(({ item }) => equalBytes(item.certificate.der, der))) return [];
  const newer = files.find(({ item }) =>
    equalBytes(item.certificate.issuer.der, issuer.der) || item.certificate.notAfter > notAfter
  );
  if (newer === undefined) return [];
  return [staleFinding(certificate, newer)];
}

function staleFinding(embedded: PlacedCertificate, file: PlacedCertificate): Finding {
  const message = `${describe(embedded)} that is embedded differs from the one in ${file.path}`;
  return finding(
    "kubeconfig-stale",
    embedded.path,
    embedded.flag,
    message,
    "Make the kubeconfig again, or refer to the file.",
  );
}

function judgeCluster(one: PlacedKubeconfig, cluster: KubeconfigCluster, facts: Facts): Finding[] {
  const authorities = certificatesAt(one, cluster.authority, facts);
  const found: Finding[] = authorities.filter(({ item }) => !isAuthority(item)).map((authority) => {
    const message = `${describe(authority)} is no CA's, and the kubeconfig trusts it as one`;
    return finding(
      "not-a-ca",
      authority.path,
      authority.flag,
      message,
      "Embed the certificate of the cluster's CA.",
    );
  });
  if (found.length > 0 || cluster.isInsecure) return found;
  found.push(...authorities.flatMap((authority) => staleAuthority(one, authority, facts)));
  const servers = servedTo(one, cluster, facts);
  if (!isOwn(one, cluster, facts) && isElsewhere(cluster, authorities, servers, facts)) return found;
  // Where several servers are as near, one that is meant is enough.
  const problems = servers.map((server) => judgeServer(one, cluster, authorities, server, facts));
  if (problems.every(({ length }) => length > 0)) {
    const meant = servers.findIndex((server) => isTrusted(server, authorities, facts));
    found.push(...problems[Math.max(meant, 0)] ?? []);
  }
  return found;
}

function judgeServer(
  one: PlacedKubeconfig,
  cluster: KubeconfigCluster,
  authorities: readonly PlacedCertificate[],
  server: Served,
  facts: Facts,
): Finding[] {
  const { leaf } = server;
  const [trusted] = authorities;
  if (trusted === undefined || isTrusted(server, authorities, facts)) return serverName(one, cluster, leaf);
  // The certificate has a finding of its own when it is the odd one; here it is what the kubeconfig trusts.
  if (!isTrustedElsewhere(leaf, facts)) return [];
  const message = `The CA that it trusts did not sign the API server's certificate in ${leaf.path}`;
  const place = trusted.path === one.path ? trusted.flag : cluster.authority?.at ?? null;
  return [finding("wrong-issuer", one.path, place, message, "Embed the CA that signed it.")];
}

/** Whether a program on a machine is given a kubeconfig for this cluster: then it means the API server there. */
function isOwn(one: PlacedKubeconfig, cluster: KubeconfigCluster, facts: Facts): boolean {
  const current = currentOf(one.item.kubeconfig).cluster;
  return (current === undefined || current === cluster) && ownerOf(one, facts) !== undefined;
}

/** Whether the CA that signed it is here: then it is the kubeconfig that trusts another one. */
function isTrustedElsewhere(leaf: PlacedCertificate, facts: Facts): boolean {
  return judgeIssuer(leaf, null, [], undefined, { server: true, client: false }, facts).length === 0;
}

function serverName(one: PlacedKubeconfig, cluster: KubeconfigCluster, leaf: PlacedCertificate): Finding[] {
  const host = askedName(cluster);
  // Without any names the certificate has a finding of its own.
  if (host === "" || (leaf.item.fields.altNames ?? []).length === 0) return [];
  if (verifyHostname(leaf.item.fields, host)) return [];
  const message = `It goes to ${
    cluster.server ?? host
  }, and the API server's certificate in ${leaf.path} is not good for ${host}`;
  const hint = `Add ${host} to the certificate's alternative names, or change the server.`;
  return [finding("kubeconfig-server", one.path, `${cluster.at}.server`, message, hint)];
}

function staleAuthority(one: PlacedKubeconfig, authority: PlacedCertificate, facts: Facts): Finding[] {
  if (authority.path !== one.path) return [];
  const { subject, der } = authority.item.certificate;
  const files = inFilesNamed(subject.der, facts).filter(({ path, item }) =>
    path !== one.path && isAuthority(item)
  );
  // What the API server is given counts more than what others are, and that more than a copy that lies about.
  const served = (clientAuthorities(one, facts) ?? []).filter((file) => files.includes(file));
  const given = files.filter(({ flag }) => flag !== null);
  const [other, ...more] = served.length > 0 ? served : given.length > 0 ? given : files;
  if (other === undefined || [other, ...more].some(({ item }) => equalBytes(item.certificate.der, der))) {
    return [];
  }
  return [staleFinding(authority, other)];
}
