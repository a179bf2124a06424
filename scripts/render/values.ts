/**
 * What the placeholders of templates stand for on one machine. None of it is a secret.
 *
 * A name in this list may be absent for a machine; what it stands in goes with it. The markers `signing`,
 * `allocating` and `external` are empty text where they hold, and absent elsewhere.
 *
 * @module
 */
import { addressAt, type Cidr, type Family, parseAddress, sizeOf } from "../shared/address.ts";
import { jwksUriOf } from "../plan/documents.ts";
import { featuresOf } from "../plan/features.ts";
import type { Plan } from "../plan/types.ts";
import type { Spec } from "../spec/types.ts";
import { etcdValues } from "./etcd_values.ts";
import { type Host, MAX_ROUTED_NODES, routedNodes } from "./hosts.ts";
import { rbacObjects } from "./rbac.ts";
import { accessValues } from "./access.ts";
import { RELEASES } from "./releases.ts";
import type { Value } from "./types.ts";

/** Forward secrecy and authenticated encryption only; TLS 1.3 has its own (CIS 1.2.29). */
const CIPHER_SUITES = ["AES_128_GCM_SHA256", "AES_256_GCM_SHA384", "CHACHA20_POLY1305_SHA256"].flatMap((
  cipher,
) => [
  `TLS_ECDHE_ECDSA_WITH_${cipher}`,
  `TLS_ECDHE_RSA_WITH_${cipher}`,
]);

/** Which address of the service network cluster DNS has, by kubeadm's habit. */
const DNS_INDEX = 10n;

/** What all machines of a cluster share. */
export function clusterValues(spec: Spec, plan: Plan): Map<string, Value> {
  const { apiServer, serviceCIDRs, podCIDRs } = spec;
  const { host, port } = apiServer.endpoint;
  const apiServerEntry = plan.entries.find((entry) =>
    entry.kind === "certificate" && entry.id === "apiserver"
  );
  const allocates = podCIDRs.length > 0 &&
    [...spec.controlPlane, ...spec.workers].every((machine) => machine.podCIDRs.length === 0);
  return new Map<string, Value>([
    ["cluster", spec.name],
    ["clusterDomain", spec.clusterDomain],
    ["kubernetesVersion", `v1.${spec.kubernetesMinor}.0`],
    ["etcdImageTag", RELEASES.get(spec.kubernetesMinor)?.etcdImageTag],
    ["endpoint", `https://${inUrl(host)}:${port}`],
    ["endpointHostPort", `${inUrl(host)}:${port}`],
    ["apiServerPort", apiServer.port],
    ["serviceAccountIssuer", apiServer.serviceAccountIssuer],
    // Without documents of ours the API server's own answer counts.
    ["serviceAccountJwksUri", featuresOf(spec).has("issuing") ? jwksUriOf(spec) : undefined],
    ...accessValues(spec),
    ["serviceCIDRs", joined(serviceCIDRs)],
    ["podCIDRs", joined(podCIDRs)],
    // Cluster DNS has one address, of the first family, as kubeadm and CoreDNS' own manifests make it.
    ["clusterDNS", serviceCIDRs.slice(0, 1).map(dnsAddress)],
    ["cipherSuites", CIPHER_SUITES.join(",")],
    ["cipherSuiteList", CIPHER_SUITES],
    ["kubeletAddressTypes", kubeletAddressTypes(spec)],
    ["signing", spec.isSigning ? "" : undefined],
    ["isSigning", spec.isSigning],
    ["allocating", allocates ? "" : undefined],
    ["nodeMaskSizeIpv4", allocates ? maskOf(podCIDRs, 4) : undefined],
    ["nodeMaskSizeIpv6", allocates ? maskOf(podCIDRs, 6) : undefined],
    ["podNetworkArguments", podNetworkArguments(podCIDRs, allocates)],
    [
      "apiServerNames",
      apiServerEntry?.kind === "certificate"
        ? [...apiServerEntry.dnsNames, ...apiServerEntry.addresses.map(({ text }) => text)]
        : [],
    ],
    ["keyAlgorithm", spec.keys.leaf],
    ["adminGroup", spec.adminGroup],
    ["owner", spec.layout === "kubeadm" ? "kubeadm" : "hardway"],
    [
      "bootstrapGroup",
      spec.layout === "kubeadm" ? "system:bootstrappers:kubeadm:default-node-token" : "system:bootstrappers",
    ],
    ["rbac", rbacObjects(spec)],
    ["staticPodPath", spec.layout === "kubeadm" ? "/etc/kubernetes/manifests" : undefined],
  ]);
}

/**
 * Everything for one machine.
 *
 * @param shared of `clusterValues`
 */
