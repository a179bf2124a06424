/**
 * Faults between etcd, its members and the API server.
 *
 * @module
 */
import { copyOver, removePath } from "../../foreign/inject.ts";
import { API, both, ETCD, flagOf, PAST, PKI, replaced, signed, written } from "./harm.ts";
import type { Row } from "./row.ts";

/** etcd and the API server, its client. */
export const ETCD_ROWS: readonly Row[] = [
  {
    title: "the API server trusts another CA with etcd",
    family: "unknown-authority",
    code: "wrong-issuer",
    path: `${PKI}/etcd/ca.crt`,
    act: "etcd-and-api",
    harm: replaced(`${PKI}/etcd/ca.crt`, "pki/front-proxy-ca.crt"),
  },
  {
    title: "etcd trusts another CA",
    family: "etcd-client",
    code: "wrong-issuer",
    path: `${ETCD}/ca.crt`,
    act: "etcd-and-api",
    harm: replaced(`${ETCD}/ca.crt`, "pki/front-proxy-ca.crt"),
  },
  {
    title: "etcd's certificate is over",
    family: "expired",
    code: "expired",
    path: `${ETCD}/server.crt`,
    act: "etcd-and-api",
    harm: signed(`${ETCD}/server.crt`, "etcd/ca", { notBefore: "2026-01-01T00:00:00Z", notAfter: PAST }),
  },
  {
    title: "etcd's certificate lacks its address",
    family: "name-mismatch",
    code: "san-missing",
    path: `${ETCD}/server.crt`,
    act: "etcd-and-api",
    harm: signed(`${ETCD}/server.crt`, "etcd/ca", { sans: ["DNS:server", "IP:127.0.0.1"] }),
  },
  {
    title: "etcd's certificate is for clients only",
    family: "key-usage",
    code: "eku-missing",
    path: `${ETCD}/server.crt`,
    act: "etcd-and-api",
    harm: signed(`${ETCD}/server.crt`, "etcd/ca", { eku: ["clientAuth"] }),
  },
  {
    title: "etcd's certificate is of another key",
    family: "key-mismatch",
    code: "key-mismatch",
    path: `${ETCD}/server.key`,
    act: "etcd-alone",
    harm: (tree) => copyOver(tree, `${ETCD}/server.key`, `${ETCD}/peer.key`),
  },
  {
    title: "etcd's certificate is no PEM",
    family: "unreadable",
    code: "unparsable",
    path: `${ETCD}/server.crt`,
    act: "etcd-alone",
    harm: written(`${ETCD}/server.crt`, "nothing\n"),
  },
  {
    title: "etcd's CA is not there",
    family: "missing-file",
    code: "missing-file",
    path: `${ETCD}/ca.crt`,
    act: "etcd-alone",
    harm: (tree) => removePath(tree, `${ETCD}/ca.crt`),
  },
  {
    title: "the API server's etcd client is over",
    family: "etcd-client",
    code: "expired",
    path: `${PKI}/apiserver-etcd-client.crt`,
    act: "etcd-and-api",
    harm: signed(`${PKI}/apiserver-etcd-client.crt`, "etcd/ca", {
      notBefore: "2026-01-01T00:00:00Z",
      notAfter: PAST,
    }),
  },
  {
    title: "the API server's etcd client is for servers only",
    family: "etcd-client",
    code: "eku-missing",
    path: `${PKI}/apiserver-etcd-client.crt`,
    act: "etcd-and-api",
    harm: signed(`${PKI}/apiserver-etcd-client.crt`, "etcd/ca", { eku: ["serverAuth"] }),
  },
  {
    title: "the API server's etcd client is of the cluster's CA",
    family: "etcd-client",
    code: "wrong-issuer",
    path: `${PKI}/apiserver-etcd-client.crt`,
    act: "etcd-and-api",
    harm: signed(`${PKI}/apiserver-etcd-client.crt`, "ca", {}),
  },
  {
    title: "the API server has no client certificate for etcd",
    family: "etcd-client",
    code: "missing-flag",
    path: API,
    act: "etcd-and-api",
    harm: both(flagOf(API, "--etcd-certfile", undefined), flagOf(API, "--etcd-keyfile", undefined)),
  },
  {
    title: "the API server speaks to etcd without TLS",
    family: "plain-http",
    code: "plain-etcd",
    path: API,
    act: "etcd-and-api",
    harm: flagOf(API, "--etcd-servers", "http://10.240.0.10:2379"),
  },
  {
    title: "a peer's certificate is over",
    family: "etcd-peer",
    code: "expired",
    path: `${ETCD}/peer.crt`,
    act: "etcd-peers",
    harm: signed(`${ETCD}/peer.crt`, "etcd/ca", { notBefore: "2026-01-01T00:00:00Z", notAfter: PAST }),
  },
  {
    title: "a peer's certificate is of another CA",
    family: "etcd-peer",
    code: "wrong-issuer",
    path: `${ETCD}/peer.crt`,
    act: "etcd-peers",
    harm: signed(`${ETCD}/peer.crt`, "ca", {}),
  },
  {
    title: "a peer's certificate lacks its address",
    family: "etcd-peer",
    code: "san-missing",
    path: `${ETCD}/peer.crt`,
    act: "etcd-peers",
    harm: signed(`${ETCD}/peer.crt`, "etcd/ca", { sans: ["DNS:other.example", "IP:10.240.0.99"] }),
  },
];
