/**
 * The tree of a control plane of the older, widely taught hard way (mmumshad's): OpenSSL's plain `x509 -req`, whose
 * certificates without an extensions file are of version 1, a certificate of its own for each part, units, kubeconfigs
 * that name files, and the static pod of a health check that is no YAML.
 *
 * @module
 */
import { join } from "node:path";
import type { Tool } from "../tools.ts";
import { forEach } from "../tools.ts";
import { serviceUnit } from "./hard_way_files.ts";
import { formatKubeconfig } from "./kubeconfig.ts";
import { copyTree, openssl, placeFiles, shell, type TreeFile, writeFiles } from "./trees.ts";

/** What the tree needs. */
export const MMUMSHAD_TOOLS: readonly Tool[] = [openssl];

/** What the tree may differ in. */
export interface MmumshadOptions {
  /**
   * `etc/kubernetes/manifests/kube-apiserver.yaml`: with every file that it names (the default), with four of them gone
   * (the token and password lists, the front proxy's CA and the kubelet client's key), or no manifest.
   */
  readonly pod?: "whole" | "missing-files" | "none";
  /** What the first of the manifest's two `--tls-cert-file` names; the same as the second when left out. */
  readonly firstCertificate?: string;
}

const PKI = "/var/lib/kubernetes/pki";
const [ONE, TWO, BALANCER] = ["192.168.56.11", "192.168.56.12", "192.168.56.30"];
const SERVICE = "10.96.0.1";

/** The value of a token and of a password in the lists that the manifest names. */
export const MMUMSHAD_SECRETS = ["KpjCVbI7rCFAHYPkByTIzRb7gu1cUc4B", "correct-horse-9"] as const;

const LEAF = "basicConstraints = critical, CA:FALSE\n" +
  "keyUsage = critical, nonRepudiation, digitalSignature, keyEncipherment\n";

/** Subjects and extensions; without extensions the guide gives OpenSSL no file of them. */
const CERTIFICATES: readonly (readonly [string, string, string?])[] = [
  ["admin", "/CN=admin/O=system:masters"],
  ["kube-controller-manager", "/CN=system:kube-controller-manager/O=system:kube-controller-manager"],
  ["kube-proxy", "/CN=system:kube-proxy/O=system:node-proxier"],
  ["kube-scheduler", "/CN=system:kube-scheduler/O=system:kube-scheduler"],
  [
    "kube-apiserver",
    "/CN=kube-apiserver/O=Kubernetes",
    `${LEAF}extendedKeyUsage = serverAuth\nsubjectAltName = ${
      ["", ".default", ".default.svc", ".default.svc.cluster", ".default.svc.cluster.local"].map((name) =>
        `DNS:kubernetes${name}`
      ).join(", ")
    }, ${[SERVICE, ONE, TWO, BALANCER, "127.0.0.1"].map((address) => `IP:${address}`).join(", ")}\n`,
  ],
  [
    "apiserver-kubelet-client",
    "/CN=kube-apiserver-kubelet-client/O=system:masters",
    `${LEAF}extendedKeyUsage = clientAuth\n`,
  ],
  [
    "etcd-server",
    "/CN=etcd-server/O=Kubernetes",
    "basicConstraints = CA:FALSE\nkeyUsage = nonRepudiation, digitalSignature, keyEncipherment\n" +
    `subjectAltName = IP:${ONE}, IP:${TWO}, IP:127.0.0.1\n`,
  ],
  ["service-account", "/CN=service-accounts/O=Kubernetes"],
];

/**
 * Makes the machine `controlplane01` (192.168.56.11): `var/lib/kubernetes/pki/` with the CA and its key and a pair for
 * kube-apiserver, apiserver-kubelet-client, etcd-server, service-account, kube-scheduler and kube-controller-manager;
 * `etc/etcd/` with a link to the CA; units, `var/lib/kubernetes/*.kubeconfig`, `root/` with the pairs of admin and
 * kube-proxy and the kubeconfig of admin, and the static pod's manifest. All files of keys and certificates are 0600.
 *
 * @param folder where it goes
 * @param options what differs
 */
export async function mmumshadTree(folder: string, options: MmumshadOptions = {}): Promise<void> {
  await copyTree(folder, `mmumshad ${JSON.stringify(options)}`, (root) => make(root, options));
}

