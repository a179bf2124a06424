/**
 * Good clusters of many shapes, in which `verify` finds no error, and further faults, each of which it names.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Finding } from "../../scripts/inspect/verify/findings.ts";
import { verify } from "../../scripts/verify.ts";
import { builtProgram } from "./cluster/built.ts";
import {
  appendFile,
  copyOver,
  editKubeconfig,
  editText,
  readKubeconfig,
  setFlag,
  swapFiles,
} from "./foreign/inject.ts";
import { KUBEADM_TOOLS, kubeadmTree } from "./foreign/kubeadm.ts";
import { type Changes, reissue, reissueInKubeconfig, reissuer, writeCrl } from "./foreign/reissue.ts";
import { copyTree, shell, withTree, writeFiles } from "./foreign/trees.ts";
import { runWell, testWith } from "./tools.ts";

const K = "etc/kubernetes";
const API = `${K}/manifests/kube-apiserver.yaml`;
const MANAGER = `${K}/manifests/kube-controller-manager.yaml`;
const ETCD = `${K}/manifests/etcd.yaml`;
const CA = { ca: `${K}/pki/ca.crt` };
const DAY = 86_400_000;

function day(offset: number): string {
  return new Date(Date.now() + offset * DAY).toISOString().replace(/\.\d+/, "");
}

function format(findings: readonly Finding[]): string {
  return findings.map(({ code, path, flag, message }) => `${code} ${path} ${flag ?? ""}\n  ${message}`).join(
    "\n",
  );
}

async function errorsIn(root: string, paths: readonly string[], isRoot: boolean): Promise<Finding[]> {
  const options = { paths: paths.map((path) => join(root, path)), ...isRoot && { root } };
  return (await verify(options)).filter(({ severity }) => severity === "error");
}

/** A further control plane of the cluster of a tree, as `kubeadm join` makes it: the same CAs, its own leaves. */
async function joined(root: string, first: string, name: string, address: string): Promise<void> {
  const program = builtProgram("kubeadm");
  if ("missing" in program) throw new Error(program.missing);
  await Deno.mkdir(join(root, K, "pki/etcd"), { recursive: true });
  for (const one of ["ca.crt", "ca.key", "front-proxy-ca.crt", "front-proxy-ca.key", "sa.key", "sa.pub"]) {
    await Deno.copyFile(join(first, K, "pki", one), join(root, K, "pki", one));
  }
  for (const one of ["ca.crt", "ca.key"]) {
    await Deno.copyFile(join(first, K, "pki/etcd", one), join(root, K, "pki/etcd", one));
  }
  const config = (await Deno.readTextFile(join(first, K, "kubeadm.yaml")))
    .replace(/"advertiseAddress": "[^"]*"/, `"advertiseAddress": "${address}"`)
    .replace(/"name": "[^"]*"/, `"name": "${name}"`);
  await writeFiles(root, { [`${K}/kubeadm.yaml`]: config });
  for (
    const phase of [["certs", "all"], ["kubeconfig", "all"], ["control-plane", "all"], ["etcd", "local"]]
  ) {
    await runWell(program.path, [
      ...["--rootfs", root, "init", "phase", ...phase],
      ...["--config", `/${K}/kubeadm.yaml`],
    ]);
  }
}

interface Good {
  readonly name: string;
  readonly make: (root: string) => Promise<void>;
  readonly paths?: readonly string[];
  /** Whether the tree is a machine's. */
  readonly isRoot?: boolean;
}

const LB = "lb.example.org:6443";

/** A good control plane with something changed. */
function with_(change: (root: string) => Promise<void>): Pick<Good, "make" | "isRoot"> {
  return {
    isRoot: true,
    make: async (root) => {
      await kubeadmTree(root);
      await change(root);
    },
  };
}

