/**
 * Tokens of service accounts, byte for byte as Kubernetes makes them: those of the TokenRequest API, which end and
 * may be bound to an object, and those of Secrets, which never end.
 *
 * In: whom a token is for, until when, and a key. Out: the token, which is a secret. It is good in a cluster whose
 * service account has the same UID, and for whoever verifies tokens by the keys of the issuer alone.
 *
 * Sources: k8s.io/kubernetes/pkg/serviceaccount (claims.go, legacy.go, jwt.go), go-jose v2 (jwt/builder.go: claims are
 * merged in maps, so that their names are sorted)
 *
 * @module
 */
import { type Cause, invalid } from "./faults.ts";
import { type GoJson, writeGoJson } from "./go_json.ts";
import { namespaceFaults, objectNameFaults } from "../object_names.ts";
import { signCompact, type TokenKey } from "./token_key.ts";

/** An object by which a token names it. */
export interface ObjectReference {
  readonly name: string;
  /** Left out of the claims when it is empty, as for a pod's node that no longer exists. */
  readonly uid: string;
}

/** Whom a token is for. */
export interface TokenSubject {
  readonly namespace: string;
  /** The UID must be the one in the cluster: the API server compares them. */
  readonly serviceAccount: ObjectReference;
}

/** What a token's object must outlive: at most one of them, but a pod may name its node too. */
export interface TokenBinding {
  readonly pod?: ObjectReference;
  readonly secret?: ObjectReference;
  readonly node?: ObjectReference;
}

/** What a bound token says. */
export interface TokenClaims extends TokenSubject, TokenBinding {
  /** The first of `--service-account-issuer`. */
  readonly issuer: string;
  /** Whom the token may be shown to; the API server puts its own in where there is none, and here one has to be. */
  readonly audiences: readonly string[];
  /** Unix seconds; the token is good from then on. */
  readonly issuedAt: number;
  /** Seconds until the token ends, 600 to 2^32. */
  readonly expirationSeconds: number;
  /**
   * Seconds until the API server warns of a token of a pod that it extended to a year; 0 or nothing for no such
   * claim.
   */
  readonly warnAfter?: number;
  /** `jti`: a UUID that no other token has. */
  readonly id: string;
}

/** A duration that the API server extends for the token of a pod (`WarnOnlyBoundTokenExpirationSeconds`). */
export const EXTENDED_FROM = 3607;
/** What it extends it to, with `warnAfter` at the duration asked for (`ExpirationExtensionSeconds`). */
export const EXTENDED_TO = 365 * 86400;

const LEAST_SECONDS = 600;
const MOST_SECONDS = 2 ** 32;

/**
 * What is wrong with the claims of a bound token: what the API server says of a TokenRequest
 * (`ValidateTokenRequest` of pkg/apis/authentication/validation), and of the names of the objects.
 *
 * @returns empty when a token can be made
 */
export function tokenFaults(claims: TokenClaims): Cause[] {
  const { expirationSeconds, audiences } = claims;
  const faults = subjectFaults(claims);
  const add = (field: string, value: string | number, why: string): void => {
    faults.push(invalid(field, value, why));
  };
  if (expirationSeconds < LEAST_SECONDS) {
    add("spec.expirationSeconds", expirationSeconds, "may not specify a duration less than 10 minutes");
  }
  if (expirationSeconds > MOST_SECONDS) {
    add("spec.expirationSeconds", expirationSeconds, "may not specify a duration larger than 2^32 seconds");
  }
  if (!Number.isSafeInteger(expirationSeconds)) {
    add("spec.expirationSeconds", expirationSeconds, "must be a whole number of seconds");
  }
  if (audiences.length === 0) add("spec.audiences", "", "must name at least one audience");
  audiences.forEach((audience, index) => {
    if (audience === "") add(`spec.audiences[${index}]`, audience, "must not be empty");
  });
  if (claims.issuer === "") add("iss", "", "must not be empty");
  if (claims.id === "") add("jti", "", "must not be empty");
  const { pod, secret, node } = claims;
  if (secret !== undefined && (node !== undefined || pod !== undefined)) {
    add("spec.boundObjectRef", secret.name, "token can only be bound to one object type");
  }
  for (const [field, object] of [["pod", pod], ["secret", secret], ["node", node]] as const) {
    if (object === undefined) continue;
    objectNameFaults(object.name).forEach((why) => add(`${field}.name`, object.name, why));
    if (object.uid === "" && !(field === "node" && pod !== undefined)) {
      add(`${field}.uid`, "", "must not be empty");
    }
  }
  return faults;
}

