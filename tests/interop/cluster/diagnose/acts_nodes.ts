/**
 * Acts of kubelets.
 *
 * @module
 */
import { join } from "node:path";
import { ourSetFolder } from "../../foreign/ours.ts";
import type { Lab } from "./lab.ts";
import { asClient, kubectl, ready, type Stage, withApi } from "./stage.ts";

/** A kubelet, and its node made by hand with what the kubelet shows. */
export async function registers(stage: Stage, tree: string): Promise<string[]> {
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
export async function reach(lab: Lab, tree: string): Promise<string[]> {
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
export async function kubeletAndApi(stage: Stage, tree: string): Promise<string[]> {
  return await withApi(stage, tree, async () => {
    await ready(stage.own);
    return await reach(stage.own, tree);
  });
}

/** A kubelet that has no certificate yet comes with the bootstrap token of its tree. */
export async function bootstrap(stage: Stage, tree: string): Promise<string[]> {
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
