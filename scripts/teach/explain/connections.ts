/**
 * Who talks to whom in a cluster, and what each shows to the other: the one table of it.
 *
 * https://kubernetes.io/docs/setup/best-practices/certificates/ and
 * https://kubernetes.io/docs/concepts/architecture/control-plane-node-communication/
 *
 * @module
 */
import type { FlagReference } from "../../inspect/flags/flag_table.ts";
import type { Component } from "../../inspect/flags/invocation.ts";
import type { Connection } from "./explanation.ts";
import { settingOf } from "./settings.ts";

function at(component: Component, flag: string): FlagReference {
  return { component, flag };
}

const CLIENT_CA = at("kube-apiserver", "client-ca-file");
const MEMBER_CA = at("etcd", "peer-trusted-ca-file");

/** Someone who calls the API server with a kubeconfig, in which the CA is embedded. */
function caller(from: string, shows: string): Connection {
  return {
    from,
    to: "kube-apiserver",
    shows,
    checkedAgainst: "ca",
    checkedBy: settingOf(CLIENT_CA),
    isShown: "apiserver",
    callerChecksAgainst: "ca",
    callerChecksBy: null,
  };
}

/** The table, as the catalogue has its ids. */
export const CONNECTIONS: readonly Connection[] = [
  caller("kubectl", "admin"),
  caller("kubectl", "super-admin"),
  caller("kubectl", "user/<name>"),
  caller("kube-controller-manager", "controller-manager"),
  caller("kube-scheduler", "scheduler"),
  caller("kube-proxy", "kube-proxy"),
  caller("kubelet", "kubelet-client/<name>"),
  {
    ...caller("a pod", "service-account"),
    checkedAgainst: "service-account",
    checkedBy: settingOf(at("kube-apiserver", "service-account-key-file")),
    callerChecksBy: settingOf(at("kube-controller-manager", "root-ca-file")),
  },
  {
    from: "kube-apiserver",
    to: "kubelet",
    shows: "apiserver-kubelet-client",
    checkedAgainst: "ca",
    checkedBy: settingOf(at("kubelet", "authentication.x509.clientCAFile")),
    isShown: "kubelet-server/<name>",
    callerChecksAgainst: "ca",
    callerChecksBy: settingOf(at("kube-apiserver", "kubelet-certificate-authority")),
  },
  {
    from: "kube-apiserver",
    to: "etcd",
    shows: "apiserver-etcd-client",
    checkedAgainst: "etcd-ca",
    checkedBy: settingOf(at("etcd", "trusted-ca-file")),
    isShown: "etcd-server/<name>",
    callerChecksAgainst: "etcd-ca",
    callerChecksBy: settingOf(at("kube-apiserver", "etcd-cafile")),
  },
  {
    from: "etcdctl",
    to: "etcd",
    shows: "etcd-healthcheck-client",
    checkedAgainst: "etcd-ca",
    checkedBy: settingOf(at("etcd", "trusted-ca-file")),
    isShown: "etcd-server/<name>",
    callerChecksAgainst: "etcd-ca",
    callerChecksBy: settingOf(at("etcdctl", "cacert")),
  },
  {
    from: "etcd",
    to: "etcd",
    shows: "etcd-peer/<name>",
    checkedAgainst: "etcd-ca",
    checkedBy: settingOf(MEMBER_CA),
    isShown: "etcd-peer/<name>",
    callerChecksAgainst: "etcd-ca",
    callerChecksBy: settingOf(MEMBER_CA),
  },
  {
    from: "kube-apiserver",
    to: "extension API server",
    shows: "front-proxy-client",
    checkedAgainst: "front-proxy-ca",
    // Extension API servers read the flag's file from a ConfigMap.
    checkedBy: settingOf(at("kube-apiserver", "requestheader-client-ca-file")),
    isShown: null,
    callerChecksAgainst: null,
    callerChecksBy: null,
  },
];
