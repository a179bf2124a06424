/**
 * etcd answers its clients over mutual TLS only, and what the API server stores in it is encrypted.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Cluster } from "../cluster.ts";

/** Where a member has its PKI and listens. */
export interface Etcd {
  readonly machine: string;
  /** Folder with ca.crt, server.*, peer.* and healthcheck-client.*. */
  readonly folder: string;
  readonly addresses: readonly string[];
}

/** The words of etcdctl that come with the healthcheck certificate. */
export function etcdctl(etcd: Etcd): string[] {
  const { folder, addresses } = etcd;
  return [
    "etcdctl",
    `--endpoints=${addresses.map((address) => `https://${address}:2379`).join(",")}`,
    `--cacert=${folder}/ca.crt`,
    `--cert=${folder}/healthcheck-client.crt`,
    `--key=${folder}/healthcheck-client.key`,
  ];
}

/** Every member is healthy, and they agree on one leader. */
export async function checkHealth(cluster: Cluster, etcd: Etcd): Promise<void> {
  const machine = cluster.machine(etcd.machine);
  const health = JSON.parse(
    await machine.execWell([...etcdctl(etcd), "endpoint", "health", "--cluster", "-w", "json"]),
  );
  assert.deepEqual(
    health.map(({ endpoint, health }: { endpoint: string; health: boolean }) => [endpoint, health]).sort(),
    etcd.addresses.map((address) => [`https://${address}:2379`, true]).sort(),
  );
  const status: { readonly Status: { readonly leader: number } }[] = JSON.parse(
    await machine.execWell([...etcdctl(etcd), "endpoint", "status", "-w", "json"]),
  );
  assert.equal(new Set(status.map(({ Status }) => String(Status.leader))).size, 1);
  // The loopback is in the certificate too.
  await machine.execWell([...etcdctl({ ...etcd, addresses: ["127.0.0.1"] }), "endpoint", "health"]);
}

/** A Secret's value is in the API and not in etcd. */
export async function checkEncryption(cluster: Cluster, etcd: Etcd): Promise<void> {
  const value = "not-for-etcd-to-read";
  await cluster.kubectlWell(["create", "secret", "generic", "kept", `--from-literal=word=${value}`]);
  const read = await cluster.kubectlWell(["get", "secret", "kept", "-o", "jsonpath={.data.word}"]);
  assert.equal(atob(read), value);
  const machine = cluster.machine(etcd.machine);
  const get = async (key: string): Promise<string> =>
    await machine.execWell([...etcdctl(etcd), "get", key, "--print-value-only"]);
  const stored = await get("/registry/secrets/default/kept");
  assert.match(stored, /^k8s:enc:aescbc:v1:key1:/);
  assert.ok(!stored.includes(value));
  // What is not to be encrypted shows that this is where such a value would stand.
  await cluster.kubectlWell(["create", "configmap", "open", `--from-literal=word=${value}`]);
  assert.ok((await get("/registry/configmaps/default/open")).includes(value));
}

/** Nobody but etcd's own clients comes in, and clients believe no other server. */
export async function checkRefusals(cluster: Cluster, etcd: Etcd): Promise<void> {
  const machine = cluster.machine(etcd.machine);
  const pki = `${cluster.out}/pki`;
  const curl = async (words: readonly string[]): Promise<string> => {
    const all = ["curl", "--silent", "--show-error", "--max-time", "10", "--fail", ...words];
    const { code, stdout, stderr } = await machine.exec(all);
    return code === 0 ? stdout : `${code}: ${stderr}`;
  };
  const [address = ""] = etcd.addresses;
  const url = `https://${address}:2379/version`;
  const ca = ["--cacert", `${etcd.folder}/ca.crt`];
  const own = [
    "--cert",
    `${etcd.folder}/healthcheck-client.crt`,
    "--key",
    `${etcd.folder}/healthcheck-client.key`,
  ];
  assert.match(await curl([...ca, ...own, url]), /"etcdserver"/);
  // Whether the alert or the end of the connection comes first is chance: why is in the member's own log.
  const refused = async (words: readonly string[]): Promise<void> => {
    assert.match(await curl(words), /^(?:16|22|35|52|55|56): /, words.join(" "));
  };
  await refused([...ca, url]);
  await refused([...ca, `https://${address}:2380/members`]);
  await refused([...ca, "--cert", `${pki}/admin.crt`, "--key", `${pki}/admin.key`, url]);
  await refused([`http://${address}:2379/version`]);
  const log = await machine.execWell(["cat", "/run/etcd.log"]);
  assert.equal(
    [...log.matchAll(/rejected connection on client endpoint.*client didn't provide a certificate/g)].length,
    1,
  );
  assert.equal(
    [...log.matchAll(/rejected connection on peer endpoint.*client didn't provide a certificate/g)].length,
    1,
  );
  assert.match(log, /rejected connection on client endpoint.*certificate signed by unknown authority/);
  assert.match(
    log,
    /rejected connection on client endpoint.*first record does not look like a TLS handshake/,
  );
  // Nor does a client believe a server of another CA.
  assert.match(await curl(["--cacert", `${pki}/ca.crt`, ...own, url]), /^60: .*certificate/);
}
