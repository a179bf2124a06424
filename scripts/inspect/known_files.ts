/**
 * Files that no flag names, known by the place where kubeadm, the hard way, k3s and hardway put them: what flag would
 * name them.
 *
 * @module
 */
import type { Component } from "./flags/invocation.ts";

/** What a file of this name is for: as if a component were given it by a flag. */
export interface KnownFile {
  readonly component: Component;
  readonly flag: string;
}

/**
 * The table. A path is matched at its end, `*` standing for the name of a machine; the part before it is the tree, and
 * files of one tree and one machine belong together. The first that fits counts.
 */
const KNOWN: readonly (readonly [path: string, component: Component, flag: string])[] = [
  // The machines of hardway: before the shorter names that end in the same way.
  ["etcd/pki/ca.crt", "etcd", "trusted-ca-file"],
  ["etcd/pki/server.crt", "etcd", "cert-file"],
  ["etcd/pki/server.key", "etcd", "key-file"],
  ["etcd/pki/peer.crt", "etcd", "peer-cert-file"],
  ["etcd/pki/peer.key", "etcd", "peer-key-file"],
  ["etcd/pki/healthcheck-client.crt", "etcdctl", "cert"],
  ["etcd/pki/healthcheck-client.key", "etcdctl", "key"],
  ["kubelet/pki/ca.crt", "kubelet", "client-ca-file"],
  // kubeadm, and hardway's own tree, which has the same names.
  ["pki/ca.crt", "kube-apiserver", "client-ca-file"],
  ["pki/ca.key", "kube-controller-manager", "cluster-signing-key-file"],
  ["pki/apiserver.crt", "kube-apiserver", "tls-cert-file"],
  ["pki/apiserver.key", "kube-apiserver", "tls-private-key-file"],
  ["pki/apiserver-kubelet-client.crt", "kube-apiserver", "kubelet-client-certificate"],
  ["pki/apiserver-kubelet-client.key", "kube-apiserver", "kubelet-client-key"],
  ["pki/apiserver-etcd-client.crt", "kube-apiserver", "etcd-certfile"],
  ["pki/apiserver-etcd-client.key", "kube-apiserver", "etcd-keyfile"],
  ["pki/front-proxy-ca.crt", "kube-apiserver", "requestheader-client-ca-file"],
  ["pki/front-proxy-client.crt", "kube-apiserver", "proxy-client-cert-file"],
  ["pki/front-proxy-client.key", "kube-apiserver", "proxy-client-key-file"],
  ["pki/sa.pub", "kube-apiserver", "service-account-key-file"],
  ["pki/sa.key", "kube-controller-manager", "service-account-private-key-file"],
  ["pki/etcd/ca.crt", "etcd", "trusted-ca-file"],
  ["pki/etcd/server.crt", "etcd", "cert-file"],
  ["pki/etcd/server.key", "etcd", "key-file"],
  ["pki/etcd/peer.crt", "etcd", "peer-cert-file"],
  ["pki/etcd/peer.key", "etcd", "peer-key-file"],
  ["pki/etcd/healthcheck-client.crt", "etcdctl", "cert"],
  ["pki/etcd/healthcheck-client.key", "etcdctl", "key"],
  ["pki/etcd/*/server.crt", "etcd", "cert-file"],
  ["pki/etcd/*/server.key", "etcd", "key-file"],
  ["pki/etcd/*/peer.crt", "etcd", "peer-cert-file"],
  ["pki/etcd/*/peer.key", "etcd", "peer-key-file"],
  ["pki/kubelet/*/kubelet.crt", "kubelet", "tls-cert-file"],
  ["pki/kubelet/*/kubelet.key", "kubelet", "tls-private-key-file"],
  ["controller-manager.conf", "kube-controller-manager", "kubeconfig"],
  ["scheduler.conf", "kube-scheduler", "kubeconfig"],
  ["kubelet.conf", "kubelet", "kubeconfig"],
  ["kubeconfig/webhooks/*.kubeconfig", "kube-apiserver", "authorization-webhook-config-file"],
  // The hard way.
  ["kube-controller-manager.kubeconfig", "kube-controller-manager", "kubeconfig"],
  ["kube-scheduler.kubeconfig", "kube-scheduler", "kubeconfig"],
  ["kube-proxy.kubeconfig", "kube-proxy", "kubeconfig"],
  ["kube-api-server.crt", "kube-apiserver", "tls-cert-file"],
  ["kube-api-server.key", "kube-apiserver", "tls-private-key-file"],
  // k3s.
  ["tls/serving-kube-apiserver.crt", "kube-apiserver", "tls-cert-file"],
  ["tls/serving-kube-apiserver.key", "kube-apiserver", "tls-private-key-file"],
  ["tls/client-ca.crt", "kube-apiserver", "client-ca-file"],
  ["tls/request-header-ca.crt", "kube-apiserver", "requestheader-client-ca-file"],
  ["tls/client-kube-apiserver.crt", "kube-apiserver", "kubelet-client-certificate"],
  ["tls/client-kube-apiserver.key", "kube-apiserver", "kubelet-client-key"],
  ["tls/client-auth-proxy.crt", "kube-apiserver", "proxy-client-cert-file"],
  ["tls/client-auth-proxy.key", "kube-apiserver", "proxy-client-key-file"],
  ["tls/etcd/server-ca.crt", "etcd", "trusted-ca-file"],
  ["tls/etcd/peer-ca.crt", "etcd", "peer-trusted-ca-file"],
  ["tls/etcd/server-client.crt", "etcd", "cert-file"],
  ["tls/etcd/peer-server-client.crt", "etcd", "peer-cert-file"],
];

/** The table as patterns: the tree, and the machine if there is one. */
const PATTERNS = KNOWN.map(([end, component, flag]) => ({
  pattern: new RegExp(`^(|.*/)${end.replace(/[.]/g, "\\.").replace("*", "([^/]+)")}$`),
  component,
  flag,
}));

/**
 * Looks a path up.
 *
 * @returns what it is for, the folder of the tree, with its slash, and the machine; undefined for a name that says nothing
 */
export function knownFile(
  path: string,
): (KnownFile & { readonly tree: string; readonly machine: string | undefined }) | undefined {
  for (const { pattern, component, flag } of PATTERNS) {
    const match = pattern.exec(path);
    if (match !== null) return { component, flag, tree: match[1] ?? "", machine: match[2] };
  }
  return undefined;
}