export function hostValues(host: Host, spec: Spec, shared: ReadonlyMap<string, Value>): Map<string, Value> {
  const { member, machine } = host;
  const addresses = member?.addresses ?? spec.controlPlane[0]?.addresses ?? [];
  const family = spec.serviceCIDRs[0]?.family;
  const own = addresses.find((address) => address.family === family) ?? addresses[0];
  const isIpv6 = addresses.some((address) => address.family === 6);
  const hasIpv4 = addresses.some((address) => address.family === 4);
  const pods = machine?.podCIDRs ?? [];
  return new Map<string, Value>([
    ...shared,
    ...etcdValues(host, spec),
    // The workstation speaks for the first control plane.
    ["machine", member?.name ?? spec.controlPlane[0]?.name],
    ["address", own?.text],
    ["urlAddress", own === undefined ? undefined : inUrl(own.text)],
    ["bindAddress", isIpv6 ? "::" : "0.0.0.0"],
    ["loopback", hasIpv4 || addresses.length === 0 ? "127.0.0.1" : "::1"],
    ["nodeIPs", nodeIps(addresses)],
    ["podCIDR", pods.length === 0 ? undefined : joined(pods)],
    ["podRanges", pods.map(({ text }) => [{ subnet: text }])],
    ["podRoutes", pods.map((cidr) => ({ dst: cidr.family === 4 ? "0.0.0.0/0" : "::/0" }))],
    ...routeValues(host, spec),
    ...nameValues(host, spec),
  ]);
}

/** An address or a name as a URL has it. */
export function inUrl(host: string): string {
  return parseAddress(host)?.family === 6 ? `[${host}]` : host;
}

function joined(networks: readonly Cidr[]): string {
  return networks.map(({ text }) => text).join(",");
}

function dnsAddress(cidr: Cidr): string {
  const size = sizeOf(cidr);
  return addressAt(cidr, size > DNS_INDEX + 1n ? DNS_INDEX : size - 2n).text;
}

/** One address of each family: what a kubelet tells of itself. */
function nodeIps(
  addresses: readonly { readonly family: Family; readonly text: string }[],
): string | undefined {
  const firsts = addresses.filter(({ family }, index) =>
    addresses.findIndex((other) => other.family === family) === index
  );
  return firsts.length === 0 ? undefined : firsts.map(({ text }) => text).join(",");
}

/** A kubelet's certificate names its machine's addresses, or, where it has none, its name alone. */
function kubeletAddressTypes(spec: Spec): string {
  const nodes = [...spec.controlPlane, ...spec.workers].filter(({ kubelet }) => kubelet);
  return nodes.every(({ addresses }) => addresses.length > 0)
    ? "InternalIP,ExternalIP,Hostname"
    : "Hostname,InternalDNS,ExternalDNS";
}

/** Prefix lengths of nodes' networks: the defaults, where the controller-manager can cut them from the networks. */
function maskSizes(networks: readonly Cidr[]): number[] {
  return networks.map(({ family, prefix }) => {
    const [usual, longest] = family === 4 ? [24, 32] : [64, 128];
    // It refuses more than 16 bits between the two.
    return Math.min(longest, Math.min(prefix + 16, Math.max(usual, prefix + 4)));
  });
}

function maskOf(networks: readonly Cidr[], family: Family): number | undefined {
  return maskSizes(networks)[networks.findIndex((cidr) => cidr.family === family)];
}

/** What kubeadm's controller-manager must be told about the pods' networks: kubeadm has it cut them for nodes. */
function podNetworkArguments(networks: readonly Cidr[], allocates: boolean): Value[] {
  if (networks.length === 0) return [];
  if (!allocates) return [{ name: "allocate-node-cidrs", value: "false" }];
  const sizes = maskSizes(networks);
  // It looks for the family's own flag only, when it holds the networks against what nodes get.
  return networks.map(({ family }, index) => ({
    name: `node-cidr-mask-size-ipv${family}`,
    value: String(sizes[index]),
  }));
}

/** Routes from a machine to the pods of the others, by a neighbour's address of the same family. */
function routeValues(host: Host, spec: Spec): [string, Value][] {
  const routes = !host.conditions.has("routes")
    ? []
    : routedNodes(spec).flatMap((node) =>
      node.name === host.name ? [] : node.podCIDRs.flatMap((cidr) => {
        const gateway = node.addresses.find(({ family }) => family === cidr.family);
        return gateway === undefined ? [] : [{ network: cidr.text, gateway: gateway.text }];
      })
    );
  return [
    ["routeNetworks", routes.map(({ network }) => network)],
    ["routeGateways", routes.map(({ gateway }) => gateway)],
  ];
}

/** Lines of a hosts file: all machines; of a large cluster control planes know all, others the control planes. */
function nameValues(host: Host, spec: Spec): [string, Value][] {
  const machines = [...spec.controlPlane, ...spec.workers];
  const knowsAll = machines.length <= MAX_ROUTED_NODES || host.bears.has("control-plane");
  const known = knowsAll
    ? machines
    : [...spec.controlPlane, ...spec.workers.filter(({ name }) => name === host.name)];
  const lines = known.flatMap(({ name, dnsNames, addresses }) =>
    addresses.map(({ text }) => ({ address: text, names: [...new Set([...dnsNames, name])].join(" ") }))
  );
  return [
    ["hostAddresses", lines.map(({ address }) => address)],
    ["hostNames", lines.map(({ names }) => names)],
  ];
}
