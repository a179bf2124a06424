/**
 * Kubeconfigs, as `kubectl config view --raw` writes them: the same keys in the same order.
 *
 * https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 *
 * @module
 */
import { toBase64 } from "../shared/encoding.ts";

/** What a kubeconfig holds. */
export interface KubeconfigContent {
  readonly cluster: string;
  /** `https://host:port`. */
  readonly server: string;
  readonly user: string;
  /** PEM of the CA that the API server's certificate chains to. */
  readonly authority: Uint8Array;
  /** PEM of the client certificate. */
  readonly certificate: Uint8Array;
  /** PEM of its key: the file is a secret. */
  readonly key: Uint8Array;
}

/** Plain scalars that YAML 1.1 or 1.2 reads as something else than text. */
const RESERVED = /^(?:true|false|yes|no|on|off|y|n|null|nan|inf)$/i;

/** Writes text as a YAML scalar: plain when nothing can be misread, else in double quotes as JSON has them. */
function yamlScalar(text: string): string {
  const isPlain = /^[A-Za-z](?:[\w.@/-]|:(?=[\w[/]))*$/.test(text) && !RESERVED.test(text);
  return isPlain ? text : JSON.stringify(text);
}

/** Renders a kubeconfig with everything embedded and its one context current. */
export function renderKubeconfig(content: KubeconfigContent): string {
  const cluster = yamlScalar(content.cluster);
  const user = yamlScalar(content.user);
  const context = yamlScalar(`${content.user}@${content.cluster}`);
  return `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${toBase64(content.authority)}
    server: ${yamlScalar(content.server)}
  name: ${cluster}
contexts:
- context:
    cluster: ${cluster}
    user: ${user}
  name: ${context}
current-context: ${context}
kind: Config
users:
- name: ${user}
  user:
    client-certificate-data: ${toBase64(content.certificate)}
    client-key-data: ${toBase64(content.key)}
`;
}
