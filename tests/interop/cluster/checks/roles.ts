/**
 * The guide's story of users and roles, on a cluster that runs: who has a role of the spec may do what it says, there and
 * nowhere else.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Cluster, eventually } from "../cluster.ts";

/** What the stories need of a spec. */
export const ROLES = `roles:
  - { name: pod-reader, namespace: default, rules: [{ resources: [pods], verbs: [get, watch, list] }] }
  - { name: metrics-reader, rules: [{ nonResourceURLs: [/metrics], verbs: [get] }] }
`;
export const ACCOUNTS = `serviceAccounts:
  - { name: bot, tokenSecret: true, bindings: [{ role: pod-reader }] }
  - { name: idle }
`;
export const USERS = `users:
  - { name: jane, groups: [developers, testers] }
  - { name: user1, bindings: [{ role: pod-reader }, { clusterRole: view, namespace: kube-public }] }
  - { name: monitor, bindings: [{ clusterRole: metrics-reader }] }
`;

/** Whether the API server lets somebody do something. */
async function can(cluster: Cluster, user: string, ...words: readonly string[]): Promise<boolean> {
  const kubeconfig = cluster.kubeconfig(`users/${user}`);
  const { stdout } = await cluster.kubectl(["auth", "can-i", ...words], { kubeconfig });
  assert.match(stdout, /^(?:yes|no)/, stdout);
  return stdout.startsWith("yes");
}

/** Asks for what the roles say, and for what they do not; the manifests have to be applied. */
export async function checkRoles(cluster: Cluster): Promise<void> {
  const asked: readonly (readonly [user: string, words: readonly string[], expected: boolean])[] = [
    ...["get", "watch", "list"].map((verb) => ["user1", [verb, "pods", "-n", "default"], true] as const),
    ...["create", "delete", "update", "patch"].map((verb) =>
      ["user1", [verb, "pods", "-n", "default"], false] as const
    ),
    ["user1", ["list", "pods", "-n", "kube-system"], false],
    ["user1", ["list", "pods", "--all-namespaces"], false],
    ["user1", ["get", "secrets", "-n", "default"], false],
    ["user1", ["get", "nodes"], false],
    ["user1", ["get", "configmaps", "-n", "default"], false],
    ["user1", ["get", "/metrics"], false],
    ["monitor", ["get", "/metrics"], true],
    ["monitor", ["list", "pods", "-n", "default"], false],
    ["jane", ["list", "pods", "-n", "default"], false],
  ];
  // The controller-manager gathers what `view` allows a while after it has started.
  const seesMaps = ["get", "configmaps", "-n", "kube-public"];
  await eventually(
    cluster,
    "the role view",
    async () => await can(cluster, "user1", ...seesMaps) || undefined,
  );
  for (const [user, words, expected] of asked) {
    assert.equal(await can(cluster, user, ...words), expected, `${user} ${words.join(" ")}`);
  }
  const pods = await cluster.kubectl(["get", "pods", "-n", "default"], {
    kubeconfig: cluster.kubeconfig("users/user1"),
  });
  assert.equal(pods.code, 0, pods.stderr);
  const refused = await cluster.kubectl(["get", "pods", "-n", "kube-system"], {
    kubeconfig: cluster.kubeconfig("users/user1"),
  });
  assert.match(
    refused.stderr,
    /User "user1" cannot list resource "pods" in API group "" in the namespace "kube-system"/,
  );
}

/** Service accounts have what the spec gives them, and the token of a Secret lets its bearer in as one. */
export async function checkAccounts(cluster: Cluster): Promise<void> {
  const may = async (account: string, verb: string): Promise<string> => {
    const words = [
      "auth",
      "can-i",
      verb,
      "pods",
      "-n",
      "default",
      `--as=system:serviceaccount:default:${account}`,
    ];
    return (await cluster.kubectl(words)).stdout.trim();
  };
  assert.deepEqual([await may("bot", "list"), await may("bot", "delete"), await may("idle", "list")], [
    "yes",
    "no",
    "no",
  ]);
  const token = await eventually(cluster, "the token of bot", async () => {
    const { stdout } = await cluster.kubectl(["get", "secret", "bot-token", "-o", "jsonpath={.data.token}"]);
    return stdout === "" ? undefined : atob(stdout);
  });
  const claims = Uint8Array.fromBase64(token.split(".")[1] ?? "", { alphabet: "base64url" });
  const { sub } = JSON.parse(new TextDecoder().decode(claims)) as { readonly sub: string };
  assert.equal(sub, "system:serviceaccount:default:bot");
  const account = await cluster.kubectl([
    "get",
    "serviceaccount",
    "bot",
    "-o",
    "jsonpath={.automountServiceAccountToken}",
  ]);
  assert.equal(account.stdout, "false");
}
