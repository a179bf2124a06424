/**
 * Approving and denying, as kubectl and the controller-manager do it: the same conditions, reasons and messages.
 *
 * @module
 */
import { formatTime } from "../../shared/time.ts";
import type { Signer } from "../../spec/types.ts";
import { GoError, goQuote } from "./go_error.ts";
import type { Condition } from "./condition.ts";
import type { CsrObject } from "./object.ts";
import { customSigner, KUBELET_CLIENT_SIGNER, signerRefusal } from "./signers.ts";
import { requestOf } from "./validation.ts";

/** What is decided. */
export interface Decision {
  readonly type: "Approved" | "Denied";
  /** Default: kubectl's. */
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  /** Unix seconds. */
  readonly at: number;
}

const WORDS = {
  Approved: {
    reason: "KubectlApprove",
    message: "This CSR was approved by kubectl certificate approve.",
    other: "Denied",
  },
  Denied: {
    reason: "KubectlDeny",
    message: "This CSR was denied by kubectl certificate deny.",
    other: "Approved",
  },
} as const;

/**
 * Adds a decision as kubectl does.
 *
 * @returns the conditions, the same ones when the decision is there already; or kubectl's error
 */
export function decide(
  { name, conditions }: Pick<CsrObject, "name" | "conditions">,
  decision: Decision,
): { readonly conditions: readonly Condition[]; readonly isNew: boolean } | { readonly error: string } {
  const words = WORDS[decision.type];
  if (conditions.some(({ type }) => type === words.other)) {
    return { error: `certificate signing request ${goQuote(name)} is already ${words.other}` };
  }
  if (conditions.some(({ type }) => type === decision.type)) return { conditions, isNew: false };
  const added = makeCondition(
    decision.type,
    decision.reason ?? words.reason,
    decision.message ?? words.message,
    decision.at,
  );
  return { conditions: [...conditions, added], isNew: true };
}

/** Makes a condition that holds, with its times as the API server fills them in. */
export function makeCondition(type: string, reason: string, message: string, at: number): Condition {
  const time = formatTime(at);
  return { type, status: "True", reason, message, lastUpdateTime: time, lastTransitionTime: time };
}

/** What a requester may have approved without a person, by the name of the subresource. */
export type MayApprove = (permission: "selfnodeclient" | "nodeclient") => boolean;

/**
 * Approves requests without a person: those of kubelets (Kubernetes, controller/certificates/approver), and those that the
 * policy of a custom signer lets through.
 *
 * @param mayApprove what the SubjectAccessReview says of the requester
 * @param signers the custom signers that there are
 * @returns the condition; or what a controller logs; nothing for a request that it does not know
 */
export function autoApprove(
  object: CsrObject,
  mayApprove: MayApprove,
  at: number,
  signers: readonly Signer[] = [],
): { readonly condition?: Condition; readonly log?: string } {
  const { conditions, certificate, name, signerName, username, usages } = object;
  const isDone = certificate.length > 0 || conditions.some(({ type }) => type in WORDS);
  const custom = customSigner(signerName, signers);
  const isApprover = signerName === KUBELET_CLIENT_SIGNER || custom?.isAutoApproved === true;
  if (isDone || !isApprover) return {};
  let commonName: string;
  try {
    const request = requestOf(object);
    const refusal = signerRefusal(signerName, request, usages, signers);
    if (custom !== undefined) {
      if (refusal !== undefined) return { log: `csr ${goQuote(name)} is not auto-approved: ${refusal}` };
      const message = `Auto approving certificate after the policy of ${signerName}.`;
      return { condition: makeCondition("Approved", "AutoApproved", message, at) };
    }
    if (refusal !== undefined) return {};
    commonName = request.subject.commonName;
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    return { log: `unable to parse csr ${goQuote(name)}: ${error.message}` };
  }
  const tried: string[] = [];
  for (const permission of ["selfnodeclient", "nodeclient"] as const) {
    const isSelf = permission === "selfnodeclient";
    if (isSelf && username !== commonName) continue;
    tried.push(permission);
    if (!mayApprove(permission)) continue;
    const what = isSelf ? "self kubelet client certificate" : "kubelet client certificate";
    const message = `Auto approving ${what} after SubjectAccessReview.`;
    return { condition: makeCondition("Approved", "AutoApproved", message, at) };
  }
  return {
    log: `recognized csr ${goQuote(name)} as [${tried.join(" ")}] but subject access review was not approved`,
  };
}
