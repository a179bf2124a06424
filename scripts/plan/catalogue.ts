/**
 * The catalogue: the one table of everything that a cluster's PKI consists of. Issuing, `--only`, the checks, the
 * README's table and the tests read it. To add a certificate, add an entry.
 *
 * `<name>` stands for the machine, member, user or further certificate that an entry is made for, `<domain>` for
 * the cluster's domain and `<admin.group>` for the spec's `admin.group`.
 *
 * Names and usages: https://kubernetes.io/docs/setup/best-practices/certificates/
 *
 * @module
 */

/** What keys derive from: the three CAs, and the service-account key pair. */
export type AuthorityName = "kubernetes" | "etcd" | "front-proxy" | "service-account";

/** An extended key usage: serverAuth or clientAuth (RFC 5280 section 4.2.1.12). */
export type Usage = "server" | "client";

/** For what an entry is made: once, or once for each of these. */
export type Per = "cluster" | "member" | "node" | "user" | "extra";

/** A group of subject alternative names; `sans.ts` says what each stands for. */
export type SanGroup = "service" | "localhost" | "loopback" | "control-plane" | "endpoint" | "self";

interface Template {
  /** Stable id; part of the key's derivation label. */
  readonly id: string;
  /** What it is for, in one line. */
  readonly title: string;
  readonly per: Per;
}

/** A CA: self-signed, and the root of an authority. */
export interface AuthorityTemplate extends Template {
  readonly kind: "authority";
  readonly authority: AuthorityName;
  readonly cn: string;
  /** File path under pki/, without an ending. */
  readonly base: string;
}

/** A certificate that a CA signs. */
export interface LeafTemplate extends Template {
  readonly kind: "leaf";
  /** `given`: as the spec's entry says. The same below. */
  readonly authority: AuthorityName | "given";
  readonly cn: string;
  readonly organizations: readonly string[] | "given";
  readonly usages: readonly Usage[] | "given";
  readonly sans: readonly SanGroup[] | "given";
  readonly base: string;
}

/** A key pair that signs tokens and has no certificate. */
export interface KeyPairTemplate extends Template {
  readonly kind: "key-pair";
  readonly authority: AuthorityName;
  readonly base: string;
}

/** A kubeconfig around one client certificate. */
export interface KubeconfigTemplate extends Template {
  readonly kind: "kubeconfig";
  /** Id of the leaf whose certificate and key are embedded. */
  readonly client: string;
  /** The API server's endpoint for all, or the neighbour on the same machine. */
  readonly dials: "endpoint" | "local";
}

/** One line of the table. */
export type CatalogueEntry = AuthorityTemplate | LeafTemplate | KeyPairTemplate | KubeconfigTemplate;

const HOST_SANS: readonly SanGroup[] = ["self", "localhost", "loopback"];

