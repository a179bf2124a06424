/**
 * Flags of kube-apiserver.
 *
 * https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/ and
 * https://kubernetes.io/docs/setup/best-practices/certificates/
 *
 * @module
 */
import { by, flag, type FlagMeaning, type More, type Names, pair } from "./flag_meaning.ts";

const SELF = "kube-apiserver";

function one(name: string, names: Names, purpose: string, more: More = {}): FlagMeaning {
  return flag(SELF, name, names, purpose, more);
}

const KUBELET_CLIENT_CA = by("kubelet", "authentication.x509.clientCAFile", "client-ca-file");

/** The table. */
export const APISERVER_FLAGS: readonly FlagMeaning[] = [
  ...pair(SELF, ["tls-cert-file", "tls-private-key-file"], "Server", "serving certificate", {
    authority: by("kube-controller-manager", "root-ca-file"),
  }),
  one("tls-sni-cert-key", "certificate-and-key", "serving certificate for other names", {
    isRepeatable: true,
  }),
  one("cert-dir", "folder", "folder of a serving certificate that it makes itself"),
  one("tls-ca-file", "ca", "authority of the serving certificate", { removedIn: "1.10" }),
  one("client-ca-file", "ca", "who may come in with a client certificate"),
  one("etcd-cafile", "ca", "whom it trusts as etcd"),
  ...pair(SELF, ["etcd-certfile", "etcd-keyfile"], "Client", "client certificate for etcd", {
    authority: by("etcd", "trusted-ca-file"),
  }),
  one("etcd-servers", "urls", "where etcd is", { isList: true, isRepeatable: true }),
  one("etcd-servers-overrides", "urls", "where etcd is for some resources", {
    isList: true,
    isRepeatable: true,
  }),
  one("kubelet-certificate-authority", "ca", "whom it trusts as a kubelet"),
  ...pair(
    SELF,
    ["kubelet-client-certificate", "kubelet-client-key"],
    "Client",
    "client certificate for kubelets",
    { authority: KUBELET_CLIENT_CA },
  ),
  one("kubelet-https", "switch", "whether kubelets are spoken to over TLS", { removedIn: "1.22" }),
  one("kubelet-preferred-address-types", "names", "by which addresses kubelets are reached", {
    isList: true,
  }),
  ...pair(
    SELF,
    ["proxy-client-cert-file", "proxy-client-key-file"],
    "Client",
    "client certificate for extension API servers",
    { authority: by(SELF, "requestheader-client-ca-file") },
  ),
  one("requestheader-client-ca-file", "ca", "which proxies may say who a user is"),
  one("requestheader-allowed-names", "names", "common names of such proxies", {
    isList: true,
    isRepeatable: true,
  }),
  one("service-account-key-file", "service-account-key", "public key that verifies service account tokens", {
    isRepeatable: true,
  }),
  one(
    "service-account-signing-key-file",
    "service-account-key",
    "private key that signs service account tokens",
  ),
  one("service-account-issuer", "urls", "issuer in service account tokens", { isRepeatable: true }),
  one("oidc-ca-file", "ca", "whom it trusts as the OpenID Connect issuer"),
  one("token-auth-file", "token-file", "static tokens"),
  one("basic-auth-file", "password-file", "static passwords", { removedIn: "1.19" }),
  one("anonymous-auth", "switch", "whether requests without any credential are let in"),
  one("encryption-provider-config", "configuration", "keys that encrypt data in etcd"),
  one("experimental-encryption-provider-config", "configuration", "keys that encrypt data in etcd", {
    removedIn: "1.17",
  }),
  one("authentication-config", "configuration", "who may come in with a token of another issuer"),
  one(
    "authentication-token-webhook-config-file",
    "kubeconfig",
    "credential for the webhook that checks tokens",
  ),
  one("authorization-config", "configuration", "how requests are authorized"),
  one("authorization-policy-file", "configuration", "rules of ABAC"),
  one("authorization-webhook-config-file", "kubeconfig", "credential for the webhook that authorizes"),
  one("admission-control-config-file", "configuration", "settings of admission"),
  one("egress-selector-config-file", "configuration", "how other networks are reached"),
  one("audit-webhook-config-file", "kubeconfig", "credential for where audit events go"),
  one("audit-policy-file", "configuration", "what is audited"),
  one("tracing-config-file", "configuration", "where traces go"),
  one("peer-ca-file", "ca", "whom it trusts as another API server"),
  pairless("ssh-keyfile", "1.25"),
  one("advertise-address", "addresses", "address that members of the cluster use"),
  one("bind-address", "addresses", "address that it listens on"),
  one("external-hostname", "names", "name that others use"),
  one("peer-advertise-ip", "addresses", "address that other API servers use"),
  one("service-cluster-ip-range", "ranges", "addresses of services, its own among them", { isList: true }),
  // Fields of files that it is given.
  one("jwt[].issuer.certificateAuthority", "embedded-ca", "whom it trusts as a token issuer", {
    isRepeatable: true,
  }),
  one("jwt[].issuer.url", "urls", "issuer of tokens", { isRepeatable: true }),
  one("anonymous.enabled", "switch", "whether requests without any credential are let in"),
  one(
    "authorizers[].webhook.connectionInfo.kubeConfigFile",
    "kubeconfig",
    "credential for the webhook that authorizes",
    {
      isRepeatable: true,
    },
  ),
  one("plugins[].path", "configuration", "settings of one admission plugin", { isRepeatable: true }),
  one("egressSelections[].connection.transport.tcp.tlsConfig.caBundle", "ca", "whom it trusts as a proxy", {
    isRepeatable: true,
  }),
  ...pair(
    SELF,
    [
      "egressSelections[].connection.transport.tcp.tlsConfig.clientCert",
      "egressSelections[].connection.transport.tcp.tlsConfig.clientKey",
    ],
    "Client",
    "client certificate for a proxy",
    { isRepeatable: true },
  ),
  one("certificatesDir", "folder", "folder of kubeadm's certificates"),
  one("etcd.external.caFile", "ca", "whom it trusts as etcd"),
  ...pair(
    SELF,
    ["etcd.external.certFile", "etcd.external.keyFile"],
    "Client",
    "client certificate for etcd",
    {
      authority: by("etcd", "trusted-ca-file"),
    },
  ),
];

function pairless(name: string, removedIn: string): FlagMeaning {
  return one(name, "key", "key for SSH to nodes", { removedIn });
}
