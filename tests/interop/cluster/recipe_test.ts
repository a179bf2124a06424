/**
 * A control plane and a node boot with the keys, certificates and kubeconfigs that the recipe for openssl made: what the
 * bundle put in place is replaced by the recipe's file of the same name, and nothing of the bundle's own is left.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { cookWell, inFolder, kubectl, openssl, pathOf } from "../recipe.ts";
import { testWith } from "../tools.ts";
import { Cluster, eventually, stepsOf } from "./cluster.ts";
import type { Machine } from "./machine.ts";
import { clusterPrograms, namespaces } from "./programs.ts";

const SPEC = `name: lab
serviceCIDRs: [10.32.0.0/24]
podCIDRs: [10.200.0.0/16]
apiServer: { endpoint: "https://server.kubernetes.local:6443" }
controlPlane:
  - { name: server, addresses: [10.240.0.10], dnsNames: [server.kubernetes.local], kubelet: false }
workers: [{ name: node-0, addresses: [10.240.0.20], podCIDR: 10.200.0.0/24 }]
validity: { notBefore: 2026-01-01T00:00:00Z, ca: 100y, leaf: 50y }
`;

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The files of a folder by their digests, as paths from it. */
async function byDigest(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const part of ["pki", "kubeconfig"]) await walk(folder, part, found);
  return found;
}

async function walk(folder: string, below: string, found: Map<string, string>): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(join(folder, below))) {
    const path = `${below}/${name}`;
    if (isDirectory) await walk(folder, path, found);
    else found.set(digest(await Deno.readFile(join(folder, path))), path);
  }
}

/** The files of a machine that are files of a tree, as pairs of both paths. */
async function shared(machine: Machine, tree: ReadonlyMap<string, string>): Promise<[string, string][]> {
  const places = [
    "/etc/etcd",
    "/etc/kubernetes",
    "/var/lib/kubernetes",
    "/var/lib/kubelet",
    "/var/lib/kube-proxy",
  ];
  const { stdout } = await machine.exec(["find", ...places, "-type", "f", "-exec", "sha256sum", "{}", "+"]);
  return stdout.split("\n").flatMap((line) => {
    const path = tree.get(line.slice(0, 64));
    return path === undefined ? [] : [[line.slice(66), path]];
  });
}

testWith(
  [clusterPrograms(), ...namespaces(), kubectl, openssl],
  "a control plane and a node boot with what the recipe for openssl made",
  async (t, programs = "") => {
    const step = stepsOf(t);
    await inFolder(async (folder) => {
      await Deno.writeTextFile(join(folder, "cluster.yaml"), SPEC);
      const kitchen = await cookWell(folder, { as: "openssl" }, pathOf(kubectl));
      const kubeconfig = join(kitchen, "kubeconfig/admin.kubeconfig");
      await using cluster = await Cluster.make({
        spec: SPEC,
        places: [
          { name: "server", addresses: ["10.240.0.10/24"] },
          { name: "node-0", addresses: ["10.240.0.20/24"] },
        ],
        isTar: false,
        admin: "admin.kubeconfig",
        programs,
      });
      const [server, node] = [cluster.machine("server"), cluster.machine("node-0")];

      await step("every file of the set is the recipe's", async () => {
        const ours = await byDigest(cluster.out);
        let replaced = 0;
        for (const machine of [server, node]) {
          for (const [to, from] of await shared(machine, ours)) {
            const stdin = await Deno.readTextFile(join(kitchen, from));
            await machine.execWell(["sh", "-c", 'cat > "$0"', to], { stdin });
            replaced++;
          }
          assert.deepEqual(await shared(machine, ours), []);
        }
        assert.ok(replaced > 25, `${replaced} files`);
      });
      await step("etcd and the API server are ready", async () => {
        await server.systemctl("start", "etcd");
        await server.systemctl("start", "kube-apiserver");
        await eventually(cluster, "the API server", async () => {
          const { code, stdout } = await cluster.kubectl(["get", "--raw", "/readyz"], { kubeconfig });
          return code === 0 && stdout === "ok" || undefined;
        });
      });
      await step("the administrator of provision's own set is a stranger", async () => {
        const { code, stderr } = await cluster.kubectl(["get", "--raw", "/readyz"]);
        assert.notEqual(code, 0);
        assert.match(stderr, /certificate/);
      });
      await step("controller-manager and scheduler work, and the node registers", async () => {
        await server.systemctl("start", "kube-controller-manager", "kube-scheduler");
        await node.systemctl("start", "kubelet");
        for (
          const words of [
            ["get", "lease", "-n", "kube-system", "kube-controller-manager"],
            ["get", "lease", "-n", "kube-system", "kube-scheduler"],
            ["get", "node", "node-0"],
          ]
        ) {
          await eventually(
            cluster,
            words.join(" "),
            async () => (await cluster.kubectl(words, { kubeconfig })).code === 0 || undefined,
          );
        }
      });
    });
  },
);
