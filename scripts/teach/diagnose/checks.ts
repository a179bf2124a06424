/**
 * What the tree shows besides the findings of `verify`: the odd one out where a CA and what it should verify do not
 * fit, and faults that only matter to somebody who reads logs.
 *
 * In: the facts, and verify's findings. Out: findings, some in another place.
 *
 * @module
 */
import type { Facts, PlacedCertificate } from "../../inspect/verify/facts.ts";
import { programsOf, usesOf, valueOf } from "../../inspect/verify/facts.ts";
import { type Finding, finding } from "../../inspect/verify/findings.ts";
import { commonName, organizations } from "../../inspect/certificate/names.ts";
import type { KeyItem } from "../../inspect/item.ts";
import { nearestPrograms } from "../../inspect/verify/nearest.ts";
import { nodeNameOf } from "../../inspect/verify/rules_names.ts";
import { judgeIssuer, matches } from "../../inspect/verify/rules_uses.ts";
import { describe } from "../../inspect/verify/rules_certificates.ts";

/** A certificate, and a CA file that has to verify it. */
interface Edge {
  readonly leaf: PlacedCertificate;
  /** Path of the CA file. */
  readonly trust: string;
  readonly flag: string | null;
  readonly fits: boolean;
}

type FlagOf = readonly [component: string, setting: string];

/** Which CA file has to verify what. */
const PAIRS: readonly { readonly trust: FlagOf; readonly leaves: readonly FlagOf[] }[] = [
  {
    trust: ["etcd", "trusted-ca-file"],
    leaves: [["etcd", "cert-file"], ["kube-apiserver", "etcd-certfile"]],
  },
  { trust: ["etcd", "peer-trusted-ca-file"], leaves: [["etcd", "peer-cert-file"]] },
  { trust: ["kube-apiserver", "etcd-cafile"], leaves: [["etcd", "cert-file"]] },
  {
    trust: ["kube-apiserver", "kubelet-certificate-authority"],
    leaves: [["kubelet", "tls-cert-file"], ["kubelet", "tlsCertFile"]],
  },
  {
    trust: ["kubelet", "authentication.x509.clientCAFile"],
    leaves: [["kube-apiserver", "kubelet-client-certificate"]],
  },
  { trust: ["kubelet", "client-ca-file"], leaves: [["kube-apiserver", "kubelet-client-certificate"]] },
  {
    trust: ["kube-apiserver", "requestheader-client-ca-file"],
    leaves: [["kube-apiserver", "proxy-client-cert-file"]],
  },
];

/** Findings of the tree for who reads logs: those of `verify`, with the odd one out in its place, and more. */
export function checkTree(facts: Facts, findings: readonly Finding[]): Finding[] {
  const edges = edgesOf(facts);
  const byTrust = Map.groupBy(edges, ({ trust }) => trust);
  const odd = [...byTrust].flatMap(([trust, all]) => isOdd(all, edges) ? [{ trust, all }] : []);
  const explained = new Set(odd.flatMap(({ all }) => all.map(({ leaf }) => leaf.path)));
  // A leaf that fits another CA is not at fault; one that fits none here is.
  const rest = findings.filter((one) => {
    const { code, path, flag, message } = one;
    if (code !== "wrong-issuer") return true;
    if (explained.has(path) || odd.some(({ trust }) => message.includes(`the CA in ${trust}:`))) return false;
    return !isOther(one, findings) &&
      !findings.some((other) =>
        other.code === "kubeconfig-stale" && other.path === path && other.flag === flag
      );
  });
  const moved = odd.map(({ trust, all: [first, ...more] }) => {
    const names = [first, ...more].map((edge) => edge === undefined ? "" : edge.leaf.path);
    const message = `This CA signed none of what has to verify with it: ${[...new Set(names)].join(", ")}`;
    const hint = "Put the CA in its place that signed them.";
    return finding("wrong-issuer", trust, first?.flag ?? null, message, hint);
  });
  const missed = edges.filter(({ fits, leaf, trust }) =>
    !fits && !explained.has(leaf.path) && !odd.some((one) => one.trust === trust) &&
    !rest.some(({ code, path }) => code === "wrong-issuer" && path === leaf.path)
  ).map(({ leaf, trust, flag }) =>
    finding("wrong-issuer", leaf.path, leaf.flag ?? flag, `${describe(leaf)} does not verify with ${trust}`)
  );
  return [
    ...namesMissing(rest).map((one) => isStaleAuthority(one) ? { ...one, severity: "error" as const } : one),
    ...moved,
    ...missed,
    ...kubeconfigs(facts),
    ...frontProxy(facts),
    ...signingKeys(facts),
    ...kubeletClients(facts),
  ];
}

