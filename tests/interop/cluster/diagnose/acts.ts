/**
 * What runs on a tree with a fault: the fewest components that notice it. Out: the paths of their logs.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { equalBytes } from "../../../../scripts/shared/encoding.ts";
import { ourSetFolder } from "../../foreign/ours.ts";
import { editKubeconfig } from "../../foreign/inject.ts";
import type { Lab, Running } from "./lab.ts";

/** Where a healthy control plane runs, and where components are started that take its place. */
export interface Stage {
  /** With a healthy control plane that stays. */
  readonly healthy: Lab;
  /** Its tree. */
  readonly base: string;
  /** Its API server. */
  readonly api: Running;
  /** For etcd and API servers of the tree's own. */
  readonly own: Lab;
}

const SERVING = /Serving securely/;

async function etcdAndApi({ own }: Stage, tree: string): Promise<string[]> {
  const etcd = await own.startUnit(tree, "etcd");
  await own.until(etcd.log, /ready to serve client requests/);
  const api = await own.startUnit(tree, "kube-apiserver");
  await own.until(api.log, /Serving securely|authentication handshake failed|error reading server preface/);
  await own.until(etcd.log, /rejected connection|ready to serve/);
  await own.stop(api);
  await own.stop(etcd);
  return [etcd.log, api.log];
}

async function etcdAlone({ own }: Stage, tree: string): Promise<string[]> {
  const etcd = await own.startUnit(tree, "etcd");
  await own.until(etcd.log, /ready to serve client requests|"level":"(?:fatal|error)"/);
  await own.stop(etcd);
  return [etcd.log];
}

async function etcdPeers({ own }: Stage, tree: string): Promise<string[]> {
  const members = "server=https://10.240.0.10:2380,node-0=https://10.240.0.20:2380";
  const healthy = await own.tree();
  const set = join(await ourSetFolder("hard-way"), "out/lab");
  // The other member has a healthy certificate of its own, with its address.
  const { reissue } = await import("../../foreign/reissue.ts");
  await reissue(healthy, "etc/etcd/pki/peer.crt", {
    ca: "pki/etcd/ca.crt",
    caTree: set,
    changes: { sans: ["DNS:node-0", "IP:10.240.0.20", "IP:10.240.0.10"] },
  });
  const first = await own.startUnit(tree, "etcd", [`--initial-cluster=${members}`]);
  const second = await own.startUnit(healthy, "etcd", [
    `--initial-cluster=${members}`,
    "--name=node-0",
    "--initial-advertise-peer-urls=https://10.240.0.20:2380",
    "--listen-peer-urls=https://10.240.0.20:2380",
    "--advertise-client-urls=https://10.240.0.20:2379",
    "--listen-client-urls=https://10.240.0.20:2379",
    "--listen-metrics-urls=http://127.0.0.1:2382",
  ]);
  await own.until(second.log, /ready to serve client requests|rejected connection|x509|tls: /, 10);
  await own.until(first.log, /ready to serve client requests|rejected connection|x509|tls: /, 10);
  await own.stop(first);
  await own.stop(second);
  return [first.log, second.log];
}

async function apiStart({ own }: Stage, tree: string): Promise<string[]> {
  const etcd = await own.startUnit(tree, "etcd");
  const api = await own.startUnit(tree, "kube-apiserver");
  await own.until(api.log, /Serving securely|^Error: |"command failed"/m);
  await own.stop(api);
  await own.stop(etcd);
  return [api.log];
}

async function withApi(
  { own }: Stage,
  tree: string,
  act: (api: Running) => Promise<readonly string[]>,
  more: readonly string[] = [],
): Promise<string[]> {
  const etcd = await own.startUnit(tree, "etcd");
  const api = await own.startUnit(tree, "kube-apiserver", more);
  try {
    assert.ok(await own.until(api.log, SERVING), await Deno.readTextFile(api.log));
    await own.until(api.log, /caches populated|Caches are synced/i);
    return [api.log, ...await act(api)];
  } finally {
    await own.stop(api);
    await own.stop(etcd);
  }
}

function kubectl(lab: Lab, tree: string, ...words: readonly string[]): Promise<string> {
  const config = join(tree, "var/lib/kubernetes/admin.kubeconfig");
  return lab.run(tree, "kubectl", ["kubectl", "--request-timeout=10s", `--kubeconfig=${config}`, ...words]);
}

