/**
 * What the placeholders of etcd's templates, and of its clients', stand for.
 *
 * @module
 */
import { parseAddress } from "../shared/address.ts";
import type { Member, Spec } from "../spec/types.ts";
import type { Host } from "./hosts.ts";
import type { Value } from "./types.ts";

const CLIENT_PORT = 2379;
const PEER_PORT = 2380;
/** Beside the ports for members and clients: probes and metrics, on the loopback only. */
const METRICS_PORT = 2381;

/** The values. */
export function etcdValues(host: Host, spec: Spec): [string, Value][] {
  const members = spec.etcdMembers;
  const own = members.find(({ name }) => name === host.name);
  // kubeadm's own etcd is one member on each control plane and none elsewhere: it is told of any other as external.
  const isStacked = members.length === spec.controlPlane.length &&
    spec.controlPlane.every((plane) => members.some(({ name }) => name === plane.name));
  return [
    ["external", isStacked ? undefined : ""],
    ["stacked", isStacked ? "" : undefined],
    ["etcdServers", members.map((member) => url(first(member), CLIENT_PORT)).join(",")],
    ["etcdServerList", members.map((member) => url(first(member), CLIENT_PORT))],
    // kubeadm's static pods ask their own member.
    [
      "etcdLocalServers",
      own === undefined
        ? members.map((member) => url(first(member), CLIENT_PORT)).join(",")
        : url(loopbacks(own)[0] ?? "127.0.0.1", CLIENT_PORT),
    ],
    [
      "etcdInitialCluster",
      members.map((member) => `${member.name}=${url(first(member), PEER_PORT)}`).join(","),
    ],
    ...(own === undefined ? UNKNOWN : [
      ["etcdAdvertiseClientURLs", url(first(own), CLIENT_PORT)],
      [
        "etcdListenClientURLs",
        [...texts(own), ...loopbacks(own)].map((address) => url(address, CLIENT_PORT)).join(","),
      ],
      ["etcdPeerURL", url(first(own), PEER_PORT)],
      ["etcdListenPeerURLs", texts(own).map((address) => url(address, PEER_PORT)).join(",")],
      ["etcdMetricsURL", url(loopbacks(own)[0] ?? "127.0.0.1", METRICS_PORT, "http")],
      ["etcdMetricsHost", loopbacks(own)[0] ?? "127.0.0.1"],
    ] satisfies [string, Value][]),
  ];
}

const UNKNOWN: readonly [string, Value][] = [
  "etcdAdvertiseClientURLs",
  "etcdListenClientURLs",
  "etcdPeerURL",
  "etcdListenPeerURLs",
  "etcdMetricsURL",
  "etcdMetricsHost",
].map((name) => [name, undefined]);

function texts(member: Member): string[] {
  return member.addresses.map(({ text }) => text);
}

function first(member: Member): string {
  return texts(member)[0] ?? member.name;
}

function loopbacks(member: Member): string[] {
  const families = new Set(member.addresses.map(({ family }) => family));
  return [...(families.has(4) ? ["127.0.0.1"] : []), ...(families.has(6) ? ["::1"] : [])];
}

function url(host: string, port: number, scheme: "https" | "http" = "https"): string {
  return `${scheme}://${parseAddress(host)?.family === 6 ? `[${host}]` : host}:${port}`;
}