async function make(root: string, options: MmumshadOptions): Promise<void> {
  const home = join(root, "root");
  await Deno.mkdir(home);
  await shell(
    home,
    `openssl genrsa -out ca.key 2048
     openssl req -new -key ca.key -subj "/CN=KUBERNETES-CA/O=Kubernetes" -out ca.csr
     openssl x509 -req -in ca.csr -signkey ca.key -out ca.crt -days 1000`,
  );
  await forEach(CERTIFICATES, async ([name, subject, extensions]) => {
    if (extensions !== undefined) await writeFiles(home, { [`${name}.cnf`]: `[v3_req]\n${extensions}` });
    await shell(
      home,
      `openssl genrsa -out ${name}.key 2048
       openssl req -new -key ${name}.key -subj "${subject}" -out ${name}.csr`,
    );
  });
  for (const [name, , extensions] of CERTIFICATES) {
    const more = extensions === undefined ? "" : `-extensions v3_req -extfile ${name}.cnf`;
    await shell(
      home,
      `openssl x509 -req -in ${name}.csr -CA ca.crt -CAkey ca.key -CAcreateserial ${more} -out ${name}.crt -days 1000`,
    );
  }
  const shared = ["ca", ...CERTIFICATES.map(([name]) => name)].filter((name) =>
    name !== "admin" && name !== "kube-proxy"
  );
  const pairs = (names: readonly string[]): string[] =>
    names.flatMap((name) => [`${name}.crt`, `${name}.key`]);
  await placeFiles(home, join(root, PKI), pairs(shared));
  await placeFiles(home, join(root, "etc/etcd"), pairs(["etcd-server"]));
  await shell(root, `chmod 600 ".${PKI}"/* etc/etcd/*`);
  await Deno.symlink(`${PKI}/ca.crt`, join(root, "etc/etcd/ca.crt"));
  const read = (name: string): Promise<string> => Deno.readTextFile(join(home, name));
  const admin = formatKubeconfig({
    ...names("admin"),
    server: "https://127.0.0.1:6443",
    ca: await read("ca.crt"),
    certificate: await read("admin.crt"),
    key: await read("admin.key"),
  });
  await writeFiles(root, { ...units(), "root/admin.kubeconfig": { text: admin, mode: 0o600 } });
  if (options.pod === "none") return;
  const list = (text: string): TreeFile => ({ text, mode: 0o600 });
  const [token, password] = MMUMSHAD_SECRETS;
  await shell(
    join(root, PKI),
    `openssl req -x509 -newkey rsa:2048 -noenc -keyout front-proxy-ca.key -out front-proxy-ca.crt -days 1000 \\
       -subj /CN=kubernetes-front-proxy-ca
     chmod 600 front-proxy-ca.*`,
  );
  await writeFiles(root, {
    "etc/kubernetes/manifests/kube-apiserver.yaml": {
      text: manifest(options.firstCertificate ?? `${PKI}/kube-apiserver.crt`),
      mode: 0o600,
    },
    "var/lib/kubernetes/tokens.csv": list(`${token},jane,u0001,"developers,testers"\n`),
    "var/lib/kubernetes/passwords.csv": list(`${password},joe,u0002\n`),
  });
  if (options.pod !== "missing-files") return;
  for (
    const path of [
      "pki/front-proxy-ca.crt",
      "pki/apiserver-kubelet-client.key",
      "tokens.csv",
      "passwords.csv",
    ]
  ) {
    await Deno.remove(join(root, "var/lib/kubernetes", path));
  }
}

function names(user: string): { readonly cluster: string; readonly user: string; readonly context: string } {
  return { cluster: "kubernetes-the-hard-way", user, context: "default" };
}