const GOOD: readonly Good[] = [
  {
    name: "two clusters side by side",
    make: async (root) => {
      await kubeadmTree(join(root, "hosts/a"));
      await kubeadmTree(join(root, "hosts/b"), { name: "other", address: "10.240.0.20" });
    },
  },
  {
    name: "three control planes side by side, each dialled at its own address by its own components",
    make: (root) =>
      copyTree(root, "ha", async (tree) => {
        await kubeadmTree(join(tree, "cp1"), { name: "cp1", address: "10.240.0.11", endpoint: LB });
        await joined(join(tree, "cp2"), join(tree, "cp1"), "cp2", "10.240.0.12");
        await joined(join(tree, "cp3"), join(tree, "cp1"), "cp3", "10.240.0.13");
        await Deno.copyFile(join(tree, "cp1", K, "admin.conf"), join(tree, "admin.kubeconfig"));
      }),
  },
  {
    name: "a kubeconfig of people, with other clusters in it",
    ...with_(async (root) => {
      await withTree(
        (folder) => kubeadmTree(folder, { name: "other", address: "10.240.0.20" }),
        async (other) => {
          const mine = await readKubeconfig(root, `${K}/admin.conf`);
          const { clusters: [cluster], users: [user] } = await readKubeconfig(other, `${K}/admin.conf`);
          if (cluster === undefined || user === undefined) throw new Error("no cluster");
          const authority = cluster.cluster["certificate-authority-data"] ?? "";
          mine.clusters.push(
            { name: "other", cluster: cluster.cluster },
            {
              name: "kind",
              cluster: { server: "https://127.0.0.1:43211", "certificate-authority-data": authority },
            },
            { name: "public", cluster: { server: "https://k8s.example.org" } },
            { name: "proxy", cluster: { server: "http://localhost:8001" } },
          );
          mine.users.push({ name: "other", user: user.user });
          mine.contexts.push({ name: "other", context: { cluster: "other", user: "other" } });
          await writeFiles(root, { "root/.kube/config": { text: JSON.stringify(mine), mode: 0o600 } });
        },
      );
    }),
  },
  {
    name: "certificates that a kubelet has replaced stay in its folder, ended",
    ...with_(async (root) => {
      const folder = "var/lib/kubelet/pki";
      const old = `${folder}/kubelet-client-2020-01-01-00-00-00.pem`;
      await copyOver(root, old, `${folder}/kubelet-client-current.pem`);
      await Deno.chmod(join(root, old), 0o600);
      await reissue(root, old, { ...CA, key: old, changes: { notBefore: day(-400), notAfter: day(-40) } });
    }),
  },
  {
    name: "another certificate for the name of the load balancer",
    ...with_(async (root) => {
      const sni = `${K}/pki/sni.crt`;
      await copyOver(root, sni, `${K}/pki/apiserver.crt`);
      await copyOver(root, `${K}/pki/sni.key`, `${K}/pki/apiserver.key`);
      await Deno.chmod(join(root, `${K}/pki/sni.key`), 0o600);
      await reissue(root, sni, { ...CA, changes: { sans: ["DNS:*.example.org"], serial: "0x77" } });
      await setFlag(root, API, "--tls-sni-cert-key", `/${K}/pki/sni.crt,/${K}/pki/sni.key`);
      await editKubeconfig(root, `${K}/admin.conf`, ({ clusters: [one] }) => {
        if (one !== undefined) one.cluster["server"] = "https://lb.example.org";
      });
    }),
  },
  {
    name: "a kubelet that begins with a certificate of the bootstrappers",
    ...with_(async (root) => {
      const path = `${K}/bootstrap-kubelet.conf`;
      await copyOver(root, path, `${K}/scheduler.conf`);
      await Deno.chmod(join(root, path), 0o600);
      const subject = { cn: "bootstrap", organizations: ["system:bootstrappers"] };
      await reissueInKubeconfig(root, path, { ...CA, changes: { subject, serial: "0x78" } });
    }),
  },
  {
    name: "a kubelet whose name is given in capitals",
    ...with_((root) =>
      editText(
        root,
        "var/lib/kubelet/kubeadm-flags.env",
        (text) => text.replace(/"\n?$/, ` --hostname-override=SERVER"\n`),
      )
    ),
  },
  {
    name: "tokens that are signed elsewhere",
    ...with_(async (root) => {
      await setFlag(root, API, "--service-account-key-file", undefined);
      await setFlag(root, API, "--service-account-signing-key-file", undefined);
      await setFlag(root, API, "--service-account-signing-endpoint", "/run/signer.sock");
    }),
  },
  {
    name: "members of etcd that make their certificates themselves",
    ...with_(async (root) => {
      for (const flag of ["cert-file", "key-file", "trusted-ca-file", "client-cert-auth"]) {
        await setFlag(root, ETCD, `--peer-${flag}`, undefined);
      }
      await setFlag(root, ETCD, "--peer-auto-tls", "true");
    }),
  },
  {
    name: "two client CAs while one replaces the other",
    ...with_(async (root) => {
      await copyOver(root, `${K}/pki/both.crt`, `${K}/pki/front-proxy-ca.crt`);
      await appendFile(root, `${K}/pki/both.crt`, `${K}/pki/ca.crt`);
      await setFlag(root, API, "--client-ca-file", `/${K}/pki/both.crt`);
      await setFlag(root, MANAGER, "--root-ca-file", `/${K}/pki/both.crt`);
    }),
  },
  {
    name: "an intermediate CA that leaves are sent with",
    ...with_((root) => below(root, {})),
  },
  {
    name: "a CA that has ended, still in the bundle with the one that replaced it",
    ...with_(async (root) => {
      const old = `${K}/pki/old.crt`;
      await copyOver(root, old, `${K}/pki/front-proxy-ca.crt`);
      await copyOver(root, `${K}/pki/old.key`, `${K}/pki/front-proxy-ca.key`);
      await Deno.chmod(join(root, `${K}/pki/old.key`), 0o600);
      const changes = { subject: { cn: "old" }, notBefore: day(-4000), notAfter: day(-9) };
      await reissue(root, old, { ca: old, changes: { ...changes, keyAlgorithm: "p256", serial: "0x66" } });
      await appendFile(root, old, `${K}/pki/ca.crt`);
      await setFlag(root, API, "--client-ca-file", `/${old}`);
    }),
  },
  {
    name: "a kubelet whose drop-ins name the CA",
    ...with_(async (root) => {
      await editText(
        root,
        "var/lib/kubelet/config.yaml",
        (text) => text.replace(/^ *clientCAFile:.*\n/m, "    x: y\n"),
      );
      await editText(
        root,
        "var/lib/kubelet/kubeadm-flags.env",
        (text) => text.replace(/"\n?$/, ` --config-dir=/etc/kubernetes/kubelet.conf.d"\n`),
      );
      await writeFiles(root, {
        [`${K}/kubelet.conf.d/10-ca.conf`]: "apiVersion: kubelet.config.k8s.io/v1beta1\n" +
          "kind: KubeletConfiguration\nauthentication: { x509: { clientCAFile: /etc/kubernetes/pki/ca.crt } }\n",
      });
    }),
  },
  {
    name: "Services of both families",
    ...with_(async (root) => {
      for (const path of [API, MANAGER]) {
        await setFlag(root, path, "--service-cluster-ip-range", "10.96.0.0/12,fd00:10:96::/112");
      }
      const names = ["kubernetes", "kubernetes.default", "kubernetes.default.svc", "server"];
      await reissue(root, `${K}/pki/apiserver.crt`, {
        ...CA,
        changes: {
          sans: [
            ...[...names, "kubernetes.default.svc.cluster.local"].map((name) => `DNS:${name}`),
            ...["10.96.0.1", "fd00:10:96::1", "10.240.0.10"].map((address) => `IP:${address}`),
          ],
        },
      });
    }),
  },
  {
    name: "members of etcd that are reached through another address than the one they listen on",
    ...with_(async (root) => {
      await setFlag(root, ETCD, "--listen-peer-urls", "https://172.16.0.1:2380");
    }),
  },
  {
    name: "an older machine's manifests, kept by an upgrade",
    ...with_((root) =>
      shell(
        join(root, K),
        "mkdir -p tmp/kubeadm-backup-manifests-2025-01-01-00-00-00; cp manifests/* tmp/kubeadm-backup-manifests-2025-01-01-00-00-00/; cp -r pki tmp/pki",
      ).then(() => undefined)
    ),
  },
  {
    name: "a scheduler that comes as an administrator",
    ...with_((root) =>
      reissueInKubeconfig(root, `${K}/scheduler.conf`, {
        ...CA,
        changes: { subject: { cn: "kubernetes-super-admin", organizations: ["system:masters"] } },
      })
    ),
  },
  {
    name: "a CRL of another cluster whose CA has the same name",
    ...with_(async (root) => {
      await reissue(root, `${K}/pki/apiserver.crt`, { ...CA, changes: { serial: "2" } });
      await withTree(
        (folder) => kubeadmTree(folder, { name: "other", address: "10.240.0.20" }),
        async (other) => {
          await reissue(other, `${K}/pki/apiserver.crt`, { ...CA, changes: { serial: "2" } });
          await writeCrl(other, `${K}/pki/ca.crl`, { ...CA, revoked: [`${K}/pki/apiserver.crt`] });
          await writeFiles(root, { "root/other.crl": await Deno.readTextFile(join(other, K, "pki/ca.crl")) });
        },
      );
    }),
  },
];

