/**
 * Who does not come in: the API server's answers to those without a credential of its own CA.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Cluster } from "../cluster.ts";

/** HTTP status of a request from the workstation, `000` when no connection came about. */
async function status(cluster: Cluster, url: string, ...more: readonly string[]): Promise<string> {
  const words = [
    "curl",
    "--silent",
    "--max-time",
    "10",
    "--output",
    "/dev/null",
    "--write-out",
    "%{http_code}",
  ];
  const { stdout } = await cluster.workstation.exec([
    ...words,
    "--cacert",
    `${cluster.out}/pki/ca.crt`,
    ...more,
    url,
  ]);
  return stdout;
}

/**
 * Health may be asked for by everybody, nothing else; certificates of other CAs are none.
 *
 * @param server such as `https://10.240.0.10:6443`
 */
export async function checkDoor(cluster: Cluster, server: string): Promise<void> {
  const pki = `${cluster.out}/pki`;
  const pair = (name: string): string[] => ["--cert", `${pki}/${name}.crt`, "--key", `${pki}/${name}.key`];
  for (const path of ["/livez", "/readyz", "/healthz"]) {
    assert.equal(await status(cluster, server + path), "200", path);
  }
  for (const path of ["/api", "/version", "/api/v1/namespaces/kube-public/configmaps/cluster-info"]) {
    assert.equal(await status(cluster, server + path), "401", `${path} without a credential`);
  }
  assert.equal(await status(cluster, `${server}/api`, ...pair("admin")), "200");
  for (const name of ["apiserver-etcd-client", "front-proxy-client", "etcd/healthcheck-client"]) {
    assert.equal(await status(cluster, `${server}/api`, ...pair(name)), "401", `${name}, of another CA`);
  }
  // A certificate for servers only is no client's.
  assert.equal(await status(cluster, `${server}/api`, ...pair("apiserver")), "401", "a server's certificate");
  // Whom the front proxy speaks for is not for others to say.
  const claim = ["--header", "X-Remote-User: kubernetes-admin", "--header", "X-Remote-Group: system:masters"];
  assert.equal(await status(cluster, `${server}/api`, ...claim), "401", "a claim without a certificate");
  assert.equal(await status(cluster, `${server}/api/v1/secrets`, ...pair("users/jane"), ...claim), "403");
  assert.equal(
    await status(cluster, `${server}/api/v1/secrets`, ...pair("front-proxy-client"), ...claim),
    "200",
  );

  const ca = `--certificate-authority=${pki}/etcd/ca.crt`;
  const { code, stderr } = await cluster.kubectl(["get", "nodes", ca]);
  assert.notEqual(code, 0);
  assert.match(stderr, /certificate signed by unknown authority/);
}
