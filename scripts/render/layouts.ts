/**
 * The table of who has which file where, for each layout. To put a file on a machine, add a line.
 *
 * Copied files come from the catalogue's entries, rendered ones from `templates/`. Places of kubeadm:
 * https://kubernetes.io/docs/reference/setup-tools/kubeadm/implementation-details/
 *
 * @module
 */
import type { Layout } from "../spec/types.ts";
import type { Component, Condition, CopiedFile, LayoutFile, PkiPart, RenderedFile } from "./types.ts";

const UNITS = "/etc/systemd/system";
/** Where control planes have what the API server and the scheduler read when they start. */
export const CONFIG = "/etc/kubernetes/config";

/** What stands for each webhook's name: a file with it is there once for each. */
export const WEBHOOK = "<webhook>";

/** Where control planes have the kubeconfig of a webhook. */
export function webhookPath(name: string): string {
  return `${CONFIG}/webhook-${name}.kubeconfig`;
}

/** Configurations that both layouts have on control planes. */
const CONTROL_PLANE_CONFIG: readonly LayoutFile[] = [
  template("config/kube-scheduler.yaml", `${CONFIG}/kube-scheduler.yaml`),
  template("config/encryption-config.yaml", `${CONFIG}/encryption-config.yaml`),
  template("config/authentication-config.yaml", `${CONFIG}/authentication-config.yaml`),
  template("config/authorization-config.yaml", `${CONFIG}/authorization-config.yaml`),
  template("config/audit-policy.yaml", `${CONFIG}/audit-policy.yaml`),
  template("config/abac-policy.jsonl", `${CONFIG}/abac-policy.jsonl`, 0o600, "abac"),
  copy(`kubeconfig/webhooks/${WEBHOOK}`, "kubeconfig", webhookPath(WEBHOOK)),
  copy("auth/tokens", "document", `${CONFIG}/tokens.csv`, "tokens"),
  copy(
    "auth/retired-service-account-keys",
    "document",
    `${CONFIG}/retired-service-account-keys.pub`,
    "rotating",
  ),
];

/** Nobody's part of kube-proxy differs. */
const KUBE_PROXY: Component = {
  name: "kube-proxy",
  on: "node",
  files: [
    copy("kubeconfig/kube-proxy", "kubeconfig", "/var/lib/kube-proxy/kubeconfig"),
    template("config/kube-proxy-config.yaml", "/var/lib/kube-proxy/kube-proxy-config.yaml"),
    template("units/kube-proxy.service", `${UNITS}/kube-proxy.service`, 0o644),
  ],
};

/** What the administrator applies. */
export const MANIFESTS: readonly LayoutFile[] = [
  template("manifests/kubelet-api-admin.yaml", "/manifests/kubelet-api-admin.yaml", 0o644),
  template("manifests/tls-bootstrap.yaml", "/manifests/tls-bootstrap.yaml", 0o644),
  template("manifests/cluster-admins.yaml", "/manifests/cluster-admins.yaml", 0o644, "bound-admin"),
  template("manifests/rbac.yaml", "/manifests/rbac.yaml", 0o644, "rbac"),
  copy("auth/bootstrap-tokens", "document", "/manifests/bootstrap-tokens.yaml", "bootstrap"),
  copy("auth/cluster-info", "document", "/manifests/cluster-info.yaml", "vouching"),
];

/** What the administrator hands to machines that join. */
const BOOTSTRAP = copy(
  "kubeconfig/bootstrap-kubelet",
  "document",
  "/bootstrap-kubelet.kubeconfig",
  "joining",
);

