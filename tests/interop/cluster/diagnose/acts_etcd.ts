/**
 * Acts of etcd, its members, and an API server that starts with it.
 *
 * @module
 */
import { join } from "node:path";
import { ourSetFolder } from "../../foreign/ours.ts";
import { reissue } from "../../foreign/reissue.ts";
import { kubectl, ready, SERVING, type Stage } from "./stage.ts";

/** etcd, and the API server as its client. */
export async function etcdAndApi({ own }: Stage, tree: string): Promise<string[]> {
  const etcd = await own.startUnit(tree, "etcd");
  await own.until(etcd.log, /ready to serve client requests/);
  const api = await own.startUnit(tree, "kube-apiserver");
  await own.until(api.log, /Serving securely|authentication handshake failed|error reading server preface/);
  await own.until(etcd.log, /rejected connection|ready to serve/);
  await own.stop(api);
  await own.stop(etcd);
  return [etcd.log, api.log];
}

/** etcd, which may not start. */
export async function etcdAlone({ own }: Stage, tree: string): Promise<string[]> {
  const etcd = await own.startUnit(tree, "etcd");
  await own.until(etcd.log, /ready to serve client requests|"level":"(?:fatal|error)"/);
  await own.stop(etcd);
  return [etcd.log];
}

/** Two members of etcd: that of the tree, and a healthy one. */
export async function etcdPeers({ own }: Stage, tree: string): Promise<string[]> {
  const members = "server=https://10.240.0.10:2380,node-0=https://10.240.0.20:2380";
  const healthy = await own.tree();
  const set = join(await ourSetFolder("hard-way"), "out/lab");
  // The other member has a healthy certificate of its own, with its address.
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

/** An API server that may not start. */
export async function apiStart({ own }: Stage, tree: string): Promise<string[]> {
  const etcd = await own.startUnit(tree, "etcd");
  const api = await own.startUnit(tree, "kube-apiserver");
  await own.until(api.log, /Serving securely|^Error: |"command failed"/m);
  await own.stop(api);
  await own.stop(etcd);
  return [api.log];
}

/** A secret is written, and the API server started again with the tree's keys of encryption. */
export async function encrypted({ own }: Stage, tree: string): Promise<string[]> {
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
