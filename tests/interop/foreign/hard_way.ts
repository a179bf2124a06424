/**
 * The trees of the guide *Kubernetes The Hard Way*, made as it makes them: OpenSSL with its `ca.conf`, kubectl for the
 * kubeconfigs, its units, each file where the guide puts it. All of its known faults are in.
 *
 * @module
 */
import { join } from "node:path";
import { findProgram, forEach, type Tool } from "../tools.ts";
import { caConf, HARD_WAY_NAMES, nodeFiles, serverFiles } from "./hard_way_files.ts";
import { cachedTree, copyFolder, copyTree, openssl, placeFiles, shell, writeFiles } from "./trees.ts";

/** What the trees need. */
export const HARD_WAY_TOOLS: readonly Tool[] = [openssl, findProgram("kubectl", "kubernetes-client")];

/** What the guide's trees may differ in. */
export interface HardWayOptions {
  /** Of all keys: the guide takes 4096, which needs seconds. */
  readonly bits?: 2048 | 4096;
  /** `--service-cluster-ip-range` of the API server, which the guide leaves out. */
  readonly serviceRange?: string;
}

/** Where the guide works on its jumpbox. */
const JUMPBOX = "root/kubernetes-the-hard-way";

/** Which kubeconfig is whose. */
const KUBECONFIGS = [
  ["node-0", "system:node:node-0", "node-0"],
  ["node-1", "system:node:node-1", "node-1"],
  ["kube-proxy", "system:kube-proxy", "kube-proxy"],
  ["kube-controller-manager", "system:kube-controller-manager", "kube-controller-manager"],
  ["kube-scheduler", "system:kube-scheduler", "kube-scheduler"],
  ["admin", "admin", "admin"],
] as const;

/**
 * Makes the jumpbox: in `root/kubernetes-the-hard-way/` stand `ca.conf`, `ca.crt`, `ca.key`, `<name>.crt`, `<name>.key`,
 * `<name>.csr` for admin, node-0, node-1, kube-proxy, kube-scheduler, kube-controller-manager, kube-api-server and
 * service-accounts, six `<name>.kubeconfig` and `encryption-config.yaml`.
 *
 * @param folder where it goes
 * @param options what differs
 */
export async function hardWayTree(folder: string, options: HardWayOptions = {}): Promise<void> {
  await copyFolder(await hardWayJumpbox(options), folder);
}

/** The jumpbox of {@linkcode hardWayTree} in the cache, for its CA; nothing may be written there. */
export async function hardWayJumpbox(options: HardWayOptions = {}): Promise<string> {
  return await cachedTree(`hard way ${options.bits ?? 2048}`, (root) => make(root, options.bits ?? 2048));
}

/**
 * Makes the guide's machine `server`: `var/lib/kubernetes/` with the CA and its key, `etc/etcd/`, units in
 * `etc/systemd/system/`, `etc/kubernetes/config/kube-scheduler.yaml`, `root/admin.kubeconfig`.
 *
 * @param folder where it goes
 * @param options what differs
 */
export async function hardWayServer(folder: string, options: HardWayOptions = {}): Promise<void> {
  await copyTree(folder, `hard way server ${JSON.stringify(options)}`, async (root) => {
    const from = join(await hardWayJumpbox(options), JUMPBOX);
    await placeFiles(from, join(root, "var/lib/kubernetes"), [
      ...["ca", "kube-api-server", "service-accounts"].flatMap((name) => [`${name}.crt`, `${name}.key`]),
      ...["encryption-config.yaml", "kube-controller-manager.kubeconfig", "kube-scheduler.kubeconfig"],
    ]);
    await placeFiles(from, join(root, "etc/etcd"), ["ca.crt", "kube-api-server.crt", "kube-api-server.key"]);
    await placeFiles(from, join(root, "root"), ["admin.kubeconfig"]);
    await writeFiles(root, serverFiles(options.serviceRange));
  });
}

/**
 * Makes one of the guide's nodes: `var/lib/kubelet/` (`ca.crt`, `kubelet.crt`, `kubelet.key`, `kubeconfig`,
 * `kubelet-config.yaml`), `var/lib/kube-proxy/`, units in `etc/systemd/system/`. The CA's key is on the jumpbox alone.
 *
 * @param folder where it goes
 * @param name which node
 * @param options what differs
 */
export async function hardWayNode(
  folder: string,
  name: "node-0" | "node-1" = "node-0",
  options: HardWayOptions = {},
): Promise<void> {
  await copyTree(folder, `hard way ${name} ${JSON.stringify(options)}`, async (root) => {
    const from = join(await hardWayJumpbox(options), JUMPBOX);
    await placeFiles(from, join(root, "var/lib/kubelet"), [
      ...["ca.crt", `${name}.crt=kubelet.crt`, `${name}.key=kubelet.key`, `${name}.kubeconfig=kubeconfig`],
    ]);
    await placeFiles(from, join(root, "var/lib/kube-proxy"), ["kube-proxy.kubeconfig=kubeconfig"]);
    await writeFiles(root, nodeFiles(name === "node-0" ? "10.200.0.0/24" : "10.200.1.0/24"));
  });
}

async function make(root: string, bits: number): Promise<void> {
  const cwd = join(root, JUMPBOX);
  const secret = crypto.getRandomValues(new Uint8Array(32)).toBase64();
  await writeFiles(cwd, {
    "ca.conf": caConf(),
    "encryption-config.yaml": `kind: EncryptionConfiguration
apiVersion: apiserver.config.k8s.io/v1
resources:
  - resources:
      - secrets
    providers:
      - aescbc:
          keys:
            - name: key1
              secret: ${secret}
      - identity: {}
`,
  });
  await shell(
    cwd,
    `openssl genrsa -out ca.key ${bits}
     openssl req -x509 -new -sha512 -noenc -key ca.key -days 3653 -config ca.conf -out ca.crt
     # Keys of 4096 bits always take longer: every leaf of the guide's ends after its CA.
     sleep 1`,
  );
  await forEach(HARD_WAY_NAMES, async (name) => {
    await shell(
      cwd,
      `openssl genrsa -out ${name}.key ${bits}
       openssl req -new -key ${name}.key -sha256 -config ca.conf -section ${name} -out ${name}.csr`,
    );
  });
  // One after the other: a file holds the next serial.
  for (const name of HARD_WAY_NAMES) {
    await shell(
      cwd,
      `openssl x509 -req -days 3653 -in ${name}.csr -copy_extensions copyall -sha256 \\
         -CA ca.crt -CAkey ca.key -CAcreateserial -out ${name}.crt`,
    );
  }
  await forEach(KUBECONFIGS, async ([file, user, pair]) => {
    const server = file === "admin" ? "127.0.0.1" : "server.kubernetes.local";
    await shell(
      cwd,
      `k() { kubectl config "$@" --kubeconfig=${file}.kubeconfig; }
       k set-cluster kubernetes-the-hard-way --certificate-authority=ca.crt --embed-certs=true \\
         --server=https://${server}:6443
       k set-credentials ${user} --client-certificate=${pair}.crt --client-key=${pair}.key --embed-certs=true
       k set-context default --cluster=kubernetes-the-hard-way --user=${user}
       k use-context default`,
    );
  });
}
