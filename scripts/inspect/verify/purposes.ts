/**
 * What each use of a certificate needs of it: the one table that the rules about uses read.
 *
 * @module
 */

/** A flag, or a setting, of a component. */
export type FlagOf = readonly [component: string, setting: string];

/** What a certificate must be good for. */
export interface Need {
  readonly component: string;
  /** A flag, or a setting of a configuration. */
  readonly setting: string;
  readonly server: boolean;
  readonly client: boolean;
  /** The flag of its key. */
  readonly key: string;
  /** Flags that say whom its users trust: it has to verify with each that is known. */
  readonly trustedBy: readonly FlagOf[];
  /** The flag that counts where none of those is known. */
  readonly orElse?: FlagOf;
}

const SERVER = { server: true, client: false };
const CLIENT = { server: false, client: true };
const BOTH = { server: true, client: true };

/** The table. */
export const NEEDS: readonly Need[] = [
  {
    component: "kube-apiserver",
    setting: "tls-cert-file",
    ...SERVER,
    key: "tls-private-key-file",
    trustedBy: [["kube-controller-manager", "root-ca-file"]],
  },
  {
    component: "kube-apiserver",
    setting: "etcd-certfile",
    ...CLIENT,
    key: "etcd-keyfile",
    trustedBy: [["etcd", "trusted-ca-file"]],
    orElse: ["kube-apiserver", "etcd-cafile"],
  },
  {
    component: "kube-apiserver",
    setting: "kubelet-client-certificate",
    ...CLIENT,
    key: "kubelet-client-key",
    trustedBy: [["kubelet", "client-ca-file"], ["kubelet", "authentication.x509.clientCAFile"]],
    orElse: ["kube-apiserver", "client-ca-file"],
  },
  {
    component: "kube-apiserver",
    setting: "proxy-client-cert-file",
    ...CLIENT,
    key: "proxy-client-key-file",
    trustedBy: [["kube-apiserver", "requestheader-client-ca-file"]],
  },
  {
    component: "etcd",
    setting: "cert-file",
    ...BOTH,
    key: "key-file",
    trustedBy: [["etcd", "trusted-ca-file"]],
  },
  {
    component: "etcd",
    setting: "peer-cert-file",
    ...BOTH,
    key: "peer-key-file",
    trustedBy: [["etcd", "peer-trusted-ca-file"]],
    orElse: ["etcd", "trusted-ca-file"],
  },
  { component: "etcdctl", setting: "cert", ...CLIENT, key: "key", trustedBy: [["etcd", "trusted-ca-file"]] },
  {
    component: "kubelet",
    setting: "tls-cert-file",
    ...SERVER,
    key: "tls-private-key-file",
    trustedBy: [["kube-apiserver", "kubelet-certificate-authority"]],
  },
  {
    component: "kubelet",
    setting: "tlsCertFile",
    ...SERVER,
    key: "tlsPrivateKeyFile",
    trustedBy: [["kube-apiserver", "kubelet-certificate-authority"]],
  },
  {
    component: "kube-controller-manager",
    setting: "tls-cert-file",
    ...SERVER,
    key: "tls-private-key-file",
    trustedBy: [],
  },
  {
    component: "kube-scheduler",
    setting: "tls-cert-file",
    ...SERVER,
    key: "tls-private-key-file",
    trustedBy: [],
  },
];

/** Who a component has to be for the API server, when its kubeconfig has a client certificate. */
export interface Identity {
  readonly component: string;
  /** The common name, or how it begins. */
  readonly user: string;
  readonly isPrefix: boolean;
  /** A group that it has to be in. */
  readonly group: string | undefined;
}

/** https://kubernetes.io/docs/reference/access-authn-authz/rbac/#core-component-roles, and the Node authorizer. */
export const IDENTITIES: readonly Identity[] = [
  { component: "kubelet", user: "system:node:", isPrefix: true, group: "system:nodes" },
  {
    component: "kube-controller-manager",
    user: "system:kube-controller-manager",
    isPrefix: false,
    group: undefined,
  },
  { component: "kube-scheduler", user: "system:kube-scheduler", isPrefix: false, group: undefined },
  { component: "kube-proxy", user: "system:kube-proxy", isPrefix: false, group: undefined },
];
