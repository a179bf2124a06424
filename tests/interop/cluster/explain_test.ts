/**
 * What `explain` says about users and groups, asked of a real API server: what each may and may not do, which bindings
 * give it that, and what the API server says to those that it does not let in.
 *
 * @module
 */
import assert from "node:assert/strict";
import { explainSubject } from "../../../scripts/teach/explain/explain.ts";
import type { ExplainedRights } from "../../../scripts/teach/explain/explanation.ts";
import { IDENTITIES } from "../../../scripts/teach/explain/identities.ts";
import { type Message, MESSAGES } from "../../../scripts/teach/explain/messages.ts";
import { z } from "../../../scripts/shared/npm/zod.ts";
import { provisionIn, SEED, withFolder } from "../../run.ts";
import type { Result } from "../tools.ts";
import { testWith } from "../tools.ts";
import { Cluster, eventually, stepsOf } from "./cluster.ts";
import { clusterPrograms, namespaces } from "./programs.ts";
import { assertSaid } from "./words.ts";

const SPEC = `name: lab
serviceCIDRs: [10.32.0.0/24]
podCIDRs: [10.200.0.0/16]
apiServer: { endpoint: "https://server.kubernetes.local:6443" }
admin: { group: "kubeadm:cluster-admins" }
controlPlane:
  - { name: server, addresses: [10.240.0.10], dnsNames: [server.kubernetes.local], kubelet: false }
workers: [{ name: node-0, addresses: [10.240.0.20] }, { name: node-1, addresses: [10.240.0.21] }]
users:
  - { name: brief, validity: 1d }
  - { name: root, groups: [system:masters] }
certificates: [{ name: other-proxy, authority: front-proxy, usages: [client] }]
dangerous: [system-masters]
validity: { notBefore: 2026-01-01T00:00:00Z, ca: 100y, leaf: 50y }
`;

/** Its certificates are of another CA. */
const OTHER = SPEC.replace("name: lab", "name: other");

const Bindings = z.object({
  items: z.array(z.object({
    metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()).optional() }),
    roleRef: z.object({ kind: z.string(), name: z.string() }),
    subjects: z.array(z.object({ kind: z.string(), name: z.string() })).optional(),
  })),
});

/** `kubectl auth can-i` with the words of a statement. */
function questionOf(statement: string): string[] {
  const [verb = "", what = "", name] = filled(statement).split(" ");
  if (what.startsWith("/")) return [verb, what];
  const [resource = "", subresource] = what.split("/");
  const object = name === undefined ? resource : `${resource}/${name}`;
  const words = [verb, object, "--all-namespaces"];
  return subresource === undefined ? words : [...words, "--subresource", subresource];
}

/** A name in which nothing is left open. */
function filled(name: string): string {
  return name.replace("<name>", name.includes(":serviceaccount:") ? "default" : "node-0").replace(
    "<namespace>",
    "default",
  )
    .replace("<token id>", "abcdef");
}

/** Who asks: a user without groups, or one of a group only. A node is one by its group. */
function impersonation({ kind, name }: ExplainedRights): string[] {
  if (kind === "group") return ["--as=nobody-at-all", `--as-group=${filled(name)}`];
  const groups = name === "system:node:<name>" ? ["--as-group=system:nodes"] : [];
  return [`--as=${filled(name)}`, ...groups];
}

/** Who may not even ask what they may do. */
function isNobody({ name }: ExplainedRights): boolean {
  return name === "system:unauthenticated" || name === "system:anonymous";
}

