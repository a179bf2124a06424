/**
 * What differs between the minor releases of Kubernetes that bundles are made for.
 *
 * @module
 */

/** One minor release. */
export interface Release {
  /** Tag of the etcd image that its kubeadm runs (`DefaultEtcdVersion` of cmd/kubeadm/app/constants: 1.34.4, 1.35.4, 1.36.3, 1.37.2). */
  readonly etcdImageTag: string;
}

/** By the number of the minor release. */
export const RELEASES: ReadonlyMap<number, Release> = new Map([
  [34, { etcdImageTag: "3.6.5-0" }],
  [35, { etcdImageTag: "3.6.6-0" }],
  [36, { etcdImageTag: "3.6.8-0" }],
  [37, { etcdImageTag: "3.7.0-0" }],
]);
