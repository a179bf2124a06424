/**
 * What the API server refuses of a CertificateSigningRequest, all faults at once, and what its admission refuses after
 * that (Kubernetes 1.36, apis/certificates/validation and the plugins CertificateSubjectRestriction, NodeRestriction).
 *
 * @module
 */
import { latin1 } from "../../inspect/certificate/names.ts";
import { GoError, goQuote } from "./go_error.ts";
import { decodeGoPem } from "./go_pem.ts";
import { requestSignatureTrouble } from "./go_public_key.ts";
import { type GoRequest, parseGoRequest } from "./go_request.ts";
import { annotationCauses, invalid, labelCauses, pathNameCauses, signerNameCauses } from "./names.ts";
import type { Condition } from "./condition.ts";
import type { ApiRefusal, Cause, CsrObject } from "./object.ts";
import { CLIENT_SIGNER, KUBELET_CLIENT_SIGNER, KUBELET_SERVING_SIGNER, LEGACY_SIGNER } from "./signers.ts";
import { USAGES } from "../../shared/key_usages.ts";

/** Who sends a request to the API server. */
export interface Requester {
  readonly username: string;
  readonly groups: readonly string[];
}

/**
 * Reads the request of an object as Kubernetes does: the first PEM block counts.
 *
 * @throws {GoError} in the words of Kubernetes
 */
export function requestOf({ request }: Pick<CsrObject, "request">): GoRequest {
  const block = decodeGoPem(latin1(request ?? new Uint8Array()))?.block;
  if (block?.type !== "CERTIFICATE REQUEST") {
    throw new GoError("PEM block type must be CERTIFICATE REQUEST");
  }
  return parseGoRequest(block.bytes);
}

/**
 * Says what the API server answers to an object that is sent to it, when it does not take it.
 *
 * @param object as decoded; its status does not count, as the server empties it
 * @param requester who sends it; undefined for somebody who is no node
 */
export function createRefusal(object: CsrObject, requester?: Requester): ApiRefusal | undefined {
  return nodeRefusal(object, requester) ?? invalidObject(object.name, createCauses(object)) ??
    mastersRefusal(object);
}

function createCauses(object: CsrObject): Cause[] {
  const causes = [...specCauses(object), ...expirationCauses(object)];
  if (causes.length > 0) return causes;
  // The name is looked at when all else is well.
  return pathNameCauses(object.name);
}

function specCauses(object: CsrObject): Cause[] {
  const { name, generateName, usages, signerName } = object;
  const causes: Cause[] = [];
  if (name === "" && generateName === "") {
    causes.push(required("metadata.name", "name or generateName is required"));
  }
  causes.push(...labelCauses(object.labels), ...annotationCauses(object.annotations));
  const trouble = requestTrouble(object);
  if (trouble !== undefined) {
    const shown = object.request === null ? "null" : goQuote(object.request.toBase64());
    causes.push({
      reason: "FieldValueInvalid",
      message: `Invalid value: ${shown}: ${trouble}`,
      field: "spec.request",
    });
  }
  if (usages.length === 0) causes.push(required("spec.usages"));
  usages.forEach((usage, index) => {
    if (!USAGES.includes(usage)) causes.push(notSupported(`spec.usages[${index}]`, usage, USAGES));
  });
  usages.forEach((usage, index) => {
    if (usages.indexOf(usage) < index) causes.push(duplicate(`spec.usages[${index}]`, usage));
  });
  if (signerName === LEGACY_SIGNER) {
    const why = "the legacy signerName is not allowed via this API version";
    causes.push(invalid("spec.signerName", signerName, why));
  } else causes.push(...signerNameCauses(signerName));
  return causes;
}

function expirationCauses({ expirationSeconds }: CsrObject): Cause[] {
  if (expirationSeconds === undefined || expirationSeconds >= 600) return [];
  const why = "may not specify a duration less than 600 seconds (10 minutes)";
  return [{
    reason: "FieldValueInvalid",
    message: `Invalid value: ${expirationSeconds}: ${why}`,
    field: "spec.expirationSeconds",
  }];
}

/** What is wrong with spec.request: its form, or its signature. */
function requestTrouble(object: CsrObject): string | undefined {
  try {
    return requestSignatureTrouble(requestOf(object));
  } catch (error) {
    if (error instanceof GoError) return error.message;
    throw error;
  }
}