const TOOLS = [...KUBEADM_TOOLS, reissuer];

for (const { name, make, paths = ["."], isRoot = false } of GOOD) {
  testWith(TOOLS, `no error: ${name}`, async () => {
    await withTree(make, async (root) => {
      const found = await errorsIn(root, paths, isRoot);
      assert.deepEqual(found, [], format(found));
    });
  });
}

interface Bad {
  readonly name: string;
  readonly code: string;
  /** Codes that come with it. */
  readonly also?: readonly string[];
  /** Path and flag of the finding; nothing else is an error. */
  readonly path: string;
  readonly flag?: string | null;
  readonly inject: (root: string) => Promise<void>;
}

const SERVING = `${K}/pki/apiserver.crt`;
const MIDDLE = `${K}/pki/middle.crt`;

/** Puts an intermediate CA in between, changed, and signs the serving certificate with it; sends it unless told not to. */
async function below(root: string, changes: Changes, isSent = true): Promise<void> {
  // A leaf becomes a CA: a CA's own certificate would go on to sign itself.
  await copyOver(root, MIDDLE, `${K}/pki/front-proxy-client.crt`);
  await copyOver(root, `${K}/pki/middle.key`, `${K}/pki/ca.key`);
  await Deno.chmod(join(root, `${K}/pki/middle.key`), 0o600);
  await reissue(root, MIDDLE, {
    ...CA,
    changes: {
      ...{ keyAlgorithm: "p256", subject: { cn: "middle" }, serial: "0x99" },
      ...{ isCa: true, ku: ["keyCertSign"], eku: "none", ...changes },
    },
  });
  await reissue(root, SERVING, { ca: MIDDLE, key: `${K}/pki/apiserver.key`, changes: {} });
  if (isSent) await appendFile(root, SERVING, MIDDLE);
}

