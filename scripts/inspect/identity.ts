/**
 * Which component a certificate is for, judged by the names in it: a guess for files that no flag names.
 *
 * @module
 */
import type { Certificate } from "./certificate/certificate.ts";
import { commonName } from "./certificate/names.ts";

/** Common names of Kubernetes' own tables, of kubeadm, the hard way and k3s, and who shows them. */
const COMPONENTS: readonly (readonly [RegExp, string])[] = [
  [/^(?:kube-apiserver|kubernetes|kube-api-server)$/, "kube-apiserver"],
  [/^(?:kube-apiserver-(?:etcd|kubelet)-client|apiserver-kubelet-client)$/, "kube-apiserver"],
  [/^(?:front-proxy-client|system:auth-proxy|aggregator)$/, "kube-apiserver"],
  [/^system:kube-controller-manager$/, "kube-controller-manager"],
  [/^system:kube-scheduler$/, "kube-scheduler"],
  [/^system:kube-proxy$/, "kube-proxy"],
  [/^system:node:/, "kubelet"],
  [/^(?:kube-)?etcd(?:-|$)/, "etcd"],
  [/^service-accounts?$/, "kube-controller-manager"],
];

/** The component, undefined when the names do not say. */
export function componentOf({ subject, issuer }: Certificate): string | undefined {
  const name = commonName(subject);
  if (name === undefined || name === commonName(issuer)) return undefined;
  return COMPONENTS.find(([pattern]) => pattern.test(name))?.[1];
}
