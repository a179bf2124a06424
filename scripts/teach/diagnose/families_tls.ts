/**
 * Families of certificates that one side shows and the other refuses.
 *
 * @module
 */
import { anyOf } from "./any_of.ts";
import type { Code } from "../../inspect/verify/findings.ts";
import type { Family, Role } from "./family_type.ts";

const UNKNOWN = anyOf(
  /signed by unknown authority/,
  /unable to get (?:local )?issuer certificate/,
  /self[- ]signed certificate/,
  /unknown certificate authority/,
  /unknown_ca/,
);
const EXPIRED = anyOf(
  /has expired or is not yet valid: current time (?<now>\S+) is after (?<until>\S+?)[\],"]*(?:\s|$)/,
  /certificate has expired(?! or)/,
  /tls: expired certificate/,
);
const EARLY = anyOf(
  /has expired or is not yet valid: current time (?<now>\S+) is before (?<until>\S+?)[\],"]*(?:\s|$)/,
  /certificate is not yet valid/,
);
const USAGE = /incompatible key usage|unsuitable certificate purpose/;
const NAME = anyOf(
  /certificate is valid for [^"]*, not (?<name>[^\s"]+)/,
  /cannot validate certificate for (?<name>\S+) because it doesn't contain any IP SANs/,
  /no alternative certificate subject name matches target (?:host name|ipv[46] address) '(?<name>[^']+)'/,
  /"(?<name>[^"]+)" does not match any of DNSNames/,
  /tls: "(?<name>[^"]+)" does not match/,
);
const NONE = /didn't provide a certificate|(?:tls:|alert) certificate required/;
/** What the other side says of a certificate without a reason. */
const ECHO =
  /remote error: tls: (?:bad certificate|unknown certificate(?: authority)?|expired certificate|internal error|handshake failure|access denied)/;
const PLAIN = anyOf(
  /first record does not look like a TLS handshake/,
  /client sent an HTTP request to an HTTPS server/,
  /server gave HTTP response to HTTPS client/,
  /wrong version number/,
  /error reading server preface: EOF/,
  /rejected our request for an unknown reason/,
);

const ALL_OF_ECHO: readonly [Code, ...Code[]] = [
  "wrong-issuer",
  "expired",
  "not-yet-valid",
  "eku-missing",
  "san-missing",
  "san-absent",
  "kubeconfig-server",
  "kubeconfig-stale",
  "not-a-ca",
  "ca-as-leaf",
  "weak-signature",
];

const PEER: readonly Role[] = ["peer"];
const CLIENT: readonly Role[] = ["client"];
const SERVER: readonly Role[] = ["server", "own"];

const LOOK_TRUST = [
  "openssl verify -CAfile <the CA that {client} trusts> <the certificate of {server}>",
  "the CA file that {client} is given, and whether it is of this cluster",
  "whether {server} was started again after its certificate was made",
];
const LOOK_CLIENT = [
  "openssl verify -purpose sslclient -CAfile <the client CA of {server}> <the certificate of {client}>",
  "the client CA file of {server}",
  "the certificate that {client} is given",
];

/** Why a certificate is refused, with the codes that a tree has for it. */
export const REASONS: readonly {
  readonly pattern: RegExp;
  readonly codes: readonly Code[];
  readonly why: string;
}[] = [
  {
    pattern: /insecure algorithm/,
    codes: ["weak-signature"],
    why: "its signature is of a kind that Go refuses",
  },
  {
    pattern: UNKNOWN,
    codes: ["wrong-issuer", "kubeconfig-stale", "not-a-ca"],
    why: "the CA that signed it is not trusted",
  },
  { pattern: EXPIRED, codes: ["expired"], why: "it has ended" },
  { pattern: EARLY, codes: ["not-yet-valid"], why: "it has not begun yet" },
  { pattern: USAGE, codes: ["eku-missing", "ca-as-leaf"], why: "it is not made for this use" },
  {
    pattern: NAME,
    codes: ["san-missing", "san-absent", "kubeconfig-server", "hard-way-fault"],
    why: "the name or address is not in it",
  },
  { pattern: NONE, codes: ["missing-flag", "missing-file"], why: "there is none" },
];

