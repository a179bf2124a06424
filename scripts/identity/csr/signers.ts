/**
 * The signers of Kubernetes: what each takes, in the order in which it looks, with its words.
 *
 * https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#kubernetes-signers
 *
 * @module
 */
import type { Signer } from "../../spec/types.ts";
import { customRefusal } from "./custom.ts";
import type { GoRequest } from "./go_request.ts";

/** The signer of client certificates. */
export const CLIENT_SIGNER = "kubernetes.io/kube-apiserver-client";
/** The signer of kubelets' client certificates. */
export const KUBELET_CLIENT_SIGNER = "kubernetes.io/kube-apiserver-client-kubelet";
/** The signer of kubelets' serving certificates. */
export const KUBELET_SERVING_SIGNER = "kubernetes.io/kubelet-serving";
/** The signer of old, that v1 of the API refuses. */
export const LEGACY_SIGNER = "kubernetes.io/legacy-unknown";

/** Says what a signer refuses; undefined when it takes a request. */
type Rule = (request: GoRequest, usages: readonly string[]) => string | undefined;

const organization: Rule = ({ subject }) => {
  const found = subject.lists.get("2.5.4.10") ?? [];
  return found.length === 1 && found[0] === "system:nodes"
    ? undefined
    : "subject organization is not system:nodes";
};
const noDns: Rule = ({ names }) => names.dns.length > 0 ? "DNS subjectAltNames are not allowed" : undefined;
const noEmail: Rule = ({ names }) =>
  names.emails.length > 0 ? "Email subjectAltNames are not allowed" : undefined;
const noIp: Rule = ({ names }) =>
  names.addresses.length > 0 ? "IP subjectAltNames are not allowed" : undefined;
const noUri: Rule = ({ names }) => names.uris.length > 0 ? "URI subjectAltNames are not allowed" : undefined;
const needsName: Rule = ({ names }) =>
  names.dns.length + names.addresses.length === 0 ? "DNS or IP subjectAltName is required" : undefined;
const nodeName: Rule = ({ subject }) =>
  subject.commonName.startsWith("system:node:")
    ? undefined
    : "subject common name does not begin with system:node:";

/** Key encipherment may be left out since 1.27, whatever the key is. */
function exactly(purpose: string): Rule {
  const all = ["digital signature", "key encipherment", purpose].sort();
  const less = ["digital signature", purpose].sort();
  return (_, usages) => {
    const given = [...new Set(usages)].sort().join("|");
    return given === all.join("|") || given === less.join("|")
      ? undefined
      : `usages did not match [${all.join(" ")}]`;
  };
}

const CLIENT_USAGES = ["digital signature", "key encipherment", "client auth"];

const clientUsages: Rule = (_, usages) => {
  const invalid = usages.find((usage) => !CLIENT_USAGES.includes(usage));
  if (invalid !== undefined) return `invalid usage for client certificate: ${invalid}`;
  return usages.includes("client auth")
    ? undefined
    : "missing required usage for client certificate: client auth";
};

/** A signer's rules, the first that finds a fault wins. */
const RULES: Readonly<Record<string, readonly Rule[]>> = {
  [CLIENT_SIGNER]: [clientUsages],
  [KUBELET_CLIENT_SIGNER]: [
    organization,
    noDns,
    noEmail,
    noIp,
    noUri,
    nodeName,
    exactly("client auth"),
  ],
  [KUBELET_SERVING_SIGNER]: [
    organization,
    needsName,
    noEmail,
    noUri,
    exactly("server auth"),
    nodeName,
  ],
  [LEGACY_SIGNER]: [],
};

/** The built-in signers that the API's v1 takes. */
export const SIGNERS: readonly string[] = [CLIENT_SIGNER, KUBELET_CLIENT_SIGNER, KUBELET_SERVING_SIGNER];

/** Whether the controller-manager signs for a signer. */
function isBuiltIn(signerName: string): boolean {
  return Object.hasOwn(RULES, signerName);
}

/** Finds a custom signer; undefined for those of Kubernetes and for what nobody knows. */
export function customSigner(signerName: string, signers: readonly Signer[]): Signer | undefined {
  return isBuiltIn(signerName) ? undefined : signers.find(({ name }) => name === signerName);
}

/** Whether it is known what a signer takes. */
export function isKnownSigner(signerName: string, signers: readonly Signer[] = []): boolean {
  return isBuiltIn(signerName) || customSigner(signerName, signers) !== undefined;
}

/**
 * Says why a signer refuses a request.
 *
 * @param signers the custom signers of a spec
 * @returns the message of its Failed condition; undefined when it signs, or when nobody knows it
 */
export function signerRefusal(
  signerName: string,
  request: GoRequest,
  usages: readonly string[],
  signers: readonly Signer[] = [],
): string | undefined {
  const custom = customSigner(signerName, signers);
  if (custom !== undefined) return customRefusal(custom, request, usages);
  for (const rule of RULES[signerName] ?? []) {
    const refusal = rule(request, usages);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