/** The shared part of a control plane's PKI. */
function controlPlanePki(folder: string, isFixedNaming: boolean): LayoutFile[] {
  const pki = (id: string, base: string, parts: readonly PkiPart[], when?: Condition): LayoutFile[] =>
    parts.map((part) => ({ ...copy(id, part, `${folder}/${base}`, when), isFixedNaming }));
  const pair = ["certificate", "key"] as const;
  return [
    ...pki("ca", "ca", ["certificate"]),
    ...pki("ca", "ca", ["key"], "signing"),
    ...pki("apiserver", "apiserver", pair),
    ...pki("apiserver-kubelet-client", "apiserver-kubelet-client", pair),
    ...pki("apiserver-etcd-client", "apiserver-etcd-client", pair),
    ...pki("front-proxy-ca", "front-proxy-ca", ["certificate"]),
    ...pki("front-proxy-client", "front-proxy-client", pair),
    ...pki("etcd-ca", "etcd/ca", ["certificate"]),
    ...pki("service-account", "sa", ["key", "public-key"]),
  ];
}

/** A member's part of etcd's PKI. */
function etcdPki(folder: string, isFixedNaming: boolean): LayoutFile[] {
  return [
    { ...copy("etcd-ca", "certificate", `${folder}/ca`), isFixedNaming },
    ...["etcd-server/<name>", "etcd-peer/<name>", "etcd-healthcheck-client"].flatMap((id) => {
      const base = `${folder}/${id.replace("etcd-", "").replace("/<name>", "")}`;
      return (["certificate", "key"] as const).map((part) => ({ ...copy(id, part, base), isFixedNaming }));
    }),
  ];
}

/** A kubelet's own certificates. */
function kubeletPki(isFixedNaming: boolean): LayoutFile[] {
  return ["kubelet-server/<name>", "kubelet-client/<name>"].flatMap((id) => {
    const base = id === "kubelet-server/<name>" ? "kubelet" : "kubelet-client";
    return (["certificate", "key"] as const).map((part) => ({
      ...copy(id, part, `/var/lib/kubelet/pki/${base}`),
      isFixedNaming,
    }));
  });
}

