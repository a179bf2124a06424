/**
 * Acts of those who come with a token, or with nothing.
 *
 * @module
 */
import { join } from "node:path";
import { editKubeconfig } from "../../foreign/inject.ts";
import { ourSetFolder } from "../../foreign/ours.ts";
import type { Lab } from "./lab.ts";
import { asClient, kubectl, ready, SERVING, type Stage, withApi } from "./stage.ts";

/** A token that the healthy cluster signed, at an API server of the tree. */
export async function token(stage: Stage, tree: string): Promise<string[]> {
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
export async function tokenIssuer({ own }: Stage, tree: string): Promise<string[]> {
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

/** Someone without a certificate. */
export async function anonymous(stage: Stage, tree: string): Promise<string[]> {
  return await withApi(stage, tree, async () => {
    await ready(stage.own);
    return [
      await kubectl(stage.own, tree, "get", "--raw", "/api/v1/namespaces"),
      await stage.own.run(tree, "curl", ["curl", "-sSk", "https://10.240.0.10:6443/api/v1/namespaces"]),
    ];
  });
}

/** A robot with a token that the healthy API server made. */
export async function robotOf(lab: Lab, tree: string, config: string): Promise<void> {
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
export async function robot(stage: Stage, tree: string): Promise<string[]> {
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
