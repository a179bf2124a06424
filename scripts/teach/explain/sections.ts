/**
 * Subjects that are more than one line of the catalogue, or none of it.
 *
 * @module
 */
import { type Fault, PAGES } from "./facts_shape.ts";

/** A subject. */
export interface Section {
  readonly title: string;
  readonly text: readonly string[];
  /** What belongs to it: ids of the catalogue, users and groups. */
  readonly members: readonly string[];
  /** Flags and fields besides those of its members, each as `component flag`. */
  readonly flags: readonly string[];
  readonly faults: readonly Fault[];
  readonly renewal: readonly string[];
  readonly pages: readonly string[];
}

/** The table; a section that is called like a line of the catalogue adds to what that says. */
export const SECTIONS: Readonly<Record<string, Section>> = {
  seed: {
    title: "The one secret of hardway, from which every key follows",
    text: [
      "cluster.seed holds 32 random bytes and the second in which it was made. The cluster's name, the id and the generation of each key are mixed into it, so the same spec and seed give the same keys on any machine, on any day.",
      "Whoever holds it holds every key of the cluster. No component of Kubernetes reads it; it belongs on no machine of the cluster.",
    ],
    members: ["ca", "etcd-ca", "front-proxy-ca", "service-account", "encryption", "bootstrap"],
    flags: [],
    faults: [],
    renewal: [
      "To replace one key raise its number in generations. To replace a seed that leaked replace the whole PKI: every key follows from it.",
    ],
    pages: ["https://www.rfc-editor.org/rfc/rfc5869"],
  },
  etcd: {
    title: "Where the cluster stores everything, and who may touch it",
    text: [
      "etcd members talk to each other and to the API server by mutual TLS with a CA of their own. There are no users in etcd here: every client certificate of that CA may do everything, past all rules of the API server.",
    ],
    members: [
      "etcd-ca",
      "etcd-server/<name>",
      "etcd-peer/<name>",
      "apiserver-etcd-client",
      "etcd-healthcheck-client",
    ],
    flags: [
      "etcd client-cert-auth",
      "etcd peer-client-cert-auth",
      "etcd listen-client-urls",
      "etcd listen-peer-urls",
      "kube-apiserver etcd-servers",
    ],
    faults: [],
    renewal: [],
    pages: [PAGES.etcd, PAGES.operatingEtcd],
  },
  "front-proxy": {
    title: "The aggregation layer: extension API servers behind the API server",
    text: [
      "The API server checks who a user is, then passes the request on with the user's name and groups in headers. The extension API server believes the headers when the client certificate is of the front-proxy CA and its common name is an allowed one.",
    ],
    members: ["front-proxy-ca", "front-proxy-client"],
    flags: ["kube-apiserver requestheader-allowed-names"],
    faults: [],
    renewal: [],
    pages: [PAGES.aggregation],
  },
  "service-account": {
    title: "Tokens of pods",
    text: [
      "A pod's token is signed for its service account, its pod and an hour; the kubelet fetches the next one in time. The API server looks up whether account and pod are still there.",
    ],
    members: ["system:serviceaccounts", "system:serviceaccount:<namespace>:<name>"],
    flags: ["kube-apiserver service-account-issuer"],
    faults: [],
    renewal: [],
    pages: [],
  },
  kubelet: {
    title: "A node's certificates, as a client and as a server",
    text: [
      "A kubelet is a client of the API server, as system:node and its name, and a server for it. It lets in who has a client certificate of clientCAFile, and asks the API server whether that user may do what is asked.",
    ],
    members: [
      "kubelet-client/<name>",
      "kubelet-server/<name>",
      "kubeconfig/<name>",
      "apiserver-kubelet-client",
      "system:node:<name>",
    ],
    flags: [
      "kubelet authentication.x509.clientCAFile",
      "kubelet authentication.anonymous.enabled",
      "kubelet authentication.webhook.enabled",
      "kubelet authorization.mode",
      "kubelet rotateCertificates",
      "kubelet serverTLSBootstrap",
      "kubelet hostname-override",
      "kube-apiserver kubelet-preferred-address-types",
    ],
    faults: [],
    renewal: [],
    pages: [PAGES.kubelet, PAGES.node],
  },
  bootstrap: {
    title: "How a new node gets its first certificate",
    text: [
      "A bootstrap token is a Secret in kube-system of the type bootstrap.kubernetes.io/token. A new kubelet shows it, is let in as system:bootstrap and the token's id, asks for a client certificate of its own, and never uses the token again. The controller-manager approves the request by itself when the group may have it approved, and signs it.",
    ],
    members: ["system:bootstrappers", "system:bootstrap:<token id>", "system:nodes", "kubelet-client/<name>"],
    flags: [
      "kubelet bootstrap-kubeconfig",
      "kubelet rotateCertificates",
      "kube-controller-manager cluster-signing-cert-file",
    ],
    faults: [
      ["The token is unknown, or has ended.", "kube-apiserver", ["unauthenticated", "invalidToken"]],
      ["The Secret has another type.", "kube-apiserver, the first with -v=3 only", [
        "bootstrapType",
        "invalidToken",
      ]],
      [
        "The Secret does not say usage-bootstrap-authentication.",
        "kube-apiserver, the first with -v=3 only",
        ["bootstrapUnmarked", "invalidToken"],
      ],
      ["A node asks for another node's certificate.", "kube-apiserver's answer", ["notANode"]],
      ["The group may not ask: no binding to system:node-bootstrapper.", "kubelet", ["forbidden"]],
      ["The file of --bootstrap-kubeconfig is gone.", "kubelet, which does not start", [
        "noBootstrapKubeconfig",
        "noFile",
      ]],
    ],
    renewal: [
      "Make a new token and delete the Secret of the old one; nodes that have their certificate need none.",
    ],
    pages: [PAGES.tokens, PAGES.bootstrapping],
  },
  encryption: {
    title: "Keys that encrypt what etcd stores",
    text: [
      "The API server encrypts Secrets, and what else the configuration names, before it writes them to etcd. The first provider writes, all of them read. Every API server needs the same file.",
    ],
    members: ["apiserver-etcd-client", "seed"],
    flags: ["kube-apiserver encryption-provider-config"],
    faults: [
      ["The provider that wrote it is not there any more.", "kube-apiserver's answer", ["noProvider"]],
      ["The key that wrote it is not there any more.", "kube-apiserver's answer", ["noEncryptionKey"]],
      ["A key has not the length that its provider needs.", "kube-apiserver, which does not start", [
        "secretLength",
      ]],
    ],
    renewal: [
      "Add the new key second, on every API server, and restart them; move it to the front and restart; write everything anew (kubectl get secrets -A -o json | kubectl replace -f -); then drop the old key.",
    ],
    pages: [PAGES.encryption],
  },
};
