/**
 * The tree of a k3s server that is its own agent: k3s' file names, names, key kinds, chains and ends, made by OpenSSL.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Tool } from "../tools.ts";
import { CA_EXTENSIONS, leafExtensions, makeCertificates, type Wanted } from "./authority.ts";
import { formatKubeconfig } from "./kubeconfig.ts";
import { copyTree, openssl, placeFiles, type TreeFile, writeFiles } from "./trees.ts";

/** What the tree needs. */
export const K3S_TOOLS: readonly Tool[] = [openssl];

const DATA = "/var/lib/rancher/k3s";
const TLS = `${DATA}/server/tls`;
const ADDRESS = "192.168.1.10";
const NODE = "k3s-0";

const SERVER_NAMES = [
  ...["kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"],
  ...["localhost", NODE],
].map((name) => `DNS:${name}`).concat(["127.0.0.1", "::1", ADDRESS, "10.43.0.1"].map((one) => `IP:${one}`));
const ETCD_NAMES = ["DNS:localhost", `DNS:${NODE}`, "IP:127.0.0.1", "IP:::1", `IP:${ADDRESS}`];

/** CAs: file, and the name in front of `@` and the time of making. */
const CAS = [
  ["server-ca", "k3s-server-ca"],
  ["client-ca", "k3s-client-ca"],
  ["request-header-ca", "k3s-request-header-ca"],
  ["etcd/server-ca", "etcd-server-ca"],
  ["etcd/peer-ca", "etcd-peer-ca"],
] as const;

const BOTH = ["serverAuth", "clientAuth"];

/** Leaves: file, subject, CA, usages, names. */
const LEAVES: readonly (readonly [string, string, string, readonly string[], (readonly string[])?])[] = [
  ["client-admin", "/O=system:masters/CN=system:admin", "client-ca", ["clientAuth"]],
  ["client-supervisor", "/O=system:masters/CN=system:k3s-supervisor", "client-ca", ["clientAuth"]],
  ["client-controller", "/CN=system:kube-controller-manager", "client-ca", ["clientAuth"]],
  ["client-scheduler", "/CN=system:kube-scheduler", "client-ca", ["clientAuth"]],
  ["client-kube-apiserver", "/O=system:masters/CN=system:apiserver", "client-ca", ["clientAuth"]],
  ["client-kube-proxy", "/CN=system:kube-proxy", "client-ca", ["clientAuth"]],
  ["client-k3s-controller", "/CN=system:k3s-controller", "client-ca", ["clientAuth"]],
  ["client-k3s-cloud-controller", "/CN=k3s-cloud-controller-manager", "client-ca", ["clientAuth"]],
  ["client-kubelet", `/O=system:nodes/CN=system:node:${NODE}`, "client-ca", ["clientAuth"]],
  ["client-auth-proxy", "/CN=system:auth-proxy", "request-header-ca", ["clientAuth"]],
  ["serving-kube-apiserver", "/CN=kube-apiserver", "server-ca", ["serverAuth"], SERVER_NAMES],
  [
    "kube-controller-manager/kube-controller-manager",
    "/CN=kube-controller-manager",
    "server-ca",
    ["serverAuth"],
    ["DNS:localhost", "IP:127.0.0.1", "IP:::1"],
  ],
  [
    "kube-scheduler/kube-scheduler",
    "/CN=kube-scheduler",
    "server-ca",
    ["serverAuth"],
    ["DNS:localhost", "IP:127.0.0.1", "IP:::1"],
  ],
  [
    "serving-kubelet",
    `/CN=${NODE}`,
    "server-ca",
    ["serverAuth"],
    [`DNS:${NODE}`, "DNS:localhost", "IP:127.0.0.1", `IP:${ADDRESS}`],
  ],
  ["etcd/client", "/CN=etcd-client", "etcd/server-ca", ["clientAuth"]],
  ["etcd/server-client", "/CN=etcd-server", "etcd/server-ca", BOTH, ETCD_NAMES],
  ["etcd/peer-server-client", "/CN=etcd-peer", "etcd/peer-ca", BOTH, ETCD_NAMES],
];

/** The password in `server/token`, `server/agent-token` and `server/cred/passwd`: nobody's. */
export const K3S_PASSWORD = "8f3d0b6c1e5a4972b0d84c6f1a2e3b59";

/**
 * Makes the machine `k3s-0` (192.168.1.10): `var/lib/rancher/k3s/server/tls/` with five CAs and their keys and the
 * leaves, each followed by its CA in the same file, `server/cred/`, `server/token`, `agent/` with its pairs and
 * kubeconfigs, `etc/rancher/k3s/k3s.yaml` and the unit.
 *
 * @param folder where it goes
 */
