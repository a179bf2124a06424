/**
 * Facts about the certificates and the kubeconfig of a kubelet.
 *
 * @module
 */
import { type EntryFacts, PAGES, REFUSED_CLIENT } from "./facts_shape.ts";

/** The facts, by id. */
export const NODE_FACTS: Readonly<Record<string, EntryFacts>> = {
  "kubelet-server/<name>": {
    text: [
      "With it a kubelet proves who it is to the API server (logs, exec, port-forward) and to whoever collects its metrics. The API server calls a node by the addresses of --kubelet-preferred-address-types, in that order: the certificate has to name them.",
      "A kubelet without it makes one that nobody can check, or asks for it (serverTLSBootstrap), which somebody has to approve.",
    ],
    uses: ["kubelet tlsCertFile", "kubelet tls-cert-file"],
    faults: [
      ["It names no address, and the API server calls by one.", "kubectl logs and exec", ["noAddresses"]],
      ["It does not name the address or name of the node.", "kubectl logs and exec", ["otherName"]],
      ["The kubelet made it itself.", "kubectl logs and exec", ["unknownAuthority"]],
      ["It is past its end.", "kubectl logs and exec", ["expired"]],
    ],
    restart: ["kubelet"],
    pages: [PAGES.kubelet, PAGES.bootstrapping],
  },
  "kubelet-client/<name>": {
    text: [
      "The kubelet's way into the API server, as its node. The common name has to be system:node: and exactly the name under which the node is registered (--hostname-override), the group system:nodes: the Node authorizer and NodeRestriction go by both.",
    ],
    uses: [],
    faults: [
      ...REFUSED_CLIENT,
      ["It is past its end while the kubelet runs, with rotateCertificates.", "kubelet, which exits", [
        "kubeletCertificateExpired",
      ]],
      ["It is past its end when the kubelet starts, with --bootstrap-kubeconfig.", "kubelet", [
        "bootstrapExpired",
      ]],
      ["It says another node's name.", "kubelet; kube-apiserver's answers", [
        "unregisteredNode",
        "otherNode",
        "unreadNode",
      ]],
      ["The node asks for a Secret that none of its pods uses.", "kube-apiserver's answer", [
        "noRelationship",
      ]],
      ["It lacks the group system:nodes.", "kube-apiserver's answer", ["forbidden"]],
    ],
    restart: ["kubelet"],
    renewal: [
      "A kubelet with rotateCertificates renews it by itself, while the controller-manager signs, and keeps it as kubelet-client-current.pem.",
    ],
    pages: [PAGES.node, PAGES.bootstrapping],
  },
  "kubeconfig/<name>": {
    text: ["Holds the CA, the certificate of the node and its key; it calls the endpoint."],
    uses: ["kubelet kubeconfig"],
    faults: [
      ["The file is no kubeconfig.", "kubelet, which does not start", ["unreadableKubeconfig"]],
      ["It names files that are gone.", "kubelet, which does not start", ["unreadableCertificate", "noFile"]],
      ["It is gone, and the one of --bootstrap-kubeconfig too.", "kubelet, which does not start", [
        "noBootstrapKubeconfig",
      ]],
      ["It embeds a certificate that is past its end, though the kubelet has renewed it.", "kube-apiserver", [
        "unauthenticated",
        "expired",
      ]],
      ["Its server is no name of the API server's certificate.", "kubelet", [
        "unregisteredNode",
        "otherName",
      ]],
    ],
    restart: ["kubelet"],
    renewal: [
      "kubeadm does not renew kubelet.conf: it lets the kubelet renew its certificate by itself.",
    ],
    pages: [PAGES.kubeconfigs, PAGES.bootstrapping],
  },
};