/** The table. */
export const TLS_FAMILIES: readonly Family[] = [
  {
    name: "webhook",
    pattern: /ailed calling webhook(?:, failing \w+ \S+:)?.*? "(?<name>[^"]+)".*?(?:x509|tls): /,
    codes: ["wrong-issuer"],
    says: "kube-apiserver refuses the certificate of the webhook {name}: {why}",
    look: [
      "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations -o yaml: caBundle of {name}",
      "the certificate of the webhook's server, and whether it is good for <service>.<namespace>.svc",
    ],
    isOutside: true,
  },
  {
    name: "weak-signature",
    pattern: /insecure algorithm/,
    codes: ["weak-signature"],
    says: "a certificate is signed with an algorithm that Go refuses",
    look: ["openssl x509 -noout -text, at Signature Algorithm"],
  },
  {
    name: "peer-refused",
    pattern: ECHO,
    codes: ALL_OF_ECHO,
    says: "{server} and {client} do not agree: the other side refused the certificate that was shown to it",
    look: ["the log of the other side: it says why", ...LOOK_TRUST],
    isSoft: true,
  },
  {
    name: "etcd-peer",
    pattern: anyOf(UNKNOWN, EXPIRED, EARLY, USAGE, NAME, NONE, /tls: /),
    roles: PEER,
    codes: [
      "wrong-issuer",
      "expired",
      "not-yet-valid",
      "san-missing",
      "eku-missing",
      "san-absent",
      "missing-flag",
    ],
    says: "one member of etcd refuses the peer certificate of another: {why}",
    look: [
      "openssl verify -CAfile <--peer-trusted-ca-file> <--peer-cert-file of the other member>",
      "whether the peer certificate has the address that the member connects from, and both serverAuth and clientAuth",
    ],
  },
  {
    name: "etcd-client",
    pattern: anyOf(UNKNOWN, EXPIRED, EARLY, USAGE, NONE),
    roles: CLIENT,
    servers: ["etcd"],
    codes: ["expired", "not-yet-valid", "eku-missing", "wrong-issuer", "missing-flag", "missing-file"],
    says: "etcd refuses the client certificate of {client}: {why}",
    look: [
      "openssl verify -purpose sslclient -CAfile <--trusted-ca-file of etcd> <--etcd-certfile>",
      "--etcd-certfile and --etcd-keyfile of kube-apiserver",
      "--trusted-ca-file of etcd",
    ],
  },
  {
    name: "plain-http",
    pattern: PLAIN,
    codes: ["plain-etcd", "kubeconfig-server"],
    says: "one side speaks TLS and the other does not",
    look: [
      "whether the URL begins with https: and the port is right",
      "--etcd-servers, or server: of the kubeconfig",
    ],
  },
  {
    name: "front-proxy-name",
    pattern: /subject with cn=(?<name>[^\s,]*) is not in the allowed list/,
    codes: ["cn-wrong", "shared-requestheader-ca"],
    says:
      "the API server does not let {name} speak for others: it is not among --requestheader-allowed-names",
    look: ["--requestheader-allowed-names", "the common name of --proxy-client-cert-file"],
    at: [["kube-apiserver", "proxy-client-cert-file"]],
  },
  {
    name: "client-expired",
    pattern: EXPIRED,
    roles: CLIENT,
    codes: ["expired"],
    says: "{server} refuses the client certificate of {client}: it has ended",
    look: ["openssl x509 -noout -enddate of the certificate of {client}", "the clock of {server}"],
  },
  {
    name: "client-not-yet-valid",
    pattern: EARLY,
    roles: CLIENT,
    codes: ["not-yet-valid"],
    says: "{server} refuses the client certificate of {client}: it has not begun yet",
    look: ["the clock of {server}", "openssl x509 -noout -startdate of the certificate of {client}"],
  },
  {
    name: "client-key-usage",
    pattern: USAGE,
    roles: CLIENT,
    codes: ["eku-missing", "ca-as-leaf"],
    says: "{server} refuses the client certificate of {client}: it is not made for clients",
    look: ["openssl x509 -noout -ext extendedKeyUsage of the certificate of {client}"],
  },
  {
    name: "client-unknown-authority",
    pattern: UNKNOWN,
    roles: CLIENT,
    codes: ["wrong-issuer", "kubeconfig-stale", "not-a-ca"],
    says: "{server} refuses the client certificate of {client}: a CA signed it that it does not trust",
    look: LOOK_CLIENT,
  },
  {
    name: "client-certificate-missing",
    pattern: NONE,
    codes: ["missing-flag", "missing-file"],
    says: "{client} shows no client certificate, and {server} wants one",
    look: ["the flags or the kubeconfig of {client}: certificate and key have to be set"],
  },
  {
    name: "kubelet-serving",
    pattern: anyOf(UNKNOWN, EXPIRED, EARLY, USAGE, NAME),
    roles: ["server"],
    servers: ["kubelet"],
    codes: [
      "san-missing",
      "wrong-issuer",
      "expired",
      "not-yet-valid",
      "san-absent",
      "eku-missing",
      "hard-way-fault",
    ],
    says: "the API server refuses the serving certificate of a kubelet: {why}",
    look: [
      "--kubelet-certificate-authority of kube-apiserver, and who signed the kubelet's serving certificate",
      "whether the certificate has the node's address: --kubelet-preferred-address-types says which is used",
      "kubectl get csr, where serverTLSBootstrap is on: such requests are approved by nobody",
    ],
  },
  {
    name: "common-name-only",
    pattern: anyOf(
      /relies on legacy Common Name field/,
      /is not valid for any names, but wanted to match (?<name>[^\s"]+)/,
      /certificate subject name '[^']*' does not match target host name '(?<name>[^']+)'/,
    ),
    roles: SERVER,
    codes: ["san-absent", "san-missing"],
    says: "the certificate of {server} has no alternative names; {client} does not look at the common name",
    look: ["openssl x509 -noout -ext subjectAltName of the certificate of {server}"],
  },
  {
    name: "name-mismatch",
    pattern: NAME,
    roles: SERVER,
    codes: ["kubeconfig-server", "san-missing", "san-absent", "hard-way-fault"],
    says: "{client} asks for {name}, and the certificate of {server} is not good for that name or address",
    look: [
      "openssl x509 -noout -ext subjectAltName of the certificate of {server}",
      "the address that {client} uses: a load balancer's name has to be in it too",
    ],
  },
  {
    name: "expired",
    pattern: EXPIRED,
    roles: SERVER,
    codes: ["expired"],
    says: "{client} refuses the certificate of {server}: it has ended",
    look: ["openssl x509 -noout -enddate of the certificate of {server}", "the clock of {client}"],
  },
  {
    name: "not-yet-valid",
    pattern: EARLY,
    roles: SERVER,
    codes: ["not-yet-valid"],
    says: "{client} refuses the certificate of {server}: it has not begun yet",
    look: ["the clock of {client}", "openssl x509 -noout -startdate of the certificate of {server}"],
  },
  {
    name: "key-usage",
    pattern: USAGE,
    roles: SERVER,
    codes: ["eku-missing", "ca-as-leaf"],
    says: "{client} refuses the certificate of {server}: it is not made for servers",
    look: ["openssl x509 -noout -ext extendedKeyUsage of the certificate of {server}"],
  },
  {
    name: "unknown-authority",
    pattern: UNKNOWN,
    roles: SERVER,
    codes: ["kubeconfig-stale", "wrong-issuer", "not-a-ca"],
    says: "{client} does not trust the CA that signed the certificate of {server}",
    look: LOOK_TRUST,
  },
];
