/**
 * A node that joins: a kubelet with nothing but the bootstrap kubeconfig gets its certificate, and is a node with it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { z } from "../../../../scripts/shared/npm/zod.ts";
import { AuditLog } from "../checks/who.ts";
import { type Cluster, eventually } from "../cluster.ts";
import { bootstrapTokens } from "./bootstrap.ts";

const NODE = "node-9";
const KUBECONFIG = "/var/lib/kubelet/joined.kubeconfig";
const Requests = z.object({
  items: z.array(z.object({
    spec: z.object({ username: z.string(), groups: z.array(z.string()), signerName: z.string() }),
    status: z.object({ certificate: z.string().optional() }),
  })),
});

/**
 * Starts a kubelet under a name that no certificate of ours has.
 *
 * @param machine where it runs, with the rest of a node's bundle
 */
export async function startJoining(cluster: Cluster, machine: string): Promise<void> {
  const host = cluster.machine(machine);
  const stdin = await Deno.readTextFile(`${cluster.out}/hosts/admin/bootstrap-kubelet.kubeconfig`);
  await host.execWell(["sh", "-c", "umask 077; cat > /var/lib/kubelet/bootstrap-kubeconfig"], { stdin });
  await host.start("kubelet", [
    ...["hollow-kubelet", `--hostname-override=${NODE}`, `--kubeconfig=${KUBECONFIG}`],
    ...["--bootstrap-kubeconfig=/var/lib/kubelet/bootstrap-kubeconfig", "--cert-dir=/var/lib/kubelet/joined"],
    "--config=/var/lib/kubelet/kubelet-config.yaml",
  ]);
}

/** It has asked for its certificate as the token's user, was given it, and has registered its node with it. */
export async function checkJoining(cluster: Cluster, machine: string): Promise<void> {
  const { join } = await bootstrapTokens(cluster);
  const host = cluster.machine(machine);
  await eventually(
    cluster,
    "the node that joins",
    async () => (await cluster.kubectl(["get", "node", NODE])).code === 0 || undefined,
  );
  const { items } = Requests.parse(JSON.parse(await cluster.kubectlWell(["get", "csr", "-o", "json"])));
  const [request, ...more] = items;
  assert.equal(more.length, 0);
  assert.deepEqual(request?.spec, {
    username: `system:bootstrap:${join.id}`,
    groups: ["system:bootstrappers", "system:bootstrappers:worker", "system:authenticated"],
    signerName: "kubernetes.io/kube-apiserver-client-kubelet",
  });
  const certificate = new X509Certificate(atob(request?.status.certificate ?? ""));
  assert.equal(certificate.subject, `O=system:nodes\nCN=system:node:${NODE}`);
  assert.ok(
    certificate.verify(new X509Certificate(await Deno.readTextFile(`${cluster.out}/pki/ca.crt`)).publicKey),
  );
  const events = await new AuditLog(cluster, "server").read();
  const made = events.filter(({ requestURI, responseStatus }) =>
    requestURI === "/api/v1/nodes" && responseStatus?.code === 201
  );
  assert.deepEqual(made.map(({ user }) => [user.username, user.groups]), [
    [`system:node:${NODE}`, ["system:nodes", "system:authenticated"]],
  ]);
  await host.systemctl("stop", "kubelet");
}
