/**
 * Configuration files of Kubernetes' programs: which files they name, and settings that decide who may come in.
 *
 * https://kubernetes.io/docs/reference/config-api/
 *
 * @module
 */
import type { Argument, Component } from "./invocation.ts";

/** A configuration. */
export interface Configuration {
  /** Such as `KubeletConfiguration`. */
  readonly kind: string;
  /** Who reads it. */
  readonly component: Component;
  /** Each field that matters and is there, by its path. */
  readonly arguments: readonly Argument[];
}

/** Kinds by the group of their API, who reads them, and their fields; `[]` stands for every item of a list. */
const KINDS:
  readonly (readonly [group: string, kind: string, component: Component, fields: readonly string[]])[] = [
    ["kubelet.config.k8s.io", "KubeletConfiguration", "kubelet", [
      "authentication.x509.clientCAFile",
      "authentication.anonymous.enabled",
      "authentication.webhook.enabled",
      "authorization.mode",
      "tlsCertFile",
      "tlsPrivateKeyFile",
      "staticPodPath",
      "serverTLSBootstrap",
      "rotateCertificates",
    ]],
    ["kubescheduler.config.k8s.io", "KubeSchedulerConfiguration", "kube-scheduler", [
      "clientConnection.kubeconfig",
    ]],
    ["kubeproxy.config.k8s.io", "KubeProxyConfiguration", "kube-proxy", ["clientConnection.kubeconfig"]],
    ["apiserver.config.k8s.io", "AuthenticationConfiguration", "kube-apiserver", [
      "jwt[].issuer.url",
      "jwt[].issuer.certificateAuthority",
      "anonymous.enabled",
    ]],
    ["apiserver.config.k8s.io", "AuthorizationConfiguration", "kube-apiserver", [
      "authorizers[].webhook.connectionInfo.kubeConfigFile",
    ]],
    ["apiserver.config.k8s.io", "AdmissionConfiguration", "kube-apiserver", ["plugins[].path"]],
    // Of what encrypts data, only that it is there: its fields are secrets.
    ["apiserver.config.k8s.io", "EncryptionConfiguration", "kube-apiserver", []],
    ["apiserver.config.k8s.io", "EgressSelectorConfiguration", "kube-apiserver", [
      "egressSelections[].connection.transport.tcp.tlsConfig.caBundle",
      "egressSelections[].connection.transport.tcp.tlsConfig.clientCert",
      "egressSelections[].connection.transport.tcp.tlsConfig.clientKey",
    ]],
    ["kubeadm.k8s.io", "ClusterConfiguration", "kube-apiserver", [
      "certificatesDir",
      "etcd.external.caFile",
      "etcd.external.certFile",
      "etcd.external.keyFile",
    ]],
  ];

/** More items than such lists have. */
const MAX_ITEMS = 1000;

/**
 * Reads a configuration.
 *
 * @param object plain values
 * @returns undefined for all other objects
 */
export function argumentsOfConfiguration(object: unknown): Configuration | undefined {
  if (typeof object !== "object" || object === null) return undefined;
  const { apiVersion, kind } = object as { readonly apiVersion?: unknown; readonly kind?: unknown };
  if (typeof apiVersion !== "string" || typeof kind !== "string") return undefined;
  // The API server's own files had a shorter group once, and one still has.
  const group = apiVersion.split("/")[0]?.replace(/^apiserver\.k8s\.io$/, "apiserver.config.k8s.io");
  const found = KINDS.find(([of, name]) => of === group && name === kind);
  if (found === undefined) return undefined;
  const [, , component, fields] = found;
  return {
    kind,
    component,
    arguments: fields.flatMap((field) => readField(object, field.split("."), "")),
  };
}

function readField(value: unknown, [step = "", ...rest]: readonly string[], at: string): Argument[] {
  const isEach = step.endsWith("[]");
  const key = isEach ? step.slice(0, -2) : step;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return [];
  const inner = (value as Readonly<Record<string, unknown>>)[key];
  const name = at === "" ? key : `${at}.${key}`;
  if (isEach) {
    if (!Array.isArray(inner)) return [];
    return inner.slice(0, MAX_ITEMS).flatMap((item: unknown, index) =>
      readField(item, rest, `${name}[${index}]`)
    );
  }
  if (rest.length > 0) return readField(inner, rest, name);
  if (typeof inner !== "string" && typeof inner !== "boolean") return [];
  return [{ name, value: String(inner), from: "configuration", line: undefined }];
}
