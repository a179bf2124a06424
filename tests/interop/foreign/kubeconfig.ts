/**
 * Kubeconfigs of the shape that kubectl and the programs of others write, without a program.
 *
 * @module
 */

/** One cluster, one user, one context. */
export interface KubeconfigParts {
  readonly server: string;
  readonly cluster: string;
  readonly user: string;
  readonly context: string;
  /** PEM text is embedded, a path is named. */
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** The text of a kubeconfig; data that is PEM is embedded as base64, anything else is a file's path. */
export function formatKubeconfig(parts: KubeconfigParts): string {
  return `apiVersion: v1
clusters:
- cluster:
    ${dataOrPath("certificate-authority", parts.ca)}
    server: ${parts.server}
  name: ${parts.cluster}
contexts:
- context:
    cluster: ${parts.cluster}
    user: ${parts.user}
  name: ${parts.context}
current-context: ${parts.context}
kind: Config
preferences: {}
users:
- name: ${parts.user}
  user:
    ${dataOrPath("client-certificate", parts.certificate)}
    ${dataOrPath("client-key", parts.key)}
`;
}

function dataOrPath(field: string, value: string): string {
  return value.includes("-----BEGIN")
    ? `${field}-data: ${new TextEncoder().encode(value).toBase64()}`
    : `${field}: ${value}`;
}