function units(): Record<string, TreeFile> {
  const kubeconfig = (name: string): TreeFile => ({
    text: formatKubeconfig({
      ...names(`system:${name}`),
      server: "https://127.0.0.1:6443",
      ca: `${PKI}/ca.crt`,
      certificate: `${PKI}/${name}.crt`,
      key: `${PKI}/${name}.key`,
    }),
    mode: 0o600,
  });
  const config = (name: string): string => `/var/lib/kubernetes/${name}.kubeconfig`;
  const folder = "etc/systemd/system/";
  return {
    [config("kube-controller-manager")]: kubeconfig("kube-controller-manager"),
    [config("kube-scheduler")]: kubeconfig("kube-scheduler"),
    [`${folder}kube-apiserver.service`]: serviceUnit("kube-apiserver", [
      `--advertise-address=${ONE}`,
      ...apiServerFlags(),
      `--tls-cert-file=${PKI}/kube-apiserver.crt`,
      "--v=2",
    ]),
    [`${folder}kube-controller-manager.service`]: serviceUnit("kube-controller-manager", [
      `--authentication-kubeconfig=${config("kube-controller-manager")}`,
      `--authorization-kubeconfig=${config("kube-controller-manager")}`,
      "--bind-address=127.0.0.1",
      `--client-ca-file=${PKI}/ca.crt`,
      "--cluster-cidr=10.244.0.0/16",
      `--cluster-signing-cert-file=${PKI}/ca.crt`,
      `--cluster-signing-key-file=${PKI}/ca.key`,
      `--kubeconfig=${config("kube-controller-manager")}`,
      `--requestheader-client-ca-file=${PKI}/ca.crt`,
      `--root-ca-file=${PKI}/ca.crt`,
      `--service-account-private-key-file=${PKI}/service-account.key`,
      "--service-cluster-ip-range=10.96.0.0/16",
      "--use-service-account-credentials=true",
    ]),
    [`${folder}kube-scheduler.service`]: serviceUnit("kube-scheduler", [
      `--kubeconfig=${config("kube-scheduler")}`,
      "--leader-elect=true",
    ]),
    [`${folder}etcd.service`]: serviceUnit("etcd", [
      "--name controlplane01",
      "--cert-file=/etc/etcd/etcd-server.crt",
      "--key-file=/etc/etcd/etcd-server.key",
      "--peer-cert-file=/etc/etcd/etcd-server.crt",
      "--peer-key-file=/etc/etcd/etcd-server.key",
      "--trusted-ca-file=/etc/etcd/ca.crt",
      "--peer-trusted-ca-file=/etc/etcd/ca.crt",
      "--peer-client-cert-auth",
      "--client-cert-auth",
      `--initial-advertise-peer-urls https://${ONE}:2380`,
      `--listen-peer-urls https://${ONE}:2380`,
      `--listen-client-urls https://${ONE}:2379,https://127.0.0.1:2379`,
      `--advertise-client-urls https://${ONE}:2379`,
      `--initial-cluster controlplane01=https://${ONE}:2380,controlplane02=https://${TWO}:2380`,
      "--data-dir=/var/lib/etcd",
    ]),
  };
}

/** Flags that the unit and the manifest share. */
function apiServerFlags(): string[] {
  return [
    "--allow-privileged=true",
    "--authorization-mode=Node,RBAC",
    "--bind-address=0.0.0.0",
    `--client-ca-file=${PKI}/ca.crt`,
    "--enable-admission-plugins=NodeRestriction,ServiceAccount",
    "--enable-bootstrap-token-auth=true",
    `--etcd-cafile=${PKI}/ca.crt`,
    `--etcd-certfile=${PKI}/etcd-server.crt`,
    `--etcd-keyfile=${PKI}/etcd-server.key`,
    `--etcd-servers=https://${ONE}:2379,https://${TWO}:2379`,
    `--kubelet-certificate-authority=${PKI}/ca.crt`,
    `--kubelet-client-certificate=${PKI}/apiserver-kubelet-client.crt`,
    `--kubelet-client-key=${PKI}/apiserver-kubelet-client.key`,
    `--service-account-key-file=${PKI}/service-account.crt`,
    `--service-account-signing-key-file=${PKI}/service-account.key`,
    `--service-account-issuer=https://${BALANCER}:6443`,
    "--service-cluster-ip-range=10.96.0.0/16",
    `--tls-private-key-file=${PKI}/kube-apiserver.key`,
  ];
}

/** A shell's line over many lines of one plain scalar, which a comment ends: YAML readers refuse the file. */
function manifest(firstCertificate: string): string {
  const lines = [
    "exec /usr/local/bin/kube-apiserver",
    `--advertise-address=${ONE}`,
    `--tls-cert-file=${firstCertificate}`,
    ...apiServerFlags(),
    "# Who speaks for others:",
    `--requestheader-client-ca-file=${PKI}/front-proxy-ca.crt`,
    "--requestheader-allowed-names=front-proxy-client",
    "# Lists of users: --token-auth-file=/not/this/one.csv",
    "--token-auth-file=/var/lib/kubernetes/tokens.csv",
    "--basic-auth-file=/var/lib/kubernetes/passwords.csv",
    `--tls-cert-file=${PKI}/kube-apiserver.crt`,
  ];
  return `apiVersion: v1
kind: Pod
metadata:
  name: kube-apiserver
  namespace: kube-system
spec:
  hostNetwork: true
  containers:
  - name: kube-apiserver
    image: registry.k8s.io/kube-apiserver:v1.18.20
    command:
    - /bin/sh
    - -c
    - ${lines.map((line) => line.startsWith("#") ? line : `${line} \\`).join("\n      ")}
      --v=2
    volumeMounts:
    - name: data
      mountPath: /var/lib/kubernetes
  volumes:
  - name: data
    hostPath:
      path: /var/lib/kubernetes
`;
}
