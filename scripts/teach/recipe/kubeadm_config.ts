/**
 * kubeadm's configuration: in go a spec and a machine, out comes kubeadm.yaml; and how one of its lines is changed for a
 * single certificate.
 *
 * https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/
 *
 * @module
 */
import { type Address, type Cidr, makeCidr } from "../../shared/address.ts";
import type { KeyAlgorithm } from "../../spec/scalars.ts";
import { word } from "./shell.ts";

/** The largest service networks that kubeadm takes: 20 bits of hosts. */
const SERVICE_PREFIX: Readonly<Record<4 | 6, number>> = { 4: 12, 6: 108 };

/** What a configuration says. */
export interface KubeadmConfig {
  readonly cluster: string;
  /** The minor version's number. */
  readonly minor: number;
  /** The machine that kubeadm is told it stands on. */
  readonly machine: string;
  readonly address: Address;
  readonly port: number;
  /** `host:port` that kubeconfigs dial. */
  readonly endpoint: string;
  readonly clusterDomain: string;
  readonly serviceCIDRs: readonly Cidr[];
  readonly algorithm: KubeadmAlgorithm;
  /** Names of the API server's certificate. */
  readonly names: readonly string[];
  /** Names of etcd's certificates. */
  readonly etcdNames: readonly string[];
  /** Lifetimes in seconds. */
  readonly authority: number;
  readonly leaf: number;
}

/** What kubeadm can make. */
export type KubeadmAlgorithm = Exclude<KeyAlgorithm, "Ed25519">;

/** The algorithm nearest to one of ours. */
export function kubeadmAlgorithm(algorithm: KeyAlgorithm): KubeadmAlgorithm {
  return algorithm === "Ed25519" ? "ECDSA-P256" : algorithm;
}

/** Writes kubeadm.yaml, but for its last line, `certificatesDir`: the path is the caller's. */
export function kubeadmYaml(config: KubeadmConfig): string {
  const names = (title: string, list: readonly string[], indent: string): string =>
    list.length === 0
      ? ""
      : [`${indent}${title}:`, ...list.map((name) => `${indent}- ${text(name)}`), ""].join("\n");
  const etcd = names("serverCertSANs", config.etcdNames, "    ") +
    names("peerCertSANs", config.etcdNames, "    ");
  const apiServer = names("certSANs", config.names, "  ");
  return `apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
localAPIEndpoint:
  advertiseAddress: ${text(config.address.text)}
  bindPort: ${config.port}
nodeRegistration:
  name: ${text(config.machine)}
  # Named, so that kubeadm does not look for one.
  criSocket: unix:///run/containerd/containerd.sock
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
# Named, so that kubeadm does not ask the network for the newest.
kubernetesVersion: v1.${config.minor}.0
clusterName: ${text(config.cluster)}
controlPlaneEndpoint: ${text(config.endpoint)}
networking:
  dnsDomain: ${text(config.clusterDomain)}
  serviceSubnet: ${text(config.serviceCIDRs.map(serviceNetwork).join(","))}
${apiServer === "" ? "" : `apiServer:\n${apiServer}`}${
    etcd === "" ? "" : `etcd:\n  local:\n    dataDir: /var/lib/etcd\n${etcd}`
  }encryptionAlgorithm: ${config.algorithm}
caCertificateValidityPeriod: ${duration(config.authority)}
certificateValidityPeriod: ${duration(config.leaf)}
`;
}

/** The same first address in a network that kubeadm takes. */
function serviceNetwork({ family, value, prefix }: Cidr): string {
  return makeCidr(family, value, Math.max(prefix, SERVICE_PREFIX[family])).text;
}

/** Names, addresses and networks as YAML: in quotes, as some would be read as numbers. */
function text(value: string): string {
  return JSON.stringify(value);
}

/** Seconds as Go writes durations. */
export function duration(seconds: number): string {
  return seconds % 3600 === 0 ? `${seconds / 3600}h` : `${seconds}s`;
}

/** What one certificate has otherwise than the configuration says. */
export interface KubeadmChanges {
  readonly encryptionAlgorithm?: KubeadmAlgorithm;
  readonly caCertificateValidityPeriod?: string;
  readonly certificateValidityPeriod?: string;
}

/**
 * Writes the command that makes a configuration with other lines.
 *
 * @param from path of the configuration
 * @param to path of the new one
 */
export function changeConfig(from: string, to: string, changes: KubeadmChanges): string {
  const edits = Object.entries(changes).map(([key, value]) => `-e 's/^${key}: .*/${key}: ${value}/'`);
  return `sed ${edits.join(" ")} ${word(from)} > ${word(to)}`;
}
