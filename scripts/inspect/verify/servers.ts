/**
 * The API servers that a kubeconfig may mean: what they show to a client that asks for a name, and whether it means
 * them at all, or a cluster elsewhere.
 *
 * @module
 */
import { verifyHostname } from "../chain/hostname.ts";
import type { KubeconfigCluster } from "../kubeconfig.ts";
import type { Facts, Placed, PlacedCertificate, Program } from "./facts.ts";
import { usesOf, valueOf } from "./facts.ts";
import { nearestPrograms } from "./nearest.ts";
import { hostOf, isLoopback } from "./rules_flags.ts";
import { judgeIssuer } from "./rules_uses.ts";

/** A certificate that a server shows, and what it sends with it. */
export interface Served {
  readonly leaf: PlacedCertificate;
  readonly chain: readonly PlacedCertificate[];
  /** Of the server, as text. */
  readonly port: string;
}

/** The name that a client asks a server for; empty when there is no TLS, or no such name. */
export function askedName({ server = "", tlsServerName }: KubeconfigCluster): string {
  return /^http:/i.test(server) ? "" : tlsServerName ?? hostOf(server);
}

/** What the API servers nearest to a kubeconfig show to a client that asks for a name. */
export function servedTo(one: Placed, cluster: KubeconfigCluster, facts: Facts): Served[] {
  const name = askedName(cluster);
  return nearestPrograms(facts, "kube-apiserver", one.path)
    .filter((program) => program.isStarted || isBeside(program, one))
    .flatMap((program) => {
      const own = certificatesOf(program, "tls-cert-file", facts).slice(-1);
      // For a name, not for an address, a server shows another certificate that is good for it.
      const named = certificatesOf(program, "tls-sni-cert-key", facts)
        .filter(({ leaf }) => verifyHostname(leaf.item.fields, name));
      return [...named, ...own].filter(({ leaf }) => !leaf.item.fields.isAuthority).slice(0, 1);
    });
}

function certificatesOf(program: Program, setting: string, facts: Facts): Served[] {
  const port = valueOf(program, "secure-port") ?? "6443";
  return usesOf(program, setting).flatMap(({ scan, meaning }) => {
    const [leaf, ...chain] = meaning.names === "certificate" ? facts.certificatesOf(scan) : [];
    return leaf === undefined ? [] : [{ leaf, chain, port }];
  });
}

/** Whether a kubeconfig is in the same tree as files that only their names make known. */
function isBeside(program: Program, one: Placed): boolean {
  return program.uses.some(({ tree }) => tree !== undefined && one.path.startsWith(tree));
}

/** Whether a server's certificate verifies with what a kubeconfig trusts. */
export function isTrusted(
  { leaf, chain }: Served,
  authorities: readonly PlacedCertificate[],
  facts: Facts,
): boolean {
  return judgeIssuer(leaf, null, chain, authorities, { server: true, client: false }, facts).length === 0;
}

/**
 * Whether a cluster of a kubeconfig is none of those that are here: it trusts another CA, and goes to a place that no
 * certificate here is good for.
 */
export function isElsewhere(
  cluster: KubeconfigCluster,
  authorities: readonly PlacedCertificate[],
  servers: readonly Served[],
  facts: Facts,
): boolean {
  // Without a CA it trusts those of the system, which sign no API server's own certificate.
  if (authorities.length === 0) return true;
  const name = askedName(cluster);
  const port = /:(\d+)(?:[/?#]|$)/.exec((cluster.server ?? "").replace(/^[a-z]+:\/\//i, ""))?.[1] ?? "443";
  return servers.every((one) => {
    if (isTrusted(one, authorities, facts)) return false;
    // Every machine has a loopback address, and clusters in containers have a port of it each.
    return !verifyHostname(one.leaf.item.fields, name) || (isLoopback(name) && port !== one.port);
  });
}
