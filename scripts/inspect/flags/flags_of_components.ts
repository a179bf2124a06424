/**
 * Flags of the programs beside the API server and etcd, and fields of the files that they are given.
 *
 * https://kubernetes.io/docs/reference/command-line-tools-reference/ and
 * https://kubernetes.io/docs/reference/config-api/
 *
 * @module
 */
import { by, flag, type FlagMeaning, type More, pair } from "./flag_meaning.ts";
import type { Component } from "./invocation.ts";

const CLIENT_CA = { authority: by("kube-apiserver", "client-ca-file") } as const;
const KUBELET_CA = { authority: by("kube-apiserver", "kubelet-certificate-authority") } as const;

const KUBECONFIG = "credential for the API server";

/** What every server has that asks the API server who a caller is. */
function delegating(component: Component): FlagMeaning[] {
  return [
    ...pair(component, ["tls-cert-file", "tls-private-key-file"], "Server", "serving certificate"),
    flag(component, "tls-sni-cert-key", "certificate-and-key", "serving certificate for other names", {
      isRepeatable: true,
    }),
    flag(component, "cert-dir", "folder", "folder of a serving certificate that it makes itself"),
    flag(component, "client-ca-file", "ca", "who may come in with a client certificate"),
    flag(component, "requestheader-client-ca-file", "ca", "which proxies may say who a user is"),
    flag(component, "requestheader-allowed-names", "names", "common names of such proxies", {
      isList: true,
      isRepeatable: true,
    }),
    flag(component, "kubeconfig", "kubeconfig", KUBECONFIG, CLIENT_CA),
    flag(
      component,
      "authentication-kubeconfig",
      "kubeconfig",
      "credential to ask who a caller is",
      CLIENT_CA,
    ),
    flag(
      component,
      "authorization-kubeconfig",
      "kubeconfig",
      "credential to ask what a caller may do",
      CLIENT_CA,
    ),
    flag(component, "bind-address", "addresses", "address that it listens on"),
  ];
}

/** Signers that may have a CA of their own. */
const SIGNERS: readonly (readonly [flag: string, purpose: string])[] = [
  ["kube-apiserver-client", "authority that signs client certificates"],
  ["kubelet-client", "authority that signs client certificates of kubelets"],
  ["kubelet-serving", "authority that signs serving certificates of kubelets"],
  ["legacy-unknown", "authority that signs what no other signer does"],
];

function kubelet(name: string, names: FlagMeaning["names"], purpose: string, more: More = {}): FlagMeaning {
  return flag("kubelet", name, names, purpose, more);
}

/** The table. */
export const COMPONENT_FLAGS: readonly FlagMeaning[] = [
  ...delegating("kube-controller-manager"),
  flag("kube-controller-manager", "root-ca-file", "ca", "authority that service accounts are given"),
  ...pair(
    "kube-controller-manager",
    ["cluster-signing-cert-file", "cluster-signing-key-file"],
    "CA",
    "authority that signs certificate requests",
  ),
  ...SIGNERS.flatMap(([name, purpose]) =>
    pair(
      "kube-controller-manager",
      [`cluster-signing-${name}-cert-file`, `cluster-signing-${name}-key-file`],
      "CA",
      purpose,
    )
  ),
  flag(
    "kube-controller-manager",
    "service-account-private-key-file",
    "service-account-key",
    "private key that signs service account tokens",
  ),
  flag("kube-controller-manager", "service-cluster-ip-range", "ranges", "addresses of services", {
    isList: true,
  }),

  ...delegating("kube-scheduler"),
  flag("kube-scheduler", "config", "configuration", "settings of the scheduler"),
  flag("kube-scheduler", "policy-config-file", "configuration", "settings of the scheduler", {
    removedIn: "1.23",
  }),
  flag("kube-scheduler", "clientConnection.kubeconfig", "kubeconfig", KUBECONFIG, CLIENT_CA),

  ...delegating("cloud-controller-manager"),
  flag("cloud-controller-manager", "cloud-config", "configuration", "how the cloud is reached"),

  flag("kube-proxy", "kubeconfig", "kubeconfig", KUBECONFIG, CLIENT_CA),
  flag("kube-proxy", "config", "configuration", "settings of the proxy"),
  flag("kube-proxy", "hostname-override", "names", "name of its node"),
  flag("kube-proxy", "clientConnection.kubeconfig", "kubeconfig", KUBECONFIG, CLIENT_CA),

  kubelet("kubeconfig", "kubeconfig", KUBECONFIG, CLIENT_CA),
  kubelet("bootstrap-kubeconfig", "kubeconfig", "credential to ask for a certificate"),
  kubelet("experimental-bootstrap-kubeconfig", "kubeconfig", "credential to ask for a certificate", {
    removedIn: "1.10",
  }),
  kubelet("config", "configuration", "settings of the kubelet"),
  kubelet("config-dir", "folder", "further settings of the kubelet"),
  kubelet("client-ca-file", "ca", "who may come in with a client certificate"),
  ...pair("kubelet", ["tls-cert-file", "tls-private-key-file"], "Server", "serving certificate", KUBELET_CA),
  kubelet("cert-dir", "folder", "folder of certificates that it makes or asks for"),
  kubelet("pod-manifest-path", "folder", "folder of static pods"),
  kubelet("anonymous-auth", "switch", "whether requests without any credential are let in"),
  kubelet("rotate-certificates", "switch", "whether it renews its client certificate"),
  kubelet("rotate-server-certificates", "switch", "whether it asks for its serving certificate"),
  kubelet("hostname-override", "names", "name of its node"),
  kubelet("node-ip", "addresses", "addresses of its node", { isList: true }),
  kubelet("image-credential-provider-config", "configuration", "how passwords of registries are found"),
  // Fields of its configuration.
  kubelet("authentication.x509.clientCAFile", "ca", "who may come in with a client certificate"),
  ...pair("kubelet", ["tlsCertFile", "tlsPrivateKeyFile"], "Server", "serving certificate", KUBELET_CA),
  kubelet("staticPodPath", "folder", "folder of static pods"),
  kubelet("serverTLSBootstrap", "switch", "whether it asks for its serving certificate"),
  kubelet("rotateCertificates", "switch", "whether it renews its client certificate"),
  kubelet("authentication.anonymous.enabled", "switch", "whether requests without any credential are let in"),
  kubelet("authentication.webhook.enabled", "switch", "whether tokens are checked by the API server"),
  kubelet("authorization.mode", "names", "how requests are authorized"),
];