/** kubectl and curl against an API server that is given the tree's certificate and CA while it runs. */
async function served(stage: Stage, tree: string): Promise<string[]> {
  const { healthy, base } = stage;
  const pki = "var/lib/kubernetes/pki";
  const give = async (from: string): Promise<void> => {
    for (const name of ["apiserver.crt", "ca.crt"]) {
      const [bytes, old] = [
        await Deno.readFile(join(from, pki, name)),
        await Deno.readFile(join(base, pki, name)),
      ];
      if (equalBytes(bytes, old)) continue;
      const before = (await Deno.stat(stage.api.log)).size;
      await Deno.writeFile(join(base, pki, name), bytes);
      assert.ok(
        await healthy.until(stage.api.log, /Loaded a new (?:cert|CA)/, 20, before),
        `${name} is not loaded`,
      );
    }
  };
  try {
    await give(tree);
    return await asClient(stage, async (lab) => [
      await kubectl(lab, tree, "get", "namespaces"),
      await lab.run(tree, "curl", [
        ...["curl", "-sS", "--cacert", `/${pki}/ca.crt`, "-o", "/dev/null"],
        "https://server.kubernetes.local:6443/version",
      ]),
    ]);
  } finally {
    await give(await healthy.tree());
  }
}

/** Waits until roles are there, by whoever is healthy. */
async function ready(lab: Lab): Promise<void> {
  for (let tries = 0; tries < 40; tries++) {
    const { stdout } = await lab.machine.exec([
      "curl",
      "-sk",
      "https://10.240.0.10:6443/readyz",
    ]);
    if (stdout === "ok") return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function frontProxy(stage: Stage, tree: string): Promise<string[]> {
  return await asClient(stage, async (lab) => {
    const pki = "/var/lib/kubernetes/pki";
    const pair = ["--cert", `${pki}/front-proxy-client.crt`, "--key", `${pki}/front-proxy-client.key`];
    const user = ["-H", "X-Remote-User: jane", "-H", "X-Remote-Group: system:masters"];
    return [
      await lab.run(tree, "curl", [
        ...["curl", "-sSk", ...pair, ...user],
        "https://10.240.0.10:6443/api/v1/namespaces/default",
      ]),
    ];
  });
}

/** Runs kubectl against the healthy API server; gives what both said. */
async function asClient(
  stage: Stage,
  act: (lab: Lab) => Promise<readonly string[]>,
): Promise<string[]> {
  const { healthy, api } = stage;
  const before = (await Deno.stat(api.log)).size;
  const logs = await act(healthy);
  const whole = await Deno.readFile(api.log);
  const part = join(healthy.folder, `kube-apiserver-${crypto.randomUUID()}.log`);
  await Deno.writeFile(part, whole.subarray(before));
  return [...logs, part];
}

async function unit(stage: Stage, tree: string, name: string, done: RegExp, seconds = 6): Promise<string[]> {
  return await asClient(stage, async (lab) => {
    const running = await lab.startUnit(
      tree,
      name,
      name === "kube-controller-manager" ? ["--leader-elect=false"] : [],
    );
    await lab.until(running.log, done, seconds);
    await lab.stop(running);
    return [running.log];
  });
}

/** A request is signed by the tree's controller-manager. */
async function sign(stage: Stage, tree: string): Promise<string[]> {
  const { healthy } = stage;
  const set = join(await ourSetFolder("hard-way"), "out/lab");
  const admin = ["kubectl", `--kubeconfig=${set}/kubeconfig/admin.kubeconfig`];
  const name = `jane-${crypto.randomUUID().slice(0, 8)}`;
  const key = join(tree, "jane.key");
  await healthy.machine.execWell([
    ...["openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=jane"],
    ...["-keyout", key, "-out", join(tree, "jane.csr")],
  ]);
  const request = (await Deno.readFile(join(tree, "jane.csr"))).toBase64();
  await Deno.remove(key);
  await Deno.remove(join(tree, "jane.csr"));
  await healthy.machine.execWell([...admin, "create", "-f", "-"], {
    stdin: JSON.stringify({
      apiVersion: "certificates.k8s.io/v1",
      kind: "CertificateSigningRequest",
      metadata: { name },
      spec: { request, signerName: "kubernetes.io/kube-apiserver-client", usages: ["client auth"] },
    }),
  });
  await healthy.machine.execWell([...admin, "certificate", "approve", name]);
  const logs = await asClient(stage, async (lab) => {
    const manager = await lab.startUnit(tree, "kube-controller-manager", ["--leader-elect=false"]);
    for (let tries = 0; tries < 100; tries++) {
      const text = await Deno.readTextFile(manager.log);
      if (/certificate authority|has expired|signing/i.test(text) && /csr/i.test(text) && tries > 40) break;
      const { stdout } = await lab.machine.exec([
        ...[...admin, "get", "csr", name, "-o", "jsonpath={.status.certificate}"],
      ]);
      if (stdout !== "") break;
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    await lab.stop(manager);
    return [manager.log];
  });
  const shown = join(healthy.folder, `${name}.log`);
  const { stdout } = await healthy.machine.exec([...admin, "get", "csr", name, "-o", "yaml"]);
  await Deno.writeTextFile(shown, stdout);
  await healthy.machine.execWell([...admin, "delete", "csr", name]);
  return [...logs, shown];
}

/** A kubelet, and its node made by hand with what the kubelet shows. */
async function registers(stage: Stage, tree: string): Promise<string[]> {
  return await asClient(stage, async (lab) => {
    const kubelet = await lab.startUnit(tree, "kubelet");
    await lab.until(kubelet.log, /Successfully registered node|forbidden/, 6);
    await lab.stop(kubelet);
    const flag = lab.wordsOf(tree, "kubelet").find((word) => word.startsWith("--hostname-override="));
    const name = flag?.split("=")[1] ?? "";
    await Deno.writeTextFile(
      join(tree, "node.json"),
      JSON.stringify({ apiVersion: "v1", kind: "Node", metadata: { name } }),
    );
    const words = ["create", "--validate=false", "-f", join(tree, "node.json")];
    const config = "--kubeconfig=/var/lib/kubelet/kubeconfig";
    const log = await lab.run(tree, "kubectl", ["kubectl", "--request-timeout=10s", config, ...words]);
    await Deno.remove(join(tree, "node.json"));
    return [kubelet.log, log];
  });
}

/** An API server goes to the tree's kubelet. */
async function reach(lab: Lab, tree: string): Promise<string[]> {
  const kubelet = await lab.startUnit(tree, "kubelet");
  await lab.until(kubelet.log, /Successfully registered node/i, 10);
  const logs = [
    await kubectl(lab, tree, "get", "--raw", "/api/v1/nodes/server/proxy/pods"),
    await kubectl(lab, tree, "get", "--raw", "/api/v1/nodes/server/proxy/healthz"),
  ];
  await lab.stop(kubelet);
  return [kubelet.log, ...logs];
}

/** The same with the tree's own API server. */
async function kubeletAndApi(stage: Stage, tree: string): Promise<string[]> {
  return await withApi(stage, tree, async () => {
    await ready(stage.own);
    return await reach(stage.own, tree);
  });
}

/** A token that the healthy cluster signed, at an API server of the tree. */
async function token(stage: Stage, tree: string): Promise<string[]> {
  const { own } = stage;
  return await withApi(stage, tree, async (api) => {
    await ready(own);
    const set = join(await ourSetFolder("hard-way"), "out/lab");
    const admin = ["kubectl", `--kubeconfig=${set}/kubeconfig/admin.kubeconfig`];
    await own.machine.exec([...admin, "create", "serviceaccount", "robot"]);
    const made = await own.machine.execWell([...admin, "create", "token", "robot"]);
    const log = await own.run(tree, "curl", [
      ...["curl", "-sSk", "-H", `Authorization: Bearer ${made.trim()}`],
      "https://10.240.0.10:6443/api/v1/namespaces/default",
    ]);
    await own.until(api.log, /Unable to authenticate/, 2);
    return [log];
  });
}

/** A token that was made before the API server's flags changed. */
async function tokenIssuer({ own }: Stage, tree: string): Promise<string[]> {
  const set = join(await ourSetFolder("hard-way"), "out/lab");
  const admin = ["kubectl", `--kubeconfig=${set}/kubeconfig/admin.kubeconfig`];
  const etcd = await own.startUnit(tree, "etcd");
  const before = await own.startUnit(await own.tree(), "kube-apiserver");
  await own.until(before.log, SERVING);
  await ready(own);
  await own.machine.exec([...admin, "create", "serviceaccount", "robot"]);
  const made = await own.machine.execWell([...admin, "create", "token", "robot"]);
  await own.stop(before);
  const api = await own.startUnit(tree, "kube-apiserver");
  await own.until(api.log, SERVING);
  await ready(own);
  const log = await own.run(tree, "curl", [
    ...["curl", "-sSk", "-H", `Authorization: Bearer ${made.trim()}`],
    "https://10.240.0.10:6443/api/v1/namespaces/default/serviceaccounts",
  ]);
  await own.until(api.log, /Unable to authenticate/, 2);
  await own.stop(api);
  await own.stop(etcd);
  return [api.log, log];
}

/** A secret is written, and the API server started again with the tree's keys of encryption. */
async function encrypted({ own }: Stage, tree: string): Promise<string[]> {
  const etcd = await own.startUnit(tree, "etcd");
  const before = await own.startUnit(await own.tree(), "kube-apiserver");
  await own.until(before.log, SERVING);
  await ready(own);
  await kubectl(own, tree, "create", "secret", "generic", "one", "--from-literal=a=b");
  await own.stop(before);
  const api = await own.startUnit(tree, "kube-apiserver");
  await own.until(api.log, SERVING);
  await ready(own);
  const log = await kubectl(own, tree, "get", "secrets");
  await own.stop(api);
  await own.stop(etcd);
  return [api.log, log];
}

/** Someone without a certificate. */
async function anonymous(stage: Stage, tree: string): Promise<string[]> {
  return await withApi(stage, tree, async () => {
    await ready(stage.own);
    return [
      await kubectl(stage.own, tree, "get", "--raw", "/api/v1/namespaces"),
      await stage.own.run(tree, "curl", ["curl", "-sSk", "https://10.240.0.10:6443/api/v1/namespaces"]),
    ];
  });
}

/** A kubelet that has no certificate yet comes with the bootstrap token of its tree. */
async function bootstrap(stage: Stage, tree: string): Promise<string[]> {
  const { own } = stage;
  const set = join(await ourSetFolder("hard-way"), "out/lab");
  const end = (await Deno.readTextFile(join(tree, "expiration"))).trim();
  await Deno.remove(join(tree, "expiration"));
  return await withApi(stage, tree, async (api) => {
    await ready(own);
    const admin = ["kubectl", `--kubeconfig=${set}/kubeconfig/admin.kubeconfig`];
    await own.machine.exec([...admin, "create", "namespace", "kube-system"]);
    await own.machine.execWell([...admin, "create", "-f", "-"], {
      stdin: JSON.stringify({
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "bootstrap-token-abcdef", namespace: "kube-system" },
        type: "bootstrap.kubernetes.io/token",
        stringData: {
          "token-id": "abcdef",
          "token-secret": "0123456789abcdef",
          "usage-bootstrap-authentication": "true",
          expiration: end,
        },
      }),
    });
    const kubelet = await own.startUnit(tree, "kubelet");
    await own.until(api.log, /xpired bootstrap token/, 6);
    await own.stop(kubelet);
    return [kubelet.log];
  }, ["--v=3"]);
}

/** A robot with a token that the healthy API server made. */
async function robotOf(lab: Lab, tree: string, config: string): Promise<void> {
  const set = join(await ourSetFolder("hard-way"), "out/lab");
  const admin = ["kubectl", `--kubeconfig=${set}/kubeconfig/admin.kubeconfig`];
  await lab.machine.exec([...admin, "create", "serviceaccount", "robot"]);
  const token = (await lab.machine.execWell([...admin, "create", "token", "robot"])).trim();
  await Deno.copyFile(join(tree, "var/lib/kubernetes/admin.kubeconfig"), join(tree, config));
  await editKubeconfig(tree, config, ({ users: [user] }) => {
    if (user === undefined) return;
    for (const field of Object.keys(user.user)) delete user.user[field];
    user.user["token"] = token;
  });
}

/** The tree's robot comes with its token. */
async function robot(stage: Stage, tree: string): Promise<string[]> {
  return await asClient(stage, async (lab) => {
    const config = "/var/lib/kubernetes/robot.kubeconfig";
    try {
      await Deno.stat(join(tree, config));
    } catch {
      await robotOf(lab, tree, config);
    }
    return [
      await lab.run(tree, "kubectl", [
        "kubectl",
        "--request-timeout=10s",
        `--kubeconfig=${config}`,
        "get",
        "pods",
      ]),
    ];
  });
}

/** What can be run, by name. */
export const ACTS = {
  "etcd-and-api": etcdAndApi,
  "etcd-alone": etcdAlone,
  "etcd-peers": etcdPeers,
  "api-start": apiStart,
  served,
  "front-proxy": frontProxy,
  kubectl: (stage: Stage, tree: string) =>
    asClient(stage, async (lab) => [await kubectl(lab, tree, "get", "namespaces")]),
  manager: (stage: Stage, tree: string) =>
    unit(
      stage,
      tree,
      "kube-controller-manager",
      /successfully acquired lease|forbidden|command failed|Error:|error starting|Started "garbage/i,
    ),
  scheduler: (stage: Stage, tree: string) =>
    unit(
      stage,
      tree,
      "kube-scheduler",
      /successfully acquired lease|Unauthorized|command failed|provide credentials/i,
    ),
  proxy: (stage: Stage, tree: string) =>
    unit(stage, tree, "kube-proxy", /Caches are synced|no such file|command failed/i),
  kubelet: (stage: Stage, tree: string) =>
    unit(stage, tree, "kubelet", /Successfully registered node|forbidden|Unauthorized|provide credentials/i),
  "kubelet-registers": registers,
  "kubelet-reached": (stage: Stage, tree: string) => asClient(stage, (lab) => reach(lab, tree)),
  "kubelet-and-api": kubeletAndApi,
  sign,
  token,
  "token-issuer": tokenIssuer,
  encrypted,
  anonymous,
  bootstrap,
  robot,
} as const;

/** The name of one. */
export type Act = keyof typeof ACTS;
