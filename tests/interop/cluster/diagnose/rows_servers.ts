/**
 * Faults of what the API server shows, and of whom it believes.
 *
 * @module
 */
import { FUTURE, PAST, PKI, replaced, signed } from "./harm.ts";
import type { Row } from "./row.ts";

/** What clients see of an API server. */
export const SERVER_ROWS: readonly Row[] = [
  {
    title: "the API server's certificate is over",
    family: "expired",
    code: "expired",
    path: `${PKI}/apiserver.crt`,
    act: "served",
    harm: signed(`${PKI}/apiserver.crt`, "ca", { notBefore: "2026-01-01T00:00:00Z", notAfter: PAST }),
  },
  {
    title: "the API server's certificate begins later",
    family: "not-yet-valid",
    code: "not-yet-valid",
    path: `${PKI}/apiserver.crt`,
    act: "served",
    harm: signed(`${PKI}/apiserver.crt`, "ca", { notBefore: FUTURE, notAfter: "2099-01-01T00:00:00Z" }),
  },
  {
    title: "the API server's certificate lacks the load balancer's name",
    family: "name-mismatch",
    code: "san-missing",
    path: `${PKI}/apiserver.crt`,
    act: "served",
    harm: signed(`${PKI}/apiserver.crt`, "ca", {
      sans: [
        "DNS:kubernetes",
        "DNS:kubernetes.default",
        "DNS:kubernetes.default.svc",
        "DNS:kubernetes.default.svc.cluster.local",
        "IP:10.32.0.1",
        "IP:10.240.0.10",
        "IP:127.0.0.1",
      ],
    }),
  },
  {
    title: "the API server's certificate has a common name only",
    family: "common-name-only",
    code: "san-absent",
    path: `${PKI}/apiserver.crt`,
    act: "served",
    harm: signed(`${PKI}/apiserver.crt`, "ca", { sans: "none" }),
  },
  {
    title: "the API server's certificate is for clients only",
    family: "key-usage",
    code: "eku-missing",
    path: `${PKI}/apiserver.crt`,
    act: "served",
    harm: signed(`${PKI}/apiserver.crt`, "ca", { eku: ["clientAuth"] }),
  },
  {
    title: "the API server's certificate is of another CA",
    family: "unknown-authority",
    code: "wrong-issuer",
    path: `${PKI}/apiserver.crt`,
    act: "served",
    harm: signed(`${PKI}/apiserver.crt`, "etcd/ca", {}),
  },
  {
    title: "the API server's certificate is signed with SHA-1",
    family: "weak-signature",
    code: "weak-signature",
    path: `${PKI}/apiserver.crt`,
    act: "served",
    harm: signed(`${PKI}/apiserver.crt`, "ca", { signatureHash: "sha1" }),
  },
  {
    title: "the clients' CA is another one",
    family: "client-unknown-authority",
    code: "wrong-issuer",
    path: `${PKI}/ca.crt`,
    act: "served",
    harm: replaced(`${PKI}/ca.crt`, "pki/etcd/ca.crt"),
  },
  {
    title: "the front proxy's client has a name that is not allowed",
    family: "front-proxy-name",
    code: "cn-wrong",
    path: `${PKI}/front-proxy-client.crt`,
    act: "front-proxy",
    harm: signed(`${PKI}/front-proxy-client.crt`, "front-proxy-ca", { subject: { cn: "aggregator" } }),
  },
  {
    title: "the front proxy's client is of another CA",
    family: "client-unknown-authority",
    code: "wrong-issuer",
    path: `${PKI}/front-proxy-client.crt`,
    act: "front-proxy",
    harm: signed(`${PKI}/front-proxy-client.crt`, "etcd/ca", {}),
  },
];
