/**
 * What stands in etcd: encrypted by the first key of the first provider, and read by all of them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Etcd, etcdctl } from "../checks/etcd.ts";
import type { Cluster } from "../cluster.ts";
import type { Rotation } from "./spec.ts";

/** What a boot writes with, by resource. */
const WRITTEN: Readonly<Record<Rotation, Readonly<Record<string, string>>>> = {
  before: {
    secrets: "secretbox:v1:key1",
    configmaps: "aesgcm:v1:gcm1",
    serviceaccounts: "aescbc:v1:cbc1",
  },
  after: {
    secrets: "secretbox:v1:key2",
    configmaps: "secretbox:v1:key2",
    serviceaccounts: "aescbc:v1:cbc2",
  },
};

const WORD = "not-for-etcd-to-read";

async function stored(cluster: Cluster, etcd: Etcd, resource: string, name: string): Promise<string> {
  const words = [...etcdctl(etcd), "get", `/registry/${resource}/default/${name}`, "--print-value-only"];
  // Latin-1 would do as well: only the beginning is text.
  return await cluster.machine(etcd.machine).execWell(words);
}

/** What each resource is written with, by the first key of its first provider. */
export async function checkWriting(cluster: Cluster, etcd: Etcd, rotation: Rotation): Promise<void> {
  for (const [resource, prefix] of Object.entries(WRITTEN[rotation])) {
    const kind = { secrets: "Secret", configmaps: "ConfigMap" }[resource] ?? "ServiceAccount";
    const object = {
      apiVersion: "v1",
      kind,
      metadata: { name: rotation, namespace: "default", annotations: { word: WORD } },
    };
    await cluster.kubectlWell(["create", "-f", "-"], { stdin: JSON.stringify(object) });
    const value = await stored(cluster, etcd, resource, rotation);
    assert.ok(value.startsWith(`k8s:enc:${prefix}:`), `${resource}: ${value.slice(0, 32)}`);
    assert.ok(!value.includes(WORD));
  }
  // What is not to be encrypted shows that this is where such a word would stand.
  await cluster.kubectlWell(["annotate", "namespace", "default", `word=${WORD}`, "--overwrite"]);
  const open = await cluster.machine(etcd.machine).execWell([
    ...etcdctl(etcd),
    "get",
    "/registry/namespaces/default",
  ]);
  assert.ok(open.includes(WORD));
}

/** After the keys were swapped, what either wrote is read, and what is written again is written by the new first. */
export async function checkRotation(cluster: Cluster, etcd: Etcd): Promise<void> {
  for (const resource of Object.keys(WRITTEN.before)) {
    for (const name of ["before", "after"] as const) {
      const path = "jsonpath={.metadata.annotations.word}";
      const word = await cluster.kubectlWell(["get", resource, name, "-o", path]);
      assert.equal(word, WORD, `${resource} ${name}`);
      const value = await stored(cluster, etcd, resource, name);
      assert.ok(value.startsWith(`k8s:enc:${WRITTEN[name][resource]}:`), value.slice(0, 32));
    }
    const all = await cluster.kubectlWell(["get", resource, "-n", "default", "-o", "json"]);
    await cluster.kubectlWell(["replace", "-f", "-"], { stdin: all });
    const value = await stored(cluster, etcd, resource, "before");
    assert.ok(value.startsWith(`k8s:enc:${WRITTEN.after[resource]}:`), value.slice(0, 32));
  }
}
