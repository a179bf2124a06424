/**
 * Reads JSON Web Tokens (RFC 7519) in compact form, as Kubernetes gives them to service accounts.
 *
 * In: text. Out: header and claims; the text itself is a secret and is not kept, but for what its signature is over.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { constants, createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import { decodeUtf8, encodeUtf8 } from "../../shared/encoding.ts";

/** Whom a token of Kubernetes is for. */
export interface ServiceAccountClaims {
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly uid: string | undefined;
  /** The object it is bound to: a Pod, a Node, or the Secret that holds it. */
  readonly boundTo: { readonly kind: "pod" | "node" | "secret"; readonly name: string } | undefined;
  /** Whether the claims are those of tokens before 1.21, which never end. */
  readonly isLegacy: boolean;
}

/** What a token says. */
export interface JsonWebToken {
  readonly algorithm: string;
  /** The header's `kid`. */
  readonly keyId: string | undefined;
  readonly issuer: string | undefined;
  readonly subject: string | undefined;
  readonly audiences: readonly string[];
  /** Unix seconds. */
  readonly expires: number | undefined;
  readonly notBefore: number | undefined;
  readonly issuedAt: number | undefined;
  readonly id: string | undefined;
  readonly serviceAccount: ServiceAccountClaims | undefined;
  /** What is signed, without which the signature is worth nothing. */
  readonly signingInput: string;
  readonly signature: Uint8Array;
}

/** Kubernetes' own tokens have 1 to 2 thousand characters; no header of HTTP takes more than this. */
const MOST_CHARACTERS = 65536;
const MOST_DEPTH = 32;

type JsonObject = { readonly [name: string]: unknown };

/**
 * Reads a token.
 *
 * @param text a file's; blanks around the token do not count
 * @returns undefined when it is no token
 */
export function readToken(text: string): JsonWebToken | undefined {
  if (text.length > 2 * MOST_CHARACTERS) return undefined;
  const match = /^([\w-]+)\.([\w-]+)\.([\w-]*)$/.exec(text.trim());
  if (match === null || match[0].length > MOST_CHARACTERS) return undefined;
  const [, first = "", second = "", third = ""] = match;
  const header = readPart(first);
  const claims = readPart(second);
  const signature = decodePart(third);
  if (header === undefined || claims === undefined || signature === undefined) return undefined;
  const algorithm = textOf(header["alg"]);
  if (algorithm === undefined) return undefined;
  return {
    algorithm,
    keyId: textOf(header["kid"]),
    issuer: textOf(claims["iss"]),
    subject: textOf(claims["sub"]),
    audiences: [claims["aud"]].flat().filter((one): one is string => typeof one === "string"),
    expires: timeOf(claims["exp"]),
    notBefore: timeOf(claims["nbf"]),
    issuedAt: timeOf(claims["iat"]),
    id: textOf(claims["jti"]),
    serviceAccount: readServiceAccount(claims),
    signingInput: `${first}.${second}`,
    signature,
  };
}

function decodePart(part: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64(part, { alphabet: "base64url" });
  } catch {
    return undefined;
  }
}

function readPart(part: string): JsonObject | undefined {
  const octets = decodePart(part);
  if (octets === undefined) return undefined;
  try {
    const text = decodeUtf8(octets);
    return isShallow(text) ? objectOf(JSON.parse(text)) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether brackets outside of strings are nested no deeper than is sensible. */
function isShallow(text: string): boolean {
  let depth = 0;
  for (const character of text.replace(/"(?:[^"\\]|\\.)*"/g, "")) {
    if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") depth--;
    if (depth > MOST_DEPTH) return false;
  }
  return true;
}

function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** NumericDate (RFC 7519 section 2): fractions are allowed, and cut off. */
function timeOf(value: unknown): number | undefined {
  const seconds = typeof value === "number" ? Math.floor(value) : NaN;
  return Number.isSafeInteger(seconds) ? seconds : undefined;
}

const LEGACY = "kubernetes.io/serviceaccount/";

function readServiceAccount(claims: JsonObject): ServiceAccountClaims | undefined {
  const modern = objectOf(claims["kubernetes.io"]);
  if (modern !== undefined) {
    const account = objectOf(modern["serviceaccount"]);
    const bound = (["pod", "node", "secret"] as const).flatMap((kind) => {
      const name = textOf(objectOf(modern[kind])?.["name"]);
      return name === undefined ? [] : [{ kind, name }];
    });
    return {
      namespace: textOf(modern["namespace"]),
      name: textOf(account?.["name"]),
      uid: textOf(account?.["uid"]),
      boundTo: bound[0],
      isLegacy: false,
    };
  }
  const namespace = textOf(claims[`${LEGACY}namespace`]);
  const name = textOf(claims[`${LEGACY}service-account.name`]);
  if (namespace === undefined && name === undefined) return undefined;
  const secret = textOf(claims[`${LEGACY}secret.name`]);
  return {
    namespace,
    name,
    uid: textOf(claims[`${LEGACY}service-account.uid`]),
    boundTo: secret === undefined ? undefined : { kind: "secret", name: secret },
    isLegacy: true,
  };
}

/** Curves of ECDSA (RFC 7518 section 3.4), by the platform's names. */
const CURVES: Readonly<Record<string, string>> = {
  ES256: "prime256v1",
  ES384: "secp384r1",
  ES512: "secp521r1",
};

/**
 * Whether a key made a token's signature. Algorithms with a shared secret, and `none`, never pass.
 *
 * @param token of `readToken`
 * @param spki DER of a public key; one that the platform does not know does not pass
 */
export function verifyToken(token: JsonWebToken, spki: Uint8Array): boolean {
  const { algorithm, signature } = token;
  const data = encodeUtf8(token.signingInput);
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
    const digest = `sha${algorithm.slice(2)}`;
    switch (algorithm) {
      case "RS256":
      case "RS384":
      case "RS512":
        return isKind(key, "rsa") && verify(digest, data, key, signature);
      case "PS256":
      case "PS384":
      case "PS512": {
        const padding = constants.RSA_PKCS1_PSS_PADDING;
        const saltLength = constants.RSA_PSS_SALTLEN_DIGEST;
        return isKind(key, "rsa") && verify(digest, data, { key, padding, saltLength }, signature);
      }
      case "ES256":
      case "ES384":
      case "ES512":
        return isKind(key, "ec") && key.asymmetricKeyDetails?.namedCurve === CURVES[algorithm] &&
          verify(digest, data, { key, dsaEncoding: "ieee-p1363" }, signature);
      case "EdDSA":
        return (isKind(key, "ed25519") || isKind(key, "ed448")) && verify(null, data, key, signature);
      default:
        return false;
    }
  } catch {
    return false;
  }
}

function isKind(key: KeyObject, kind: string): boolean {
  return key.asymmetricKeyType === kind;
}

/**
 * The `kid` that Kubernetes gives a key: base64url of the SHA-256 of its SubjectPublicKeyInfo
 * (`keyIDFromPublicKey` of k8s.io/kubernetes/pkg/serviceaccount).
 */
export function keyId(spki: Uint8Array): string {
  return createHash("sha256").update(spki).digest("base64url");
}
