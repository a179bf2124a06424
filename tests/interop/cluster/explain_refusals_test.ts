/**
 * What a real API server and a real controller-manager say to whom they do not let in, and of files that they cannot
 * use: the words that `explain` has for it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { sign } from "node:crypto";
import { type Message, MESSAGES } from "../../../scripts/teach/explain/messages.ts";
import { provisionIn, run, SEED, withFolder } from "../../run.ts";
import type { Result } from "../tools.ts";
import { testWith } from "../tools.ts";
import { Cluster, eventually, stepsOf } from "./cluster.ts";
import { askedCluster, saidBy, SPEC } from "./explain_cluster.ts";
import { clusterPrograms, namespaces } from "./programs.ts";
import { assertSaid } from "./words.ts";

/** Its certificates are of another CA. */
const OTHER = SPEC.replace("name: lab", "name: other");

/** Its CA has ended. */
const OVER = SPEC.replace("name: lab", "name: over").replace("ca: 100y, leaf: 50y", "ca: 10d, leaf: 1d");

function fromBase64Url(text: string): string {
  return Buffer.from(text, "base64url").toString();
}

function toBase64Url(text: string): string {
  return Buffer.from(text).toString("base64url");
}

testWith(
  [clusterPrograms(), ...namespaces()],
  "a real API server refuses with the words that explain has",
  async (t, programs = "") => {
    const step = stepsOf(t);
    await using cluster = await Cluster.ofServer(SPEC, programs);
    const { root, server, serverLog } = await askedCluster(cluster, step);
    const folder = cluster.out.slice(0, cluster.out.indexOf("/out/"));
    /** What the API server answers to a token. */
    const api = async (token: string): Promise<string> => {
      const { code, stdout } = await cluster.workstation.exec([
        ...["curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", "-H", `Authorization: Bearer ${token}`],
        "https://server.kubernetes.local:6443/api",
      ]);
      assert.equal(code, 0);
      return stdout;
    };
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
      assert.equal(await api("abcdef.0123456789abcdef"), "401");
      assertSaid(await serverLog(), MESSAGES.invalidToken);
      await cluster.kubectlWell(["create", "serviceaccount", "bot"], root);
      await cluster.kubectlWell(["create", "secret", "generic", "held"], root);
      const bound = ["--bound-object-kind=Secret", "--bound-object-name=held"];
      const token = (await cluster.kubectlWell(["create", "token", "bot", ...bound], root)).trim();
      assert.equal(await api(token), "200");
      // Another key has another id.
      const [head = "", ...rest] = token.split(".");
      const decoded = JSON.parse(fromBase64Url(head)) as Record<string, unknown>;
      const other = toBase64Url(JSON.stringify({ ...decoded, kid: "of-another-key" }));
      assert.equal(await api([other, ...rest].join(".")), "401");
      assertSaid(await serverLog(), MESSAGES.unknownTokenKey);
      // Signed with the cluster's own key, but over.
      const claims = JSON.parse(fromBase64Url(rest[0] ?? "")) as Record<string, unknown>;
      const over = `${head}.${toBase64Url(JSON.stringify({ ...claims, iat: 1, nbf: 1, exp: 3601 }))}`;
      const key = Deno.readTextFileSync(`${cluster.out}/pki/sa.key`);
      const signature = sign("sha256", new TextEncoder().encode(over), { key, dsaEncoding: "ieee-p1363" });
      assert.equal(await api(`${over}.${signature.toString("base64url")}`), "401");
      assertSaid(await serverLog(), MESSAGES.tokenExpired);
      await cluster.kubectlWell(["delete", "secret", "held"], root);
      await eventually(cluster, "the end of the token", async () => await api(token) === "401" || undefined);
      assertSaid(await serverLog(), MESSAGES.tokenGone);
    });
    await step(
      "a Secret that is no good bootstrap token is no token, and says why when it is asked",
      async () => {
        const unit = "/etc/systemd/system/kube-apiserver.service";
        await server.execWell(["sed", "-i", "s|^ExecStart=[^ ]*|& --v=3|", unit]);
        await server.systemctl("restart", "kube-apiserver");
        await eventually(cluster, "the API server", async () => {
          return (await cluster.kubectl(["get", "--raw", "/readyz"], root)).code === 0 || undefined;
        });
        const make = async (id: string, type: string, usage: string): Promise<void> =>
          void await cluster.kubectlWell(["create", "-f", "-"], {
            ...root,
            stdin: JSON.stringify({
              apiVersion: "v1",
              kind: "Secret",
              metadata: { name: `bootstrap-token-${id}`, namespace: "kube-system" },
              type,
              stringData: { "token-id": id, "token-secret": "0123456789abcdef", [usage]: "true" },
            }),
          });
        await make("aaaaaa", "Opaque", "usage-bootstrap-authentication");
        await make("bbbbbb", "bootstrap.kubernetes.io/token", "usage-bootstrap-signing");
        await make("cccccc", "bootstrap.kubernetes.io/token", "usage-bootstrap-authentication");
        // The last is good: when it is known the others are too.
        await eventually(
          cluster,
          "the good token",
          async () => await api("cccccc.0123456789abcdef") !== "401" || undefined,
        );
        for (
          const [id, message] of [["aaaaaa", MESSAGES.bootstrapType], [
            "bbbbbb",
            MESSAGES.bootstrapUnmarked,
          ]] as const
        ) {
          assert.equal(await api(`${id}.0123456789abcdef`), "401");
          assertSaid(await serverLog(), message);
        }
      },
    );
    await step("an extension API server that does not answer is told of in its APIService", async () => {
      const labels = { "kubernetes.io/service-name": "away" };
      const port = { name: "https", port: 443, protocol: "TCP" };
      const objects = [
        { apiVersion: "v1", kind: "Service", metadata: { name: "away" }, spec: { ports: [port] } },
        {
          apiVersion: "discovery.k8s.io/v1",
          kind: "EndpointSlice",
          metadata: { name: "away", labels },
          addressType: "IPv4",
          endpoints: [{ addresses: ["10.240.0.99"] }],
          ports: [port],
        },
        {
          apiVersion: "apiregistration.k8s.io/v1",
          kind: "APIService",
          metadata: { name: "v1.away.example" },
          spec: {
            group: "away.example",
            version: "v1",
            groupPriorityMinimum: 100,
            versionPriority: 100,
            insecureSkipTLSVerify: true,
            service: { name: "away", namespace: "default" },
          },
        },
      ];
      for (const object of objects) {
        await cluster.kubectlWell(["create", "-f", "-"], { ...root, stdin: JSON.stringify(object) });
      }
      const path = "jsonpath={.status.conditions[?(@.type=='Available')].message}";
      const words = await eventually(cluster, "the condition", async () => {
        const text = await cluster.kubectlWell(["get", "apiservice", "v1.away.example", "-o", path], root);
        return text.includes("response") ? text : undefined;
      });
      assertSaid(words, MESSAGES.aggregatorProbe);
    });
    await step("a controller-manager with two CAs in its signing file says so", async () => {
      await server.systemctl("stop", "kube-controller-manager");
      const pki = "/var/lib/kubernetes/pki";
      await server.execWell(["sh", "-c", `cat ${pki}/ca.crt ${pki}/etcd/ca.crt > ${pki}/two.crt`]);
      const line = [
        ...["kube-controller-manager", "--leader-elect=false"],
        "--kubeconfig=/var/lib/kubernetes/kube-controller-manager.kubeconfig",
        `--cluster-signing-cert-file=${pki}/two.crt`,
        `--cluster-signing-key-file=${pki}/ca.key`,
      ];
      assertSaid(await saidBy(server, line, MESSAGES.severalSigners), MESSAGES.severalSigners);
    });
    await step("a controller-manager whose signing CA is over signs nothing, and says so", async () => {
      await withFolder(async (elsewhere) => {
        Deno.writeTextFileSync(`${elsewhere}/cluster.yaml`, OVER);
        Deno.writeTextFileSync(`${elsewhere}/cluster.seed`, `${SEED}\n`, { mode: 0o600 });
        await provisionIn(elsewhere);
        const made = await run("csr", ["new", "jane"], { cwd: elsewhere });
        assert.equal(made.code, 0, made.stderr);
        await cluster.kubectlWell(["create", "-f", `${elsewhere}/jane.yaml`], root);
        await cluster.kubectlWell(["certificate", "approve", "jane"], root);
        for (const ending of ["crt", "key"]) {
          await server.execWell(["sh", "-c", `cat > /tmp/over.${ending}`], {
            stdin: Deno.readTextFileSync(`${elsewhere}/out/over/pki/ca.${ending}`),
          });
        }
        const line = [
          ...["kube-controller-manager", "--leader-elect=false"],
          "--kubeconfig=/var/lib/kubernetes/kube-controller-manager.kubeconfig",
          ...["--cluster-signing-cert-file=/tmp/over.crt", "--cluster-signing-key-file=/tmp/over.key"],
        ];
        assertSaid(await saidBy(server, line, MESSAGES.signerExpired), MESSAGES.signerExpired);
      });
    });
    await step("what was encrypted with a key that is gone cannot be read", async () => {
      const path = "/etc/kubernetes/config/encryption-config.yaml";
      const secret = btoa("0123456789abcdef0123456789abcdef");
      const other = { keys: [{ name: "another", secret }] };
      const cases: readonly (readonly [providers: readonly unknown[], message: Message])[] = [
        [[{ aescbc: other }, { identity: {} }], MESSAGES.noEncryptionKey],
        [[{ identity: {} }], MESSAGES.noProvider],
        [[{ secretbox: other }], MESSAGES.noProvider],
      ];
      await cluster.kubectlWell(["create", "secret", "generic", "quiet", "--from-literal=a=b"], root);
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
  },
);
