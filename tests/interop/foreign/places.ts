/**
 * Where things are in the trees of kubeadm, of the hard way and of hardway itself, so that one fault can be put into
 * each of them.
 *
 * @module
 */
import { join } from "node:path";
import type { Tool } from "../tools.ts";
import { HARD_WAY_TOOLS, hardWayJumpbox, hardWayNode, hardWayServer } from "./hard_way.ts";
import { KUBEADM_TOOLS, kubeadmTree } from "./kubeadm.ts";
import { ourSetFolder, ourTree } from "./ours.ts";
import type { Signer } from "./reissue.ts";

/** A control plane's tree; paths are from its root. */
export interface ControlPlane {
  readonly name: string;
  readonly tools: readonly Tool[];
  readonly make: (root: string) => Promise<void>;
  /** Units or static pods. */
  readonly apiServer: string;
  readonly manager: string;
  readonly etcd: string;
  readonly ca: string;
  readonly serving: string;
  /** Who signs serving and client certificates. */
  readonly signer: () => Promise<Signer>;
  readonly servingKey: string;
  readonly kubeletClient: string;
  readonly kubeletClientKey: string;
  readonly saPublic: string;
  readonly saPrivate: string;
  readonly scheduler: string;
  readonly managerConfig: string;
  /** etcd's own PKI, where it has one. */
  readonly etcdPki?: {
    readonly ca: string;
    /** The same for the API server. */
    readonly trusted: string;
    /** What it has signed. */
    readonly signed: readonly string[];
  };
  readonly frontProxy?: { readonly ca: string; readonly client: string; readonly clientKey: string };
}

/** A node's tree. */
export interface Node {
  readonly name: string;
  readonly tools: readonly Tool[];
  readonly make: (root: string) => Promise<void>;
  readonly kubeconfig: string;
  /** The client certificate that the kubeconfig refers to; undefined when it embeds one. */
  readonly client?: string;
  readonly serving: string;
  readonly servingKey: string;
  /** The kubelet's configuration. */
  readonly configuration: string;
  readonly signer: () => Promise<Signer>;
}

const KUBEADM = "etc/kubernetes";
const HARD_WAY = "var/lib/kubernetes";
const JUMPBOX_CA = "root/kubernetes-the-hard-way/ca.crt";

async function ourSigner(ca: string): Promise<Signer> {
  return { ca: `out/lab/pki/${ca}.crt`, caTree: await ourSetFolder("hard-way") };
}

