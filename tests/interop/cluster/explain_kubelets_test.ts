/**
 * What kubelets and other clients say when something is wrong with their certificates, and what is said to them: the
 * words that `explain` has for it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Message, MESSAGES } from "../../../scripts/teach/explain/messages.ts";
import type { Result } from "../tools.ts";
import { testWith } from "../tools.ts";
import { Cluster, eventually, stepsOf } from "./cluster.ts";
import { askedCluster, saidBy, SPEC } from "./explain_cluster.ts";
import { clusterPrograms, namespaces } from "./programs.ts";
import { assertSaid } from "./words.ts";

testWith(
  [clusterPrograms(), ...namespaces()],
  "kubelets and other clients say what explain says that they say",
  async (t, programs = "") => {
    const step = stepsOf(t);
    await using cluster = await Cluster.make({
      spec: SPEC,
      places: [{ name: "server", addresses: ["10.240.0.10/24"] }, {
        name: "node-0",
        addresses: ["10.240.0.20/24"],
      }],
      isTar: false,
      admin: "admin.kubeconfig",
      programs,
    });
    const { root } = await askedCluster(cluster, step);
    const node = cluster.machine("node-0");
    const nodeLog = async (): Promise<string> => await node.execWell(["cat", "/run/kubelet.log"]);
    await cluster.kubectlWell(["apply", "-f", `${cluster.out}/hosts/admin/manifests/`], root);
    await step("a kubelet lets the API server in while its binding is there", async () => {
      await node.systemctl("start", "kubelet");
      const ask = async (path: string): Promise<Result> =>
        await cluster.kubectl(["get", "--raw", `/api/v1/nodes/node-0/proxy/${path}`], root);
      await eventually(cluster, "the kubelet", async () => (await ask("healthz")).code === 0 || undefined);
      await cluster.kubectlWell(["delete", "clusterrolebinding", "hardway:apiserver-kubelet-client"], root);
      // Not asked before: the kubelet remembers whom it let in.
      const words = await eventually(cluster, "the kubelet's refusal", async () => {
        const { code, stdout, stderr } = await ask("configz");
        return code === 0 ? undefined : stdout + stderr;
      });
      assertSaid(words, MESSAGES.kubeletForbidden);
      const strange = ["curl", "-sk", "--cert", "/tmp/strange.crt", "--key", "/tmp/strange.key"];
      await cluster.workstation.execWell([
        ...["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
        ...["-subj", "/CN=stranger", "-keyout", "/tmp/strange.key", "-out", "/tmp/strange.crt"],
      ]);
      const { stdout } = await cluster.workstation.exec([...strange, "https://10.240.0.20:10250/pods"]);
      assert.equal(stdout, "Unauthorized");
      for (
        const message of [MESSAGES.kubeletUnauthenticated, MESSAGES.verifying, MESSAGES.unknownAuthority]
      ) {
        assertSaid(await nodeLog(), message);
      }
    });
    await step("a kubelet that cannot begin says so", async () => {
      await node.systemctl("stop", "kubelet");
      const config = "/var/lib/kubelet/kubelet-config.yaml";
      const says = async (words: readonly string[], ...messages: readonly Message[]): Promise<void> => {
        const [first] = messages;
        const said = await saidBy(node, ["hollow-kubelet", ...words], first ?? assert.fail());
        for (const message of messages) assertSaid(said, message);
      };
      const configured = `--config=${config}`;
      await says(
        [configured, "--kubeconfig=/gone", "--bootstrap-kubeconfig=/gone-too"],
        MESSAGES.noBootstrapKubeconfig,
        MESSAGES.noFile,
      );
      await node.execWell([
        "sh",
        "-c",
        `sed 's|clientCAFile:.*|clientCAFile: /gone|' ${config} > /tmp/config.yaml`,
      ]);
      const own = ["--kubeconfig=/var/lib/kubelet/kubeconfig", "--hostname-override=node-0"];
      await says(["--config=/tmp/config.yaml", ...own], MESSAGES.kubeletFailed, MESSAGES.noFile);
      await node.execWell(["sh", "-c", "cat > /tmp/brief.kubeconfig"], {
        stdin: Deno.readTextFileSync(cluster.kubeconfig("users/brief")),
      });
      const over = [
        "--kubeconfig=/tmp/brief.kubeconfig",
        "--bootstrap-kubeconfig=/var/lib/kubelet/kubeconfig",
      ];
      await says([configured, ...over, "--cert-dir=/tmp/over"], MESSAGES.bootstrapExpired);
      // Another node's kubeconfig.
      await node.execWell(["sh", "-c", "cat > /tmp/other.kubeconfig"], {
        stdin: Deno.readTextFileSync(cluster.kubeconfig("node-1")),
      });
      const stranger = ["--kubeconfig=/tmp/other.kubeconfig", "--hostname-override=node-0"];
      // It would find its own certificate in the folder of certificates.
      await says([configured, ...stranger, "--cert-dir=/tmp/certificates"], MESSAGES.unregisteredNode);
    });
    await step("a component whose certificate is over cannot lead, nor watch", async () => {
      const brief = `--kubeconfig=${cluster.kubeconfig("users/brief")}`;
      const cases = [
        ["kube-scheduler", MESSAGES.failedWatch],
        ["kube-controller-manager", MESSAGES.leaderLock],
        ["kube-proxy", MESSAGES.failedWatch],
      ] as const;
      for (const [program, message] of cases) {
        assertSaid(await saidBy(cluster.workstation, [program, brief], message), message);
      }
    });
    await step("a node may neither touch another nor read what its pods do not use", async () => {
      const kubeconfig = cluster.kubeconfig("node-0");
      await cluster.kubectlWell(["create", "-f", "-"], {
        ...root,
        stdin: JSON.stringify({ apiVersion: "v1", kind: "Node", metadata: { name: "node-1" } }),
      });
      const read = await cluster.kubectl(["get", "node", "node-1"], { kubeconfig });
      assertSaid(read.stderr, MESSAGES.unreadNode);
      await cluster.kubectlWell(["get", "node", "node-0"], { kubeconfig });
      const changed = await cluster.kubectl(["replace", "--raw", "/api/v1/nodes/node-1", "-f", "-"], {
        kubeconfig,
        stdin: await cluster.kubectlWell(["get", "node", "node-1", "-o", "json"], root),
      });
      assertSaid(changed.stderr, MESSAGES.otherNode);
      await cluster.kubectlWell(["create", "secret", "generic", "quiet", "--from-literal=a=b"], root);
      const secret = await cluster.kubectl(["get", "secret", "quiet"], { kubeconfig });
      assertSaid(secret.stderr, MESSAGES.noRelationship);
      const request = (name: string, groups: string, signer: string): string[] => [
        ...[
          "openssl",
          "req",
          "-new",
          "-newkey",
          "ec",
          "-pkeyopt",
          "ec_paramgen_curve:P-256",
          "-nodes",
          "-keyout",
        ],
        ...[
          "/dev/null",
          "-subj",
          `/O=${groups}/CN=${name}`,
          "-out",
          `/tmp/${signer.replace(/.*\//, "")}.csr`,
        ],
      ];
      const signed = async (
        name: string,
        groups: string,
        signer: string,
        kubeconfig: string,
      ): Promise<string> => {
        await cluster.workstation.execWell(request(name, groups, signer));
        const pem = await cluster.workstation.execWell(["cat", `/tmp/${signer.replace(/.*\//, "")}.csr`]);
        const { code, stderr } = await cluster.kubectl(["create", "-f", "-"], {
          kubeconfig,
          stdin: JSON.stringify({
            apiVersion: "certificates.k8s.io/v1",
            kind: "CertificateSigningRequest",
            metadata: { generateName: "test-" },
            spec: { request: btoa(pem), signerName: signer, usages: ["digital signature", "client auth"] },
          }),
        });
        assert.equal(code, 1);
        return stderr;
      };
      const kubelet = "kubernetes.io/kube-apiserver-client-kubelet";
      assertSaid(await signed("system:node:node-1", "system:nodes", kubelet, kubeconfig), MESSAGES.notANode);
      const client = "kubernetes.io/kube-apiserver-client";
      assertSaid(await signed("eve", "system:masters", client, root.kubeconfig), MESSAGES.mastersRefused);
    });
  },
);