testWith(
  [clusterPrograms(), ...namespaces()],
  "a real API server answers every statement about users and groups as explain has it",
  async (t, programs = "") => {
    const step = stepsOf(t);
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
    const folder = cluster.out.slice(0, cluster.out.indexOf("/out/"));
    const server = cluster.machine("server");
    const node = cluster.machine("node-0");
    const serverLog = async (): Promise<string> => await server.execWell(["cat", "/run/kube-apiserver.log"]);
    const nodeLog = async (): Promise<string> => await node.execWell(["cat", "/run/kubelet.log"]);
    const root = { kubeconfig: cluster.kubeconfig("users/root") };
    const asked = async (words: readonly string[]): Promise<string> => {
      const { stdout, stderr } = await cluster.kubectl(["auth", "can-i", ...words], root);
      const [answer = ""] = stdout.trim().split("\n");
      assert.match(answer, /^(?:yes|no)/, `${words.join(" ")}\n${stdout}${stderr}`);
      return answer.slice(0, 3).trim();
    };
    /** The same of those who may not ask, such as people without a credential, of whom the administrator asks. */
    const reviewed = async (statement: string, { kind, name }: ExplainedRights): Promise<string> => {
      const [verb = "", what = ""] = statement.split(" ");
      const [resource = "", subresource] = what.split("/");
      const asks = what.startsWith("/")
        ? { nonResourceAttributes: { verb, path: what } }
        : { resourceAttributes: { verb, resource, subresource } };
      const who = kind === "user" ? { user: name } : { user: "nobody-at-all", groups: [name] };
      return await cluster.kubectlWell(
          ["create", "-f", "-", "-o", "jsonpath={.status.allowed}"],
          {
            ...root,
            stdin: JSON.stringify({
              apiVersion: "authorization.k8s.io/v1",
              kind: "SubjectAccessReview",
              spec: { ...who, ...asks },
            }),
          },
        ) === "true"
        ? "yes"
        : "no";
    };

    await step("the control plane runs", async () => {
      await server.systemctl("start", "etcd", "kube-apiserver", "kube-controller-manager");
      await eventually(cluster, "the API server", async () => {
        const { code, stdout } = await cluster.kubectl(["get", "--raw", "/readyz"], root);
        return code === 0 && stdout === "ok" || undefined;
      });
    });
    await step("before its binding is there the administrator may do nothing", async () => {
      const { code, stderr } = await cluster.kubectl(["get", "nodes"]);
      assert.equal(code, 1);
      assertSaid(stderr, MESSAGES.forbidden);
      await cluster.kubectlWell(["apply", "-f", `${cluster.out}/hosts/admin/manifests/`], root);
      await eventually(cluster, "the binding", async () => {
        return (await cluster.kubectl(["get", "nodes"])).code === 0 || undefined;
      });
    });
    await step(
      "everything that it says one may do one may do, and what one may not one may not",
      async () => {
        const faults: string[] = [];
        let count = 0;
        for (const identity of IDENTITIES) {
          for (const [wanted, statements] of [["yes", identity.can], ["no", identity.cannot]] as const) {
            for (const statement of statements) {
              count++;
              const answer = isNobody(identity)
                ? await reviewed(statement, identity)
                : await asked([...questionOf(statement), ...impersonation(identity)]);
              if (answer !== wanted) faults.push(`${identity.name}: ${statement}: ${answer}`);
            }
          }
        }
        assert.deepEqual(faults, []);
        assert.ok(count > 90, String(count));
      },
    );
    await step("can-i --list has every resource of a statement, and none that is denied", async () => {
      const list = async (identity: ExplainedRights): Promise<string[][]> => {
        const words = ["auth", "can-i", "--list", "--no-headers", ...impersonation(identity)];
        const text = await cluster.kubectlWell(words, root);
        return text.trimEnd().split("\n").map((line) => [line.split(" ")[0] ?? "", line]);
      };
      for (const name of ["system:kube-scheduler", "system:kube-proxy", "kube-apiserver-kubelet-client"]) {
        const identity = IDENTITIES.find((one) => one.name === name) ?? assert.fail(name);
        const rows = await list(identity);
        const allows = (statement: string): boolean => {
          const [verb = "", resource = ""] = statement.split(" ");
          return rows.some(([what, line = ""]) =>
            what === resource && new RegExp(`[[ ](?:${verb}|\\*)[\\] ]`).test(line)
          );
        };
        // proxy is asked for by get and create, and listed with a star.
        assert.deepEqual(identity.can.filter((statement) => !allows(statement)), [], rows.join("\n"));
        assert.deepEqual(identity.cannot.filter(allows), [], rows.join("\n"));
      }
    });
    await step(
      "the bindings by default are those of the API server, and none of its bindings is kept quiet",
      async () => {
        const { items } = Bindings.parse(
          JSON.parse(await cluster.kubectlWell(["get", "clusterrolebindings", "-o", "json"], root)),
        );
        const isDefault = (labels: Record<string, string> | undefined): boolean =>
          labels?.["kubernetes.io/bootstrapping"] === "rbac-defaults";
        const real = items.flatMap(({ metadata, roleRef, subjects = [] }) =>
          subjects.map(({ kind, name }) =>
            `${kind} ${name}: ${metadata.name} -> ${roleRef.name}${
              isDefault(metadata.labels) ? " (default)" : ""
            }`
          )
        );
        const said = IDENTITIES.flatMap(({ kind, name, bindings }) =>
          bindings.map(({ binding, role, madeBy }) =>
            `${kind === "user" ? "User" : "Group"} ${name}: ${binding} -> ${role}${
              madeBy === "default" ? " (default)" : ""
            }`
          )
        );
        assert.deepEqual(said.filter((one) => !real.includes(one)), []);
        // Of the identities that are explained every binding is named.
        const names = IDENTITIES.map(({ name }) => name);
        const about = real.filter((one) => names.includes(/^\w+ (.*?): /.exec(one)?.[1] ?? ""));
        assert.deepEqual(about.filter((one) => !said.includes(one)), []);
        assert.ok(about.length > 12, String(about.length));
      },
    );
    await step("the group of nodes has a binding of no effect", async () => {
      const text = await cluster.kubectlWell(
        ["get", "clusterrolebinding", "system:node", "-o", "json"],
        root,
      );
      assert.equal(Bindings.shape.items.element.parse(JSON.parse(text)).subjects, undefined);
    });

    const refused = async (kubeconfig: string): Promise<{ readonly said: Result; readonly log: string }> => {
      const said = await cluster.kubectl(["get", "nodes"], { kubeconfig });
      assert.equal(said.code, 1, said.stdout);
      return { said, log: await serverLog() };
    };
    await step("who is past the end or of another CA is refused with the words of the table", async () => {
      const brief = await refused(cluster.kubeconfig("users/brief"));
      for (const message of [MESSAGES.unauthenticated, MESSAGES.verifying, MESSAGES.expired]) {
        assertSaid(brief.log, message);
      }
      assertSaid(brief.said.stderr, MESSAGES.unauthorized);
      await withFolder(async (elsewhere) => {
        Deno.writeTextFileSync(`${elsewhere}/cluster.yaml`, OTHER);
        Deno.writeTextFileSync(`${elsewhere}/cluster.seed`, `${SEED}\n`, { mode: 0o600 });
        await provisionIn(elsewhere);
        // Trusting the other CA, it does not believe the API server.
        const other = `${elsewhere}/out/other/kubeconfig/users/root.kubeconfig`;
        const { stderr } = await cluster.kubectl(["get", "nodes"], { kubeconfig: other });
        assertSaid(stderr, MESSAGES.unknownAuthority);
        // With this CA and that certificate the API server does not believe it.
        const mixed = `${folder}/mixed.kubeconfig`;
        const [ours, theirs] = [root.kubeconfig, other].map((path) => Deno.readTextFileSync(path));
        const ca = /certificate-authority-data: (\S+)/.exec(ours ?? "")?.[1] ?? assert.fail();
        Deno.writeTextFileSync(
          mixed,
          (theirs ?? "").replace(/(certificate-authority-data: )\S+/, `$1${ca}`),
        );
        const { said, log } = await refused(mixed);
        assertSaid(said.stderr, MESSAGES.unauthorized);
        assertSaid(log, MESSAGES.unknownAuthority);
      });
    });
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
      const said = async (...words: readonly string[]): Promise<string> => {
        const { stdout, stderr } = await node.exec(["timeout", "8", "hollow-kubelet", ...words]);
        return stdout + stderr;
      };
      const gone = await said(`--config=${config}`, "--kubeconfig=/gone", "--bootstrap-kubeconfig=/gone-too");
      for (const message of [MESSAGES.noBootstrapKubeconfig, MESSAGES.noFile]) assertSaid(gone, message);
      await node.execWell([
        "sh",
        "-c",
        `sed 's|clientCAFile:.*|clientCAFile: /gone|' ${config} > /tmp/config.yaml`,
      ]);
      const own = "--kubeconfig=/var/lib/kubelet/kubeconfig";
      const blind = await said("--config=/tmp/config.yaml", own, "--hostname-override=node-0");
      for (const message of [MESSAGES.kubeletFailed, MESSAGES.noFile]) assertSaid(blind, message);
      await node.execWell(["sh", "-c", "cat > /tmp/brief.kubeconfig"], {
        stdin: Deno.readTextFileSync(cluster.kubeconfig("users/brief")),
      });
      const over = [
        "--kubeconfig=/tmp/brief.kubeconfig",
        "--bootstrap-kubeconfig=/var/lib/kubelet/kubeconfig",
      ];
      assertSaid(
        await said(`--config=${config}`, ...over, "--cert-dir=/tmp/over"),
        MESSAGES.bootstrapExpired,
      );
      // Another node's kubeconfig.
      await node.execWell(["sh", "-c", "cat > /tmp/other.kubeconfig"], {
        stdin: Deno.readTextFileSync(cluster.kubeconfig("node-1")),
      });
      const stranger = ["--kubeconfig=/tmp/other.kubeconfig", "--hostname-override=node-0"];
      // It would find its own certificate in the folder of certificates.
      const other = await said(`--config=${config}`, ...stranger, "--cert-dir=/tmp/certificates");
      assertSaid(other, MESSAGES.unregisteredNode);
    });
    await step("a component whose certificate is over cannot lead, nor watch", async () => {
      const brief = `--kubeconfig=${cluster.kubeconfig("users/brief")}`;
      const said = async (program: string): Promise<string> => {
        const { stdout, stderr } = await cluster.workstation.exec(["timeout", "8", program, brief]);
        return stdout + stderr;
      };
      assertSaid(await said("kube-scheduler"), MESSAGES.failedWatch);
      assertSaid(await said("kube-controller-manager"), MESSAGES.leaderLock);
      assertSaid(await said("kube-proxy"), MESSAGES.failedWatch);
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
    await step("a proxy with another common name may not say who a user is", async () => {
      const own = `${cluster.out}/pki/extra/other-proxy`;
      const { stdout } = await cluster.workstation.exec([
        ...[
          "curl",
          "-sk",
          "-o",
          "/dev/null",
          "-w",
          "%{http_code}",
          "--cert",
          `${own}.crt`,
          "--key",
          `${own}.key`,
        ],
        ...["-H", "X-Remote-User: jane", "https://server.kubernetes.local:6443/api"],
      ]);
      assert.equal(stdout, "401");
      assertSaid(await serverLog(), MESSAGES.notAllowedName);
    });
    await step("tokens of another key, of no kind and past their object are refused", async () => {
      const api = async (token: string): Promise<string> => {
        const { code, stdout } = await cluster.workstation.exec([
          ...["curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", "-H", `Authorization: Bearer ${token}`],
          "https://server.kubernetes.local:6443/api",
        ]);
        assert.equal(code, 0);
        return stdout;
      };
      assert.equal(await api("abcdef.0123456789abcdef"), "401");
      assertSaid(await serverLog(), MESSAGES.invalidToken);
      await cluster.kubectlWell(["create", "serviceaccount", "bot"], root);
      await cluster.kubectlWell(["create", "secret", "generic", "held"], root);
      const bound = ["--bound-object-kind=Secret", "--bound-object-name=held"];
      const token = (await cluster.kubectlWell(["create", "token", "bot", ...bound], root)).trim();
      assert.equal(await api(token), "200");
      // Another key has another id.
      const [head = "", ...rest] = token.split(".");
      const decoded = JSON.parse(atob(head.replaceAll("-", "+").replaceAll("_", "/"))) as Record<
        string,
        string
      >;
      const other = btoa(JSON.stringify({ ...decoded, kid: "of-another-key" })).replace(/=+$/, "");
      assert.equal(await api([other, ...rest].join(".")), "401");
      assertSaid(await serverLog(), MESSAGES.unknownTokenKey);
      await cluster.kubectlWell(["delete", "secret", "held"], root);
      await eventually(cluster, "the end of the token", async () => await api(token) === "401" || undefined);
      assertSaid(await serverLog(), MESSAGES.tokenGone);
    });
    await step("a controller-manager with two CAs in its signing file says so", async () => {
      await server.systemctl("stop", "kube-controller-manager");
      const pki = "/var/lib/kubernetes/pki";
      await server.execWell(["sh", "-c", `cat ${pki}/ca.crt ${pki}/etcd/ca.crt > ${pki}/two.crt`]);
      const { stdout, stderr } = await server.exec([
        ...["timeout", "60", "kube-controller-manager", "--leader-elect=false"],
        "--kubeconfig=/var/lib/kubernetes/kube-controller-manager.kubeconfig",
        `--cluster-signing-cert-file=${pki}/two.crt`,
        `--cluster-signing-key-file=${pki}/ca.key`,
      ]);
      assertSaid(stdout + stderr, MESSAGES.severalSigners);
    });
    // The last: the API server does not become ready again.
    await step("what was encrypted with a key that is gone cannot be read", async () => {
      const path = "/etc/kubernetes/config/encryption-config.yaml";
      const secret = btoa("0123456789abcdef0123456789abcdef");
      const other = { keys: [{ name: "another", secret }] };
      const cases: readonly (readonly [providers: readonly unknown[], message: Message])[] = [
        [[{ aescbc: other }, { identity: {} }], MESSAGES.noEncryptionKey],
        [[{ identity: {} }], MESSAGES.noProvider],
        [[{ secretbox: other }], MESSAGES.noProvider],
      ];
      await cluster.kubectlWell(["get", "secret", "quiet"], root);
      for (const [providers, message] of cases) {
        await server.execWell(["sh", "-c", `cat > ${path}`], {
          stdin: JSON.stringify({
            apiVersion: "apiserver.config.k8s.io/v1",
            kind: "EncryptionConfiguration",
            resources: [{ resources: ["secrets"], providers }],
          }),
        });
        await server.systemctl("restart", "kube-apiserver");
        const words = await eventually(cluster, "the API server's answer", async () => {
          const { stderr } = await cluster.kubectl(["get", "secret", "quiet"], root);
          return /refused|not ready|EOF|forbidden/.test(stderr) ? undefined : stderr;
        });
        assertSaid(words, message);
      }
    });
    await step("what an explanation prints is what was asked about", () => {
      const { rights } = explainSubject("scheduler");
      const [first] = rights;
      const table = IDENTITIES.find(({ name }) => name === "system:kube-scheduler");
      assert.deepEqual([first?.can, first?.cannot, first?.bindings], [
        table?.can,
        table?.cannot,
        table?.bindings,
      ]);
      return Promise.resolve();
    });
  },
);