/** The table. */
export const LAYOUTS: Readonly<Record<Layout, readonly Component[]>> = {
  "hard-way": [
    {
      name: "etcd",
      on: "member",
      files: [
        ...etcdPki("/etc/etcd/pki", false),
        template("units/etcd.service", `${UNITS}/etcd.service`, 0o644),
      ],
    },
    {
      name: "control-plane",
      on: "control-plane",
      files: [
        ...controlPlanePki("/var/lib/kubernetes/pki", false),
        copy(
          "kubeconfig/kube-controller-manager",
          "kubeconfig",
          "/var/lib/kubernetes/kube-controller-manager.kubeconfig",
        ),
        copy("kubeconfig/kube-scheduler", "kubeconfig", "/var/lib/kubernetes/kube-scheduler.kubeconfig"),
        ...CONTROL_PLANE_CONFIG,
        template("units/kube-apiserver.service", `${UNITS}/kube-apiserver.service`, 0o644),
        template("units/kube-controller-manager.service", `${UNITS}/kube-controller-manager.service`, 0o644),
        template("units/kube-scheduler.service", `${UNITS}/kube-scheduler.service`, 0o644),
      ],
    },
    {
      name: "kubelet",
      on: "node",
      files: [
        copy("ca", "certificate", "/var/lib/kubelet/pki/ca"),
        ...kubeletPki(false),
        copy("kubeconfig/<name>", "kubeconfig", "/var/lib/kubelet/kubeconfig"),
        template("config/kubelet-config.yaml", "/var/lib/kubelet/kubelet-config.yaml"),
        // 0600: CIS 4.1.1.
        template("units/kubelet.service", `${UNITS}/kubelet.service`),
        template("network/containerd-config.toml", `${CONFIG}/containerd-config.toml`, 0o644),
      ],
    },
    KUBE_PROXY,
    {
      name: "network",
      on: "machine",
      files: [
        // 0600: CIS 1.1.9.
        template("network/10-bridge.conf", "/etc/cni/net.d/10-bridge.conf", 0o600, "pods"),
        template("network/99-loopback.conf", "/etc/cni/net.d/99-loopback.conf", 0o600, "pods"),
        template("network/routes.sh", "/etc/kubernetes/routes.sh", 0o755, "routes"),
        template("network/hosts", "/etc/kubernetes/hosts", 0o644),
      ],
    },
    {
      name: "workstation",
      on: "admin",
      files: [
        copy("kubeconfig/admin", "kubeconfig", "/admin.kubeconfig"),
        { ...copy("ca", "certificate", "/ca"), isFixedNaming: true },
        BOOTSTRAP,
        ...MANIFESTS,
      ],
    },
  ],
  kubeadm: [
    {
      name: "etcd",
      on: "member",
      files: [
        ...etcdPki("/etc/kubernetes/pki/etcd", true),
        template("static-pods/etcd.yaml", "/etc/kubernetes/manifests/etcd.yaml"),
      ],
    },
    {
      name: "control-plane",
      on: "control-plane",
      files: [
        ...controlPlanePki("/etc/kubernetes/pki", true),
        copy("kubeconfig/admin", "kubeconfig", "/etc/kubernetes/admin.conf"),
        copy("kubeconfig/super-admin", "kubeconfig", "/etc/kubernetes/super-admin.conf", "first"),
        copy("kubeconfig/kube-controller-manager", "kubeconfig", "/etc/kubernetes/controller-manager.conf"),
        copy("kubeconfig/kube-scheduler", "kubeconfig", "/etc/kubernetes/scheduler.conf"),
        ...CONTROL_PLANE_CONFIG,
        template("static-pods/kube-apiserver.yaml", "/etc/kubernetes/manifests/kube-apiserver.yaml"),
        template(
          "static-pods/kube-controller-manager.yaml",
          "/etc/kubernetes/manifests/kube-controller-manager.yaml",
        ),
        template("static-pods/kube-scheduler.yaml", "/etc/kubernetes/manifests/kube-scheduler.yaml"),
        template("config/kubeadm.yaml", "/etc/kubernetes/kubeadm.yaml"),
      ],
    },
    {
      name: "kubelet",
      on: "node",
      files: [
        { ...copy("ca", "certificate", "/etc/kubernetes/pki/ca"), isFixedNaming: true },
        ...kubeletPki(true),
        copy("kubeconfig/<name>", "kubeconfig", "/etc/kubernetes/kubelet.conf"),
        template("config/kubelet-config.yaml", "/var/lib/kubelet/config.yaml"),
      ],
    },
    KUBE_PROXY,
    {
      name: "network",
      on: "machine",
      files: [template("network/hosts", "/etc/kubernetes/hosts", 0o644)],
    },
    {
      name: "workstation",
      on: "admin",
      files: [
        copy("kubeconfig/admin", "kubeconfig", "/etc/kubernetes/admin.conf"),
        copy("kubeconfig/super-admin", "kubeconfig", "/etc/kubernetes/super-admin.conf"),
        { ...copy("ca", "certificate", "/ca"), isFixedNaming: true },
        template("config/kubeadm.yaml", "/kubeadm.yaml"),
        BOOTSTRAP,
        ...MANIFESTS,
      ],
    },
  ],
};

/** Every template's path under `templates/`, each once. */
export const TEMPLATES: readonly string[] = [
  ...new Set(
    Object.values(LAYOUTS).flatMap((components) =>
      components.flatMap(({ files }) =>
        files.flatMap((file) => file.kind === "template" ? [file.template] : [])
      )
    ),
  ),
].sort();

function copy(id: string, part: PkiPart, to: string, when?: Condition): CopiedFile {
  return { kind: "copy", id, part, to, ...(when !== undefined && { when }) };
}

function template(
  path: string,
  to: string,
  mode: RenderedFile["mode"] = 0o600,
  when?: Condition,
): RenderedFile {
  return { kind: "template", template: path, to, mode, ...(when !== undefined && { when }) };
}
