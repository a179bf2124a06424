/**
 * Families of files that a program cannot use, so that it does not start, or does not do a part of its work.
 *
 * @module
 */
import { anyOf } from "./any_of.ts";
import type { Family } from "./family_type.ts";

const FILE = String.raw`(?<file>\/[^\s"':,\]]+)`;

/** The table. */
export const FILE_FAMILIES: readonly Family[] = [
  {
    name: "front-proxy-shared",
    pattern: /requestheader-client-ca-file and --client-ca-file contain overlapping certificates/,
    codes: ["shared-requestheader-ca"],
    says: "kube-apiserver does not start: the front proxy's CA is the clients' CA, and no names are allowed",
    look: ["--requestheader-client-ca-file and --client-ca-file: two CAs", "--requestheader-allowed-names"],
    at: [["kube-apiserver", "requestheader-client-ca-file"]],
  },
  {
    name: "key-mismatch",
    pattern: anyOf(
      /private key does not match public key/,
      /key values mismatch/,
      /private key type does not match public key type/,
    ),
    codes: ["key-mismatch"],
    says: "{program} has a private key that is not the certificate's",
    look: [
      "openssl x509 -noout -pubkey of the certificate, and openssl pkey -pubout of the key: they have to be equal",
    ],
  },
  {
    name: "multiple-certificates",
    pattern: new RegExp(
      `error reading CA cert file "(?:[\\w-]+::)?${FILE}[^"]*": expected 1 certificate, found`,
    ),
    codes: ["signing-file-bundle"],
    says: "kube-controller-manager signs nothing: its signing file holds more than one certificate",
    look: ["--cluster-signing-cert-file: the signing CA alone"],
    at: [["kube-controller-manager", "cluster-signing-cert-file"]],
  },
  {
    name: "token-file",
    pattern: new RegExp(
      `token file '${FILE}' must have at least 3 columns|error parsing token file|token auth file.*(?:parse error|wrong number of fields)`,
    ),
    codes: ["unparsable"],
    says: "kube-apiserver does not start: a line of its token file has too few columns",
    look: ['--token-auth-file: token,user,uid,"group1,group2" on each line'],
    at: [["kube-apiserver", "token-auth-file"]],
  },
  {
    name: "encryption-key",
    pattern: anyOf(
      /unable to transform key "(?<name>[^"]+)"/,
      /failed to read one or more \S+ from the storage: .*Key: (?<name>[^,\s]+)/,
      /data from the storage is not transformable|"failed to decrypt data"/,
      /no matching (?:key|prefix) (?:was )?found/,
      /identity transformer tried to read encrypted data/,
    ),
    codes: ["key-mismatch"],
    says: "kube-apiserver cannot read what is stored: the key that encrypted it is not in its configuration",
    look: [
      "the keys of --encryption-provider-config: old ones stay, behind the new one, until all is written again",
    ],
    at: [["kube-apiserver", "encryption-provider-config"]],
  },
  {
    name: "encryption",
    pattern: anyOf(
      /secret is not of the expected length/,
      /encryption provider configuration.*(?:error decoding|invalid)/,
    ),
    codes: ["unparsable"],
    says: "kube-apiserver does not start: a key of its encryption configuration is none",
    look: ["the keys of --encryption-provider-config: each 16, 24 or 32 octets in base64"],
    at: [["kube-apiserver", "encryption-provider-config"]],
  },
  {
    name: "missing-file",
    pattern: new RegExp(
      `(?:open|stat|read|lstat) ${FILE}: no such file or directory|unable to read (?:client-cert|client-key|certificate-authority) (?<file>/\\S+)`,
    ),
    codes: ["missing-file"],
    says: "{program} is given a file that is not there",
    look: ["the file, and the flag or kubeconfig that names it"],
  },
  {
    name: "unreadable",
    pattern: new RegExp(
      [
        `error loading CA bundle for "[\\w-]+::${FILE}"`,
        `error reading (?:private|public) key file (?<file>/[^\\s:"]+)`,
        "failed to find any PEM data|data does not contain any valid RSA or ECDSA|data does not contain a valid RSA or ECDSA",
        "x509: malformed|failed to parse (?:certificate|private key|PKCS)|asn1: structure error|asn1: syntax error",
        "unable to load (?:root )?certificates|unable to parse bytes as PEM block|no PEM data is found|could not load PEM",
        "failed to find (?:certificate|PEM)|private key file.*(?:invalid|encrypted)",
      ].join("|"),
    ),
    codes: ["unparsable", "key-encrypted", "missing-file"],
    says: "{program} cannot read a certificate or key that it is given",
    look: ["openssl x509 -noout -subject, or openssl pkey -noout, of each file that {program} is given"],
  },
  {
    name: "missing-flag",
    pattern: anyOf(
      /(?<name>service-account-issuer) is a required flag/,
      /(?<name>--[\w-]{1,80}(?:, --[\w-]{1,80}){0,8}) (?:and --[\w-]+ )?(?:should be specified together|must be specified|is required)/,
    ),
    codes: ["missing-flag"],
    says: "{program} does not start: a flag is not set that it needs",
    look: ["the flags of {program}: {name}"],
    at: [["kube-apiserver", "service-account-issuer"]],
  },
  {
    name: "signer",
    pattern: anyOf(
      /the signer has expired: NotAfter=(?<until>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)/,
      /refusing to sign a certificate that expired/,
      /error auto signing csr/,
      /unable to verify certificate request signature/,
      /invalid usage for client certificate/,
      /missing required usage for client certificate/,
    ),
    codes: ["expired", "signing-file-bundle", "key-mismatch", "unparsable"],
    says: "kube-controller-manager cannot sign certificate requests",
    look: [
      "openssl x509 -noout -enddate of --cluster-signing-cert-file",
      "the usages of the request: kubectl get csr -o yaml",
    ],
    at: [["kube-controller-manager", "cluster-signing-cert-file"]],
  },
];