export async function k3sTree(folder: string): Promise<void> {
  await copyTree(folder, "k3s", make);
}

async function make(root: string): Promise<void> {
  const tls = join(root, TLS);
  const seconds = Math.floor(Date.now() / 1000);
  await makeCertificates(tls, [
    ...CAS.map(([path, name]): Wanted => ({
      path,
      subject: `/CN=${name}@${seconds}`,
      extensions: CA_EXTENSIONS,
      days: 3650,
    })),
    ...LEAVES.map(([path, subject, issuer, usages, names]): Wanted => ({
      path,
      subject,
      issuer,
      extensions: leafExtensions(usages, names),
      days: 365,
      isChain: true,
    })),
    {
      // The API server's own, which signs itself; its key is beside it.
      path: "temporary-certs/apiserver-loopback-client__",
      subject: `/CN=apiserver-loopback-client@${seconds}`,
      extensions: [
        ...CA_EXTENSIONS,
        "extendedKeyUsage=serverAuth",
        "subjectAltName=DNS:apiserver-loopback-client",
      ],
      days: 365,
    },
    // A key alone stays of it.
    {
      path: "service",
      subject: "/CN=service",
      extensions: CA_EXTENSIONS,
      days: 1,
      key: ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
    },
  ]);
  await Deno.remove(join(tls, "service.crt"));
  await placeFiles(tls, tls, ["service.key=service.current.key"]);
  const agent = join(root, DATA, "agent");
  const pairs = ["client-kubelet", "client-kube-proxy", "client-k3s-controller", "serving-kubelet"];
  await placeFiles(tls, agent, [
    ...["client-ca.crt", "server-ca.crt"],
    ...pairs.flatMap((name) => [`${name}.crt`, `${name}.key`]),
  ]);
  // A server keeps the keys of its agents' kinds only.
  for (const name of ["client-kubelet", "serving-kubelet"]) await Deno.remove(join(tls, `${name}.crt`));
  await writeFiles(root, await texts(tls));
  await Deno.symlink(`${DATA}/server/token`, join(root, DATA, "server/node-token"));
}

async function texts(tls: string): Promise<Record<string, TreeFile>> {
  const read = (name: string): Promise<string> => Deno.readTextFile(join(tls, name));
  const server = await read("server-ca.crt");
  const digest = createHash("sha256").update(server).digest("hex");
  const secret = (text: string): TreeFile => ({ text, mode: 0o600 });
  const config = (file: string, folder = TLS, port = 6444): TreeFile =>
    secret(formatKubeconfig({
      server: `https://127.0.0.1:${port}`,
      cluster: "local",
      user: "user",
      context: "Default",
      ca: `${folder}/server-ca.crt`,
      certificate: `${folder}/${file}.crt`,
      key: `${folder}/${file}.key`,
    }));
  const credentials: Readonly<Record<string, string>> = {
    admin: "client-admin",
    controller: "client-controller",
    scheduler: "client-scheduler",
    supervisor: "client-supervisor",
    "api-server": "client-kube-apiserver",
    "cloud-controller": "client-k3s-cloud-controller",
  };
  return {
    ...Object.fromEntries(
      Object.entries(credentials).map(([name, file]) => [
        `${DATA}/server/cred/${name}.kubeconfig`,
        config(file),
      ]),
    ),
    [`${DATA}/server/cred/passwd`]: secret(
      `${K3S_PASSWORD},server,server,k3s:server\n${K3S_PASSWORD},node,node,k3s:agent\n`,
    ),
    [`${DATA}/server/token`]: secret(`K10${digest}::server:${K3S_PASSWORD}\n`),
    [`${DATA}/server/agent-token`]: secret(`K10${digest}::node:${K3S_PASSWORD}\n`),
    [`${DATA}/agent/kubelet.kubeconfig`]: config("client-kubelet", `${DATA}/agent`),
    [`${DATA}/agent/kubeproxy.kubeconfig`]: config("client-kube-proxy", `${DATA}/agent`),
    [`${DATA}/agent/k3scontroller.kubeconfig`]: config("client-k3s-controller", `${DATA}/agent`),
    "etc/rancher/k3s/k3s.yaml": secret(formatKubeconfig({
      server: "https://127.0.0.1:6443",
      cluster: "default",
      user: "default",
      context: "default",
      ca: server,
      certificate: await read("client-admin.crt"),
      key: await read("client-admin.key"),
    })),
    "etc/systemd/system/k3s.service": `[Unit]
Description=Lightweight Kubernetes

[Service]
Type=notify
EnvironmentFile=-/etc/default/%N
EnvironmentFile=-/etc/systemd/system/k3s.service.env
ExecStart=/usr/local/bin/k3s \\
    server \\

[Install]
WantedBy=multi-user.target
`,
  };
}
