/**
 * The controller-manager's part: an approved request becomes a certificate, a Failed condition, or a line in its log
 * (Kubernetes 1.36, controller/certificates/signer and authority).
 *
 * @module
 */
import { formatTime } from "../../shared/time.ts";
import type { Signer } from "../../spec/types.ts";
import { makeCondition } from "./approve.ts";
import { makeCertificate, type SigningAuthority } from "./certificate.ts";
import { GoError, goQuote, goTime } from "./go_error.ts";
import type { GoRequest } from "./go_request.ts";
import type { Condition } from "./condition.ts";
import { type CsrObject, hasCondition } from "./object.ts";
import { customSigner, isKnownSigner, signerRefusal } from "./signers.ts";
import { requestOf } from "./validation.ts";

/** How to sign. */
export interface SignTerms {
  /** Unix seconds. */
  readonly at: number;
  /** `--cluster-signing-duration` in seconds. Default: a custom signer's longest lifetime, or a year of 8760 hours. */
  readonly longest?: number;
  /** The custom signers that there are. */
  readonly signers?: readonly Signer[];
}

/** What comes of it. */
export type SignOutcome =
  /** A certificate, DER. */
  | { readonly kind: "issued"; readonly certificate: Uint8Array }
  /** The signer refuses the request for good. */
  | { readonly kind: "failed"; readonly condition: Condition }
  /** Nothing happens to the object; this is what the controller-manager logs. */
  | { readonly kind: "error"; readonly log: string }
  /** It is nothing to sign. */
  | {
    readonly kind: "ignored";
    readonly why: "signed" | "denied" | "not-approved" | "failed" | "unknown-signer";
  };

/** `--cluster-signing-duration`, unless it is given. */
const YEAR = 8760 * 3600;
const BACKDATE = 300;
/** Below it, the backdating is not taken off the end. */
const SHORT = 8 * 3600;
const LEAST = 600;

/** Signs what is to be signed. */
export function signObject(object: CsrObject, authority: SigningAuthority, terms: SignTerms): SignOutcome {
  if (object.certificate.length > 0) return { kind: "ignored", why: "signed" };
  if (hasCondition(object, "Denied")) return { kind: "ignored", why: "denied" };
  if (hasCondition(object, "Failed")) return { kind: "ignored", why: "failed" };
  if (!hasCondition(object, "Approved")) return { kind: "ignored", why: "not-approved" };
  if (!isKnownSigner(object.signerName, terms.signers)) return { kind: "ignored", why: "unknown-signer" };
  try {
    return signApproved(object, requestOf(object), authority, terms);
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    const what = `unable to parse csr ${goQuote(object.name)}: ${error.message}`;
    return { kind: "error", log: `Sync ${object.name} failed with : ${what}` };
  }
}

function signApproved(
  object: CsrObject,
  request: GoRequest,
  authority: SigningAuthority,
  { at, longest, signers = [] }: SignTerms,
): SignOutcome {
  const { name, signerName, usages, expirationSeconds } = object;
  const refusal = signerRefusal(signerName, request, usages, signers);
  if (refusal !== undefined) {
    return { kind: "failed", condition: makeCondition("Failed", "SignerValidationFailure", refusal, at) };
  }
  const most = limitsOf(customSigner(signerName, signers), longest);
  const end = Math.min(authority.notAfter, most.end);
  const validity = validityOf(at, lifetime(expirationSeconds, most.seconds), end);
  if ("error" in validity) {
    return { kind: "error", log: `Sync ${name} failed with : error auto signing csr: ${validity.error}` };
  }
  const certificate = makeCertificate(request, { signerName, usages, ...validity }, authority);
  return { kind: "issued", certificate };
}

/** How long a certificate lasts at most, in seconds, and until when, in Unix seconds. */
function limitsOf(
  signer: Signer | undefined,
  longest: number | undefined,
): { readonly seconds: number; readonly end: number } {
  const { validity } = signer ?? {};
  if (validity === undefined) return { seconds: longest ?? YEAR, end: Infinity };
  if ("until" in validity) return { seconds: longest ?? Infinity, end: validity.until };
  return { seconds: Math.min(longest ?? Infinity, validity.seconds), end: Infinity };
}

function lifetime(asked: number | undefined, longest: number): number {
  if (asked === undefined || asked > longest) return longest;
  return Math.max(asked, LEAST);
}

/** When a certificate begins and ends. */
export function validityOf(
  at: number,
  seconds: number,
  authorityEnd: number,
): { readonly notBefore: number; readonly notAfter: number } | { readonly error: string } {
  const notBefore = at - BACKDATE;
  const end = seconds < SHORT ? at + seconds : at + seconds - BACKDATE;
  const shown = goTime(formatTime(authorityEnd));
  if (notBefore >= authorityEnd) return { error: `the signer has expired: NotAfter=${shown}` };
  if (at >= authorityEnd) {
    return { error: `refusing to sign a certificate that expired in the past: NotAfter=${shown}` };
  }
  return { notBefore, notAfter: Math.min(end, authorityEnd) };
}
