/**
 * A running cluster lets in whoever holds a token that was made without it, as who the token says, and publishes the
 * keys and signs cluster-info as we do.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  bootstrapTokenManifest,
  formatBootstrapToken,
} from "../../../scripts/identity/tokens/bootstrap_token.ts";
import {
  CLUSTER_INFO_ROLE,
  CLUSTER_INFO_ROLE_BINDING,
  clusterInfoConfigMap,
} from "../../../scripts/identity/tokens/cluster_info.ts";
import { DISCOVERY_PATH, JWKS_PATH } from "../../../scripts/identity/tokens/issuer.ts";
import { renderDiscovery, renderJwks } from "../../../scripts/identity/tokens/json_web_key.ts";
import {
  signLegacyToken,
  signServiceAccountToken,
} from "../../../scripts/identity/tokens/service_account_token.ts";
import { renderStaticTokens } from "../../../scripts/identity/tokens/static_tokens.ts";
import { readTokenKey, type TokenKey } from "../../../scripts/identity/tokens/token_key.ts";
import { encodeUtf8 } from "../../../scripts/shared/encoding.ts";
import { z } from "../../../scripts/shared/npm/zod.ts";
import { testWith } from "../tools.ts";
import { Cluster, eventually, stepsOf } from "./cluster.ts";
import { clusterPrograms, namespaces } from "./programs.ts";

const SERVER = "https://server.kubernetes.local:6443";
const SPEC = `name: lab
serviceCIDRs: [10.32.0.0/24]
podCIDRs: [10.200.0.0/16]
apiServer: { endpoint: "${SERVER}" }
controlPlane:
  - { name: server, addresses: [10.240.0.10], dnsNames: [server.kubernetes.local], kubelet: false }
validity: { notBefore: 2026-01-01T00:00:00Z, ca: 100y, leaf: 50y }
`;

const WhoAmI = z.object({
  status: z.object({
    userInfo: z.object({
      username: z.string(),
      uid: z.string().optional(),
      groups: z.array(z.string()),
      extra: z.record(z.string(), z.array(z.string())).optional(),
    }),
  }),
});
const Metadata = z.object({ metadata: z.object({ uid: z.string() }) });
const Discovery = z.object({ issuer: z.string(), jwks_uri: z.string() });
const ConfigMap = z.object({ data: z.record(z.string(), z.string()) });

const BOOTSTRAP = { id: "07401b", secret: "f395accd246ae52d" };
const JANE = { token: 'a,"b"=', user: "jane", uid: "u-1", groups: ["dev", "night shift"] };

testWith(
  [clusterPrograms(), ...namespaces()],
  "a cluster lets in who holds a token that was made without it, and tells the same of itself",
  async (t, programs = "") => {
    const step = stepsOf(t);
    await using cluster = await Cluster.ofServer(SPEC, programs);
    const server = cluster.machine("server");
    const apply = async (object: unknown): Promise<void> => {
      const stdin = JSON.stringify(object);
      await cluster.kubectlWell(["create", "--validate=strict", "-f", "-"], { stdin });
    };
    const whoIs = async (token: string): Promise<z.infer<typeof WhoAmI>["status"]["userInfo"]> => {
      // A kubeconfig of its own, as a certificate in it would come first.
      const [kubeconfig, authority] = ["/tmp/bearer.kubeconfig", "/tmp/ca.crt"];
      await cluster.workstation.execWell(["sh", "-c", `cat > ${authority}`], { stdin: authorityPem });
      const words = ["kubectl", `--kubeconfig=${kubeconfig}`, "config"];
      await cluster.workstation.execWell([
        ...[...words, "set-cluster", "lab", `--server=${SERVER}`, `--certificate-authority=${authority}`],
      ]);
      await cluster.workstation.execWell([...words, "set-credentials", "bearer", `--token=${token}`]);
      await cluster.workstation.execWell([...words, "set-context", "c", "--cluster=lab", "--user=bearer"]);
      await cluster.workstation.execWell([...words, "use-context", "c"]);
      const text = await cluster.kubectlWell(["auth", "whoami", "-o", "json"], { kubeconfig });
      return WhoAmI.parse(JSON.parse(text)).status.userInfo;
    };
    const readFlag = async (name: string): Promise<string> => {
      const unit = "/etc/systemd/system/kube-apiserver.service";
      return await server.execWell([
        "sh",
        "-c",
        `cat "$(sed -n 's/^ *--${name}=\\([^ ]*\\).*/\\1/p' ${unit})"`,
      ]);
    };
    const authorityPem = await readFlag("client-ca-file");
    const key: TokenKey = await readTokenKey(encodeUtf8(await readFlag("service-account-signing-key-file")));
    let issuer = "";

    await step("the control plane runs, with a file of static tokens", async () => {
      const file = "/etc/kubernetes/tokens.csv";
      await server.execWell(["sh", "-c", `cat > ${file}`], { stdin: renderStaticTokens([JANE]) });
      const edit = `s|--service-account-lookup=true|& --token-auth-file=${file}|`;
      await server.execWell(["sed", "-i", edit, "/etc/systemd/system/kube-apiserver.service"]);
      await server.systemctl("start", "etcd", "kube-apiserver", "kube-controller-manager");
      await eventually(cluster, "the API server", async () => {
        const { code, stdout } = await cluster.kubectl(["get", "--raw", "/readyz"]);
        return code === 0 && stdout === "ok" || undefined;
      });
    });
    await step("its keys and its discovery document are ours, byte for byte", async () => {
      const discovery = await cluster.kubectlWell(["get", "--raw", DISCOVERY_PATH]);
      const { issuer: found, jwks_uri: jwksUri } = Discovery.parse(JSON.parse(discovery));
      issuer = found;
      const spkis = [key.spki];
      assert.equal(renderDiscovery({ issuer, jwksUri, spkis }), discovery);
      assert.equal(renderJwks(spkis), await cluster.kubectlWell(["get", "--raw", JWKS_PATH]));
    });
    await step("a service account comes in with a token made offline, once its UID is known", async () => {
      await cluster.kubectlWell(["create", "serviceaccount", "robot"]);
      const account = await cluster.kubectlWell(["get", "serviceaccount", "robot", "-o", "json"]);
      const { uid } = Metadata.parse(JSON.parse(account)).metadata;
      const serviceAccount = { name: "robot", uid };
      const claims = {
        issuer,
        audiences: [issuer],
        namespace: "default",
        serviceAccount,
        // The cluster's clock is this computer's; a minute back, as it may not be in the future.
        issuedAt: Math.floor(Date.now() / 1000) - 60,
        expirationSeconds: 3600,
        id: "1b4e28ba-2fa1-41d2-883f-0016d3cca427",
      };
      const user = await whoIs(signServiceAccountToken(claims, key));
      assert.deepEqual([user.username, user.uid], ["system:serviceaccount:default:robot", uid]);
      assert.deepEqual(user.extra?.["authentication.kubernetes.io/credential-id"], [`JTI=${claims.id}`]);
      const wrong = { ...claims, serviceAccount: { name: "robot", uid: "other" } };
      await assert.rejects(whoIs(signServiceAccountToken(wrong, key)), /Unauthorized/);

      const token = signLegacyToken({ namespace: "default", serviceAccount, secretName: "robot-token" }, key);
      await apply({
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "robot-token", annotations: { "kubernetes.io/service-account.name": "robot" } },
        type: "kubernetes.io/service-account-token",
        stringData: { token },
      });
      assert.equal((await whoIs(token)).username, "system:serviceaccount:default:robot");
    });
    await step("a node comes in with a bootstrap token, a person with a static one", async () => {
      const groups = ["system:bootstrappers:worker"];
      await apply(bootstrapTokenManifest({ ...BOOTSTRAP, usages: ["authentication", "signing"], groups }));
      const node = await eventually(cluster, "the bootstrap token", async () => {
        try {
          return await whoIs(formatBootstrapToken(BOOTSTRAP));
        } catch (error) {
          if (!String(error).includes("Unauthorized")) throw error;
          return undefined;
        }
      });
      assert.equal(node.username, "system:bootstrap:07401b");
      assert.deepEqual(node.groups, ["system:bootstrappers", ...groups, "system:authenticated"]);
      const jane = await whoIs(JANE.token);
      assert.deepEqual([jane.username, jane.uid, jane.groups], [
        JANE.user,
        JANE.uid,
        [...JANE.groups, "system:authenticated"],
      ]);
    });
    await step(
      "the bootstrap signer leaves our signature of cluster-info as it is, and makes the same",
      async () => {
        const ours = clusterInfoConfigMap({ server: SERVER, authority: encodeUtf8(authorityPem) }, [
          BOOTSTRAP,
        ]);
        // A signature by nobody is taken away: that the signer was here shows in it.
        const stale = { "jws-kubeconfig-zzzzzz": "x" };
        const kubeconfig = ours.data["kubeconfig"];
        for (const data of [{ ...ours.data, ...stale }, { kubeconfig, ...stale }]) {
          await apply({ ...ours, data });
          const signed = await eventually(cluster, "the signature", async () => {
            const words = ["-n", "kube-public", "get", "configmap", "cluster-info", "-o", "json"];
            const found = ConfigMap.parse(JSON.parse(await cluster.kubectlWell(words))).data;
            return "jws-kubeconfig-zzzzzz" in found ? undefined : found;
          });
          assert.deepEqual(signed, ours.data);
          await cluster.kubectlWell(["-n", "kube-public", "delete", "configmap", "cluster-info"]);
        }
        await apply(ours);
        // As whom the API server takes a node that joins, where its configuration lets such a one in.
        const read = async (): Promise<string> => {
          const who = ["--as=system:anonymous", "--as-group=system:unauthenticated"];
          const { stdout, stderr } = await cluster.kubectl([
            ...["-n", "kube-public", ...who, "get", "configmap", "cluster-info", "-o", "name"],
          ]);
          return stdout + stderr;
        };
        assert.match(await read(), /Forbidden/);
        await apply(CLUSTER_INFO_ROLE);
        await apply(CLUSTER_INFO_ROLE_BINDING);
        await eventually(
          cluster,
          "the right to read",
          async () => await read() === "configmap/cluster-info\n" || undefined,
        );
      },
    );
  },
);
