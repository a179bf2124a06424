/**
 * Rules about kubeconfigs: who comes, and with what; `rules_kubeconfig_servers.ts` says to which server.
 *
 * @module
 */
import { equalBytes } from "../../shared/encoding.ts";
import type { KeyItem } from "../item.ts";
import type { KubeconfigUser } from "../kubeconfig.ts";
import { commonName, organizations } from "../certificate/names.ts";
import { inFilesNamed, isHardWayShaped } from "./certificates.ts";
import type { Facts, Placed, PlacedCertificate, Program } from "./facts.ts";
import { type Finding, finding } from "./findings.ts";
import {
  certificatesAt,
  clientAuthorities,
  isOwn,
  keyAt,
  ownerOf,
  type PlacedKubeconfig,
  staleFinding,
} from "./kubeconfig_parts.ts";
import { nodeNameOf } from "./rules_names.ts";
import { IDENTITIES } from "./purposes.ts";
import { describe } from "./rules_certificates.ts";
import { judgeCluster } from "./rules_kubeconfig_servers.ts";
import { judgeIssuer, judgeUsage, matches } from "./rules_uses.ts";
import { isElsewhere, servedTo } from "./servers.ts";

const CLIENT = { server: false, client: true };

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