/**
 * Says what the API server answers when conditions are written that it does not take.
 *
 * @param before those that are there already: what they allow stays allowed
 * @param after those that are written
 */
export function conditionsRefusal(
  object: Pick<CsrObject, "name" | "usages">,
  after: readonly Condition[],
): ApiRefusal | undefined {
  // Of an object that is there already only what was never allowed is refused again.
  const usages = object.usages.length === 0 ? [required("spec.usages")] : [];
  return invalidObject(object.name, [...usages, ...conditionCauses(after)]);
}

const TRUE_ONLY = ["Approved", "Denied", "Failed"];

/** Faults of conditions. */
export function conditionCauses(conditions: readonly Condition[]): Cause[] {
  const causes: Cause[] = [];
  const seen = new Set<string>();
  for (const [index, { type, status }] of conditions.entries()) {
    const field = `status.conditions[${index}]`;
    const allowed = TRUE_ONLY.includes(type) ? ["True"] : ["False", "True", "Unknown"];
    if (type === "") causes.push(required(`${field}.type`));
    if (status === "") causes.push(required(`${field}.status`));
    else if (!allowed.includes(status)) causes.push(notSupported(`${field}.status`, status, allowed));
    const other = type === "Approved" ? "Denied" : type === "Denied" ? "Approved" : undefined;
    if (other !== undefined && seen.has(other)) {
      const why = "Approved and Denied conditions are mutually exclusive";
      causes.push(invalid("status.conditions", type, why));
    }
    if (seen.has(type)) causes.push(duplicate(`${field}.type`, type));
    seen.add(type);
  }
  return causes;
}

function required(field: string, detail = ""): Cause {
  const message = detail === "" ? "Required value" : `Required value: ${detail}`;
  return { reason: "FieldValueRequired", message, field };
}

function duplicate(field: string, value: string): Cause {
  return { reason: "FieldValueDuplicate", message: `Duplicate value: ${goQuote(value)}`, field };
}

function notSupported(field: string, value: string, known: readonly string[]): Cause {
  const list = known.map(goQuote).join(", ");
  const message = `Unsupported value: ${goQuote(value)}: supported values: ${list}`;
  return { reason: "FieldValueNotSupported", message, field };
}

function invalidObject(name: string, causes: readonly Cause[]): ApiRefusal | undefined {
  if (causes.length === 0) return undefined;
  const texts = [...new Set(causes.map(({ field, message }) => `${field}: ${message}`))];
  const [only = ""] = texts;
  const list = texts.length === 1 ? only : `[${texts.join(", ")}]`;
  return {
    code: 422,
    reason: "Invalid",
    message: `CertificateSigningRequest.certificates.k8s.io ${goQuote(name)} is invalid: ${list}`,
    causes,
  };
}

function forbidden(name: string, why: string): ApiRefusal {
  return {
    code: 403,
    reason: "Forbidden",
    message: `certificatesigningrequests.certificates.k8s.io ${goQuote(name)} is forbidden: ${why}`,
    causes: [],
    path: ["spec", "request"],
  };
}

/** A node may ask for certificates of its own name only; this comes before validation. */
function nodeRefusal(object: CsrObject, requester: Requester | undefined): ApiRefusal | undefined {
  const isNode = requester?.username.startsWith("system:node:") && requester.groups.includes("system:nodes");
  if (requester === undefined || isNode !== true) return undefined;
  if (![KUBELET_CLIENT_SIGNER, KUBELET_SERVING_SIGNER].includes(object.signerName)) return undefined;
  try {
    const { commonName } = requestOf(object).subject;
    return commonName === requester.username
      ? undefined
      : forbidden(object.name, `can only create a node CSR with CN=${requester.username}`);
  } catch (error) {
    if (error instanceof GoError) return forbidden(object.name, `unable to parse csr: ${error.message}`);
    throw error;
  }
}

/** system:masters cannot be revoked: nobody gets it by a request. */
function mastersRefusal(object: CsrObject): ApiRefusal | undefined {
  if (object.signerName !== CLIENT_SIGNER) return undefined;
  const groups = requestOf(object).subject.lists.get("2.5.4.10") ?? [];
  return groups.includes("system:masters")
    ? forbidden(object.name, `use of ${CLIENT_SIGNER} signer with system:masters group is not allowed`)
    : undefined;
}
