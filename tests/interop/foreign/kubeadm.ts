/**
 * A control plane as kubeadm itself makes it, with what the kubelet then adds.
 *
 * @module
 */
import { join } from "node:path";
import { run, runWell, type Tool } from "../tools.ts";
import { builtProgram } from "../cluster/built.ts";
import { kubeadm } from "../cluster/kubeadm.ts";
import { CA_EXTENSIONS, leafExtensions, makeCertificates } from "./authority.ts";
import { copyTree, openssl, placeFiles, writeFiles } from "./trees.ts";

/** What the tree needs: kubeadm, which looks into it by chroot, so root too. */
export const KUBEADM_TOOLS: readonly Tool[] = [kubeadm, openssl];

/** What a tree may differ in. */
export interface KubeadmOptions {
  /** Name of the machine and node. */
  readonly name?: string;
  readonly address?: string;
  /** `host:port` that administrators and kubelets dial; undefined: the address itself. */
  readonly endpoint?: string;
  /** `ClusterConfiguration.encryptionAlgorithm`. */
  readonly algorithm?: "RSA-2048" | "RSA-4096" | "ECDSA-P256";
  /** `ClusterConfiguration.apiServer.certSANs` besides the endpoint. */
  readonly names?: readonly string[];
}

const CONFIG = "/etc/kubernetes/kubeadm.yaml";
const KUBELET = "var/lib/kubelet/pki";

/**
 * Makes the tree of kubeadm's first control plane: `etc/kubernetes/pki/` with all CA keys, `etc/kubernetes/*.conf`,
 * `etc/kubernetes/manifests/`, `var/lib/kubelet/` and the kubelet's unit. Its name is `server`, its address 10.240.0.10.
 *
 * @param folder where it goes
 * @param options what differs
 */
export async function kubeadmTree(folder: string, options: KubeadmOptions = {}): Promise<void> {
  await copyTree(folder, `kubeadm ${JSON.stringify(options)}`, (root) => make(root, options));
}

async function make(root: string, options: KubeadmOptions): Promise<void> {
  const program = builtProgram("kubeadm");
  if ("missing" in program) throw new Error(program.missing);
  const name = options.name ?? "server";
  await writeFiles(root, { [CONFIG]: configuration(name, options), ...unit() });
  const phase = async (...words: string[]): Promise<void> => {
    await runWell(program.path, ["--rootfs", root, "init", "phase", ...words, "--config", CONFIG]);
  };
  await phase("certs", "all");
  await phase("kubeconfig", "all");
  await phase("control-plane", "all");
  await phase("etcd", "local");
  await phase("kubelet-start");
  // kubeadm makes what a machine has already as private as what is its own.
  for (const folder of ["var", "var/lib"]) await Deno.chmod(join(root, folder), 0o755);
  await addKubeletPki(root, name);
  // kubelet.conf names the file that the kubelet renews from now on.
  await phase("kubelet-finalize", "enable-client-cert-rotation");
}

function configuration(name: string, options: KubeadmOptions): string {
  const documents = [{
    apiVersion: "kubeadm.k8s.io/v1beta4",
    kind: "InitConfiguration",
    localAPIEndpoint: { advertiseAddress: options.address ?? "10.240.0.10", bindPort: 6443 },
    nodeRegistration: { name, criSocket: "unix:///run/containerd/containerd.sock" },
  }, {
    apiVersion: "kubeadm.k8s.io/v1beta4",
    kind: "ClusterConfiguration",
    // Named, or kubeadm looks for the newest on the network.
    kubernetesVersion: "v1.37.2",
    clusterName: "kubernetes",
    encryptionAlgorithm: options.algorithm ?? "RSA-2048",
    networking: { serviceSubnet: "10.96.0.0/12", podSubnet: "10.244.0.0/16", dnsDomain: "cluster.local" },
    ...options.endpoint !== undefined && { controlPlaneEndpoint: options.endpoint },
    ...options.names !== undefined && { apiServer: { certSANs: options.names } },
  }];
  return documents.map((document) => JSON.stringify(document, undefined, 2)).join("\n---\n");
}

/** The package's unit, and the drop-in with which kubeadm runs the kubelet. */
function unit(): Record<string, string> {
  return {
    "usr/lib/systemd/system/kubelet.service": `[Unit]
Description=kubelet: The Kubernetes Node Agent
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/kubelet
Restart=always
RestartSec=10

[Install]
WantedBy=multi-user.target
`,
    "usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf": `[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
`,
  };
}

/** What a kubelet writes when it starts: its client certificate with the key, and a serving certificate of its own CA. */
async function addKubeletPki(root: string, name: string): Promise<void> {
  const conf = await Deno.readTextFile(join(root, "etc/kubernetes/kubelet.conf"));
  const data = (field: string): string => {
    const [, value = ""] = conf.match(new RegExp(`${field}-data: (\\S+)`)) ?? [];
    return new TextDecoder().decode(Uint8Array.fromBase64(value));
  };
  const now = new Date();
  const stamp = now.toISOString().replace("T", "-").replaceAll(":", "-").slice(0, 19);
  const file = `kubelet-client-${stamp}.pem`;
  const text = data("client-certificate") + data("client-key");
  await writeFiles(root, { [join(KUBELET, file)]: { text, mode: 0o600 } });
  await Deno.symlink(`/${KUBELET}/${file}`, join(root, KUBELET, "kubelet-client-current.pem"));
  const work = await Deno.makeTempDir();
  try {
    const seconds = Math.floor(now.getTime() / 1000);
    const key = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
    await makeCertificates(work, [{
      path: "own-ca",
      subject: `/CN=${name}-ca@${seconds}`,
      extensions: [...CA_EXTENSIONS, `subjectAltName=DNS:${name}-ca@${seconds}`],
      days: 365,
      key,
    }, {
      path: "kubelet",
      subject: `/CN=${name}@${seconds}`,
      extensions: leafExtensions(["serverAuth"], [`DNS:${name}`]),
      days: 365,
      key,
      issuer: "own-ca",
      isChain: true,
    }]);
    await runWell("openssl", [
      "rsa",
      "-traditional",
      "-in",
      join(work, "kubelet.key"),
      "-out",
      join(work, "rsa"),
    ]);
    await Deno.chmod(join(work, "rsa"), 0o600);
    await placeFiles(work, join(root, KUBELET), ["kubelet.crt", "rsa=kubelet.key"]);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/**
 * What kubeadm itself says about when a tree ends.
 *
 * @param root the tree
 * @returns kubeadm's JSON
 */
export async function kubeadmExpiration(root: string): Promise<string> {
  const program = builtProgram("kubeadm");
  if ("missing" in program) throw new Error(program.missing);
  const words = ["--rootfs", root, "certs", "check-expiration", "--config", CONFIG, "-o", "json"];
  const { stdout } = await run(program.path, words);
  return stdout;
}
