/**
 * The texts of *Kubernetes The Hard Way* that are no certificates: its OpenSSL configuration, units and component
 * configurations, with the same settings and faults.
 *
 * @module
 */
import type { TreeFile } from "./trees.ts";

/** What the guide makes a certificate for, in its order. */
export const HARD_WAY_NAMES = [
  ...["admin", "node-0", "node-1", "kube-proxy", "kube-scheduler", "kube-controller-manager"],
  ...["kube-api-server", "service-accounts"],
] as const;

const PLACE = { C: "US", ST: "Washington", L: "Seattle" };

interface Request {
  readonly subject: Readonly<Record<string, string>>;
  /** Without names it is one of the two that share the extensions of a plain client. */
  readonly names?: string;
  readonly comment?: string;
}

function node(name: string): Request {
  return {
    subject: { CN: `system:node:${name}`, O: "system:nodes", ...PLACE },
    names: `DNS:${name}, IP:127.0.0.1`,
    comment: `${name.replace("n", "N")} Certificate`,
  };
}

function client(name: string, organization: string, comment: string): Request {
  return {
    subject: { CN: `system:${name}`, O: organization, ...PLACE },
    names: `DNS:${name}, IP:127.0.0.1`,
    comment: `${comment} Certificate`,
  };
}

const MANAGER = "kube-controller-manager";

const REQUESTS: Readonly<Record<(typeof HARD_WAY_NAMES)[number], Request>> = {
  admin: { subject: { CN: "admin", O: "system:masters" } },
  "service-accounts": { subject: { CN: "service-accounts" } },
  "node-0": node("node-0"),
  "node-1": node("node-1"),
  "kube-proxy": client("kube-proxy", "system:node-proxier", "Kube Proxy"),
  "kube-controller-manager": client(MANAGER, `system:${MANAGER}`, "Kube Controller Manager"),
  // The guide says system twice.
  "kube-scheduler": client("kube-scheduler", "system:system:kube-scheduler", "Kube Scheduler"),
  "kube-api-server": {
    subject: { CN: "kubernetes", ...PLACE },
    names: "@kube-api-server_alt_names",
    comment: "Kube API Server Certificate",
  },
};

/** The API server's names: `default` is missing in the fifth of the DNS names, and every address of a machine. */
const API_SERVER_NAMES = {
  IP: ["127.0.0.1", "10.32.0.1"],
  DNS: [
    ...["kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster"],
    ...["kubernetes.svc.cluster.local", "server.kubernetes.local", "api-server.kubernetes.local"],
  ],
};

/** The guide's configuration of OpenSSL, a section for each certificate. */
export function caConf(): string {
  const section = (name: string, fields: Readonly<Record<string, string>>): string =>
    `[${name}]\n${Object.entries(fields).map(([key, value]) => `${key} = ${value}\n`).join("")}\n`;
  const extensions = ({ names, comment = "Admin Client Certificate" }: Request): Record<string, string> => ({
    basicConstraints: "CA:FALSE",
    extendedKeyUsage: names === undefined ? "clientAuth" : "clientAuth, serverAuth",
    keyUsage: "critical, digitalSignature, keyEncipherment",
    nsCertType: "client",
    nsComment: `"${comment}"`,
    ...names !== undefined && { subjectAltName: names },
    subjectKeyIdentifier: "hash",
  });
  const of = (name: string, request: Request): string => {
    const shared = request.names === undefined;
    const req_extensions = shared ? "default_req_extensions" : `${name}_req_extensions`;
    return section(name, {
      distinguished_name: `${name}_distinguished_name`,
      prompt: "no",
      req_extensions,
    }) + (shared ? "" : section(req_extensions, extensions(request))) +
      section(`${name}_distinguished_name`, request.subject);
  };
  return section("req", {
    distinguished_name: "req_distinguished_name",
    prompt: "no",
    x509_extensions: "ca_x509_extensions",
  }) + section("ca_x509_extensions", { basicConstraints: "CA:TRUE", keyUsage: "cRLSign, keyCertSign" }) +
    section("req_distinguished_name", { ...PLACE, CN: "CA" }) +
    Object.entries(REQUESTS).map(([name, request]) => of(name, request)).join("") +
    section(
      "kube-api-server_alt_names",
      Object.fromEntries(
        Object.entries(API_SERVER_NAMES).flatMap(([kind, names]) =>
          names.map((name, index) => [`${kind}.${index}`, name] as const)
        ),
      ),
    ) +
    section("default_req_extensions", extensions({ subject: {} }));
}

/**
 * A unit of the guide's form, its flags on continued lines.
 *
 * @param program its name in /usr/local/bin
 * @param flags one a line
 * @param more further lines of `[Service]`
 */
export function serviceUnit(program: string, flags: readonly string[], more: readonly string[] = []): string {
  return `[Unit]
Description=Kubernetes ${program}
Documentation=https://github.com/kubernetes/kubernetes

[Service]
${more.map((line) => `${line}\n`).join("")}ExecStart=/usr/local/bin/${program} \\
${flags.map((flag) => `  ${flag}`).join(" \\\n")}
Restart=on-failure
RestartSec=5

[Install]
WantedBy=multi-user.target
`;
}

const DATA = "/var/lib/kubernetes";

