/**
 * Faults of kubelets and of kube-proxy.
 *
 * @module
 */
import { removePath } from "../../foreign/inject.ts";
import { API, both, flagOf, KUBELET, PAST, replaced, signed, signedInside, UNITS } from "./harm.ts";
import { bootstrapped } from "./robots.ts";
import type { Row } from "./row.ts";

/** Kubelets, and who reaches them. */
export const NODE_ROWS: readonly Row[] = [
  {
    title: "a kubelet has another node's certificate",
    family: "node-denied",
    code: "cn-wrong",
    path: `${KUBELET}/pki/kubelet-client.crt`,
    act: "kubelet",
    harm: signed(`${KUBELET}/pki/kubelet-client.crt`, "ca", { subject: { cn: "system:node:other" } }),
  },
  {
    title: "a kubelet is in no group",
    family: "node-denied",
    code: "organization-wrong",
    path: `${KUBELET}/pki/kubelet-client.crt`,
    act: "kubelet",
    harm: signed(`${KUBELET}/pki/kubelet-client.crt`, "ca", { subject: { organizations: ["nodes"] } }),
  },
  {
    title: "a kubelet's client certificate is over",
    family: "client-expired",
    code: "expired",
    path: `${KUBELET}/kubeconfig`,
    act: "kubelet",
    // The pair in its folder counts, and where that is over, the one in its kubeconfig.
    harm: both(
      signed(`${KUBELET}/pki/kubelet-client.crt`, "ca", {
        notBefore: "2026-01-01T00:00:00Z",
        notAfter: PAST,
      }),
      signedInside(`${KUBELET}/kubeconfig`, { notBefore: "2026-01-01T00:00:00Z", notAfter: PAST }),
    ),
  },
  {
    title: "a kubelet's serving certificate lacks its address",
    family: "kubelet-serving",
    code: "san-missing",
    path: `${KUBELET}/pki/kubelet.crt`,
    act: "kubelet-reached",
    harm: signed(`${KUBELET}/pki/kubelet.crt`, "ca", { sans: ["DNS:server"] }),
  },
  {
    title: "a kubelet's serving certificate is of another CA",
    family: "kubelet-serving",
    code: "wrong-issuer",
    path: `${KUBELET}/pki/kubelet.crt`,
    act: "kubelet-reached",
    harm: signed(`${KUBELET}/pki/kubelet.crt`, "etcd/ca", {}),
  },
  {
    title: "a kubelet trusts another CA with its clients",
    family: "client-unknown-authority",
    code: "wrong-issuer",
    path: `${KUBELET}/pki/ca.crt`,
    act: "kubelet-reached",
    harm: replaced(`${KUBELET}/pki/ca.crt`, "pki/etcd/ca.crt"),
  },
  {
    title: "a kubelet has another name than its certificate",
    family: "node-restriction",
    code: "cn-wrong",
    path: `${KUBELET}/kubeconfig`,
    act: "kubelet-registers",
    harm: flagOf(`${UNITS}/kubelet.service`, "--hostname-override", "other"),
  },
  {
    title: "the API server looks for an address that nodes do not have",
    family: "preferred-address",
    code: "san-missing",
    path: API,
    act: "kubelet-and-api",
    harm: flagOf(API, "--kubelet-preferred-address-types", "ExternalDNS"),
  },
  {
    title: "a bootstrap token is over",
    family: "bootstrap-token",
    code: "expired",
    path: `${KUBELET}/bootstrap.kubeconfig`,
    act: "bootstrap",
    harm: bootstrapped("2026-01-02T00:00:00Z"),
  },
  {
    title: "kube-proxy's kubeconfig is not there",
    family: "missing-file",
    code: "missing-file",
    path: "var/lib/kube-proxy/kubeconfig",
    act: "proxy",
    harm: (tree) => removePath(tree, "var/lib/kube-proxy/kubeconfig"),
  },
];
