/**
 * The manifests that the administrator applies.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Cluster } from "../cluster.ts";

const NAMES = [
  "bootstrap-tokens.yaml",
  "cluster-info.yaml",
  "kubelet-api-admin.yaml",
  "rbac.yaml",
  "tls-bootstrap.yaml",
];

/**
 * Applies each, once the API server has taken it strictly without doing it.
 *
 * @param kubeconfig that of somebody who may; default: the administrator's
 * @param more further manifests that are there
 */
export async function applyManifests(
  cluster: Cluster,
  kubeconfig = cluster.admin,
  more: readonly string[] = [],
): Promise<void> {
  const folder = `${cluster.out}/hosts/admin/manifests`;
  const found: string[] = [];
  for await (const { name } of Deno.readDir(folder)) found.push(name);
  assert.deepEqual(found.sort(), [...NAMES, ...more].sort());
  for (const name of found) {
    const text = await Deno.readTextFile(`${folder}/${name}`);
    const apply = ["apply", "--validate=strict", "-f", "-"];
    await cluster.kubectlWell([...apply, "--dry-run=server"], { kubeconfig, stdin: text });
    // A field that nobody knows shows that this looks.
    const spoilt = text.replace(/^metadata:$/m, "unheardOf: 1\nmetadata:");
    const { code, stderr } = await cluster.kubectl([...apply, "--dry-run=server"], {
      kubeconfig,
      stdin: spoilt,
    });
    assert.equal(code, 1, name);
    assert.match(stderr, /unknown field "unheardOf"/);
    await cluster.kubectlWell(apply, { kubeconfig, stdin: text });
  }
  await cluster.kubectlWell(["create", "namespace", "team"], { kubeconfig });
}
