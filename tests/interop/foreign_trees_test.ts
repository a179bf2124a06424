/**
 * The trees of other people are what they claim: OpenSSL verifies every certificate of them with its CA, and each
 * certificate belongs to the key beside it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { CFSSL_TOOLS, cfsslTree } from "./foreign/cfssl.ts";
import { EASY_RSA_PASSWORD, EASY_RSA_TOOLS, easyRsaTree } from "./foreign/easy_rsa.ts";
import { HARD_WAY_TOOLS, hardWayNode, hardWayServer, hardWayTree } from "./foreign/hard_way.ts";
import { readKubeconfig, realPath } from "./foreign/inject.ts";
import { K3S_TOOLS, k3sTree } from "./foreign/k3s.ts";
import { KUBEADM_TOOLS, kubeadmTree } from "./foreign/kubeadm.ts";
import { MMUMSHAD_TOOLS, mmumshadTree } from "./foreign/older_hard_way.ts";
import { ourTree } from "./foreign/ours.ts";
import { minikubeTree, SMALL_TOOLS } from "./foreign/small_trees.ts";
import { openssl, withTree } from "./foreign/trees.ts";
import { runWell, testWith, type Tool } from "./tools.ts";

/** A tree, and what is in it: CAs with the certificates that they signed, by paths in the tree. */
interface Case {
  readonly title: string;
  readonly tools: readonly Tool[];
  readonly make: (folder: string) => Promise<void>;
  readonly signed: Readonly<Record<string, readonly string[]>>;
  /** Kubeconfigs, by the CA of their users' certificates. */
  readonly kubeconfigs?: Readonly<Record<string, readonly string[]>>;
  readonly password?: string;
}

function within(folder: string, names: readonly string[], ending = ".crt"): string[] {
  return names.map((name) => `${folder}/${name}${ending}`);
}

const KUBEADM = "etc/kubernetes/pki";
const HARD = "root/kubernetes-the-hard-way";
const DATA = "var/lib/kubernetes";
const K3S = "var/lib/rancher/k3s";
const TLS = `${K3S}/server/tls`;
const MINIKUBE = "home/jane/.minikube";

const CASES: readonly Case[] = [
  ...([{}, { algorithm: "ECDSA-P256", endpoint: "api.lab.example:6443" }] as const).map((options): Case => ({
    title: `kubeadm ${JSON.stringify(options)}`,
    tools: KUBEADM_TOOLS,
    make: (folder) => kubeadmTree(folder, options),
    signed: {
      [`${KUBEADM}/ca.crt`]: [
        ...within(KUBEADM, ["apiserver", "apiserver-kubelet-client"]),
        "var/lib/kubelet/pki/kubelet-client-current.pem",
      ],
      [`${KUBEADM}/front-proxy-ca.crt`]: within(KUBEADM, ["front-proxy-client"]),
      [`${KUBEADM}/etcd/ca.crt`]: [
        ...within(`${KUBEADM}/etcd`, ["server", "peer", "healthcheck-client"]),
        `${KUBEADM}/apiserver-etcd-client.crt`,
      ],
    },
    kubeconfigs: {
      [`${KUBEADM}/ca.crt`]: within("etc/kubernetes", [
        ...["admin", "super-admin", "controller-manager", "scheduler", "kubelet"],
      ], ".conf"),
    },
  })),
  {
    title: "the hard way's jumpbox",
    tools: HARD_WAY_TOOLS,
    make: hardWayTree,
    signed: {
      [`${HARD}/ca.crt`]: within(HARD, [
        ...["admin", "node-0", "node-1", "kube-proxy", "kube-scheduler", "kube-controller-manager"],
        ...["kube-api-server", "service-accounts"],
      ]),
    },
    kubeconfigs: {
      [`${HARD}/ca.crt`]: within(HARD, [
        ...["node-0", "node-1", "kube-proxy", "kube-controller-manager", "kube-scheduler", "admin"],
      ], ".kubeconfig"),
    },
  },
  {
    title: "the hard way's server",
    tools: HARD_WAY_TOOLS,
    make: hardWayServer,
    signed: { [`${DATA}/ca.crt`]: within(DATA, ["kube-api-server", "service-accounts"]) },
    kubeconfigs: {
      [`${DATA}/ca.crt`]: within(DATA, ["kube-controller-manager", "kube-scheduler"], ".kubeconfig"),
    },
  },
  {
    title: "the hard way's node",
    tools: HARD_WAY_TOOLS,
    make: hardWayNode,
    signed: { "var/lib/kubelet/ca.crt": ["var/lib/kubelet/kubelet.crt"] },
    kubeconfigs: {
      "var/lib/kubelet/ca.crt": ["var/lib/kubelet/kubeconfig", "var/lib/kube-proxy/kubeconfig"],
    },
  },
  {
    title: "the older hard way",
    tools: MMUMSHAD_TOOLS,
    make: mmumshadTree,
    signed: {
      [`${DATA}/pki/ca.crt`]: [
        ...within(`${DATA}/pki`, ["kube-apiserver", "apiserver-kubelet-client", "etcd-server"]),
        ...within(`${DATA}/pki`, ["service-account", "kube-controller-manager", "kube-scheduler"]),
        ...["root/kube-proxy.crt", "root/admin.crt", "etc/etcd/etcd-server.crt"],
      ],
    },
    kubeconfigs: {
      "etc/etcd/ca.crt": [
        ...within(DATA, ["kube-controller-manager", "kube-scheduler"], ".kubeconfig"),
        "root/admin.kubeconfig",
      ],
    },
  },
  {
    title: "k3s",
    tools: K3S_TOOLS,
    make: k3sTree,
    signed: {
      [`${TLS}/client-ca.crt`]: [
        ...within(TLS, ["client-admin", "client-controller", "client-kube-apiserver", "client-kube-proxy"]),
        ...within(`${K3S}/agent`, ["client-kubelet", "client-kube-proxy", "client-k3s-controller"]),
      ],
      [`${K3S}/agent/server-ca.crt`]: [
        ...within(TLS, ["serving-kube-apiserver", "kube-scheduler/kube-scheduler"]),
        `${K3S}/agent/serving-kubelet.crt`,
      ],
      [`${TLS}/request-header-ca.crt`]: within(TLS, ["client-auth-proxy"]),
      [`${TLS}/etcd/server-ca.crt`]: within(`${TLS}/etcd`, ["client", "server-client"]),
      [`${TLS}/etcd/peer-ca.crt`]: within(`${TLS}/etcd`, ["peer-server-client"]),
      [`${TLS}/temporary-certs/apiserver-loopback-client__.crt`]: [],
    },
    kubeconfigs: {
      [`${TLS}/client-ca.crt`]: [
        ...within(`${K3S}/server/cred`, ["admin", "controller", "scheduler", "supervisor"], ".kubeconfig"),
        ...within(`${K3S}/agent`, ["kubelet", "kubeproxy", "k3scontroller"], ".kubeconfig"),
        "etc/rancher/k3s/k3s.yaml",
      ],
    },
  },
  {
    title: "easy-rsa",
    tools: EASY_RSA_TOOLS,
    make: easyRsaTree,
    signed: {
      "etc/easy-rsa/pki/ca.crt": within("etc/easy-rsa/pki/issued", ["server", "laptop", "gone"]),
    },
    password: EASY_RSA_PASSWORD,
  },
  {
    title: "cfssl",
    tools: [...CFSSL_TOOLS, openssl],
    make: cfsslTree,
    signed: { "root/pki/ca.pem": within("root/pki", ["kubernetes", "admin", "node-0"], ".pem") },
  },
  {
    title: "minikube",
    tools: SMALL_TOOLS,
    make: minikubeTree,
    signed: {
      [`${MINIKUBE}/ca.crt`]: within(`${MINIKUBE}/profiles/minikube`, ["client", "apiserver"]),
      [`${MINIKUBE}/proxy-client-ca.crt`]: within(`${MINIKUBE}/profiles/minikube`, ["proxy-client"]),
    },
    kubeconfigs: { [`${MINIKUBE}/ca.crt`]: ["home/jane/.kube/config"] },
  },
  ...(["hard-way", "kubeadm"] as const).map((layout): Case => {
    const pki = layout === "kubeadm" ? KUBEADM : `${DATA}/pki`;
    const etcd = layout === "kubeadm" ? `${KUBEADM}/etcd` : "etc/etcd/pki";
    return {
      title: `ours in the layout ${layout}`,
      tools: [openssl],
      make: (folder) => ourTree(folder, layout),
      signed: {
        [`${pki}/ca.crt`]: within(pki, ["apiserver", "apiserver-kubelet-client"]),
        [`${pki}/front-proxy-ca.crt`]: within(pki, ["front-proxy-client"]),
        [`${etcd}/ca.crt`]: within(etcd, ["server", "peer", "healthcheck-client"]),
      },
    };
  }),
];

