/**
 * Everybody whom a spec can let in, and everybody whom it asks, on clusters that boot from the bundles of one rich spec:
 * the API server says who somebody is and what he may do, and its audit log says it too.
 *
 * @module
 */
import assert from "node:assert/strict";
import { testWith } from "../tools.ts";
import { checkAbac } from "./access/abac.ts";
import { Bearer } from "./access/bearer.ts";
import {
  bootstrapTokens,
  checkAnonymous,
  checkBootstrapTokens,
  checkEnd,
  checkNobody,
  checkNoClusterInfo,
} from "./access/bootstrap.ts";
import { checkAskers, Directory } from "./access/directory.ts";
import { checkClusterInfo, checkDiscovery } from "./access/discovery.ts";
import { checkIssuers, Issuer } from "./access/issuer.ts";
import { checkJoining, startJoining } from "./access/joining.ts";
import { applyManifests } from "./access/manifests.ts";
import {
  checkKubeconfigs,
  checkNamespaces,
  checkPodReader,
  checkStaticTokens,
  staticTokens,
} from "./access/people.ts";
import { checkKeySet, checkServiceAccounts } from "./access/service_accounts.ts";
import { accessSpec, foreknow, GIVEN_FILES } from "./access/spec.ts";
import { checkRotation, checkWriting } from "./access/storage.ts";
import { checkAuthorizers, checkFailures, checkTokenWebhook, KNOWLEDGE } from "./access/webhooks.ts";
import { builtProgram } from "./built.ts";
import type { Etcd } from "./checks/etcd.ts";
import { Cluster, eventually, stepsOf } from "./cluster.ts";
import { clusterPrograms, namespaces } from "./programs.ts";
import { isUp, startPod } from "./running_pods.ts";

const SERVER = { name: "server", addresses: ["10.240.0.10/24"] };
const NODE = { name: "node-0", addresses: ["10.240.0.20/24"] };
const ETCD: Etcd = { machine: "server", folder: "/etc/etcd/pki", addresses: ["10.240.0.10"] };

/** Waits until the API server serves. */
async function isReady(cluster: Cluster): Promise<void> {
  await eventually(cluster, "the API server", async () => {
    const { code, stdout } = await cluster.kubectl(["get", "--raw", "/readyz"]);
    return code === 0 && stdout === "ok" || undefined;
  });
}

testWith(
  [clusterPrograms(), builtProgram("credentials"), ...namespaces()],
  "a cluster of the layout hard-way lets in and allows what its spec says, and nothing else",
  async (t, programs = "") => {
    const step = stepsOf(t);
    const foreknown = await foreknow("hard-way");
    await using cluster = await Cluster.make({
      spec: accessSpec("hard-way", foreknown.authorities),
      places: [SERVER, NODE],
      isTar: false,
      admin: "admin.kubeconfig",
      programs,
      files: GIVEN_FILES,
    });
    const server = cluster.machine("server");
    const directory = new Directory(cluster);
    const issuer = new Issuer();

    await step("the control plane runs, and asks a directory with its own certificate", async () => {
      await directory.start({ ...KNOWLEDGE, documents: issuer.documents });
      await checkAskers(directory);
      await server.systemctl("start", "etcd", "kube-apiserver");
      await isReady(cluster);
    });
    await step("manifests are valid for the API server, and count once they are applied", async () => {
      await checkNoClusterInfo(cluster);
      const { join } = await bootstrapTokens(cluster);
      await (await Bearer.of(cluster, `${join.id}.${join.secret}`)).isRefused("a token without its Secret");
      await applyManifests(cluster);
    });
    await step(
      "nodes that join come in with bootstrap tokens",
      () => checkBootstrapTokens(cluster, "hard-way"),
    );
    await step("without a credential health and cluster-info are read", () => checkAnonymous(cluster));
    await step("cluster-info is signed, and found by kubeadm", async () => {
      await checkClusterInfo(cluster);
      await checkDiscovery(cluster);
      // From here on what has ended is taken away.
      await server.systemctl("start", "kube-controller-manager");
      await startJoining(cluster, NODE.name);
    });
    await step("each kubeconfig is the identity that the audit log sees", async () => {
      await checkKubeconfigs(cluster, "system:masters");
      await checkNamespaces(cluster);
    });
    await step("static tokens are who their lines say", () => checkStaticTokens(cluster));
    await step("web tokens are who the mappings say", () => checkIssuers(cluster, issuer));
    await step("the directory knows tokens", () => checkTokenWebhook(cluster, directory, "hard-way"));
    await step("the directory gives rights and takes them", () => checkAuthorizers(cluster, directory));
    await step("lines of ABAC give rights", () => checkAbac(cluster));
    await step("the service account's keys are published, and its tokens are signed elsewhere", async () => {
      await checkKeySet(cluster);
      await checkServiceAccounts(cluster, foreknown);
    });
    await step("who has a role may do what it says", () => checkPodReader(cluster));
    await step("what has ended is taken away", () => checkEnd(cluster));
    await step("etcd holds what the first keys wrote", () => checkWriting(cluster, ETCD, "before"));
    await step("a kubelet has joined with the bootstrap kubeconfig", () => checkJoining(cluster, NODE.name));
    await step("without the directory the policies say what counts", async () => {
      await directory.stop();
      await checkFailures(cluster);
    });
    await step("after keys were swapped, both are read and the other one writes", async () => {
      await cluster.bundleAgain(accessSpec("hard-way", foreknown.authorities, "after"), "server");
      // Its watches would keep the API server from ending for a while.
      await server.systemctl("stop", "kube-controller-manager");
      await server.systemctl("restart", "kube-apiserver");
      await isReady(cluster);
      await checkWriting(cluster, ETCD, "after");
      await checkRotation(cluster, ETCD);
      await checkNobody(cluster);
    });
  },
);

testWith(
  [clusterPrograms(), builtProgram("credentials"), ...namespaces()],
  "a cluster of the layout kubeadm does the same with static pods, which see what they mount only",
  async (t, programs = "") => {
    const step = stepsOf(t);
    const foreknown = await foreknow("kubeadm");
    await using cluster = await Cluster.make({
      spec: accessSpec("kubeadm", foreknown.authorities),
      places: [SERVER],
      isTar: true,
      admin: "etc/kubernetes/admin.conf",
      programs,
      files: GIVEN_FILES,
    });
    const directory = new Directory(cluster);
    const issuer = new Issuer();
    await step("probes are content, and manifests are applied by the super-admin", async () => {
      await directory.start({ ...KNOWLEDGE, documents: issuer.documents });
      for (const name of ["etcd", "kube-apiserver"]) {
        await isUp(cluster, "server", await startPod(cluster, "server", name));
      }
      const superAdmin = `${cluster.out}/hosts/admin/etc/kubernetes/super-admin.conf`;
      await applyManifests(cluster, superAdmin, ["cluster-admins.yaml"]);
    });
    await step("people, nodes, programs and the directory's users come in", async () => {
      await checkBootstrapTokens(cluster, "kubeadm");
      await checkAnonymous(cluster);
      await checkDiscovery(cluster);
      await checkStaticTokens(cluster);
      await checkIssuers(cluster, issuer);
      await checkTokenWebhook(cluster, directory, "kubeadm");
      await checkKeySet(cluster);
    });
    await step("authorizers say what is allowed", async () => {
      await checkAbac(cluster);
      const mary = await Bearer.of(cluster, (await staticTokens(cluster)).get("mary") ?? "");
      assert.equal(await mary.can("get", "secrets", "-n", "team"), true);
      assert.equal(await mary.can("delete", "configmaps", "-n", "team"), false);
    });
  },
);
