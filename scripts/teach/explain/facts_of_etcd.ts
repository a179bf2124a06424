/**
 * Facts about the certificates of etcd.
 *
 * @module
 */
import { type EntryFacts, PAGES } from "./facts_shape.ts";

/** The facts, by id. */
export const ETCD_FACTS: Readonly<Record<string, EntryFacts>> = {
  "etcd-server/<name>": {
    text: [
      "With it an etcd member proves who it is to the API server and to etcdctl. It is good as a client's too: etcd calls itself with it.",
    ],
    uses: ["etcd cert-file"],
    faults: [
      ["It does not name the address in --etcd-servers.", "kube-apiserver", ["grpcHandshake", "otherName"]],
      ["It names no address, and is called by one.", "kube-apiserver", ["grpcHandshake", "noAddresses"]],
      ["It is past its end.", "kube-apiserver", ["grpcHandshake", "expired"]],
      ["Another CA signed it.", "kube-apiserver", ["grpcHandshake", "unknownAuthority"]],
      ["It may not be a client's, and etcd calls itself with it.", "etcd", [
        "etcdClientRejected",
        "wrongUsage",
      ]],
      ["--key-file is missing.", "etcd, which does not start", ["etcdHalfPair"]],
    ],
    kubeadm: "etcd-server",
    restart: ["etcd"],
    pages: [PAGES.etcd, PAGES.pki],
  },
  "etcd-peer/<name>": {
    text: [
      "With it etcd members talk to each other, each a server to the others and a client of them. A member that it does not let in takes no part; without a majority etcd stands still, and the API server with it.",
    ],
    uses: ["etcd peer-cert-file"],
    faults: [
      ["It names another address than the one that the member calls from.", "etcd", [
        "etcdPeerRejected",
        "peerName",
      ]],
      ["It is past its end.", "etcd", ["etcdPeerRejected", "peerUnhealthy", "expired"]],
      ["It may be a server's only, or a client's only.", "etcd", ["etcdPeerRejected", "wrongUsage"]],
      ["Another CA signed it.", "etcd", ["etcdPeerRejected", "unknownAuthority"]],
    ],
    kubeadm: "etcd-peer",
    restart: ["etcd"],
    renewal: ["Restart one member after the other, each when the one before is well again."],
    pages: [PAGES.etcd, PAGES.pki],
  },
  "etcd-healthcheck-client": {
    text: [
      "A client of etcd for probes and for people with etcdctl: snapshots, members, health. It may do everything in etcd, as every client there.",
    ],
    uses: ["etcdctl cert"],
    faults: [
      ["It is past its end.", "etcd; etcdctl hears", ["etcdClientRejected", "expired", "alertExpired"]],
      ["Another CA signed it.", "etcd; etcdctl hears", [
        "etcdClientRejected",
        "unknownAuthority",
        "alertUnknownAuthority",
      ]],
      ["etcdctl is called without it.", "etcd; etcdctl hears", [
        "etcdClientRejected",
        "noCertificate",
        "alertRequired",
      ]],
    ],
    kubeadm: "etcd-healthcheck-client",
    restart: [],
    pages: [PAGES.operatingEtcd, PAGES.pki],
  },
};
