/**
 * The words with which Go, Kubernetes and etcd say that something is wrong: each once, with the source file that holds
 * them. A test finds every one there. `<...>` stands for what differs.
 *
 * @module
 */

/** Words of a program. */
export interface Message {
  readonly words: string;
  /** Path of the Go source, from the module on; of Go's own library from `src/` on. */
  readonly source: string;
}

function of(source: string, words: string): Message {
  return { words, source };
}

const X509 = "crypto/x509/verify.go";
const REQUEST = "k8s.io/apiserver/pkg/authentication/request/x509/x509.go";
const OPTIONS = "k8s.io/kubernetes/pkg/kubeapiserver/options/authentication.go";
const NODE = "k8s.io/kubernetes/plugin/pkg/auth/authorizer/node/node_authorizer.go";
const LISTENER = "go.etcd.io/etcd/client/pkg/v3/transport/listener_tls.go";
const ENCRYPTION = "k8s.io/apiserver/pkg/server/options/encryptionconfig/config.go";
const BOOTSTRAP = "k8s.io/kubernetes/plugin/pkg/auth/authenticator/token/bootstrap/bootstrap.go";
const ALERTS = "crypto/tls/alert.go";
const CLAIMS = "k8s.io/kubernetes/pkg/serviceaccount/claims.go";