/** The key that goes with a certificate, where trees of any kind have it. */
function keyBeside(root: string, path: string): string | undefined {
  const candidates = [
    path.replace(/\.crt$/, ".key"),
    path.replace(/\.pem$/, "-key.pem"),
    path.replace(/issued\/(.*)\.crt$/, "private/$1.key"),
    path.replace(/pki\/ca\.crt$/, "pki/private/ca.key"),
    // One file with both.
    path,
  ];
  return candidates.map((candidate) => realPath(root, candidate)).find((candidate) => {
    try {
      return Deno.readTextFileSync(candidate).includes("PRIVATE KEY");
    } catch {
      return false;
    }
  });
}

for (const { title, tools, make, signed, kubeconfigs = {}, password = "" } of CASES) {
  testWith(tools, `OpenSSL verifies the tree of ${title}`, async () => {
    await withTree(make, async (root) => {
      const verify = async (ca: string, leaves: readonly string[]): Promise<void> => {
        const printed = await runWell("openssl", ["verify", "-CAfile", realPath(root, ca), ...leaves]);
        assert.equal(printed, leaves.map((leaf) => `${leaf}: OK\n`).join(""));
      };
      for (const [ca, leaves] of Object.entries(signed)) {
        const paths = [ca, ...leaves].map((path) => realPath(root, path));
        await verify(ca, paths);
        for (const path of [ca, ...leaves]) {
          const key = keyBeside(root, path);
          if (key === undefined) continue;
          const words = ["pkey", "-in", key, "-pubout", "-passin", `pass:${password}`];
          assert.equal(
            await runWell("openssl", ["x509", "-in", realPath(root, path), "-noout", "-pubkey"]),
            await runWell("openssl", words),
            path,
          );
        }
      }
      for (const [ca, paths] of Object.entries(kubeconfigs)) {
        for (const path of paths) {
          const user = (await readKubeconfig(root, path)).users[0]?.user ?? {};
          const data = user["client-certificate-data"];
          const file = data === undefined
            ? realPath(root, user["client-certificate"] ?? "")
            : join(root, "embedded.crt");
          if (data !== undefined) await Deno.writeFile(file, Uint8Array.fromBase64(data));
          await verify(ca, [file]);
        }
      }
    });
  });
}