/** The table. Entries of one `per` that follow each other are made together, machine by machine. */
export const CATALOGUE: readonly CatalogueEntry[] = [
  {
    kind: "authority",
    id: "ca",
    title: "Signs the API server, kubelets and all clients of the API server",
    per: "cluster",
    authority: "kubernetes",
    cn: "kubernetes-ca",
    base: "ca",
  },
  {
    kind: "authority",
    id: "etcd-ca",
    title: "Signs etcd's members and clients",
    per: "cluster",
    authority: "etcd",
    cn: "etcd-ca",
    base: "etcd/ca",
  },
  {
    kind: "authority",
    id: "front-proxy-ca",
    title: "Signs the aggregation layer's client",
    per: "cluster",
    authority: "front-proxy",
    cn: "front-proxy-ca",
    base: "front-proxy-ca",
  },
  {
    kind: "key-pair",
    id: "service-account",
    title: "Signs and checks service-account tokens",
    per: "cluster",
    authority: "service-account",
    base: "sa",
  },
  {
    kind: "leaf",
    id: "apiserver",
    title: "API server to all its clients",
    per: "cluster",
    authority: "kubernetes",
    cn: "kube-apiserver",
    organizations: [],
    usages: ["server"],
    sans: ["service", "localhost", "loopback", "control-plane", "endpoint"],
    base: "apiserver",
  },
  {
    kind: "leaf",
    id: "apiserver-kubelet-client",
    title: "API server to kubelets",
    per: "cluster",
    authority: "kubernetes",
    cn: "kube-apiserver-kubelet-client",
    organizations: [],
    usages: ["client"],
    sans: [],
    base: "apiserver-kubelet-client",
  },
  {
    kind: "leaf",
    id: "apiserver-etcd-client",
    title: "API server to etcd",
    per: "cluster",
    authority: "etcd",
    cn: "kube-apiserver-etcd-client",
    organizations: [],
    usages: ["client"],
    sans: [],
    base: "apiserver-etcd-client",
  },
  {
    kind: "leaf",
    id: "front-proxy-client",
    title: "API server to extension API servers",
    per: "cluster",
    authority: "front-proxy",
    cn: "front-proxy-client",
    organizations: [],
    usages: ["client"],
    sans: [],
    base: "front-proxy-client",
  },
  {
    kind: "leaf",
    id: "etcd-healthcheck-client",
    title: "Probes and etcdctl to etcd",
    per: "cluster",
    authority: "etcd",
    cn: "kube-etcd-healthcheck-client",
    organizations: [],
    usages: ["client"],
    sans: [],
    base: "etcd/healthcheck-client",
  },
  {
    kind: "leaf",
    id: "admin",
    title: "Administrator to the API server",
    per: "cluster",
    authority: "kubernetes",
    cn: "kubernetes-admin",
    organizations: ["<admin.group>"],
    usages: ["client"],
    sans: [],
    base: "admin",
  },
  {
    kind: "kubeconfig",
    id: "kubeconfig/admin",
    title: "kubectl of the administrator",
    per: "cluster",
    client: "admin",
    dials: "endpoint",
  },
  {
    kind: "leaf",
    id: "controller-manager",
    title: "Controller-manager to the API server",
    per: "cluster",
    authority: "kubernetes",
    cn: "system:kube-controller-manager",
    organizations: [],
    usages: ["client"],
    sans: [],
    base: "controller-manager",
  },
  {
    kind: "kubeconfig",
    id: "kubeconfig/kube-controller-manager",
    title: "Controller-manager beside its API server",
    per: "cluster",
    client: "controller-manager",
    dials: "local",
  },
  {
    kind: "leaf",
    id: "scheduler",
    title: "Scheduler to the API server",
    per: "cluster",
    authority: "kubernetes",
    cn: "system:kube-scheduler",
    organizations: [],
    usages: ["client"],
    sans: [],
    base: "scheduler",
  },
  {
    kind: "kubeconfig",
    id: "kubeconfig/kube-scheduler",
    title: "Scheduler beside its API server",
    per: "cluster",
    client: "scheduler",
    dials: "local",
  },
  {
    kind: "leaf",
    id: "kube-proxy",
    title: "kube-proxy to the API server",
    per: "cluster",
    authority: "kubernetes",
    cn: "system:kube-proxy",
    organizations: ["system:node-proxier"],
    usages: ["client"],
    sans: [],
    base: "kube-proxy",
  },
  {
    kind: "kubeconfig",
    id: "kubeconfig/kube-proxy",
    title: "kube-proxy on every node",
    per: "cluster",
    client: "kube-proxy",
    dials: "endpoint",
  },
  {
    kind: "leaf",
    id: "etcd-server/<name>",
    title: "etcd member to its clients",
    per: "member",
    authority: "etcd",
    cn: "<name>",
    organizations: [],
    usages: ["server", "client"],
    sans: HOST_SANS,
    base: "etcd/<name>/server",
  },
  {
    kind: "leaf",
    id: "etcd-peer/<name>",
    title: "etcd member to the other members",
    per: "member",
    authority: "etcd",
    cn: "<name>",
    organizations: [],
    usages: ["server", "client"],
    sans: HOST_SANS,
    base: "etcd/<name>/peer",
  },
  {
    kind: "leaf",
    id: "kubelet-server/<name>",
    title: "Kubelet to the API server and metrics",
    per: "node",
    authority: "kubernetes",
    cn: "<name>",
    organizations: [],
    usages: ["server"],
    sans: ["self"],
    base: "kubelet/<name>/kubelet",
  },
  {
    kind: "leaf",
    id: "kubelet-client/<name>",
    title: "Kubelet to the API server, as its node",
    per: "node",
    authority: "kubernetes",
    cn: "system:node:<name>",
    organizations: ["system:nodes"],
    usages: ["client"],
    sans: [],
    base: "kubelet/<name>/kubelet-client",
  },
  {
    kind: "kubeconfig",
    id: "kubeconfig/<name>",
    title: "Kubelet of one node",
    per: "node",
    client: "kubelet-client/<name>",
    dials: "endpoint",
  },
  {
    kind: "leaf",
    id: "user/<name>",
    title: "A person to the API server",
    per: "user",
    authority: "kubernetes",
    cn: "<name>",
    organizations: "given",
    usages: ["client"],
    sans: [],
    base: "users/<name>",
  },
  {
    kind: "kubeconfig",
    id: "kubeconfig/users/<name>",
    title: "kubectl of a person",
    per: "user",
    client: "user/<name>",
    dials: "endpoint",
  },
  {
    kind: "leaf",
    id: "extra/<name>",
    title: "A further certificate of the spec",
    per: "extra",
    authority: "given",
    cn: "given",
    organizations: "given",
    usages: "given",
    sans: "given",
    base: "extra/<name>",
  },
];

/** Fills a name into a template's text. */
export function fillName(template: string, name: string): string {
  // A function, as a name may hold `$&`.
  return template.replace("<name>", () => name);
}

/** Path of a kubeconfig under out/<cluster>: its id with the ending. */
export function kubeconfigPath(id: string): string {
  return `${id}.kubeconfig`;
}

/** Paths of a certificate and its key under out/<cluster>, for a naming of files. */
export function certificatePaths(base: string, naming: "crt" | "pem"): { certificate: string; key: string } {
  return naming === "crt"
    ? { certificate: `pki/${base}.crt`, key: `pki/${base}.key` }
    : { certificate: `pki/${base}.pem`, key: `pki/${base}-key.pem` };
}

/** Paths of a key pair without certificate; they are the same in both namings. */
export function keyPairPaths(base: string): { key: string; publicKey: string } {
  return { key: `pki/${base}.key`, publicKey: `pki/${base}.pub` };
}
