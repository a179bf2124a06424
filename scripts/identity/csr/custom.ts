/**
 * Custom signers: what the policy of one refuses, in the order and with words like those of the signers of Kubernetes.
 *
 * @module
 */
import { type Address, contains, makeAddress, makeCidr } from "../../shared/address.ts";
import { compilePattern } from "../../shared/pattern.ts";
import { isDnsName } from "../../spec/names.ts";
import { matchesName } from "../../spec/signers.ts";
import type { Signer } from "../../spec/types.ts";
import { goQuote } from "./go_error.ts";
import type { GoRequest } from "./go_request.ts";

/** A policy's rule: what it refuses; undefined when it has nothing against a request. */
type Rule = (signer: Signer, request: GoRequest, usages: readonly string[]) => string | undefined;

const organizations: Rule = ({ groups }, { subject }) => {
  const wrong = (subject.lists.get("2.5.4.10") ?? []).find((name) => !matchesName(groups, name));
  return wrong === undefined ? undefined : `subject organization ${goQuote(wrong)} is not allowed`;
};

const dnsNames: Rule = ({ dnsNames }, { names }) => {
  if (dnsNames === undefined || names.dns.length === 0) return undefined;
  if (dnsNames.length === 0) return "DNS subjectAltNames are not allowed";
  // What is no DNS name could hide another behind a * that stands for anything.
  const isAllowed = (name: string): boolean =>
    isDnsName(name, true) && dnsNames.some((pattern) => compilePattern(pattern)(name.toLowerCase()));
  const wrong = names.dns.find((name) => !isAllowed(name));
  return wrong === undefined ? undefined : `DNS subjectAltName ${goQuote(wrong)} is not allowed`;
};

const emails: Rule = ({ hasEmails }, { names }) =>
  names.emails.length > 0 && !hasEmails ? "Email subjectAltNames are not allowed" : undefined;

const addresses: Rule = ({ addresses }, { names }) => {
  if (addresses === undefined || names.addresses.length === 0) return undefined;
  if (addresses.length === 0) return "IP subjectAltNames are not allowed";
  const wrong = names.addresses.map(addressOf).find(({ family, value }) =>
    !addresses.some((network) => contains(network, makeCidr(family, value, family === 4 ? 32 : 128)))
  );
  return wrong === undefined ? undefined : `IP subjectAltName ${goQuote(wrong.text)} is not allowed`;
};

/** An IPv4 address that is written as one of IPv6 becomes one of IPv4, as in the certificate. */
function addressOf(octets: Uint8Array): Address {
  const value = BigInt(`0x${octets.toHex()}`);
  if (octets.length === 4) return makeAddress(4, value);
  return value >> 32n === 0xffffn ? makeAddress(4, value & 0xffffffffn) : makeAddress(6, value);
}

const uris: Rule = ({ hasUris }, { names }) =>
  names.uris.length > 0 && !hasUris ? "URI subjectAltNames are not allowed" : undefined;

const commonName: Rule = ({ commonNames }, { subject: { commonName } }) => {
  const isAllowed = commonNames?.length === 0 ? commonName === "" : matchesName(commonNames, commonName);
  return isAllowed ? undefined : `subject common name ${goQuote(commonName)} is not allowed`;
};

const allowedUsages: Rule = (signer, _, usages) => {
  const invalid = usages.find((usage) => !signer.usages.includes(usage));
  return invalid === undefined ? undefined : `invalid usage for ${signer.name}: ${invalid}`;
};

const requiredUsages: Rule = (signer, _, usages) => {
  const missing = signer.requiredUsages.find((usage) => !usages.includes(usage));
  return missing === undefined ? undefined : `missing required usage for ${signer.name}: ${missing}`;
};

/** In the order of the signer of kubelets' client certificates; the first that finds a fault wins. */
const RULES: readonly Rule[] = [
  organizations,
  dnsNames,
  emails,
  addresses,
  uris,
  commonName,
  allowedUsages,
  requiredUsages,
];

/**
 * Says why a custom signer refuses a request.
 *
 * @returns the message of its Failed condition; undefined when it signs
 */
export function customRefusal(
  signer: Signer,
  request: GoRequest,
  usages: readonly string[],
): string | undefined {
  for (const rule of RULES) {
    const refusal = rule(signer, request, usages);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
