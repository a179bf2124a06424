/**
 * Acts of clients of the healthy API server, and of requests that are signed.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { equalBytes } from "../../../../scripts/shared/encoding.ts";
import { ourSetFolder } from "../../foreign/ours.ts";
import { asClient, kubectl, type Stage } from "./stage.ts";

/** kubectl and curl against an API server that is given the tree's certificate and CA while it runs. */
export async function served(stage: Stage, tree: string): Promise<string[]> {
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

/** What the front proxy shows, with a user of its choice in headers. */
export async function frontProxy(stage: Stage, tree: string): Promise<string[]> {
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

/** A request is signed by the tree's controller-manager. */
export async function sign(stage: Stage, tree: string): Promise<string[]> {
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
      if (/auto signing csr/.test(text)) break;
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
