/**
 * What `verify` can find: the one table of codes. A code stays what it is; programs branch on it.
 *
 * @module
 */
import { compareText } from "../../shared/text.ts";

/** How bad it is: an error stops a component or a handshake in Go; a warning is the rest; info is worth knowing. */
export type Severity = "error" | "warning" | "info";

/** Every code, with its severity and what it says. */
export const CODES = {
  "unparsable": ["error", "A file that is meant to hold PKI cannot be read as what it should be."],
  "missing-file": ["error", "A flag, kubeconfig or the command line names a file that is not there."],
  "expired": ["error", "A certificate, CRL or token is past its end."],
  "not-yet-valid": ["error", "A certificate or token begins in the future."],
  "wrong-issuer": ["error", "The chain of a certificate does not verify with the CA that its users trust."],
  "key-mismatch": ["error", "A certificate and the private key beside it do not belong together."],
  "not-a-ca": ["error", "A certificate that a flag trusts as CA is none."],
  "ca-as-leaf": ["error", "A CA's own certificate is used by a server or client."],
  "eku-missing": ["error", "A certificate lacks the extended key usage that its use needs."],
  "cn-wrong": ["error", "The common name is not the user name that the component needs."],
  "organization-wrong": ["error", "The organizations are not the groups that the component needs."],
  "san-missing": ["error", "A server's certificate lacks a name or address by which it is reached."],
  "san-absent": ["error", "A server's certificate has a common name only, which no Go program accepts."],
  "weak-signature": ["error", "A certificate is signed in a way that Go refuses (MD5, SHA-1)."],
  "bad-serial": ["error", "A serial number is negative, zero or longer than 20 octets."],
  "shared-requestheader-ca": [
    "error",
    "--requestheader-client-ca-file is also the client CA, and no names are allowed: every client may act for every user.",
  ],
  "signing-file-bundle": ["error", "The controller-manager's signing file holds more than one certificate."],
  "kubeconfig-server": [
    "error",
    "A kubeconfig's server is not among the names in the API server's certificate.",
  ],
  "sa-key-mismatch": [
    "error",
    "The key that signs service-account tokens is not among those that check them.",
  ],
  "plain-etcd": ["error", "etcd is spoken to, or listens, without TLS beyond the loopback interface."],
  "missing-flag": ["error", "A flag that another one needs, or without which there is no TLS, is not set."],
  "differs-from-spec": ["error", "A file is not what the spec says, or with its seed not the same bytes."],
  "revoked": ["error", "A CRL beside the certificate lists it."],
  "expires-soon": ["warning", "It ends within 30 days, or within what --within says."],
  "outlives-issuer": ["warning", "A certificate ends after the CA that signed it."],
  "eku-extra": ["warning", "A certificate may be used for more than its use needs."],
  "key-usage": ["warning", "The key usage lacks a bit that its use needs."],
  "weak-key": ["warning", "A key is shorter than 2048 bits of RSA or 224 bits of a curve."],
  "duplicate-serial": ["warning", "Two different certificates have the same issuer and serial number."],
  "mode-too-open": ["warning", "Others than the owner may read a secret, or change a certificate."],
  "kubeconfig-stale": ["warning", "What a kubeconfig embeds differs from the file of the same name."],
  "etcd-shares-ca": [
    "warning",
    "etcd trusts the cluster's own CA: every client of the cluster is one of etcd.",
  ],
  "static-tokens": ["warning", "--token-auth-file is set: tokens that never end."],
  "basic-auth": ["warning", "--basic-auth-file is set: passwords, which Kubernetes has dropped in 1.19."],
  "anonymous-auth": [
    "warning",
    "Anonymous requests are let in; info where the flag is not set, as that is the default.",
  ],
  "long-validity": ["warning", "A leaf is valid for more than a year, or a CA for more than ten."],
  "hard-way-fault": ["warning", "A known fault of Kubernetes The Hard Way's own configuration."],
  "key-encrypted": ["warning", "A private key needs a password, which no component of Kubernetes can give."],
  "system-masters": ["info", "A credential in system:masters, which no RBAC rule can limit or revoke."],
  "foreign-file": ["info", "A file in the tree that the spec does not know."],
} as const satisfies Readonly<Record<string, readonly [Severity, string]>>;

/** A stable code. */
export type Code = keyof typeof CODES;

/** One finding. */
export interface Finding {
  readonly code: Code;
  readonly severity: Severity;
  /** The file, as this machine sees it. */
  readonly path: string;
  /** The flag that names it, or the place in the file; null for the file itself. */
  readonly flag: string | null;
  /** What was found and what was wanted. */
  readonly message: string;
  /** What helps; null when there is nothing to add. */
  readonly hint: string | null;
}

/**
 * Makes a finding.
 *
 * @param severity where it differs from the code's own
 */
export function finding(
  code: Code,
  path: string,
  flag: string | null,
  message: string,
  hint: string | null = null,
  severity: Severity = CODES[code][0],
): Finding {
  return { code, severity, path, flag, message, hint };
}

const RANKS: readonly Severity[] = ["error", "warning", "info"];

/** Orders findings: the worst first, then by path, code, flag and message. */
export function compareFindings(a: Finding, b: Finding): number {
  return RANKS.indexOf(a.severity) - RANKS.indexOf(b.severity) || compareText(a.path, b.path) ||
    compareText(a.code, b.code) || compareText(a.flag ?? "", b.flag ?? "") ||
    compareText(a.message, b.message);
}
