/**
 * Facts about the CAs and the key pair of service accounts.
 *
 * @module
 */
import { type EntryFacts, PAGES } from "./facts_shape.ts";

const SUCCESSOR =
  "A successor has to be trusted everywhere before it signs: add it to every file and kubeconfig that holds the old one, restart, issue all leaves anew, and drop the old one last.";

/** The facts, by id. */
export const AUTHORITY_FACTS: Readonly<Record<string, EntryFacts>> = {
  ca: {
    text: [
      "The root of trust of the cluster. Whoever has a client certificate of this CA is let in by the API server under the name and the groups that it says; whoever holds its key can be anyone.",
      "Kubeconfigs embed its certificate, and the controller-manager gives it to every namespace as the ConfigMap kube-root-ca.crt. Its key is needed only where certificate requests are signed.",
    ],
    uses: [
      "kube-apiserver client-ca-file",
      "kube-apiserver kubelet-certificate-authority",
      "kube-controller-manager root-ca-file",
      "kube-controller-manager cluster-signing-cert-file",
      "kube-controller-manager client-ca-file",
      "kube-scheduler client-ca-file",
      "kubelet authentication.x509.clientCAFile",
      "kubelet client-ca-file",
    ],
    faults: [
      ["It is past its end, and with it all that it signed.", "every client", ["expired"]],
      [
        "One side has another CA, as after a CA was made anew.",
        "clients; kube-apiserver",
        ["unknownAuthority", "verifying"],
      ],
      ["The file of --client-ca-file is gone.", "kube-apiserver, which does not start", ["noFile"]],
      ["The kubelet's clientCAFile is gone.", "kubelet, which does not start", [
        "kubeletFailed",
        "noFile",
      ]],
      [
        "The file of --cluster-signing-cert-file holds old and new CA.",
        "kube-controller-manager, which does not start",
        ["severalSigners"],
      ],
      ["--cluster-signing-cert-file names one that is past its end.", "kube-controller-manager", [
        "signerExpired",
      ]],
    ],
    restart: ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet"],
    renewal: [SUCCESSOR],
    pages: [PAGES.rotation, PAGES.pki],
  },
  "etcd-ca": {
    text: [
      "etcd has a CA of its own: a client certificate that it signed may read and change everything that the cluster stores, past all rules of the API server. With the cluster's CA here every kubelet could.",
    ],
    uses: [
      "etcd trusted-ca-file",
      "etcd peer-trusted-ca-file",
      "kube-apiserver etcd-cafile",
      "etcdctl cacert",
    ],
    faults: [
      ["It is past its end.", "kube-apiserver; etcd", ["expired"]],
      ["kube-apiserver has another one than etcd.", "kube-apiserver", ["grpcHandshake", "unknownAuthority"]],
      ["A member has another one than the others.", "etcd", [
        "etcdPeerRejected",
        "peerUnhealthy",
        "unknownAuthority",
      ]],
    ],
    restart: ["etcd", "kube-apiserver"],
    renewal: [SUCCESSOR],
    pages: [PAGES.pki, PAGES.etcd],
  },
  "front-proxy-ca": {
    text: [
      "Whoever has a client certificate of this CA may say in headers who a user is (X-Remote-User, X-Remote-Group). So it signs one certificate only, and is no other CA.",
      "Extension API servers read it, and the names that are allowed, from the ConfigMap extension-apiserver-authentication in kube-system.",
    ],
    uses: [
      "kube-apiserver requestheader-client-ca-file",
      "kube-controller-manager requestheader-client-ca-file",
      "kube-scheduler requestheader-client-ca-file",
    ],
    faults: [
      [
        "It is the CA of --client-ca-file too, and no names are allowed.",
        "kube-apiserver, which does not start",
        ["sharedAuthority"],
      ],
      ["It is past its end.", "extension API servers", ["unauthenticated", "expired"]],
    ],
    restart: ["kube-apiserver", "kube-controller-manager", "kube-scheduler"],
    renewal: [SUCCESSOR],
    pages: [PAGES.aggregation, PAGES.pki],
  },
  "service-account": {
    text: [
      "A key pair without a certificate. The API server signs the tokens of pods with the private key and checks them with the public one; the controller-manager signs the tokens of Secrets with the private key. All control planes have the same pair.",
      "The public key is no secret: the API server serves it at /openid/v1/jwks, for others to check tokens with.",
    ],
    uses: [
      "kube-apiserver service-account-key-file",
      "kube-apiserver service-account-signing-key-file",
      "kube-controller-manager service-account-private-key-file",
    ],
    faults: [
      ["A token was signed with a key that the API server does not have.", "kube-apiserver", [
        "unauthenticated",
        "unknownTokenKey",
      ]],
      ["Neither key file nor endpoint is named.", "kube-apiserver, which does not start", ["noTokenKeys"]],
      ["--service-account-issuer is not set.", "kube-apiserver, which does not start", ["noIssuer"]],
      ["The token's pod or Secret is gone.", "kube-apiserver", ["unauthenticated", "tokenGone"]],
      ["The token is past its end.", "kube-apiserver", ["unauthenticated", "tokenExpired"]],
    ],
    restart: ["kube-apiserver", "kube-controller-manager"],
    renewal: [
      "Name the public halves of the old and the new key first (--service-account-key-file may be repeated), on every API server; then sign with the new key; drop the old public key when the last of its tokens has ended.",
    ],
    pages: [PAGES.accounts, PAGES.pki],
  },
};
