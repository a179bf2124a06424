/**
 * Flags of etcd and etcdctl, and of etcd's configuration file, whose fields are named like them.
 *
 * https://etcd.io/docs/v3.6/op-guide/configuration/ and https://etcd.io/docs/v3.6/op-guide/security/
 *
 * @module
 */
import { by, flag, type FlagMeaning, pair } from "./flag_meaning.ts";

const SERVED = { authority: by("kube-apiserver", "etcd-cafile") } as const;
const PEERS = { authority: by("etcd", "peer-trusted-ca-file") } as const;
const CLIENTS = { authority: by("etcd", "trusted-ca-file") } as const;
const OLD = { removedIn: "3.0" } as const;
const URLS = { isList: true } as const;

/** The table. */
export const ETCD_FLAGS: readonly FlagMeaning[] = [
  ...pair("etcd", ["cert-file", "key-file"], "Server", "serving certificate", SERVED),
  flag("etcd", "trusted-ca-file", "ca", "who may come in with a client certificate"),
  flag("etcd", "client-cert-auth", "switch", "whether clients have to show a certificate"),
  ...pair(
    "etcd",
    ["client-cert-file", "client-key-file"],
    "Client",
    "client certificate for itself",
    CLIENTS,
  ),
  ...pair(
    "etcd",
    ["peer-cert-file", "peer-key-file"],
    "Server, Client",
    "certificate between members",
    PEERS,
  ),
  ...pair(
    "etcd",
    ["peer-client-cert-file", "peer-client-key-file"],
    "Client",
    "client certificate for other members",
    PEERS,
  ),
  flag("etcd", "peer-trusted-ca-file", "ca", "whom it trusts as a member"),
  flag("etcd", "peer-client-cert-auth", "switch", "whether members have to show a certificate"),
  flag("etcd", "peer-cert-allowed-cn", "names", "common name that members have to show"),
  flag("etcd", "peer-cert-allowed-hostname", "names", "name that members have to show"),
  flag("etcd", "client-cert-allowed-hostname", "names", "name that clients have to show"),
  flag("etcd", "client-crl-file", "crl", "client certificates that are revoked"),
  flag("etcd", "peer-crl-file", "crl", "certificates of members that are revoked"),
  flag("etcd", "auto-tls", "switch", "whether it makes a serving certificate itself"),
  flag("etcd", "peer-auto-tls", "switch", "whether it makes a certificate between members itself"),
  flag("etcd", "ca-file", "ca", "who may come in with a client certificate", OLD),
  flag("etcd", "peer-ca-file", "ca", "whom it trusts as a member", OLD),
  flag("etcd", "discovery-cacert", "ca", "whom it trusts as the discovery service"),
  ...pair(
    "etcd",
    ["discovery-cert", "discovery-key"],
    "Client",
    "client certificate for the discovery service",
  ),
  flag("etcd", "config-file", "configuration", "settings of etcd"),
  flag("etcd", "data-dir", "folder", "data of etcd"),
  flag("etcd", "listen-client-urls", "urls", "where it listens for clients", URLS),
  flag("etcd", "advertise-client-urls", "urls", "where clients find it", URLS),
  flag("etcd", "listen-peer-urls", "urls", "where it listens for members", URLS),
  flag("etcd", "initial-advertise-peer-urls", "urls", "where members find it", URLS),
  flag("etcd", "initial-cluster", "urls", "members at the beginning", URLS),
  flag("etcd", "listen-metrics-urls", "urls", "where it listens for metrics", URLS),
  flag("etcd", "name", "names", "name of the member"),

  flag("etcdctl", "cacert", "ca", "whom it trusts as etcd"),
  ...pair("etcdctl", ["cert", "key"], "Client", "client certificate for etcd", CLIENTS),
  flag("etcdctl", "ca-file", "ca", "whom it trusts as etcd", { removedIn: "3.4" }),
  ...pair("etcdctl", ["cert-file", "key-file"], "Client", "client certificate for etcd", {
    ...CLIENTS,
    removedIn: "3.4",
  }),
  flag("etcdctl", "endpoints", "urls", "where etcd is", URLS),
];
