/**
 * What is said of a line of the catalogue, as a type.
 *
 * @module
 */
import type { MessageName } from "./messages.ts";

/** What is the case, who tells, and with which words. */
export type Fault = readonly [when: string, who: string, words: readonly MessageName[]];

/** Facts of one line of the catalogue that no other table has. */
export interface EntryFacts {
  /** What it is, in whole paragraphs. */
  readonly text: readonly string[];
  /**
   * Flags and fields that name its files, each as `component flag`; of a certificate and its key one is enough, the
   * table of flags pairs them. Those of a kubeconfig name the kubeconfig.
   */
  readonly uses: readonly string[];
  readonly faults: readonly Fault[];
  /** What `kubeadm certs renew` calls it; absent for what kubeadm does not renew. */
  readonly kubeadm?: string;
  /** What is restarted after its files were replaced. */
  readonly restart: readonly string[];
  /** What there is to know about its renewal besides. */
  readonly renewal?: readonly string[];
  /** Official pages, the most useful first. */
  readonly pages: readonly string[];
}

const DOCS = "https://kubernetes.io/docs";

/** Pages that several facts name. */
export const PAGES = {
  pki: `${DOCS}/setup/best-practices/certificates/`,
  rotation: `${DOCS}/tasks/tls/manual-rotation-of-ca-certificates/`,
  kubeadm: `${DOCS}/tasks/administer-cluster/kubeadm/kubeadm-certs/`,
  authentication: `${DOCS}/reference/access-authn-authz/authentication/`,
  rbac: `${DOCS}/reference/access-authn-authz/rbac/`,
  node: `${DOCS}/reference/access-authn-authz/node/`,
  kubelet: `${DOCS}/reference/access-authn-authz/kubelet-authn-authz/`,
  bootstrapping: `${DOCS}/reference/access-authn-authz/kubelet-tls-bootstrapping/`,
  tokens: `${DOCS}/reference/access-authn-authz/bootstrap-tokens/`,
  requests: `${DOCS}/reference/access-authn-authz/certificate-signing-requests/`,
  accounts: `${DOCS}/reference/access-authn-authz/service-accounts-admin/`,
  aggregation: `${DOCS}/tasks/extend-kubernetes/configure-aggregation-layer/`,
  encryption: `${DOCS}/tasks/administer-cluster/encrypt-data/`,
  kubeconfigs: `${DOCS}/concepts/configuration/organize-cluster-access-kubeconfig/`,
  etcd: "https://etcd.io/docs/v3.6/op-guide/security/",
  operatingEtcd: `${DOCS}/tasks/administer-cluster/configure-upgrade-etcd/`,
} as const;

/** What the API server and a client say of a client certificate that is over or another cluster's. */
export const REFUSED_CLIENT: readonly Fault[] = [
  ["It is past its end.", "kube-apiserver", ["unauthenticated", "verifying", "expired"]],
  ["Another CA signed it.", "kube-apiserver", ["unauthenticated", "verifying", "unknownAuthority"]],
];
