/**
 * Kubeconfigs, as `kubectl config view --raw` writes them: the same keys in the same order.
 *
 * https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 *
 * @module
 */
import { encodeUtf8 } from "../shared/encoding.ts";
import { base64Length, putBase64 } from "../shared/pem.ts";

/** What a kubeconfig holds. */
export interface KubeconfigContent {
  readonly cluster: string;
  /** `https://host:port`. */
  readonly server: string;
  readonly user: string;
  /** Of its context; absent where the server's default counts. */
  readonly namespace?: string;
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

/** Text, and bytes that stand in base64. */
type Part = Uint8Array | { readonly base64: Uint8Array };

/**
 * Renders a kubeconfig with everything embedded and its one context current, as the bytes of the file. The base64 of
 * three PEM files is nearly all of it, and goes into place without becoming text.
 */
export function renderKubeconfig(content: KubeconfigContent): Uint8Array {
  const cluster = yamlScalar(content.cluster);
  const user = yamlScalar(content.user);
  const namespace = content.namespace === undefined
    ? ""
    : `\n    namespace: ${yamlScalar(content.namespace)}`;
  const context = yamlScalar(`${content.user}@${content.cluster}`);
  return join([
    AUTHORITY,
    { base64: content.authority },
    encodeUtf8(`
    server: ${yamlScalar(content.server)}
  name: ${cluster}
contexts:
- context:
    cluster: ${cluster}${namespace}
    user: ${user}
  name: ${context}
current-context: ${context}
kind: Config
users:
- name: ${user}
  user:
    client-certificate-data: `),
    { base64: content.certificate },
    KEY,
    { base64: content.key },
    NEWLINE,
  ]);
}

const AUTHORITY = encodeUtf8("apiVersion: v1\nclusters:\n- cluster:\n    certificate-authority-data: ");
const KEY = encodeUtf8("\n    client-key-data: ");
const NEWLINE = Uint8Array.of(0x0a);

function join(parts: readonly Part[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += "base64" in part ? base64Length(part.base64.length) : part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    if ("base64" in part) at = putBase64(part.base64, whole, at);
    else {
      whole.set(part, at);
      at += part.length;
    }
  }
  return whole;
}