/** An old CA in a kubeconfig stops whoever uses it; an old certificate of its own may still be good. */
function isStaleAuthority({ code, flag }: Finding): boolean {
  return code === "kubeconfig-stale" && flag?.startsWith("clusters[") === true;
}

/** Whether it is a kubeconfig that complains of a server whose certificate nobody here trusts. */
function isOther({ flag, message }: Finding, findings: readonly Finding[]): boolean {
  return flag?.startsWith("clusters[") === true &&
    findings.some(({ code, path, flag: other }) =>
      code === "wrong-issuer" && other === "--tls-cert-file" && message.includes(path)
    );
}

/** A name that several kubeconfigs go to, and the API server's certificate lacks, is missing there. */
function namesMissing(findings: readonly Finding[]): Finding[] {
  const found = findings.map((one) => {
    const [, leaf, host] = one.code === "kubeconfig-server" ? NOT_GOOD.exec(one.message) ?? [] : [];
    return { one, leaf, host };
  });
  const places = Map.groupBy(found, ({ leaf, host }) => `${leaf} ${host}`);
  return found.flatMap(({ one, leaf, host }) => {
    const all = places.get(`${leaf} ${host}`) ?? [];
    if (leaf === undefined || host === undefined || new Set(all.map(({ one: { path } }) => path)).size < 2) {
      return [one];
    }
    if (all[0]?.one !== one) return [];
    const paths = [...new Set(all.map(({ one: { path } }) => path))].join(", ");
    const message = `The certificate is not good for ${host}, to which these kubeconfigs go: ${paths}`;
    return [finding("san-missing", leaf, "--tls-cert-file", message, one.hint)];
  });
}

/** As `verify` says it of a kubeconfig. */
const NOT_GOOD = /the API server's certificate in (.*) is not good for (\S+)$/;

function edgesOf(facts: Facts): Edge[] {
  const edges: Edge[] = [];
  const add = (leaf: PlacedCertificate, chain: readonly PlacedCertificate[], trust: FlagOf): void => {
    for (const program of programsOf(facts, trust[0])) {
      for (const { scan, flag } of usesOf(program, trust[1])) {
        const roots = facts.certificatesOf(scan);
        if (roots.length === 0) continue;
        const need = { server: false, client: false };
        const fits = judgeIssuer(leaf, null, chain, roots, need, facts).length === 0;
        edges.push({ leaf, trust: scan.path, flag, fits });
      }
    }
  };
  for (const { trust, leaves } of PAIRS) {
    for (const [component, setting] of leaves) {
      for (const program of programsOf(facts, component)) {
        for (const { scan } of usesOf(program, setting)) {
          const [leaf, ...chain] = facts.certificatesOf(scan);
          if (leaf !== undefined) add(leaf, chain, trust);
        }
      }
    }
  }
  for (const kubeconfig of facts.kubeconfigs) {
    const leaf = facts.certificates.find(({ scan, item: { inside } }) =>
      scan.identity === kubeconfig.scan.identity && inside?.includes("client-certificate-data") === true
    );
    if (leaf !== undefined) add(leaf, [], ["kube-apiserver", "client-ca-file"]);
  }
  return edges;
}

/** Whether a CA file is the one at fault: nothing fits it, and what does not fit fits elsewhere, or is not alone. */
function isOdd(own: readonly Edge[], all: readonly Edge[]): boolean {
  if (own.some(({ fits }) => fits)) return false;
  const leaves = new Set(own.map(({ leaf }) => leaf.path));
  if (leaves.size > 1) return true;
  return all.some(({ leaf, fits }) => fits && leaves.has(leaf.path)) ||
    own.some(({ leaf }) => hasOwnIssuer(leaf, own[0]?.trust ?? "", all));
}

/** Whether another leaf of the same issuer verifies somewhere here. */
function hasOwnIssuer({ item }: PlacedCertificate, trust: string, all: readonly Edge[]): boolean {
  const issuer = item.certificate.issuer.der.toHex();
  const subjectOf = (edge: Edge): string => edge.leaf.item.certificate.issuer.der.toHex();
  const sameTrust = all.some((edge) => edge.trust !== trust && edge.fits && subjectOf(edge) === issuer);
  const kind = /kubelet/.test(trust);
  return kind && sameTrust;
}

