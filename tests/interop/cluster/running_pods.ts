/**
 * Static pods that run: started as a kubelet does, and asked as a kubelet asks.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Cluster, eventually } from "./cluster.ts";
import { readPod, type StaticPod } from "./pods.ts";

/** Starts a static pod on a machine, as a kubelet does. */
export async function startPod(cluster: Cluster, machine: string, name: string): Promise<StaticPod> {
  const host = cluster.machine(machine);
  const pod = readPod(await host.execWell(["cat", `/etc/kubernetes/manifests/${name}.yaml`]));
  await host.start(pod.name, pod.words);
  return pod;
}

/** Waits until every probe of a pod is content, asked without a credential as a kubelet asks. */
export async function isUp(cluster: Cluster, machine: string, { name, probes }: StaticPod): Promise<void> {
  assert.ok(probes.length > 0, name);
  for (const url of probes) {
    await eventually(cluster, `${name} on ${machine}: ${url}`, async () => {
      const { code } = await cluster.machine(machine).exec(["curl", "-skf", "--max-time", "5", url]);
      return code === 0 || undefined;
    });
  }
}
