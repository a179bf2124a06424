/**
 * What helps when a signer or the API server refuses a request: one sentence for each of their messages.
 *
 * @module
 */

/** A pattern of a message, and what to do; `$1` is what the pattern found. */
const REMEDIES: readonly (readonly [pattern: RegExp, remedy: string])[] = [
  [
    /^invalid usage for client certificate: (.+)$/,
    'take "$1" out of spec.usages: this signer takes digital signature, key encipherment and client auth, no other',
  ],
  [/^missing required usage for client certificate/, "add client auth to spec.usages"],
  [/^invalid usage for \S+\/\S+: (.+)$/, 'take "$1" out of spec.usages, or add it to the signer\'s usages'],
  [/^missing required usage for \S+\/\S+: (.+)$/, "add $1 to spec.usages"],
  [
    /^subject organization (".*") is not allowed$/s,
    "leave O=$1 out of the subject, or add it to the signer's groups",
  ],
  [
    /^subject common name "" is not allowed$/,
    "give the subject a CN that the signer's commonNames allow",
  ],
  [
    /^subject common name (".*") is not allowed$/s,
    "ask with another CN than $1, or add it to the signer's commonNames",
  ],
  [
    /^DNS subjectAltName (".*") is not allowed$/s,
    "leave $1 out of the alternative names, or add it to the signer's dnsNames",
  ],
  [
    /^IP subjectAltName (".*") is not allowed$/,
    "leave $1 out of the alternative names, or add its network to the signer's addresses",
  ],
  [/^subject organization is not system:nodes$/, "the subject must have exactly one O, system:nodes"],
  [/^subject common name does not begin with system:node:$/, "the CN must be system:node:<name of the node>"],
  [/^DNS or IP subjectAltName is required$/, "ask for the node's DNS name or address as an alternative name"],
  [/^(\w+) subjectAltNames are not allowed$/, "leave the $1 alternative names out of the request"],
  [
    /^usages did not match \[(.+)\]$/,
    "spec.usages must be exactly: $1; key encipherment may be left out",
  ],
  [
    /system:masters group is not allowed/,
    "ask for another group and bind it with RBAC: system:masters cannot be revoked",
  ],
  [
    /PEM block type must be/,
    "spec.request is the base64 of PEM that begins with -----BEGIN CERTIFICATE REQUEST-----",
  ],
  [
    /cannot verify signature: algorithm unimplemented$/,
    "Kubernetes 1.37 knows no key or signature of this kind, such as ML-DSA: ask with RSA, ECDSA or Ed25519",
  ],
  [
    /the signer has expired|certificate that expired in the past/,
    "renew the CA, or the validity of a signer of your own, or give another --at",
  ],
  [/legacy signerName/, "use kubernetes.io/kube-apiserver-client or a signer of your own"],
];

/**
 * Finds what helps.
 *
 * @param message of a condition, of a cause or of a log
 * @returns undefined when nothing is known
 */
export function remedyOf(message: string): string | undefined {
  for (const [pattern, remedy] of REMEDIES) {
    const found = pattern.exec(message);
    if (found !== null) return remedy.replace("$1", () => found[1] ?? "");
  }
  return undefined;
}

/** What follows a Failed condition: the controller-manager never looks at such a request again. */
export const AFTER_FAILURE = "a failed request is never signed: make it anew with csr new --force";
