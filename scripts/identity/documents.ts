/**
 * What the documents of a cluster say, as text: files of tokens, manifests of bootstrap tokens, key sets.
 *
 * @module
 */
import type { DocumentContent, PlannedToken, SecretRef, StaticLine } from "../plan/types.ts";
import { renderYaml } from "../render/tree_form.ts";
import type { Value } from "../render/types.ts";
import { encodeUtf8 } from "../shared/encoding.ts";
import { toPem } from "../shared/pem.ts";
import { deriveText } from "./derived.ts";
import {
  bootstrapTokenManifest,
  type BootstrapTokenParts,
  bootstrapUser,
  formatBootstrapToken,
} from "./tokens/bootstrap_token.ts";
import { CLUSTER_INFO_ROLE, CLUSTER_INFO_ROLE_BINDING, clusterInfoConfigMap } from "./tokens/cluster_info.ts";
import { renderDiscovery, renderJwks } from "./tokens/json_web_key.ts";
import { renderStaticTokens, type StaticSecret } from "./tokens/static_tokens.ts";
import { renderTokenKubeconfig } from "./tokens/token_kubeconfig.ts";

/** Where secrets come from. */
export interface SecretSource {
  readonly cluster: string;
  /** The seed's 32 bytes. Secret. */
  readonly entropy: Uint8Array;
  /** Secrets that files of the user's hold, by id. */
  readonly given?: ReadonlyMap<string, string> | undefined;
}

/** What documents are made of. */
export interface DocumentSource extends SecretSource {
  /** PEM of the certificate or public key behind which the document stands. */
  readonly publicPart: string;
  /** Public keys of service accounts, SubjectPublicKeyInfo in DER: the one that signs first. */
  readonly keys: readonly Uint8Array[];
}

/** Characters of a token and of a password (design, section 10). */
const TOKEN_LENGTH = 40;
const PASSWORD_LENGTH = 24;
/** Characters of a bootstrap token's id, and of its secret. */
const ID_LENGTH = 6;
const SECRET_LENGTH = 16;

/**
 * Writes a document.
 *
 * @param content what it says
 * @param source what it is made of
 * @returns the text of the file; whether it is a secret, its entry's mode says
 */
export function documentText(content: DocumentContent, source: DocumentSource): string {
  switch (content.form) {
    case "static-tokens":
      return staticFile(content.lines, source, "token");
    case "static-passwords":
      return staticFile(content.lines, source, "password");
    case "bootstrap-secrets":
      return renderYaml(content.tokens.map((token) => secretOf(token, source)));
    case "cluster-info":
      return renderYaml(clusterInfo(content.server, content.tokens, source));
    case "bootstrap-kubeconfig":
      return bootstrapKubeconfig(content.server, content.tokens, source);
    case "discovery":
      return renderDiscovery({ issuer: content.issuer, jwksUri: content.jwksUri, spkis: source.keys });
    case "key-set":
      return renderJwks(source.keys);
    case "retired-keys":
      return source.keys.slice(1).map((spki) => toPem("PUBLIC KEY", spki)).join("");
  }
}

/**
 * The two parts of a bootstrap token.
 *
 * @param ref its id, such as `bootstrap-token/join`
 */
export function bootstrapTokenOf(ref: SecretRef, source: SecretSource): BootstrapTokenParts {
  const text = deriveText(source, { ...ref, cluster: source.cluster }, ID_LENGTH + SECRET_LENGTH);
  return { id: text.slice(0, ID_LENGTH), secret: text.slice(ID_LENGTH) };
}

/** A static token: what a file of the user's holds, or a derived one. Secret. */
export function staticTokenOf(ref: SecretRef, source: SecretSource, length = TOKEN_LENGTH): string {
  return source.given?.get(ref.id) ?? deriveText(source, { ...ref, cluster: source.cluster }, length);
}

function staticFile(lines: readonly StaticLine[], source: DocumentSource, what: StaticSecret): string {
  const length = what === "token" ? TOKEN_LENGTH : PASSWORD_LENGTH;
  const rows = lines.map(({ secret, user, uid, groups }) => ({
    token: staticTokenOf(secret, source, length),
    user,
    uid,
    groups,
  }));
  return renderStaticTokens(rows, what);
}

function secretOf(token: PlannedToken, source: DocumentSource): Value {
  const { description, groups, usages, expiration: expires } = token;
  const secret = bootstrapTokenManifest({
    ...bootstrapTokenOf(token.secret, source),
    expires,
    ...(description !== undefined && { description }),
    usages,
    groups,
  });
  return { ...secret };
}

function clusterInfo(server: string, tokens: readonly PlannedToken[], source: DocumentSource): Value[] {
  const parts = tokens.map(({ secret }) => bootstrapTokenOf(secret, source));
  const address = { server, authority: encodeUtf8(source.publicPart) };
  return [{ ...clusterInfoConfigMap(address, parts) }, CLUSTER_INFO_ROLE, CLUSTER_INFO_ROLE_BINDING];
}

function bootstrapKubeconfig(
  server: string,
  [token]: readonly PlannedToken[],
  source: DocumentSource,
): string {
  if (token === undefined) throw new Error("Somebody joins with a token");
  const parts = bootstrapTokenOf(token.secret, source);
  return renderTokenKubeconfig({
    cluster: source.cluster,
    server,
    user: bootstrapUser(parts.id),
    authority: source.publicPart,
    token: formatBootstrapToken(parts),
  });
}