/** The table. */
export const MESSAGES = {
  unknownAuthority: of(X509, "x509: certificate signed by unknown authority"),
  expired: of(X509, "x509: certificate has expired or is not yet valid: current time <now> is after <end>"),
  notYetValid: of(
    X509,
    "x509: certificate has expired or is not yet valid: current time <now> is before <beginning>",
  ),
  otherName: of(X509, "x509: certificate is valid for <names>, not <name>"),
  noAddresses: of(
    X509,
    "x509: cannot validate certificate for <address> because it doesn't contain any IP SANs",
  ),
  commonNameOnly: of(X509, "x509: certificate relies on legacy Common Name field, use SANs instead"),
  wrongUsage: of(X509, "x509: certificate specifies an incompatible key usage"),
  keyMismatch: of("crypto/tls/tls.go", "tls: private key does not match public key"),
  noCertificate: of("crypto/tls/handshake_server.go", "tls: client didn't provide a certificate"),
  alertBad: of(ALERTS, "tls: bad certificate"),
  alertUnknownAuthority: of(ALERTS, "tls: unknown certificate authority"),
  alertExpired: of(ALERTS, "tls: expired certificate"),
  alertRequired: of(ALERTS, "tls: certificate required"),
  handshakeLog: of("net/http/server.go", "http: TLS handshake error from <address>: <reason>"),
  noFile: of("syscall/zerrors_linux_amd64.go", "no such file or directory"),
  unauthenticated: of(
    "k8s.io/apiserver/pkg/endpoints/filters/authentication.go",
    "Unable to authenticate the request",
  ),
  verifying: of(REQUEST, "verifying certificate <serial and key ids> failed: <reason>"),
  unauthorized: of(
    "k8s.io/kubectl/pkg/cmd/util/helpers.go",
    "error: You must be logged in to the server (<reason>)",
  ),
  notAllowedName: of(REQUEST, "x509: subject with cn=<name> is not in the allowed list"),
  forbidden: of(
    "k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go",
    'User "<user>" cannot <verb> resource "<resource>" in API group "<group>" at the cluster scope',
  ),
  noRelationship: of(NODE, "no relationship found between node '<node>' and this object"),
  unreadNode: of(NODE, "node '<node>' cannot read '<other node>', only its own Node object"),
  otherNode: of(
    "k8s.io/kubernetes/plugin/pkg/admission/noderestriction/admission.go",
    'node "<node>" is not allowed to modify node "<other node>"',
  ),
  kubeletUnauthenticated: of(
    "k8s.io/kubernetes/pkg/kubelet/server/server.go",
    "Unable to authenticate the request due to an error",
  ),
  kubeletForbidden: of(
    "k8s.io/kubernetes/pkg/kubelet/server/server.go",
    "Forbidden (user=<user>, verb=<verb>, resource=<resource>, subresource(s)=<subresources>)",
  ),
  kubeletFailed: of("k8s.io/kubernetes/cmd/kubelet/app/server.go", "failed to run Kubelet: <reason>"),
  sharedAuthority: of(
    OPTIONS,
    "--requestheader-client-ca-file and --client-ca-file contain overlapping certificates; " +
      "--requestheader-allowed-names must be specified to ensure regular client certificates cannot set " +
      "authenticating proxy headers for arbitrary users",
  ),
  noTokenKeys: of(
    OPTIONS,
    "either `--service-account-key-file` or `--service-account-signing-endpoint` must be set",
  ),
  noIssuer: of(OPTIONS, "service-account-issuer is a required flag"),
  unknownTokenKey: of("k8s.io/kubernetes/pkg/serviceaccount/jwt.go", "invalid signature, no keys found"),
  tokenGone: of(CLAIMS, "service account token has been invalidated"),
  tokenExpired: of(CLAIMS, "service account token has expired"),
  severalSigners: of(
    "k8s.io/kubernetes/pkg/controller/certificates/signer/ca_provider.go",
    'error reading CA cert file "<file>": expected 1 certificate, found <number>',
  ),
  signerExpired: of(
    "k8s.io/kubernetes/pkg/controller/certificates/authority/policies.go",
    "the signer has expired: NotAfter=<time>",
  ),
  leaderLock: of("k8s.io/client-go/tools/leaderelection/leaderelection.go", "Error retrieving lease lock"),
  failedWatch: of("k8s.io/client-go/tools/cache/reflector.go", "Failed to watch"),
  unregisteredNode: of(
    "k8s.io/kubernetes/pkg/kubelet/kubelet_node_status.go",
    "Unable to register node with API server",
  ),
  kubeletCertificateExpired: of(
    "k8s.io/kubernetes/pkg/kubelet/certificate/transport.go",
    "The currently active client certificate has expired and the server is responsive, exiting.",
  ),
  bootstrapExpired: of(
    "k8s.io/kubernetes/pkg/kubelet/certificate/bootstrap/bootstrap.go",
    "part of the existing bootstrap client certificate in <file> is expired: <time>",
  ),
  noBootstrapKubeconfig: of(
    "k8s.io/kubernetes/pkg/kubelet/certificate/bootstrap/bootstrap.go",
    "unable to load bootstrap kubeconfig: <reason>",
  ),
  bootstrapType: of(BOOTSTRAP, "has invalid type, expected <type>."),
  bootstrapUnmarked: of(BOOTSTRAP, "not marked <key>=true."),
  invalidToken: of(
    "k8s.io/apiserver/pkg/authentication/request/bearertoken/bearertoken.go",
    "invalid bearer token",
  ),
  notANode: of(
    "k8s.io/kubernetes/plugin/pkg/admission/noderestriction/admission.go",
    "can only create a node CSR with CN=system:node:<node>",
  ),
  grpcHandshake: of(
    "google.golang.org/grpc/internal/transport/http2_client.go",
    "transport: authentication handshake failed: <reason>",
  ),
  etcdClientRejected: of(
    "go.etcd.io/etcd/server/v3/embed/config_logging.go",
    "rejected connection on client endpoint",
  ),
  etcdPeerRejected: of(
    "go.etcd.io/etcd/server/v3/embed/config_logging.go",
    "rejected connection on peer endpoint",
  ),
  peerUnhealthy: of(
    "go.etcd.io/etcd/server/v3/etcdserver/api/rafthttp/probing_status.go",
    "prober detected unhealthy status",
  ),
  peerName: of(LISTENER, 'tls: "<address>" does not match any of DNSNames <names>'),
  etcdHalfPair: of(
    "go.etcd.io/etcd/client/pkg/v3/transport/listener.go",
    "KeyFile and CertFile must both be present[key: <file>, cert: <file>]",
  ),
  aggregatorProbe: of(
    "k8s.io/kube-aggregator/pkg/controllers/status/remote/remote_available_controller.go",
    "failing or missing response from <url>: <reason>",
  ),
  noProvider: of(ENCRYPTION, "no matching prefix found"),
  noEncryptionKey: of(ENCRYPTION, "no matching key was found for the provided AES transformer"),
  secretLength: of(
    "k8s.io/apiserver/pkg/apis/apiserver/validation/validation_encryption.go",
    "secret is not of the expected length, got <length>, expected one of <lengths>",
  ),
  unreadableKubeconfig: of(
    "k8s.io/client-go/tools/clientcmd/loader.go",
    'error loading config file "<file>": <reason>',
  ),
  unreadableCertificate: of(
    "k8s.io/client-go/tools/clientcmd/validation.go",
    "unable to read client-cert <file> for <user> due to <reason>",
  ),
  mastersRefused: of(
    "k8s.io/kubernetes/plugin/pkg/admission/certificates/subjectrestriction/admission.go",
    "use of <signer> signer with system:masters group is not allowed",
  ),
} as const satisfies Readonly<Record<string, Message>>;

/** A message's name. */
export type MessageName = keyof typeof MESSAGES;