function subjectFaults({ namespace, serviceAccount }: TokenSubject): Cause[] {
  return [
    ...namespaceFaults(namespace).map((why) => invalid("metadata.namespace", namespace, why)),
    ...objectNameFaults(serviceAccount.name).map((why) => invalid("metadata.name", serviceAccount.name, why)),
    ...(serviceAccount.uid === "" ? [invalid("metadata.uid", "", "must not be empty")] : []),
  ];
}

/**
 * The user that the API server takes the bearer of a token for (`MakeUsername` of k8s.io/apiserver).
 *
 * @returns such as `system:serviceaccount:default:default`
 */
export function serviceAccountUser(namespace: string, name: string): string {
  return `system:serviceaccount:${namespace}:${name}`;
}

function referenceOf(object: ObjectReference | undefined): GoJson | undefined {
  if (object === undefined) return undefined;
  return { name: object.name, uid: object.uid === "" ? undefined : object.uid };
}

/**
 * Signs a token as the TokenRequest API does.
 *
 * @param claims what it says
 * @param key that of `--service-account-signing-key-file`
 * @returns the token: a secret
 * @throws {RangeError} when `tokenFaults` finds any
 */
export function signServiceAccountToken(claims: TokenClaims, key: TokenKey): string {
  const [fault] = tokenFaults(claims);
  if (fault !== undefined) throw new RangeError(`${fault.field}: ${fault.message}`);
  const { namespace, serviceAccount, issuedAt, expirationSeconds, warnAfter = 0 } = claims;
  return sign(key, {
    aud: claims.audiences,
    exp: issuedAt + expirationSeconds,
    iat: issuedAt,
    iss: claims.issuer,
    jti: claims.id,
    "kubernetes.io": {
      namespace,
      node: referenceOf(claims.node),
      pod: referenceOf(claims.pod),
      secret: referenceOf(claims.secret),
      serviceaccount: referenceOf(serviceAccount),
      warnafter: warnAfter === 0 ? undefined : issuedAt + warnAfter,
    },
    nbf: issuedAt,
    sub: serviceAccountUser(namespace, serviceAccount.name),
  });
}

/** Issuer of the tokens in Secrets, whatever the API server's flags say (`LegacyIssuer`). */
export const LEGACY_ISSUER = "kubernetes/serviceaccount";

/** What the token of a Secret says. */
export interface LegacyTokenClaims extends TokenSubject {
  /** The Secret of type `kubernetes.io/service-account-token` that has to hold this very token. */
  readonly secretName: string;
}

/**
 * What is wrong with the claims of a Secret's token.
 *
 * @returns empty when a token can be made
 */
export function legacyTokenFaults(claims: LegacyTokenClaims): Cause[] {
  return [
    ...subjectFaults(claims),
    ...objectNameFaults(claims.secretName).map((why) => invalid("secret.name", claims.secretName, why)),
  ];
}

/**
 * Signs a token as the controller-manager puts it into a Secret: it has no end and no audience.
 *
 * @param claims what it says
 * @param key that of `--service-account-private-key-file`
 * @returns the token: a secret
 * @throws {RangeError} when `legacyTokenFaults` finds any
 */
export function signLegacyToken(claims: LegacyTokenClaims, key: TokenKey): string {
  const [fault] = legacyTokenFaults(claims);
  if (fault !== undefined) throw new RangeError(`${fault.field}: ${fault.message}`);
  const { namespace, serviceAccount, secretName } = claims;
  return sign(key, {
    iss: LEGACY_ISSUER,
    "kubernetes.io/serviceaccount/namespace": namespace,
    "kubernetes.io/serviceaccount/secret.name": secretName,
    "kubernetes.io/serviceaccount/service-account.name": serviceAccount.name,
    "kubernetes.io/serviceaccount/service-account.uid": serviceAccount.uid,
    sub: serviceAccountUser(namespace, serviceAccount.name),
  });
}

/** There is no `typ` in the header: go-jose writes none unless it is asked to. */
function sign(key: TokenKey, claims: GoJson): string {
  return signCompact(writeGoJson({ alg: key.algorithm, kid: key.keyId }), writeGoJson(claims), key.sign);
}
