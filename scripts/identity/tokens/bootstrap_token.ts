/**
 * Bootstrap tokens, with which new nodes come in: the Secret that makes one valid, and the signature by which a node
 * that knows one trusts what the cluster says of itself.
 *
 * In: the two parts of a token, and what it is good for. Out: plain objects, whose values are secrets; signatures.
 *
 * Sources: Kubernetes documentation, Authenticating with Bootstrap Tokens; k8s.io/cluster-bootstrap (token/api,
 * token/jws, token/util); kubeadm (apis/bootstraptoken/v1)
 *
 * @module
 */
import { HmacKey } from "../../issue/hmac.ts";
import { sha256 } from "../../shared/sha256/sha256.ts";
import { encodeUtf8 } from "../../shared/encoding.ts";
import { formatTime } from "../../shared/time.ts";
import { goQuote } from "../csr/go_error.ts";
import { writeGoJson } from "./go_json.ts";
import { signCompact } from "./token_key.ts";

/** Both parts of a token. */
export interface BootstrapTokenParts {
  /** 6 characters, no secret: it is part of the Secret's name and of the user's. */
  readonly id: string;
  /** 16 characters. Secret. */
  readonly secret: string;
}

/** What a token is good for. */
export type BootstrapUsage = "authentication" | "signing";

/** A token, and what it is good for. */
export interface BootstrapToken extends BootstrapTokenParts {
  /** Unix seconds; without it the token never ends. */
  readonly expires?: number;
  /** For people, without line breaks or with. */
  readonly description?: string;
  readonly usages: readonly BootstrapUsage[];
  /** Groups beside `system:bootstrappers`. */
  readonly groups?: readonly string[];
}

/** Whether text is the id of a token. */
export function isTokenId(text: string): boolean {
  return /^[a-z0-9]{6}$/.test(text);
}

/** Whether text is the secret part of a token. */
export function isTokenSecret(text: string): boolean {
  return /^[a-z0-9]{16}$/.test(text);
}

/**
 * Takes a token apart (`ParseToken` of k8s.io/cluster-bootstrap/util/tokens).
 *
 * @param text `<id>.<secret>`
 * @returns undefined when it is no token
 */
export function parseBootstrapToken(text: string): BootstrapTokenParts | undefined {
  const [id = "", secret = "", ...more] = text.split(".");
  return isTokenId(id) && isTokenSecret(secret) && more.length === 0 ? { id, secret } : undefined;
}

/**
 * The whole token, as it stands in a kubeconfig or behind `--token`. Secret.
 *
 * @throws {RangeError} when a part has another form
 */
export function formatBootstrapToken(token: BootstrapTokenParts): string {
  checkParts(token);
  return `${token.id}.${token.secret}`;
}

function checkParts({ id, secret }: BootstrapTokenParts): void {
  if (!isTokenId(id)) {
    throw new RangeError("the id of a bootstrap token: expected 6 characters of a-z and 0-9");
  }
  if (!isTokenSecret(secret)) {
    throw new RangeError("the secret of a bootstrap token: expected 16 characters of a-z and 0-9");
  }
}

/** The group of everyone who comes in with a bootstrap token. */
export const BOOTSTRAPPERS = "system:bootstrappers";

/** The user that the API server takes the bearer of a token for. */
export function bootstrapUser(id: string): string {
  return `system:bootstrap:${id}`;
}

/**
 * What is wrong with a group of a bootstrap token (`ValidateBootstrapGroupName`).
 *
 * @returns the words of Kubernetes; undefined for a good one
 */
export function bootstrapGroupFault(group: string): string | undefined {
  if (/^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/.test(group)) return undefined;
  return `bootstrap group ${goQuote(group)} is invalid ` +
    String.raw`(must match \Asystem:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]\z)`;
}

/** The Secret of a token, as a manifest of it holds it; its values are secrets. */
export interface BootstrapTokenSecret {
  readonly apiVersion: "v1";
  readonly kind: "Secret";
  readonly metadata: { readonly name: string; readonly namespace: "kube-system" };
  readonly type: "bootstrap.kubernetes.io/token";
  /** Values in base64, in the order of their names, as the API server gives them. */
  readonly data: Readonly<Record<string, string>>;
}

/** The same with values as text, which the API server makes `data` of. */
export interface BootstrapTokenManifest extends Omit<BootstrapTokenSecret, "data"> {
  readonly stringData: Readonly<Record<string, string>>;
}

/**
 * The Secret of a token, as kubeadm makes it (`BootstrapTokenToSecret`), with values as text.
 *
 * @param token what it is good for, and until when
 * @throws {RangeError} when a part of the token or a group has another form, or it is good for nothing
 */
export function bootstrapTokenManifest(token: BootstrapToken): BootstrapTokenManifest {
  const { id, secret, expires, description = "", usages, groups = [] } = token;
  checkParts(token);
  if (usages.length === 0) {
    throw new RangeError("a bootstrap token is good for authentication, signing or both");
  }
  const fault = groups.map(bootstrapGroupFault).find((one) => one !== undefined);
  if (fault !== undefined) throw new RangeError(fault);
  const stringData: Record<string, string> = {};
  if (groups.length > 0) stringData["auth-extra-groups"] = groups.join(",");
  if (description !== "") stringData["description"] = description;
  if (expires !== undefined) stringData["expiration"] = formatTime(expires);
  stringData["token-id"] = id;
  stringData["token-secret"] = secret;
  for (const usage of ["authentication", "signing"] as const) {
    if (usages.includes(usage)) stringData[`usage-bootstrap-${usage}`] = "true";
  }
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: `bootstrap-token-${id}`, namespace: "kube-system" },
    type: "bootstrap.kubernetes.io/token",
    stringData,
  };
}

/**
 * The same Secret with values in base64, as the API server keeps it.
 *
 * @throws {RangeError} as `bootstrapTokenManifest`
 */
export function bootstrapTokenSecret(token: BootstrapToken): BootstrapTokenSecret {
  const { stringData, ...rest } = bootstrapTokenManifest(token);
  const data = Object.fromEntries(
    Object.entries(stringData).map(([name, value]) => [name, encodeUtf8(value).toBase64()]),
  );
  return { ...rest, data };
}

/**
 * Signs what the cluster says of itself, as the controller-manager's bootstrap signer does: a JSON Web Signature whose
 * payload is left out (RFC 7515 appendix F; `ComputeDetachedSignature` of k8s.io/cluster-bootstrap/token/jws).
 *
 * @param kubeconfig the text under `kubeconfig` in the ConfigMap `cluster-info`
 * @param token its id becomes the `kid`, its secret is the key of HMAC-SHA-256
 * @returns the value of `jws-kubeconfig-<id>`; no secret, as anyone may read it
 * @throws {RangeError} when a part of the token has another form
 */
export function detachedSignature(kubeconfig: string, token: BootstrapTokenParts): string {
  checkParts(token);
  const key = new HmacKey(encodeUtf8(token.secret));
  const header = writeGoJson({ alg: "HS256", kid: token.id });
  const [first, , last] = signCompact(header, kubeconfig, (input) => key.mac(input)).split(".");
  return `${first}..${last}`;
}

/**
 * The hash by which a node knows the CA of its cluster (`--discovery-token-ca-cert-hash`; kubeadm, pubkeypin, `Hash`).
 *
 * @param spki SubjectPublicKeyInfo of the CA, DER, as it stands in its certificate
 * @returns `sha256:` and 64 digits in lower case
 */
export function discoveryHash(spki: Uint8Array): string {
  return `sha256:${sha256(spki).toHex()}`;
}
