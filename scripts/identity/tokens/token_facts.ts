/**
 * What is known of a token: what `token show` prints, and gives to programs.
 *
 * @module
 */

/** What is known of one token. */
export interface TokenFacts {
  /** Where it stands in its file; null for what the file itself is. */
  readonly inside: string | null;
  readonly form: "static token" | "password" | "bootstrap token" | "service account token" | "token";
  /** User that its bearer is; null where nothing tells. */
  readonly user: string | null;
  readonly groups: readonly string[];
  /** Of a JSON Web Token; null for others. */
  readonly issuer: string | null;
  readonly audiences: readonly string[];
  /** Of a service account's. */
  readonly uid: string | null;
  /** `pod/<name>` and the like. */
  readonly boundTo: string | null;
  readonly id: string | null;
  readonly algorithm: string | null;
  /** The header's `kid`. */
  readonly keyId: string | null;
  /** RFC 3339; null where it has none. */
  readonly issuedAt: string | null;
  readonly notBefore: string | null;
  readonly expires: string | null;
  /** Whether one of the keys that were given signed it; null without keys, or for what has no signature. */
  readonly isVerified: boolean | null;
  /** Why nobody takes it now; empty when nothing tells against it. */
  readonly problems: readonly string[];
}
