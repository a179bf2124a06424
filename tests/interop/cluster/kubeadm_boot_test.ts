/**
 * A cluster of the layout kubeadm boots from its bundles: three control planes with an etcd of three members, each on a
 * machine of its own, with the commands of the static pods as they are and what they mount, no more.
 *
 * @module
 */
import assert from "node:assert/strict";
import { testWith } from "../tools.ts";
import { checkControlPlane } from "./checks/api.ts";
import { checkDoor } from "./checks/door.ts";
import { checkEncryption, checkHealth, checkRefusals, type Etcd } from "./checks/etcd.ts";
import { checkReach, checkRegistration, checkRestriction, type Node } from "./checks/nodes.ts";
import { AuditLog, checkIdentities, checkRights, identities } from "./checks/who.ts";
import { Cluster, stepsOf } from "./cluster.ts";
import type { StaticPod } from "./pods.ts";
import { clusterPrograms, namespaces } from "./programs.ts";
import { isUp, startPod } from "./running_pods.ts";

const SPEC = `name: prod
files: { layout: kubeadm }
serviceCIDRs: [10.96.0.0/16]
podCIDRs: [10.244.0.0/16]
controlPlane:
  - { name: cp-0, addresses: [10.240.0.10] }
  - { name: cp-1, addresses: [10.240.0.11] }
  - { name: cp-2, addresses: [10.240.0.12] }
workers:
  - { name: node-0, addresses: [10.240.0.20] }
validity: { notBefore: 2026-01-01T00:00:00Z, ca: 100y, leaf: 50y }
users: [{ name: jane, groups: [developers, testers] }]
certificates: [{ name: extension, cn: extension.default.svc, usages: [server], sans: [extension.default.svc] }]
`;

const PLANES = ["cp-0", "cp-1", "cp-2"];
const ADDRESSES = ["10.240.0.10", "10.240.0.11", "10.240.0.12"];
const ETCD: Etcd = { machine: "cp-0", folder: "/etc/kubernetes/pki/etcd", addresses: ADDRESSES };
const KUBELET = "/var/lib/kubelet/pki/kubelet";

testWith(
  [clusterPrograms(), ...namespaces()],
  "a cluster of the layout kubeadm boots from its bundles, with three control planes",
  async (t, programs = "") => {
    const step = stepsOf(t);
    await using cluster = await Cluster.make({
      spec: SPEC,
      places: [
        ...PLANES.map((name, index) => ({ name, addresses: [`${ADDRESSES[index]}/24`] })),
        { name: "node-0", addresses: ["10.240.0.20/24"] },
      ],
      isTar: true,
      admin: "etc/kubernetes/admin.conf",
      programs,
    });
    const onPlanes = async (name: string): Promise<void> => {
      const pods: [string, StaticPod][] = [];
      for (const machine of PLANES) pods.push([machine, await startPod(cluster, machine, name)]);
      for (const [machine, pod] of pods) await isUp(cluster, machine, pod);
    };
    await step("three members of etcd agree, and let in their own clients only", async () => {
      await onPlanes("etcd");
      await checkHealth(cluster, ETCD);
      await checkRefusals(cluster, ETCD);
    });
    await step(
      "the API servers are ready, and let nobody in who has no certificate of their CA",
      async () => {
        await onPlanes("kube-apiserver");
        for (const address of ADDRESSES) await checkDoor(cluster, `https://${address}:6443`);
      },
    );
    await step("the administrator's group gets its rights from the super-admin", async () => {
      const before = await cluster.kubectl(["get", "secrets"]);
      assert.match(before.stderr, /User "kubernetes-admin" cannot list resource "secrets"/);
      const kubeconfig = `${cluster.out}/hosts/admin/etc/kubernetes/super-admin.conf`;
      await cluster.kubectlWell(["apply", "-f", `${cluster.out}/hosts/admin/manifests/`], { kubeconfig });
      await cluster.kubectlWell(["get", "secrets"]);
      await checkEncryption(cluster, ETCD);
    });
    await step("each kubeconfig is the identity that the audit log sees, with its rights", async () => {
      const all = identities(cluster, "cp-0", "kubeadm:cluster-admins");
      await checkIdentities(cluster, all, new AuditLog(cluster, "cp-0"));
      await checkRights(cluster, all);
    });
    await step("controller-managers and schedulers are up on each control plane", async () => {
      await onPlanes("kube-controller-manager");
      await onPlanes("kube-scheduler");
    });
    await step("nodes register and are reached", async () => {
      // The words of kubeadm's own unit.
      const words = ["--kubeconfig=/etc/kubernetes/kubelet.conf", "--config=/var/lib/kubelet/config.yaml"];
      for (const name of [...PLANES, "node-0"]) {
        await cluster.machine(name).start("kubelet", ["hollow-kubelet", ...words]);
      }
      const nodes = [...PLANES, "node-0"].map((name): Node => ({
        name,
        certificate: `${KUBELET}.crt`,
        key: `${KUBELET}.key`,
      }));
      await checkRegistration(cluster, nodes, [...ADDRESSES, "10.240.0.20"]);
      for (const node of nodes) await checkReach(cluster, node);
      await checkRestriction(cluster, "node-0", "cp-0");
    });
    await checkControlPlane(step, cluster, ["node-0", ...PLANES]);
  },
);
