/**
 * Facts about the certificates and kubeconfigs of the API server, the controller-manager, the scheduler and kube-proxy.
 *
 * @module
 */
import { type EntryFacts, type Fault, PAGES, REFUSED_CLIENT } from "./facts_shape.ts";

/** What is wrong with a kubeconfig of a component. */
const KUBECONFIG_FAULTS: readonly Fault[] = [
  ["The file is no kubeconfig.", "the component, which does not start", ["unreadableKubeconfig"]],
  ["It embeds a certificate that is past its end, though the file beside it was renewed.", "kube-apiserver", [
    "unauthenticated",
    "expired",
  ]],
  ["It embeds another CA than the one that signed the API server's certificate.", "the component", [
    "unknownAuthority",
  ]],
  ["Its server is no name of the API server's certificate.", "the component", ["otherName"]],
];

/** The facts, by id. */
export const COMPONENT_FACTS: Readonly<Record<string, EntryFacts>> = {
  apiserver: {
    text: [
      "The certificate with which the API server proves who it is to everybody who calls it. It has to name every name and address by which it is called: pods use the first address of the service network, kubelets and people the endpoint, the control plane its own machine.",
    ],
    uses: ["kube-apiserver tls-cert-file"],
    faults: [
      ["A name is missing by which it is called.", "clients", ["otherName"]],
      ["It names no address, and is called by one.", "clients", ["noAddresses"]],
      ["It has a common name and no alternative names.", "clients", ["commonNameOnly"]],
      ["It is past its end.", "clients", ["expired"]],
      ["It begins in the future: a clock is wrong.", "clients", ["notYetValid"]],
      [
        "Another CA signed it than the one that clients trust.",
        "clients; kube-apiserver logs what they answer",
        [
          "unknownAuthority",
          "handshakeLog",
          "alertBad",
        ],
      ],
      ["Its key is another certificate's.", "kube-apiserver, which does not start", ["keyMismatch"]],
    ],
    kubeadm: "apiserver",
    restart: ["kube-apiserver"],
    renewal: [
      "kubeadm keeps the names that the old one has. For a new name write it into the configuration (certSANs), delete the certificate, and make it by kubeadm init phase certs apiserver; hardway takes the names from the spec every time.",
    ],
    pages: [PAGES.pki, PAGES.kubeadm],
  },
  "apiserver-kubelet-client": {
    text: [
      "With it the API server calls kubelets, for kubectl logs, exec, port-forward and metrics. The kubelet asks the API server back whether this user may do that.",
    ],
    uses: ["kube-apiserver kubelet-client-certificate"],
    faults: [
      ["It is past its end.", "kubelet", ["kubeletUnauthenticated", "verifying", "expired"]],
      ["Another CA signed it than the kubelet's clientCAFile.", "kubelet", [
        "kubeletUnauthenticated",
        "verifying",
        "unknownAuthority",
      ]],
      ["Its binding is not there.", "kubelet; kubectl shows it", ["kubeletForbidden"]],
    ],
    kubeadm: "apiserver-kubelet-client",
    restart: ["kube-apiserver"],
    pages: [PAGES.kubelet, PAGES.pki],
  },
  "apiserver-etcd-client": {
    text: [
      "With it the API server reads and writes all that the cluster stores. etcd knows no users here: every certificate of its CA may do everything.",
    ],
    uses: ["kube-apiserver etcd-certfile"],
    faults: [
      ["It is past its end.", "etcd; kube-apiserver hears", [
        "etcdClientRejected",
        "expired",
        "alertExpired",
      ]],
      ["Another CA signed it.", "etcd; kube-apiserver hears", [
        "etcdClientRejected",
        "unknownAuthority",
        "alertUnknownAuthority",
      ]],
      ["--etcd-certfile and --etcd-keyfile are not set.", "etcd; kube-apiserver hears", [
        "etcdClientRejected",
        "noCertificate",
        "alertRequired",
      ]],
    ],
    kubeadm: "apiserver-etcd-client",
    restart: ["kube-apiserver"],
    pages: [PAGES.operatingEtcd, PAGES.pki],
  },
  "front-proxy-client": {
    text: [
      "With it the API server passes requests on to extension API servers, such as the one of metrics, and says in headers who the user is. They believe it because of the CA and of this common name.",
    ],
    uses: ["kube-apiserver proxy-client-cert-file"],
    faults: [
      ["Its common name is not among --requestheader-allowed-names.", "extension API servers", [
        "unauthenticated",
        "notAllowedName",
      ]],
      ["It is past its end.", "extension API servers", ["unauthenticated", "expired"]],
      ["The extension API server does not answer.", "kube-apiserver, in the APIService's condition", [
        "aggregatorProbe",
      ]],
    ],
    kubeadm: "front-proxy-client",
    restart: ["kube-apiserver"],
    pages: [PAGES.aggregation, PAGES.pki],
  },
  "controller-manager": {
    text: [
      "The controller-manager's way into the API server. The common name is the whole identity: RBAC binds this user, and no group is needed.",
    ],
    uses: [],
    faults: [
      ...REFUSED_CLIENT,
      ["The API server refuses it.", "kube-controller-manager", ["leaderLock"]],
      ["Its common name is another one.", "kube-apiserver's answer", ["forbidden"]],
    ],
    kubeadm: "controller-manager.conf",
    restart: ["kube-controller-manager"],
    pages: [PAGES.rbac, PAGES.pki],
  },
  "kubeconfig/kube-controller-manager": {
    text: [
      "Holds the CA, the controller-manager's certificate and its key. It calls the API server of its own machine, so that a control plane needs no load balancer to begin.",
    ],
    uses: [
      "kube-controller-manager kubeconfig",
      "kube-controller-manager authentication-kubeconfig",
      "kube-controller-manager authorization-kubeconfig",
    ],
    faults: KUBECONFIG_FAULTS,
    kubeadm: "controller-manager.conf",
    restart: ["kube-controller-manager"],
    pages: [PAGES.kubeconfigs, PAGES.pki],
  },
  scheduler: {
    text: ["The scheduler's way into the API server; RBAC binds the user of its common name."],
    uses: [],
    faults: [
      ...REFUSED_CLIENT,
      ["The API server refuses it; new pods stay Pending.", "kube-scheduler", ["failedWatch"]],
      [
        "Its common name is another one, such as a hand-made O=system:kube-scheduler without the CN.",
        "kube-apiserver's answer",
        ["forbidden"],
      ],
    ],
    kubeadm: "scheduler.conf",
    restart: ["kube-scheduler"],
    pages: [PAGES.rbac, PAGES.pki],
  },
  "kubeconfig/kube-scheduler": {
    text: [
      "Holds the CA, the scheduler's certificate and its key. It calls the API server of its own machine.",
    ],
    uses: [
      "kube-scheduler clientConnection.kubeconfig",
      "kube-scheduler kubeconfig",
      "kube-scheduler authentication-kubeconfig",
      "kube-scheduler authorization-kubeconfig",
    ],
    faults: KUBECONFIG_FAULTS,
    kubeadm: "scheduler.conf",
    restart: ["kube-scheduler"],
    pages: [PAGES.kubeconfigs, PAGES.pki],
  },
  "kube-proxy": {
    text: [
      "kube-proxy's way into the API server, the same on every node. kubeadm has none: there kube-proxy is a DaemonSet with a service account.",
    ],
    uses: [],
    faults: [
      ...REFUSED_CLIENT,
      ["The API server refuses it; services lead nowhere on this node.", "kube-proxy", ["failedWatch"]],
      ["Its common name is another one.", "kube-apiserver's answer", ["forbidden"]],
    ],
    restart: ["kube-proxy"],
    pages: [PAGES.rbac],
  },
  "kubeconfig/kube-proxy": {
    text: ["Holds the CA, kube-proxy's certificate and its key; it calls the endpoint."],
    uses: ["kube-proxy clientConnection.kubeconfig", "kube-proxy kubeconfig"],
    faults: KUBECONFIG_FAULTS,
    restart: ["kube-proxy"],
    pages: [PAGES.kubeconfigs],
  },
};
