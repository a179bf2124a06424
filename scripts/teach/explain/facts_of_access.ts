/**
 * Facts about tokens, what verifies them, and the webhooks that are asked.
 *
 * @module
 */
import { type EntryFacts, type Fault, PAGES } from "./facts_shape.ts";

const INVALID_TOKEN: Fault = ["A bearer shows a token that is not in it.", "kube-apiserver", [
  "unauthenticated",
  "invalidToken",
]];

/** The facts, by id. */
export const ACCESS_FACTS: Readonly<Record<string, EntryFacts>> = {
  "auth/tokens": {
    text: [
      "A line for each person with token: true in the spec: token, user, uid and groups. The API server reads it once, when it starts. Such a token never ends, which is why the CIS benchmark (1.2.2) advises against it.",
    ],
    uses: ["kube-apiserver token-auth-file"],
    faults: [INVALID_TOKEN, ["It is gone.", "kube-apiserver, which does not start", ["noFile"]]],
    restart: ["kube-apiserver"],
    renewal: ["For one person's token raise its number in generations (token/<user>)."],
    pages: [PAGES.authentication],
  },
  "auth/passwords": {
    text: [
      "A line for each person with password: true in the spec: password, user, uid and groups. Only Kubernetes before 1.19 reads it.",
    ],
    uses: ["kube-apiserver basic-auth-file"],
    faults: [["It is gone.", "kube-apiserver, which does not start", ["noFile"]]],
    restart: ["kube-apiserver"],
    renewal: ["For one person's password raise its number in generations (password/<user>)."],
    pages: [PAGES.authentication],
  },
  "auth/bootstrap-tokens": {
    text: [
      "Secrets of the type bootstrap.kubernetes.io/token in kube-system, one for each bootstrapTokens of the spec. Once applied they let a new kubelet ask for its certificate, until they end.",
    ],
    uses: [],
    faults: [
      ["A token has ended, or was not applied.", "kube-apiserver", ["unauthenticated", "invalidToken"]],
      [
        "The Secret does not say usage-bootstrap-authentication.",
        "kube-apiserver, the first with -v=3 only",
        [
          "bootstrapUnmarked",
          "invalidToken",
        ],
      ],
    ],
    restart: [],
    renewal: ["token bootstrap NAME writes the Secret of one token with a new end."],
    pages: [PAGES.tokens, PAGES.bootstrapping],
  },
  "auth/cluster-info": {
    text: [
      "The ConfigMap cluster-info in kube-public: the endpoint and the CA, signed with each bootstrap token, and the Role that lets it be read without a credential. A node that joins with a token checks the signature, and knows by it that it talks to the right cluster.",
    ],
    uses: [],
    faults: [["Its Role is not there, or requests without a credential are not let in.", "kubeadm join", [
      "forbidden",
    ]]],
    restart: [],
    renewal: ["A new CA needs a new signature: run provision, and apply it again."],
    pages: [PAGES.tokens],
  },
  "kubeconfig/bootstrap-kubelet": {
    text: [
      "Holds the CA and the first bootstrap token that lets in. A kubelet without a certificate starts with it, and kubeadm join takes it as --discovery-file.",
    ],
    uses: ["kubelet bootstrap-kubeconfig"],
    faults: [
      ["Its token has ended.", "kube-apiserver", ["invalidToken"]],
      ["It is gone.", "kubelet, which does not start", ["noBootstrapKubeconfig", "noFile"]],
    ],
    restart: [],
    renewal: ["token bootstrap NAME --kubeconfig writes one with the Secret that belongs to it."],
    pages: [PAGES.bootstrapping],
  },
  "auth/retired-service-account-keys": {
    text: [
      "Public keys of earlier generations of the service-account key: what they signed is still good until it ends. The API server gets them beside sa.pub, and both are in the key set.",
    ],
    uses: ["kube-apiserver service-account-key-file"],
    faults: [["A key is dropped before its tokens ended.", "kube-apiserver", [
      "unauthenticated",
      "unknownTokenKey",
    ]]],
    restart: ["kube-apiserver"],
    renewal: ["When the old tokens have ended take the number out of keys.retiredServiceAccount."],
    pages: [PAGES.accounts],
  },
  "auth/oidc/discovery": {
    text: [
      "What the API server answers at /.well-known/openid-configuration: the issuer of service-account tokens, and where the keys are. Others who are to trust the cluster's tokens ask for it.",
    ],
    uses: [],
    faults: [["The API server has another issuer.", "kube-apiserver, which does not start without one", [
      "noIssuer",
    ]]],
    restart: [],
    pages: [PAGES.accounts],
  },
  "auth/oidc/jwks": {
    text: [
      "What the API server answers at /openid/v1/jwks: the public keys that verify service-account tokens, each under its kid.",
    ],
    uses: [],
    faults: [["It lacks the key that signed a token.", "whoever is shown the token, such as kube-apiserver", [
      "unknownTokenKey",
    ]]],
    restart: [],
    pages: [PAGES.accounts],
  },
  "webhook-client/<name>": {
    text: [
      "The API server shows it to a webhook that it asks about tokens (authentication) or rights (the authorizer's name). The webhook should take no other client.",
    ],
    uses: [],
    faults: [
      ["It is past its end.", "the webhook", ["expired"]],
      ["The webhook trusts another CA with clients.", "the webhook", ["unknownAuthority"]],
    ],
    restart: ["kube-apiserver"],
    pages: [PAGES.authentication],
  },
  "kubeconfig/webhooks/<name>": {
    text: [
      "Where a webhook is, the CA of its certificate, and the client certificate that the API server shows. It is a kubeconfig in form only: its server is no API server.",
    ],
    uses: [
      "kube-apiserver authentication-token-webhook-config-file",
      "kube-apiserver authorizers[].webhook.connectionInfo.kubeConfigFile",
    ],
    faults: [
      ["Another CA signed the webhook's certificate.", "kube-apiserver", ["unknownAuthority"]],
      ["The webhook's certificate is not good for the server's name.", "kube-apiserver", ["otherName"]],
    ],
    restart: ["kube-apiserver"],
    pages: [PAGES.authentication],
  },
};