/**
 * Units and configurations of the machine `server`.
 *
 * @param serviceRange `--service-cluster-ip-range` of the API server; the guide leaves it out
 */
export function serverFiles(serviceRange: string | undefined): Record<string, TreeFile> {
  return {
    "etc/systemd/system/kube-apiserver.service": serviceUnit("kube-apiserver", [
      "--allow-privileged=true",
      "--audit-log-maxage=30",
      "--audit-log-maxbackup=3",
      "--audit-log-maxsize=100",
      "--audit-log-path=/var/log/audit.log",
      "--authorization-mode=Node,RBAC",
      "--bind-address=0.0.0.0",
      `--client-ca-file=${DATA}/ca.crt`,
      "--enable-admission-plugins=NamespaceLifecycle,NodeRestriction,LimitRanger,ServiceAccount,DefaultStorageClass,ResourceQuota",
      "--etcd-servers=http://127.0.0.1:2379",
      "--event-ttl=1h",
      `--encryption-provider-config=${DATA}/encryption-config.yaml`,
      `--kubelet-certificate-authority=${DATA}/ca.crt`,
      `--kubelet-client-certificate=${DATA}/kube-api-server.crt`,
      `--kubelet-client-key=${DATA}/kube-api-server.key`,
      "--runtime-config='api/all=true'",
      `--service-account-key-file=${DATA}/service-accounts.crt`,
      `--service-account-signing-key-file=${DATA}/service-accounts.key`,
      "--service-account-issuer=https://server.kubernetes.local:6443",
      ...serviceRange === undefined ? [] : [`--service-cluster-ip-range=${serviceRange}`],
      "--service-node-port-range=30000-32767",
      `--tls-cert-file=${DATA}/kube-api-server.crt`,
      `--tls-private-key-file=${DATA}/kube-api-server.key`,
      "--v=2",
    ]),
    "etc/systemd/system/kube-controller-manager.service": serviceUnit("kube-controller-manager", [
      "--bind-address=0.0.0.0",
      "--cluster-cidr=10.200.0.0/16",
      "--cluster-name=kubernetes",
      `--cluster-signing-cert-file=${DATA}/ca.crt`,
      `--cluster-signing-key-file=${DATA}/ca.key`,
      `--kubeconfig=${DATA}/kube-controller-manager.kubeconfig`,
      `--root-ca-file=${DATA}/ca.crt`,
      `--service-account-private-key-file=${DATA}/service-accounts.key`,
      "--service-cluster-ip-range=10.32.0.0/24",
      "--use-service-account-credentials=true",
      "--v=2",
    ]),
    "etc/systemd/system/kube-scheduler.service": serviceUnit("kube-scheduler", [
      "--config=/etc/kubernetes/config/kube-scheduler.yaml",
      "--v=2",
    ]),
    "etc/kubernetes/config/kube-scheduler.yaml": `apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
clientConnection:
  kubeconfig: "${DATA}/kube-scheduler.kubeconfig"
leaderElection:
  leaderElect: true
`,
    "etc/systemd/system/etcd.service": serviceUnit("etcd", [
      "--name controller",
      "--initial-advertise-peer-urls http://127.0.0.1:2380",
      "--listen-peer-urls http://127.0.0.1:2380",
      "--listen-client-urls http://127.0.0.1:2379",
      "--advertise-client-urls http://127.0.0.1:2379",
      "--initial-cluster-token etcd-cluster-0",
      "--initial-cluster controller=http://127.0.0.1:2380",
      "--initial-cluster-state new",
      "--data-dir=/var/lib/etcd",
    ], ["Type=notify"]),
  };
}

/**
 * Units and configurations of a node.
 *
 * @param podRange the node's share of the pods' addresses
 */
export function nodeFiles(podRange: string): Record<string, TreeFile> {
  return {
    "etc/systemd/system/kubelet.service": serviceUnit("kubelet", [
      "--config=/var/lib/kubelet/kubelet-config.yaml",
      "--kubeconfig=/var/lib/kubelet/kubeconfig",
      "--v=2",
    ]),
    "etc/systemd/system/kube-proxy.service": serviceUnit("kube-proxy", [
      "--config=/var/lib/kube-proxy/kube-proxy-config.yaml",
    ]),
    "var/lib/kubelet/kubelet-config.yaml": `kind: KubeletConfiguration
apiVersion: kubelet.config.k8s.io/v1beta1
address: "0.0.0.0"
authentication:
  anonymous:
    enabled: false
  webhook:
    enabled: true
  x509:
    clientCAFile: "/var/lib/kubelet/ca.crt"
authorization:
  mode: Webhook
cgroupDriver: systemd
containerRuntimeEndpoint: "unix:///var/run/containerd/containerd.sock"
podCIDR: "${podRange}"
registerNode: true
tlsCertFile: "/var/lib/kubelet/kubelet.crt"
tlsPrivateKeyFile: "/var/lib/kubelet/kubelet.key"
`,
    "var/lib/kube-proxy/kube-proxy-config.yaml": `kind: KubeProxyConfiguration
apiVersion: kubeproxy.config.k8s.io/v1alpha1
clientConnection:
  kubeconfig: "/var/lib/kube-proxy/kubeconfig"
mode: "iptables"
clusterCIDR: "10.200.0.0/16"
`,
  };
}
