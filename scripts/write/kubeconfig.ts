/**
 * Kubeconfigs, as `kubectl config view --raw` writes them: the same keys in the same order.
 *
 * https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 *
 * @module
 */
import { encodeUtf8, toBase64 } from "../shared/encoding.ts";

/** What a kubeconfig holds. */
export interface KubeconfigContent {
  readonly cluster: string;
  /** `https://host:port`. */
  readonly server: string;
  readonly user: string;
  /** PEM of the CA that the API server's certificate chains to. */
  readonly authority: string;
  /** PEM of the client certificate. */
  readonly certificate: string;
  /** PEM of its key: the file is a secret. */
  readonly key: string;
}

/** Plain scalars that YAML 1.1 or 1.2 reads as something else than text. */
const RESERVED = /^(?:true|false|yes|no|on|off|y|n|null|nan|inf)$/i;

/** Writes text as a YAML scalar: plain when nothing can be misread, else in double quotes as JSON has them. */
function yamlScalar(text: string): string {
  const isPlain = /^[A-Za-z](?:[\w.@/-]|:(?=[\w[/]))*$/.test(text) && !RESERVED.test(text);
  return isPlain ? text : JSON.stringify(text);
}

function base64(pem: string): string {
  return toBase64(encodeUtf8(pem));
}

/** Renders a kubeconfig with everything embedded and its one context current. */
export function renderKubeconfig(content: KubeconfigContent): string {
  const cluster = yamlScalar(content.cluster);
  const user = yamlScalar(content.user);
  const context = yamlScalar(`${content.user}@${content.cluster}`);
  return `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${base64(content.authority)}
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
    client-certificate-data: ${base64(content.certificate)}
    client-key-data: ${base64(content.key)}
`;
}
