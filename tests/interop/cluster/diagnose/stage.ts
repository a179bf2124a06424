/**
 * Where components are run, and what several acts do.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
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

/** What the API server says once it listens. */
export const SERVING = /Serving securely/;

/** With an API server and etcd of the tree's own. */
export async function withApi(
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

/** kubectl as the tree's administrator. */
export function kubectl(lab: Lab, tree: string, ...words: readonly string[]): Promise<string> {
  const config = join(tree, "var/lib/kubernetes/admin.kubeconfig");
  return lab.run(tree, "kubectl", ["kubectl", "--request-timeout=10s", `--kubeconfig=${config}`, ...words]);
}

/** Waits until roles are there, by whoever is healthy. */
export async function ready(lab: Lab): Promise<void> {
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

/** Runs kubectl against the healthy API server; gives what both said. */
export async function asClient(
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

/** What a unit of the tree starts, against the healthy API server, until it has said something. */
export async function unit(
  stage: Stage,
  tree: string,
  name: string,
  done: RegExp,
  seconds = 6,
): Promise<string[]> {
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
