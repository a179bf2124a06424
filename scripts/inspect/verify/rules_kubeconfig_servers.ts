/**
 * Rules about the servers of kubeconfigs: where each goes, and whom it trusts there.
 *
 * @module
 */
import { equalBytes } from "../../shared/encoding.ts";
import { verifyHostname } from "../chain/hostname.ts";
import type { KubeconfigCluster } from "../kubeconfig.ts";
import { inFilesNamed, isAuthority } from "./certificates.ts";
import type { Facts, PlacedCertificate } from "./facts.ts";
import { type Finding, finding } from "./findings.ts";
import {
  certificatesAt,
  clientAuthorities,
  isOwn,
  type PlacedKubeconfig,
  staleFinding,
} from "./kubeconfig_parts.ts";
import { describe } from "./rules_certificates.ts";
import { judgeIssuer } from "./rules_uses.ts";
import { askedName, isElsewhere, isTrusted, type Served, servedTo } from "./servers.ts";

/** Judges a cluster of a kubeconfig. */
export function judgeCluster(one: PlacedKubeconfig, cluster: KubeconfigCluster, facts: Facts): Finding[] {
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
