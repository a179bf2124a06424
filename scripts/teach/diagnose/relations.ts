/**
 * What a file is for whom: which server shows it, which client, who trusts it. Worked out from the flags that name it.
 *
 * @module
 */
import type { Facts, Program } from "../../inspect/verify/facts.ts";
import type { Party } from "./family_type.ts";

/** What a file is to a server: what it shows, what its clients show, whom clients trust, whom it trusts. */
export type Part = "shown" | "client" | "trusted" | "client-trust";

/** A file's part, in a connection to a server, for a program. */
export interface Relation {
  readonly part: Part;
  readonly server: Party;
  /** The program that is given it. */
  readonly program: string;
  /** Whether it is for members of etcd among themselves. */
  readonly isPeer: boolean;
}

type Entry = readonly [component: string, setting: string, part: Part, server: Party, isPeer?: boolean];

/** The table: flags and settings. */
const TABLE: readonly Entry[] = [
  ["kube-apiserver", "tls-cert-file", "shown", "kube-apiserver"],
  ["kube-apiserver", "tls-private-key-file", "shown", "kube-apiserver"],
  ["kube-apiserver", "tls-sni-cert-key", "shown", "kube-apiserver"],
  ["kube-apiserver", "client-ca-file", "client-trust", "kube-apiserver"],
  ["kube-apiserver", "requestheader-client-ca-file", "client-trust", "kube-apiserver"],
  ["kube-apiserver", "proxy-client-cert-file", "client", "kube-apiserver"],
  ["kube-apiserver", "proxy-client-key-file", "client", "kube-apiserver"],
  ["kube-apiserver", "etcd-certfile", "client", "etcd"],
  ["kube-apiserver", "etcd-keyfile", "client", "etcd"],
  ["kube-apiserver", "etcd-cafile", "trusted", "etcd"],
  ["kube-apiserver", "kubelet-client-certificate", "client", "kubelet"],
  ["kube-apiserver", "kubelet-client-key", "client", "kubelet"],
  ["kube-apiserver", "kubelet-certificate-authority", "trusted", "kubelet"],
  ["kube-controller-manager", "root-ca-file", "trusted", "kube-apiserver"],
  ["etcd", "cert-file", "shown", "etcd"],
  ["etcd", "key-file", "shown", "etcd"],
  ["etcd", "trusted-ca-file", "client-trust", "etcd"],
  ["etcd", "peer-cert-file", "shown", "etcd", true],
  ["etcd", "peer-key-file", "shown", "etcd", true],
  ["etcd", "peer-trusted-ca-file", "client-trust", "etcd", true],
  ["etcdctl", "cert", "client", "etcd"],
  ["etcdctl", "key", "client", "etcd"],
  ["etcdctl", "cacert", "trusted", "etcd"],
  ["kubelet", "tls-cert-file", "shown", "kubelet"],
  ["kubelet", "tls-private-key-file", "shown", "kubelet"],
  ["kubelet", "tlsCertFile", "shown", "kubelet"],
  ["kubelet", "tlsPrivateKeyFile", "shown", "kubelet"],
  ["kubelet", "client-ca-file", "client-trust", "kubelet"],
  ["kubelet", "authentication.x509.clientCAFile", "client-trust", "kubelet"],
];

/** The relations of every file, by its path. */
export type Relations = ReadonlyMap<string, readonly Relation[]>;

/** Works them out. */
export function relationsOf(facts: Facts): Relations {
  const found = new Map<string, Relation[]>();
  const add = (path: string, relation: Relation): void => {
    const list = found.get(path);
    if (list === undefined) found.set(path, [relation]);
    else list.push(relation);
  };
  for (const program of facts.programs) {
    for (const { setting, scan } of program.uses) {
      for (const [component, name, part, server, isPeer = false] of TABLE) {
        if (component !== program.component || name !== setting) continue;
        add(scan.path, { part, server, program: component, isPeer });
      }
    }
    // A fault of flags is told of the unit.
    if (program.owner !== undefined) {
      for (const [component, , part, server, isPeer = false] of TABLE) {
        if (component === program.component) {
          add(program.owner, { part, server, program: component, isPeer });
        }
      }
    }
  }
  for (const { path, scan } of facts.kubeconfigs) {
    const program = programOfKubeconfig(path, facts);
    for (const part of ["client", "trusted"] as const) {
      add(path, { part, server: "kube-apiserver", program, isPeer: false });
    }
    for (const use of facts.uses.filter(({ owner }) => owner === scan.path)) {
      const part = use.meaning.names === "ca" ? "trusted" : "client";
      add(use.scan.path, { part, server: "kube-apiserver", program, isPeer: false });
    }
  }
  return found;
}

/** The program that is given a kubeconfig; people use the others. */
export function programOfKubeconfig(path: string, facts: Facts): string {
  const owner = facts.programs.find(({ uses }) =>
    uses.some(({ meaning, scan }) => meaning.names === "kubeconfig" && scan.path === path)
  );
  return owner?.component ?? "kubectl";
}

/** The program, and a path that it is given by a setting; of several the first. */
export function fileAt(
  facts: Facts,
  component: string,
  setting: string,
): { readonly program: Program; readonly path: string | undefined } | undefined {
  let found: { readonly program: Program; readonly path: string | undefined } | undefined;
  for (const program of facts.programs) {
    if (program.component !== component) continue;
    const use = program.uses.find((one) => one.setting === setting);
    if (use !== undefined) return { program, path: use.scan.path };
    found ??= { program, path: undefined };
  }
  return found;
}