/** Writes the API server's flags in another way: a unit of systemd instead of a static pod. */
async function asUnit(
  root: string,
  write: (flags: readonly string[]) => Readonly<Record<string, string>>,
): Promise<void> {
  const text = await Deno.readTextFile(join(root, API));
  const flags = [...text.matchAll(/^ *- (--\S+)$/gm)].map(([, flag = ""]) => flag);
  await Deno.remove(join(root, API));
  await writeFiles(root, write(flags.map((flag) => flag.replace("/pki/apiserver.crt", "/pki/gone.crt"))));
}

const UNIT = "etc/systemd/system/kube-apiserver.service";
const GONE = `${K}/pki/gone.crt`;

const BAD: readonly Bad[] = [
  {
    name: "a chain in the wrong order",
    code: "ca-as-leaf",
    also: ["key-mismatch"],
    path: SERVING,
    flag: "--tls-cert-file",
    inject: async (root) => {
      const leaf = await Deno.readTextFile(join(root, SERVING));
      await copyOver(root, SERVING, `${K}/pki/ca.crt`);
      await Deno.writeTextFile(join(root, SERVING), leaf, { append: true });
    },
  },
  {
    name: "an intermediate that is not sent",
    code: "wrong-issuer",
    path: SERVING,
    flag: "--tls-cert-file",
    inject: (root) => below(root, {}, false),
  },
  {
    name: "an intermediate that may not sign certificates",
    code: "wrong-issuer",
    path: SERVING,
    flag: "--tls-cert-file",
    inject: (root) => below(root, { ku: ["digitalSignature", "cRLSign"] }),
  },
  {
    name: "an intermediate for other names",
    code: "wrong-issuer",
    path: SERVING,
    flag: "--tls-cert-file",
    inject: (root) => below(root, { permittedNames: ["DNS:example.org"] }),
  },
  {
    name: "an intermediate below a CA that allows none",
    code: "wrong-issuer",
    path: SERVING,
    flag: "--tls-cert-file",
    inject: async (root) => {
      await reissue(root, `${K}/pki/ca.crt`, { ...CA, changes: { maxPathLength: 0 } });
      await below(root, {});
    },
  },
  {
    name: "an intermediate for clients only",
    code: "wrong-issuer",
    path: SERVING,
    flag: "--tls-cert-file",
    inject: (root) => below(root, { eku: ["clientAuth"] }),
  },
  {
    name: "an intermediate that has ended",
    code: "expired",
    path: SERVING,
    flag: "--tls-cert-file",
    inject: (root) => below(root, { notBefore: day(-20), notAfter: day(-2) }),
  },
  {
    name: "the CA of all clients in a bundle with another that still counts",
    code: "expired",
    path: `${K}/pki/ca.crt`,
    flag: "--client-ca-file",
    also: ["signing-file-bundle"],
    inject: async (root) => {
      await reissue(root, `${K}/pki/ca.crt`, { ...CA, changes: { notBefore: day(-400), notAfter: day(-9) } });
      await appendFile(root, `${K}/pki/ca.crt`, `${K}/pki/front-proxy-ca.crt`);
    },
  },
  {
    name: "a front-proxy client of the cluster's CA",
    code: "wrong-issuer",
    path: `${K}/pki/front-proxy-client.crt`,
    flag: "--proxy-client-cert-file",
    inject: (root) => reissue(root, `${K}/pki/front-proxy-client.crt`, { ...CA, changes: {} }),
  },
  {
    name: "two keys that are swapped",
    code: "key-mismatch",
    path: `${K}/pki/apiserver-etcd-client.key`,
    flag: "--etcd-keyfile",
    inject: (root) =>
      swapFiles(root, `${K}/pki/apiserver-etcd-client.key`, `${K}/pki/apiserver-kubelet-client.key`),
  },
  {
    name: "the keys of another cluster's tokens",
    code: "sa-key-mismatch",
    path: `${K}/pki/sa.pub`,
    flag: "--service-account-key-file",
    inject: async (root) => {
      await runWell("openssl", [
        "pkey",
        "-in",
        join(root, K, "pki/ca.key"),
        "-pubout",
        "-out",
        join(root, K, "pki/sa.pub"),
      ]);
    },
    also: [],
  },
  {
    name: "a certificate where a key belongs",
    code: "unparsable",
    path: SERVING,
    flag: "--tls-private-key-file",
    inject: (root) => setFlag(root, API, "--tls-private-key-file", `/${SERVING}`),
  },
  {
    name: "a key where a certificate belongs",
    code: "unparsable",
    path: `${K}/pki/apiserver.key`,
    flag: "--tls-cert-file",
    inject: (root) => setFlag(root, API, "--tls-cert-file", `/${K}/pki/apiserver.key`),
  },
  {
    name: "a CRL that is no longer current",
    code: "expired",
    path: `${K}/pki/ca.crl`,
    inject: (root) =>
      writeCrl(root, `${K}/pki/ca.crl`, { ...CA, revoked: [], thisUpdate: day(-9), nextUpdate: day(-2) }),
  },
  {
    name: "the client CA again, in other bytes, as that of proxies",
    code: "shared-requestheader-ca",
    path: `${K}/pki/again.crt`,
    flag: "--requestheader-client-ca-file",
    inject: async (root) => {
      await copyOver(root, `${K}/pki/again.crt`, `${K}/pki/ca.crt`);
      await reissue(root, `${K}/pki/again.crt`, {
        ...CA,
        key: `${K}/pki/ca.key`,
        changes: { notAfter: day(3000), serial: "0x55" },
      });
      await setFlag(root, API, "--requestheader-client-ca-file", `/${K}/pki/again.crt`);
      for (const flag of ["requestheader-allowed-names", "proxy-client-cert-file", "proxy-client-key-file"]) {
        await setFlag(root, API, `--${flag}`, undefined);
      }
    },
  },
  {
    name: "a kubelet that comes as another node",
    code: "cn-wrong",
    path: "var/lib/kubelet/pki/kubelet-client-current.pem",
    inject: (root) =>
      editText(
        root,
        "var/lib/kubelet/kubeadm-flags.env",
        (text) => text.replace(/"\n?$/, ` --hostname-override=node-7"\n`),
      ),
  },
  {
    name: "etcd's certificate without the host that it tells clients",
    code: "san-missing",
    path: `${K}/pki/etcd/server.crt`,
    flag: "--cert-file",
    inject: (root) => setFlag(root, ETCD, "--advertise-client-urls", "https://etcd.example.org:2379"),
  },
  {
    name: "flags of a unit with values behind blanks",
    code: "missing-file",
    path: GONE,
    flag: "--tls-cert-file",
    inject: (root) =>
      asUnit(root, (flags) => ({
        [UNIT]: `[Service]\nExecStart=/usr/bin/kube-apiserver \\\n  ${
          flags.map((flag) => flag.replace("=", " ")).join(" \\\n  ")
        }\n`,
      })),
  },
  {
    name: "flags of a unit in quotes",
    code: "missing-file",
    path: GONE,
    flag: "--tls-cert-file",
    inject: (root) =>
      asUnit(root, (flags) => ({
        [UNIT]: `[Service]\nExecStart=/usr/bin/kube-apiserver ${
          flags.map((flag) => `"${flag}"`).join(" ")
        }\n`,
      })),
  },
  {
    name: "flags of a unit in a file of variables",
    code: "missing-file",
    path: GONE,
    flag: "--tls-cert-file",
    inject: (root) =>
      asUnit(root, (flags) => ({
        [UNIT]: "[Service]\nEnvironmentFile=-/etc/default/api\nExecStart=/usr/bin/kube-apiserver $ARGS\n",
        "etc/default/api": `# what it is given\nARGS="${flags.join(" \\\n")}"\n`,
      })),
  },
  {
    name: "flags of a packaged unit in a drop-in of the administrator",
    code: "missing-file",
    path: GONE,
    flag: "--tls-cert-file",
    inject: (root) =>
      asUnit(root, (flags) => ({
        "usr/lib/systemd/system/kube-apiserver.service": "[Service]\nExecStart=/usr/bin/kube-apiserver\n",
        [`${UNIT}.d/10.conf`]: `[Service]\nExecStart=\nExecStart=/usr/bin/kube-apiserver ${
          flags.join(" ")
        }\n`,
      })),
  },
];

for (const { name, code, also = [], path, flag, inject } of BAD) {
  testWith(TOOLS, `${code}: ${name}`, async () => {
    await withTree(kubeadmTree, async (root) => {
      await inject(root);
      const found = await errorsIn(root, ["."], true);
      assert.ok(
        found.some((one) =>
          one.code === code && one.path === join(root, path) && (flag === undefined || one.flag === flag)
        ),
        format(found),
      );
      const others = found.filter((one) => one.code !== code && !also.includes(one.code));
      assert.deepEqual(others, [], format(others));
    });
  });
}
