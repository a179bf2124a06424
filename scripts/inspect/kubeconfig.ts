/**
 * Reads a kubeconfig (client.authentication: clusters, users, contexts) as client-go does: what is embedded, what is
 * referred to.
 *
 * https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
 *
 * @module
 */
import { isMapping, textAt } from "./yaml_values.ts";

/** A value that is embedded, as bytes, or in another file. */
export interface Reference {
  /** Path of the value in the document, such as `users[0].user.client-key`. */
  readonly at: string;
  /** The embedded bytes; undefined when it is a file, and `broken` when the base64 is. */
  readonly data: Uint8Array | "broken" | undefined;
  /** The file's name as it stands there. */
  readonly file: string | undefined;
}

/** A cluster: where to go, and whom to trust there. */
export interface KubeconfigCluster {
  readonly name: string;
  readonly at: string;
  readonly server: string | undefined;
  readonly tlsServerName: string | undefined;
  readonly isInsecure: boolean;
  readonly authority: Reference | undefined;
}

/** A user: who comes. */
export interface KubeconfigUser {
  readonly name: string;
  readonly at: string;
  readonly certificate: Reference | undefined;
  readonly key: Reference | undefined;
  readonly tokenFile: Reference | undefined;
  /** Path of a token in the document; the token itself is not kept here. */
  readonly tokenAt: string | undefined;
  readonly hasPassword: boolean;
  /** An exec or auth provider plugin. */
  readonly hasPlugin: boolean;
}

/** Which user goes to which cluster. */
export interface KubeconfigContext {
  readonly name: string;
  readonly cluster: string | undefined;
  readonly user: string | undefined;
}

/** A kubeconfig. */
export interface Kubeconfig {
  readonly clusters: readonly KubeconfigCluster[];
  readonly users: readonly KubeconfigUser[];
  readonly contexts: readonly KubeconfigContext[];
  readonly currentContext: string | undefined;
}

/** Whether a document is one; some leave out `apiVersion`. */
export function isKubeconfig(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isMapping(value)) return false;
  const kind = value["kind"];
  return (kind === "Config" || kind === undefined) && Array.isArray(value["clusters"]) &&
    (Array.isArray(value["users"]) || Array.isArray(value["contexts"]));
}

/**
 * Reads a kubeconfig.
 *
 * @param value the document, as {@linkcode isKubeconfig} knows one
 */
export function readKubeconfig(value: Readonly<Record<string, unknown>>): Kubeconfig {
  return {
    clusters: readEach(value, "clusters", "cluster", (name, at, body) => ({
      name,
      at,
      server: textAt(body, "server"),
      tlsServerName: textAt(body, "tls-server-name"),
      isInsecure: body["insecure-skip-tls-verify"] === true,
      authority: readReference(body, at, "certificate-authority"),
    })),
    users: readEach(value, "users", "user", (name, at, body) => ({
      name,
      at,
      certificate: readReference(body, at, "client-certificate"),
      key: readReference(body, at, "client-key"),
      tokenFile: readFile(body, at, "tokenFile"),
      tokenAt: textAt(body, "token") === undefined ? undefined : `${at}.token`,
      hasPassword: textAt(body, "password") !== undefined,
      hasPlugin: isMapping(body["exec"]) || isMapping(body["auth-provider"]),
    })),
    contexts: readEach(value, "contexts", "context", (name, _, body) => ({
      name,
      cluster: textAt(body, "cluster"),
      user: textAt(body, "user"),
    })),
    currentContext: textAt(value, "current-context"),
  };
}

/** The user and the cluster of the current context; of the only one where none is chosen. */
export function currentOf(
  kubeconfig: Kubeconfig,
): { readonly user: KubeconfigUser | undefined; readonly cluster: KubeconfigCluster | undefined } {
  const { contexts, currentContext } = kubeconfig;
  const context = contexts.find(({ name }) => name === currentContext) ??
    (currentContext === undefined && contexts.length === 1 ? contexts[0] : undefined);
  return {
    user: kubeconfig.users.find(({ name }) => name === context?.user),
    cluster: kubeconfig.clusters.find(({ name }) => name === context?.cluster),
  };
}

function readEach<Read>(
  value: Readonly<Record<string, unknown>>,
  list: string,
  one: string,
  read: (name: string, at: string, body: Readonly<Record<string, unknown>>) => Read,
): Read[] {
  const items = value[list];
  if (!Array.isArray(items)) return [];
  return items.flatMap((item: unknown, index) => {
    if (!isMapping(item)) return [];
    const body = item[one];
    return [read(textAt(item, "name") ?? "", `${list}[${index}].${one}`, isMapping(body) ? body : {})];
  });
}

/** Embedded data goes before a file, as in client-go. */
function readReference(
  body: Readonly<Record<string, unknown>>,
  at: string,
  key: string,
): Reference | undefined {
  const text = textAt(body, `${key}-data`);
  if (text !== undefined && text !== "") {
    return { at: `${at}.${key}-data`, data: decodeBase64(text) ?? "broken", file: undefined };
  }
  return readFile(body, at, key);
}

function readFile(body: Readonly<Record<string, unknown>>, at: string, key: string): Reference | undefined {
  const file = textAt(body, key);
  return file === undefined || file === "" ? undefined : { at: `${at}.${key}`, data: undefined, file };
}

/** Base64 as Kubernetes decodes it: line breaks between the digits do not count. */
export function decodeBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    return undefined;
  }
}