/** A user who shows nothing, and a server without TLS. */
function kubeconfigs(facts: Facts): Finding[] {
  return facts.kubeconfigs.flatMap(({ path, item: { kubeconfig } }) => [
    ...kubeconfig.users.filter((user) =>
      user.certificate === undefined && user.tokenFile === undefined && user.tokenAt === undefined &&
      !user.hasPassword && !user.hasPlugin
    ).map(({ at }) =>
      finding(
        "missing-flag",
        path,
        at,
        "The user shows no certificate and no token",
        "Make the kubeconfig again.",
      )
    ),
    ...kubeconfig.clusters.filter(({ server }) => /^http:/i.test(server ?? "")).map(({ at, server = "" }) =>
      finding(
        "kubeconfig-server",
        path,
        `${at}.server`,
        `It goes to ${server}, without TLS`,
        "Write https: in front.",
      )
    ),
  ]);
}

/** The front proxy's client has to have one of the names that are let in. */
function frontProxy(facts: Facts): Finding[] {
  return programsOf(facts, "kube-apiserver").flatMap((program) => {
    const allowed = (valueOf(program, "requestheader-allowed-names") ?? "").split(",").filter((one) =>
      one !== ""
    );
    if (allowed.length === 0) return [];
    return usesOf(program, "proxy-client-cert-file").flatMap(({ scan, flag }) => {
      const [leaf] = facts.certificatesOf(scan);
      if (leaf === undefined) return [];
      const name = commonName(leaf.item.certificate.subject) ?? "";
      if (allowed.includes(name)) return [];
      const message = `${describe(leaf)} is not among --requestheader-allowed-names=${allowed.join(",")}`;
      return [finding("cn-wrong", scan.path, flag, message, `Make it again with CN=${allowed[0]}.`)];
    });
  });
}

/** The controller-manager's signing CA and its key. */
function signingKeys(facts: Facts): Finding[] {
  return programsOf(facts, "kube-controller-manager").flatMap((program) =>
    SIGNERS.flatMap((name) => {
      const [certificate] = usesOf(program, `${name}-cert-file`).flatMap((
        { scan },
      ) => [...facts.certificatesOf(scan)]);
      const [use] = usesOf(program, `${name}-key-file`);
      const key = use?.scan.items.find((item): item is KeyItem => item.kind === "key" && item.isPrivate);
      if (certificate === undefined || use === undefined || key?.spki === undefined) return [];
      if (matches(certificate, key.spki)) return [];
      const message = `The private key is not that of the certificate in ${certificate.path}`;
      return [
        finding("key-mismatch", use.scan.path, use.flag, message, "Copy both from where they were made."),
      ];
    })
  );
}

const SIGNERS = [
  "cluster-signing",
  "cluster-signing-kubelet-serving",
  "cluster-signing-kubelet-client",
  "cluster-signing-kube-apiserver-client",
  "cluster-signing-legacy-unknown",
];

/** The pair in a kubelet's folder goes before that of its kubeconfig. */
function kubeletClients(facts: Facts): Finding[] {
  return facts.certificates.filter(({ path }) => /(?:^|\/)kubelet-client(?:-current\.pem|\.crt)$/.test(path))
    .flatMap(
      (leaf) => {
        const [kubelet] = nearestPrograms(facts, "kubelet", leaf.path);
        if (kubelet === undefined) return [];
        const { subject } = leaf.item.certificate;
        const name = commonName(subject) ?? "";
        const node = nodeNameOf(kubelet);
        const wanted = `system:node:${node ?? ""}`;
        const groups = organizations(subject);
        const found: Finding[] = [];
        if (node === undefined ? !name.startsWith(wanted) : name !== wanted) {
          const message = `${describe(leaf)} lets the kubelet in as somebody else, expected ${wanted}`;
          found.push(finding("cn-wrong", leaf.path, null, message, `Make it again with CN=${wanted}.`));
        }
        if (!groups.includes("system:nodes")) {
          const message = `${
            describe(leaf)
          } is not in the group system:nodes: the Node authorizer refuses it`;
          found.push(
            finding("organization-wrong", leaf.path, null, message, "Make it again with O=system:nodes."),
          );
        }
        return found;
      },
    );
}
