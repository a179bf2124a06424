/**
 * What there is to say of a request: what `csr show` prints, and gives to programs.
 *
 * @module
 */
import type { Condition } from "./condition.ts";

/** What there is to say of a request. */
export interface CsrFacts {
  readonly name: string;
  readonly signerName: string;
  readonly usages: readonly string[];
  readonly expirationSeconds: number | null;
  /** As the certificate would have it. */
  readonly subject: string | null;
  readonly altNames: readonly string[];
  readonly key: string | null;
  /** `good`, or what is wrong with the request's signature or form. */
  readonly signature: string;
  readonly state: "Pending" | "Approved" | "Denied" | "Failed" | "Issued";
  readonly conditions: readonly Condition[];
  /** What the API server or the signer refuses of it. */
  readonly refusals: readonly string[];
  readonly remedy: string | null;
  readonly certificate:
    | { readonly subject: string; readonly notBefore: string; readonly notAfter: string }
    | null;
}