/** Control planes of three makers. */
export const CONTROL_PLANES: readonly ControlPlane[] = [
  {
    name: "kubeadm",
    tools: KUBEADM_TOOLS,
    make: (root) => kubeadmTree(root),
    apiServer: `${KUBEADM}/manifests/kube-apiserver.yaml`,
    manager: `${KUBEADM}/manifests/kube-controller-manager.yaml`,
    etcd: `${KUBEADM}/manifests/etcd.yaml`,
    ca: `${KUBEADM}/pki/ca.crt`,
    serving: `${KUBEADM}/pki/apiserver.crt`,
    servingKey: `${KUBEADM}/pki/apiserver.key`,
    signer: () => Promise.resolve({ ca: `${KUBEADM}/pki/ca.crt` }),
    kubeletClient: `${KUBEADM}/pki/apiserver-kubelet-client.crt`,
    kubeletClientKey: `${KUBEADM}/pki/apiserver-kubelet-client.key`,
    saPublic: `${KUBEADM}/pki/sa.pub`,
    saPrivate: `${KUBEADM}/pki/sa.key`,
    scheduler: `${KUBEADM}/scheduler.conf`,
    managerConfig: `${KUBEADM}/controller-manager.conf`,
    etcdPki: {
      ca: `${KUBEADM}/pki/etcd/ca.crt`,
      trusted: `${KUBEADM}/pki/etcd/ca.crt`,
      signed: ["etcd/server", "etcd/peer", "etcd/healthcheck-client", "apiserver-etcd-client"]
        .map((name) => `${KUBEADM}/pki/${name}.crt`),
    },
    frontProxy: {
      ca: `${KUBEADM}/pki/front-proxy-ca.crt`,
      client: `${KUBEADM}/pki/front-proxy-client.crt`,
      clientKey: `${KUBEADM}/pki/front-proxy-client.key`,
    },
  },
  {
    name: "the hard way",
    tools: HARD_WAY_TOOLS,
    make: (root) => hardWayServer(root),
    apiServer: "etc/systemd/system/kube-apiserver.service",
    manager: "etc/systemd/system/kube-controller-manager.service",
    etcd: "etc/systemd/system/etcd.service",
    ca: `${HARD_WAY}/ca.crt`,
    serving: `${HARD_WAY}/kube-api-server.crt`,
    servingKey: `${HARD_WAY}/kube-api-server.key`,
    signer: () => Promise.resolve({ ca: `${HARD_WAY}/ca.crt` }),
    kubeletClient: `${HARD_WAY}/kube-api-server.crt`,
    kubeletClientKey: `${HARD_WAY}/kube-api-server.key`,
    saPublic: `${HARD_WAY}/service-accounts.crt`,
    saPrivate: `${HARD_WAY}/service-accounts.key`,
    scheduler: `${HARD_WAY}/kube-scheduler.kubeconfig`,
    managerConfig: `${HARD_WAY}/kube-controller-manager.kubeconfig`,
  },
  {
    name: "hardway",
    tools: [],
    make: (root) => ourTree(root, "hard-way"),
    apiServer: "etc/systemd/system/kube-apiserver.service",
    manager: "etc/systemd/system/kube-controller-manager.service",
    etcd: "etc/systemd/system/etcd.service",
    ca: `${HARD_WAY}/pki/ca.crt`,
    serving: `${HARD_WAY}/pki/apiserver.crt`,
    servingKey: `${HARD_WAY}/pki/apiserver.key`,
    signer: () => ourSigner("ca"),
    kubeletClient: `${HARD_WAY}/pki/apiserver-kubelet-client.crt`,
    kubeletClientKey: `${HARD_WAY}/pki/apiserver-kubelet-client.key`,
    saPublic: `${HARD_WAY}/pki/sa.pub`,
    saPrivate: `${HARD_WAY}/pki/sa.key`,
    scheduler: `${HARD_WAY}/kube-scheduler.kubeconfig`,
    managerConfig: `${HARD_WAY}/kube-controller-manager.kubeconfig`,
    etcdPki: {
      ca: "etc/etcd/pki/ca.crt",
      trusted: `${HARD_WAY}/pki/etcd/ca.crt`,
      signed: [
        ...["server", "peer", "healthcheck-client"].map((name) => `etc/etcd/pki/${name}.crt`),
        `${HARD_WAY}/pki/apiserver-etcd-client.crt`,
      ],
    },
    frontProxy: {
      ca: `${HARD_WAY}/pki/front-proxy-ca.crt`,
      client: `${HARD_WAY}/pki/front-proxy-client.crt`,
      clientKey: `${HARD_WAY}/pki/front-proxy-client.key`,
    },
  },
];

/** Nodes of the same makers. */
export const NODES: readonly Node[] = [
  {
    name: "kubeadm",
    tools: KUBEADM_TOOLS,
    make: (root) => kubeadmTree(root),
    kubeconfig: `${KUBEADM}/kubelet.conf`,
    client: "var/lib/kubelet/pki/kubelet-client-current.pem",
    serving: "var/lib/kubelet/pki/kubelet.crt",
    servingKey: "var/lib/kubelet/pki/kubelet.key",
    configuration: "var/lib/kubelet/config.yaml",
    signer: () => Promise.resolve({ ca: `${KUBEADM}/pki/ca.crt` }),
  },
  {
    name: "the hard way",
    tools: HARD_WAY_TOOLS,
    make: (root) => hardWayNode(root),
    kubeconfig: "var/lib/kubelet/kubeconfig",
    serving: "var/lib/kubelet/kubelet.crt",
    servingKey: "var/lib/kubelet/kubelet.key",
    configuration: "var/lib/kubelet/kubelet-config.yaml",
    signer: async () => ({ ca: JUMPBOX_CA, caTree: await hardWayJumpbox() }),
  },
  {
    name: "hardway",
    tools: [],
    make: (root) => ourTree(root, "hard-way", "node-0"),
    kubeconfig: "var/lib/kubelet/kubeconfig",
    serving: "var/lib/kubelet/pki/kubelet.crt",
    servingKey: "var/lib/kubelet/pki/kubelet.key",
    configuration: "var/lib/kubelet/kubelet-config.yaml",
    signer: () => ourSigner("ca"),
  },
];

/** A path of a tree as `verify` shows it. */
export function shown(root: string, path: string): string {
  return join(root, path);
}
