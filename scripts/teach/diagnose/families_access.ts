/**
 * Families of those who come with the wrong name, with a token that does not count, or with nothing.
 *
 * @module
 */
import { anyOf } from "./any_of.ts";
import type { Family } from "./family_type.ts";

/** The table. */
export const ACCESS_FAMILIES: readonly Family[] = [
  {
    name: "token-expired",
    pattern: /service account token has expired|token is expired|token has expired(?! or)/,
    codes: ["expired"],
    says: "the API server refuses a service-account token: it has ended",
    look: [
      "kubectl create token, for a new one; pods get theirs again by themselves",
      "the clock of {server}",
    ],
  },
  {
    name: "token-audience",
    pattern: /token audiences (?<other>\[[^\]]*\]|"[^"]*") is invalid for the target audiences/,
    codes: ["sa-key-mismatch"],
    says: "the API server refuses a service-account token: it was made for another audience",
    look: [
      "--api-audiences and --service-account-issuer of kube-apiserver",
      "kubectl create token --audience",
    ],
    at: [["kube-apiserver", "api-audiences"], ["kube-apiserver", "service-account-issuer"]],
  },
  {
    name: "token-issuer",
    pattern: anyOf(
      /token issuer "(?<name>[^"]*)" is invalid/,
      /oidc: id token issued by a different provider/,
    ),
    codes: ["sa-key-mismatch"],
    says: "the API server refuses a service-account token: another issuer made it ({name})",
    look: ["--service-account-issuer: it may be given more than once, the one that signs first"],
    at: [["kube-apiserver", "service-account-issuer"]],
  },
  {
    name: "token-signature",
    pattern: anyOf(
      /invalid bearer token, (?:\[?invalid signature|no keys found)/,
      /invalid signature, no keys found/,
      /crypto\/rsa: verification error/,
      /square\/go-jose: error in cryptographic primitive/,
      /go-jose\/go-jose: error in cryptographic primitive/,
      /failed to verify id token signature/,
    ),
    codes: ["sa-key-mismatch", "missing-flag"],
    says: "the API server refuses a service-account token: none of its keys checks the signature",
    look: [
      "--service-account-key-file of every API server, and --service-account-private-key-file of the controller-manager",
    ],
    at: [["kube-apiserver", "service-account-key-file"]],
  },
  {
    name: "bootstrap-token",
    pattern: anyOf(
      /[Ee]xpired bootstrap token/,
      /bootstrap token .{0,80}(?:has |is )?expired/,
      /[Dd]eleting expired secret/,
      /No secret of name (?<name>\S+) to match bootstrap bearer token/,
      /token id "?(?<other>[a-z0-9]{6})"? is invalid for this cluster or it has expired/,
    ),
    codes: ["expired"],
    says: "a node comes with a bootstrap token that has ended, or is not there any more",
    look: [
      "kubeadm token list, or kubectl -n kube-system get secrets: bootstrap-token-*",
      "kubeadm token create --print-join-command",
    ],
    at: [["kubelet", "bootstrap-kubeconfig"]],
  },
  {
    name: "token-unknown",
    pattern: /Unable to authenticate the request.*invalid bearer token/,
    codes: ["sa-key-mismatch", "expired"],
    says:
      "the API server refuses a token: nobody whom it believes made it (key, issuer, or a token that is not in its file)",
    look: [
      "--service-account-issuer and --service-account-key-file of kube-apiserver",
      "whether the token is of this cluster",
    ],
    isGeneral: true,
    at: [["kube-apiserver", "service-account-issuer"]],
  },
  {
    name: "node-restriction",
    pattern: anyOf(
      /node "(?<name>[^"]+)" is not allowed to modify node "(?<other>[^"]+)"/,
      /could not determine node from user "(?<user>[^"]+)"/,
    ),
    codes: ["cn-wrong", "organization-wrong"],
    says: "NodeRestriction refuses a kubelet: it comes as one node and writes about another",
    look: [
      "CN=system:node:<name of the node> in the kubelet's client certificate",
      "--hostname-override of the kubelet",
    ],
  },
  {
    name: "node-denied",
    pattern: anyOf(
      /User "(?<user>system:node:[^"]*)" cannot .*?node '(?<name>[^']+)' cannot read '(?<other>[^']+)'/,
      /User "(?<user>system:node:[^"]*)" cannot (?!.*no relationship found)/,
      /NODE DENY/,
    ),
    codes: ["cn-wrong", "organization-wrong"],
    says: "the API server does not let {user} do a kubelet's work",
    look: [
      "CN=system:node:<name of the node> and O=system:nodes in the kubelet's client certificate",
      "--authorization-mode with Node",
    ],
    isSoft: true,
  },
  {
    name: "anonymous",
    pattern: anyOf(
      /User "system:anonymous" cannot/,
      /Please enter Username/,
      /anonymous.*(?:forbidden|not allowed)/,
    ),
    codes: ["missing-flag", "missing-file", "anonymous-auth"],
    says: "{client} shows nothing that says who it is",
    look: [
      "the user of the kubeconfig: a certificate with its key, or a token",
      "whether a proxy in between ends TLS",
    ],
  },
  {
    name: "wrong-identity",
    pattern: /User "(?<user>[^"]+)" cannot (?:get|list|watch|create|update|patch|delete) resource/,
    codes: ["cn-wrong", "organization-wrong"],
    says: "{client} comes as {user}, who may not do its work",
    look: ["the common name in the client certificate of {client}", "RBAC: kubectl auth can-i --as {user}"],
    isSoft: true,
  },
  {
    name: "preferred-address",
    pattern: /no preferred addresses found; known addresses: (?<other>\[[^\]]*\])/,
    codes: ["san-missing"],
    says: "kube-apiserver finds no address of a node among the types that it is told to use",
    look: ["--kubelet-preferred-address-types of kube-apiserver", "kubectl get node -o wide"],
    at: [["kube-apiserver", "kubelet-preferred-address-types"]],
  },
  {
    name: "unauthorized",
    pattern: anyOf(
      /\bUnauthorized\b/,
      /You must be logged in to the server/,
      /asked for the client to provide credentials/,
    ),
    codes: ["expired", "not-yet-valid", "wrong-issuer", "eku-missing", "kubeconfig-stale", "sa-key-mismatch"],
    says: "{server} does not believe {client} (401)",
    look: [
      "the log of {server} at that time: it says why",
      "the client certificate or token of {client}: is it over?",
    ],
    isSoft: true,
  },
];
