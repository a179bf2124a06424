/**
 * Nodes: they register, change nobody else, and the API server reaches their kubelets over mutual TLS.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Cluster, eventually } from "../cluster.ts";

/** A node. */
export interface Node {
  readonly name: string;
  /** Paths of its serving certificate and key. */
  readonly certificate: string;
  readonly key: string;
}

/** Kubelets register their nodes, each with its own address. */
export async function checkRegistration(
  cluster: Cluster,
  nodes: readonly Node[],
  addresses: readonly string[],
): Promise<void> {
  for (const [index, { name }] of nodes.entries()) {
    const path = 'jsonpath={.status.addresses[?(@.type=="InternalIP")].address}';
    const found = await eventually(cluster, `node ${name}`, async () => {
      const { stdout } = await cluster.kubectl(["get", "node", name, "-o", path]);
      return stdout === "" ? undefined : stdout;
    });
    assert.equal(found, addresses[index]);
  }
}

/** NodeRestriction: a node changes itself, and not its neighbour or what it is trusted with. */
export async function checkRestriction(cluster: Cluster, node: string, neighbour: string): Promise<void> {
  const kubeconfig = cluster.kubeconfig(node);
  await cluster.kubectlWell(["label", "node", node, "example.org/colour=red"], { kubeconfig });
  const seen = await cluster.kubectl(["get", "node", neighbour], { kubeconfig });
  assert.match(
    seen.stderr,
    new RegExp(`node '${node}' cannot read '${neighbour}', only its own Node object`),
  );
  const object = (name: string): string =>
    JSON.stringify({ apiVersion: "v1", kind: "Node", metadata: { name } });
  // Past the reading that kubectl does first.
  const other = await cluster.kubectl(["replace", "--raw", `/api/v1/nodes/${neighbour}`, "-f", "-"], {
    kubeconfig,
    stdin: object(neighbour),
  });
  assert.match(other.stderr, new RegExp(`node "${node}" is not allowed to modify node "${neighbour}"`));
  const trusted = await cluster.kubectl(["label", "node", node, "node-restriction.kubernetes.io/zone=a"], {
    kubeconfig,
  });
  assert.match(trusted.stderr, /is not allowed to modify labels: node-restriction\.kubernetes\.io\/zone/);
  const made = await cluster.kubectl(["create", "-f", "-"], { kubeconfig, stdin: object("stranger") });
  assert.match(made.stderr, /is not allowed to (?:create|modify) node/);
}

/** The API server's word with a kubelet. */
async function ask(cluster: Cluster, node: string, path: string): Promise<string> {
  const { stdout, stderr } = await cluster.kubectl(["get", "--raw", `/api/v1/nodes/${node}/proxy${path}`]);
  return stdout + stderr;
}

/** Before the manifest is applied the kubelet knows the API server and lets it do nothing. */
export async function checkStranger(cluster: Cluster, node: Node): Promise<void> {
  const answer = await eventually(cluster, `the kubelet of ${node.name}`, async () => {
    const said = await ask(cluster, node.name, "/configz");
    return /Forbidden/i.test(said) ? said : undefined;
  });
  assert.match(answer, /user=kube-apiserver-kubelet-client/);
}

/** Once it is applied, it may. */
export async function checkReach(cluster: Cluster, node: Node): Promise<void> {
  const answer = await eventually(cluster, `the kubelet of ${node.name}`, async () => {
    const said = await ask(cluster, node.name, "/healthz");
    return said === "ok" ? said : undefined;
  });
  assert.equal(answer, "ok");
  // The kubelet's own judgement of who asks, past the API server.
  const kubelet = cluster.machine(node.name);
  const curl = [
    "curl",
    "--silent",
    "--show-error",
    "--max-time",
    "10",
    "--cacert",
    `${cluster.out}/pki/ca.crt`,
  ];
  const url = `https://${node.name}:10250/pods`;
  const pki = `${cluster.out}/pki`;
  const pair = (name: string): string[] => ["--cert", `${pki}/${name}.crt`, "--key", `${pki}/${name}.key`];
  assert.match((await kubelet.exec([...curl, url])).stdout, /Unauthorized/);
  assert.match((await kubelet.exec([...curl, ...pair("front-proxy-client"), url])).stdout, /Unauthorized/);
  assert.match((await kubelet.exec([...curl, ...pair("users/jane"), url])).stdout, /Forbidden/);
  assert.match(
    (await kubelet.exec([...curl, ...pair("apiserver-kubelet-client"), url])).stdout,
    /"kind":"PodList"/,
  );
}

/** A kubelet that shows its neighbour's certificate is not believed. */
export async function checkNeighbour(
  cluster: Cluster,
  node: Node,
  neighbour: Node,
  restart: () => Promise<void>,
): Promise<void> {
  const machine = cluster.machine(node.name);
  for (const part of ["certificate", "key"] as const) {
    const stolen = await cluster.machine(neighbour.name).execWell(["cat", neighbour[part]]);
    await machine.execWell(["cp", "-p", node[part], `/run/own-${part}`]);
    await machine.execWell(["sh", "-c", 'cat > "$0"', node[part]], { stdin: stolen });
  }
  await restart();
  const answer = await eventually(
    cluster,
    `the kubelet of ${node.name} with another certificate`,
    async () => {
      const said = await ask(cluster, node.name, "/healthz");
      return /x509/.test(said) ? said : undefined;
    },
  );
  assert.match(answer, /x509: certificate is (?:valid for .*, not|not valid)/);
  for (const part of ["certificate", "key"] as const) {
    await machine.execWell(["cp", "-p", `/run/own-${part}`, node[part]]);
  }
  await restart();
  await checkReach(cluster, node);
}
