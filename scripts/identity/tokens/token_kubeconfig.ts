/**
 * Kubeconfigs with a token in place of a client certificate: of joining nodes, and of service accounts.
 *
 * @module
 */
import { renderYaml } from "../../render/tree_form.ts";
import { encodeUtf8 } from "../../shared/encoding.ts";

/** What such a kubeconfig holds. */
export interface TokenKubeconfig {
  readonly cluster: string;
  /** `https://host:port`. */
  readonly server: string;
  readonly user: string;
  /** PEM of the CA that the API server's certificate chains to. */
  readonly authority: string;
  /** The token: the file is a secret. */
  readonly token: string;
  /** Of its context; absent where the server's default counts. */
  readonly namespace?: string;
}

/** Renders a kubeconfig with everything embedded and its one context current. */
export function renderTokenKubeconfig(content: TokenKubeconfig): string {
  const { cluster, server, user, authority, token, namespace } = content;
  const context = `${user}@${cluster}`;
  return renderYaml([{
    apiVersion: "v1",
    clusters: [{
      cluster: { "certificate-authority-data": encodeUtf8(authority).toBase64(), server },
      name: cluster,
    }],
    contexts: [{ context: { cluster, namespace, user }, name: context }],
    "current-context": context,
    kind: "Config",
    users: [{ name: user, user: { token } }],
  }]);
}
