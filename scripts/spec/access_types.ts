/**
 * Types of who else the API server lets in, and whom it asks what somebody may do.
 *
 * @module
 */

/** A server that the API server asks, with a client certificate of ours. */
export interface Webhook {
  /** RFC 1123 subdomain: part of its client's id and of file names. */
  readonly name: string;
  /** An https URL. */
  readonly server: string;
  /** PEM of the CAs that its certificate chains to. Absent: the cluster's own CA. */
  readonly certificateAuthority?: string;
}

/** A claim with a prefix, or a CEL expression over `claims`. */
export interface ClaimSource {
  readonly claim?: string;
  readonly prefix?: string;
  readonly expression?: string;
}

/** An issuer of JSON Web Tokens, by the names of `AuthenticationConfiguration`. CEL expressions are text here. */
export interface JwtAuthenticator {
  readonly issuer: {
    readonly url: string;
    readonly discoveryURL?: string;
    /** PEM. */
    readonly certificateAuthority?: string;
    readonly audiences: readonly string[];
    readonly audienceMatchPolicy?: "MatchAny";
    readonly egressSelectorType?: "controlplane" | "cluster";
  };
  readonly claimValidationRules?: readonly {
    readonly claim?: string;
    readonly requiredValue?: string;
    readonly expression?: string;
    readonly message?: string;
  }[];
  readonly claimMappings: {
    readonly username: ClaimSource;
    readonly groups?: ClaimSource;
    readonly uid?: ClaimSource;
    readonly extra?: readonly { readonly key: string; readonly valueExpression: string }[];
  };
  readonly userValidationRules?: readonly { readonly expression: string; readonly message?: string }[];
}

/** Who may come in beside those with certificates. */
export interface Authentication {
  /** Paths that may be asked for without a credential; undefined: nobody comes in without one. */
  readonly anonymousPaths: readonly string[] | undefined;
  readonly jwt: readonly JwtAuthenticator[];
  /** Asked about bearer tokens that nobody else knows. */
  readonly webhook?: Webhook & {
    readonly version: "v1" | "v1beta1";
    /** A duration of Go, such as `2m`. */
    readonly cacheTTL: string;
  };
}

/** A rule of ABAC, by the names of `abac.authorization.kubernetes.io/v1beta1`. */
export interface AbacPolicy {
  readonly user?: string;
  readonly group?: string;
  readonly namespace?: string;
  readonly resource?: string;
  readonly apiGroup?: string;
  readonly nonResourcePath?: string;
  readonly readonly?: boolean;
}

/** One of those who are asked, in turn, what somebody may do. */
export type Authorizer =
  | { readonly type: "Node" | "RBAC"; readonly name: string }
  | { readonly type: "ABAC"; readonly name: string; readonly policies: readonly AbacPolicy[] }
  | {
    readonly type: "Webhook";
    readonly name: string;
    readonly webhook: Webhook;
    /** Durations of Go. */
    readonly timeout: string;
    readonly authorizedTTL: string;
    readonly unauthorizedTTL: string;
    readonly failurePolicy: "NoOpinion" | "Deny";
    readonly subjectAccessReviewVersion: "v1" | "v1beta1";
    /** CEL: it is asked only where all hold. */
    readonly matchConditions: readonly string[];
  };
