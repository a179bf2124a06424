/**
 * What a cluster tells everyone of itself, as kubeadm's phase bootstrap-token does: the ConfigMap `cluster-info` with
 * the address and the CA of the API server, signed by bootstrap tokens, and the right to read it.
 *
 * In: address, CA, tokens. Out: plain objects without secrets.
 *
 * Sources: Kubernetes documentation, Authenticating with Bootstrap Tokens, ConfigMap signing; kubeadm
 * (phases/bootstraptoken/clusterinfo); k8s.io/client-go/tools/clientcmd, `Write`
 *
 * @module
 */
import { type BootstrapTokenParts, detachedSignature } from "./bootstrap_token.ts";

/** Where a cluster is, and by which CA it is known. */
export interface ClusterAddress {
  /** `https://host:port`. */
  readonly server: string;
  /** PEM of the CA that the API server's certificate chains to. */
  readonly authority: Uint8Array;
}

/**
 * Renders the kubeconfig in `cluster-info`: one cluster without a name, nobody and no context, as the clients of
 * Kubernetes 1.34 and later write it. Earlier ones have a line `preferences: {}` in front of the last; readers take
 * both, and a signature is over the text as it stands.
 *
 * @returns YAML, whole lines
 * @throws {RangeError} for an address that is no https URL, or without a CA
 */
export function renderClusterInfoKubeconfig({ server, authority }: ClusterAddress): string {
  // Without blanks, and without a colon at its end, it is plain text to every reader of YAML.
  if (!/^https:\/\/[!-~]*[!-9;-~]$/.test(server)) {
    throw new RangeError("the API server's address: expected an https URL");
  }
  if (authority.length === 0) throw new RangeError("the API server's CA: expected PEM");
  return `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${authority.toBase64()}
    server: ${server}
  name: ""
contexts: null
current-context: ""
kind: Config
users: null
`;
}

/** The ConfigMap that everyone may read. */
export interface ClusterInfoConfigMap {
  readonly apiVersion: "v1";
  readonly kind: "ConfigMap";
  readonly metadata: { readonly name: "cluster-info"; readonly namespace: "kube-public" };
  /** `kubeconfig`, and `jws-kubeconfig-<id>` for each token that vouches for it. */
  readonly data: Readonly<Record<string, string>>;
}

/**
 * The ConfigMap `cluster-info`, signed as the controller-manager's bootstrap signer would sign it.
 *
 * @param address where the cluster is
 * @param tokens those whose usage is signing; the signer takes signatures by others away
 * @throws {RangeError} as `renderClusterInfoKubeconfig`, and for a token of another form
 */
export function clusterInfoConfigMap(
  address: ClusterAddress,
  tokens: readonly BootstrapTokenParts[],
): ClusterInfoConfigMap {
  const kubeconfig = renderClusterInfoKubeconfig(address);
  const data: Record<string, string> = {};
  for (const token of tokens.toSorted((a, b) => a.id < b.id ? -1 : 1)) {
    data[`jws-kubeconfig-${token.id}`] = detachedSignature(kubeconfig, token);
  }
  data["kubeconfig"] = kubeconfig;
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "cluster-info", namespace: "kube-public" },
    data,
  };
}

const READER = { name: "kubeadm:bootstrap-signer-clusterinfo", namespace: "kube-public" } as const;

/** The right to read `cluster-info`, as kubeadm gives it (`CreateClusterInfoRBACRules`). */
export const CLUSTER_INFO_ROLE = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "Role",
  metadata: READER,
  rules: [{ apiGroups: [""], resources: ["configmaps"], resourceNames: ["cluster-info"], verbs: ["get"] }],
} as const;

/** That right for those who have not said who they are yet: a node that joins is `system:anonymous`. */
export const CLUSTER_INFO_ROLE_BINDING = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "RoleBinding",
  metadata: READER,
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: READER.name },
  subjects: [{ kind: "User", name: "system:anonymous" }],
} as const;
