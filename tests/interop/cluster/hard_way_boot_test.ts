/**
 * A cluster of the layout hard-way boots from its bundles: one control plane, two nodes, each on a machine of its own,
 * with the ExecStart lines of the units as they are.
 *
 * @module
 */
import assert from "node:assert/strict";
import { testWith } from "../tools.ts";
import { checkControlPlane } from "./checks/api.ts";
import { checkDoor } from "./checks/door.ts";
import { checkEncryption, checkHealth, checkRefusals, type Etcd } from "./checks/etcd.ts";
import {
  checkNeighbour,
  checkReach,
  checkRegistration,
  checkRestriction,
  checkStranger,
  type Node,
} from "./checks/nodes.ts";
import { AuditLog, checkIdentities, checkRights, identities } from "./checks/who.ts";
import { ACCOUNTS, checkAccounts, checkRoles, ROLES, USERS } from "./checks/roles.ts";
import { Cluster, eventually, stepsOf } from "./cluster.ts";
import { clusterPrograms, namespaces } from "./programs.ts";

const SPEC = `name: lab
serviceCIDRs: [10.32.0.0/24]
podCIDRs: [10.200.0.0/16]
apiServer: { endpoint: "https://server.kubernetes.local:6443" }
controlPlane:
  - { name: server, addresses: [10.240.0.10], dnsNames: [server.kubernetes.local], kubelet: false }
workers:
  - { name: node-0, addresses: [10.240.0.20], podCIDR: 10.200.0.0/24 }
  - { name: node-1, addresses: [10.240.0.21], podCIDR: 10.200.1.0/24 }
validity: { notBefore: 2026-01-01T00:00:00Z, ca: 100y, leaf: 50y }
${USERS}${ACCOUNTS}${ROLES}certificates: [{ name: extension, cn: extension.default.svc, usages: [server], sans: [extension.default.svc] }]
`;

const ETCD: Etcd = { machine: "server", folder: "/etc/etcd/pki", addresses: ["10.240.0.10"] };
const KUBELET = "/var/lib/kubelet/pki/kubelet";

testWith(
  [clusterPrograms(), ...namespaces()],
  "a cluster of the layout hard-way boots from its bundles",
  async (t, programs = "") => {
    const step = stepsOf(t);
    await using cluster = await Cluster.make({
      spec: SPEC,
      places: [
        { name: "server", addresses: ["10.240.0.10/24"] },
        { name: "node-0", addresses: ["10.240.0.20/24"] },
        { name: "node-1", addresses: ["10.240.0.21/24"] },
      ],
      isTar: false,
      admin: "admin.kubeconfig",
      programs,
    });
    const nodes = ["node-0", "node-1"].map((name): Node => ({
      name,
      certificate: `${KUBELET}.crt`,
      key: `${KUBELET}.key`,
    }));
    const [first, second] = nodes;
    assert.ok(first !== undefined && second !== undefined);

    await step("etcd is healthy, for its own clients only", async () => {
      await cluster.machine("server").systemctl("start", "etcd");
      await eventually(cluster, "etcd", async () => {
        const { code } = await cluster.machine("server").exec([
          "curl",
          "-sf",
          "http://127.0.0.1:2381/readyz",
        ]);
        return code === 0 || undefined;
      });
      await checkHealth(cluster, ETCD);
      await checkRefusals(cluster, ETCD);
    });
    await step("the API server is ready, and lets nobody in who has no certificate of its CA", async () => {
      await cluster.machine("server").systemctl("start", "kube-apiserver");
      await eventually(cluster, "the API server", async () => {
        const { code, stdout } = await cluster.kubectl(["get", "--raw", "/readyz"]);
        return code === 0 && stdout === "ok" || undefined;
      });
      await checkDoor(cluster, "https://server.kubernetes.local:6443");
      await checkEncryption(cluster, ETCD);
    });
    await step("each kubeconfig is the identity that the audit log sees, with its rights", async () => {
      const all = identities(cluster, "server", "system:masters");
      await checkIdentities(cluster, all, new AuditLog(cluster, "server"));
      await checkRights(cluster, all);
    });
    await step("nodes register and are reached, once the manifests are applied", async () => {
      await cluster.machine("server").systemctl("start", "kube-controller-manager", "kube-scheduler");
      for (const { name } of nodes) await cluster.machine(name).systemctl("start", "kubelet");
      await checkRegistration(cluster, nodes, ["10.240.0.20", "10.240.0.21"]);
      await checkStranger(cluster, first);
      await cluster.kubectlWell(["apply", "-f", `${cluster.out}/hosts/admin/manifests/`]);
      await checkReach(cluster, first);
      await checkRestriction(cluster, "node-0", "node-1");
    });
    await step("who has a role of the spec may do what it says, and nothing else", async () => {
      await checkRoles(cluster);
      await checkAccounts(cluster);
    });
    await step("a kubelet with its neighbour's certificate is not believed", async () => {
      await checkNeighbour(
        cluster,
        second,
        first,
        () => cluster.machine(second.name).systemctl("restart", "kubelet"),
      );
    });
    await step("kube-proxy works on each node", async () => {
      for (const { name } of nodes) {
        await cluster.machine(name).systemctl("start", "kube-proxy");
        await eventually(cluster, `kube-proxy on ${name}`, async () => {
          const { code } = await cluster.machine(name).exec([
            "curl",
            "-sf",
            "http://127.0.0.1:10256/healthz",
          ]);
          return code === 0 || undefined;
        });
        // The address that every API server's certificate has, by way of the rules that it made.
        const url = "https://10.32.0.1/readyz";
        const curl = ["curl", "-s", "--max-time", "10", "--cacert", `${cluster.out}/pki/ca.crt`, url];
        await eventually(
          cluster,
          `the service network on ${name}`,
          async () => (await cluster.machine(name).exec(curl)).stdout === "ok" || undefined,
        );
      }
    });
    await checkControlPlane(step, cluster, ["node-0", "node-1"]);
  },
);
