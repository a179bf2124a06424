/**
 * Those whom a file lets in: every kubeconfig that was provisioned, and static tokens.
 *
 * @module
 */
import assert from "node:assert/strict";
import { AuditLog, checkIdentities, type Expected, identities } from "../checks/who.ts";
import type { Cluster } from "../cluster.ts";
import { Bearer } from "./bearer.ts";
import { bootstrapTokens } from "./bootstrap.ts";
import { JOHNS_TOKEN } from "./spec.ts";

const JOHN = ["Doe, John", "u-1042", ['the "night" shift', "ops"]] as const;

/** Each kubeconfig, and whom it makes its bearer. The manifests have to be applied for that of bootstrap tokens. */
async function expected(cluster: Cluster): Promise<Expected[]> {
  const of = (name: string, user: string, groups: readonly string[]): Expected => ({
    kubeconfig: cluster.kubeconfig(name),
    user,
    groups,
    may: [],
    mayNot: [],
  });
  const { join: { id } } = await bootstrapTokens(cluster);
  const people: readonly (readonly [string, readonly string[]])[] = [
    [JOHN[0], JOHN[2]],
    ["user1", []],
    ["reporter", []],
    ["mary", []],
    ["tom", []],
  ];
  return [
    ...people.map(([name, groups]) => of(`users/${name}`, name, groups)),
    of("bootstrap-kubelet", `system:bootstrap:${id}`, [
      "system:bootstrappers",
      "system:bootstrappers:worker",
    ]),
  ];
}

/**
 * Every kubeconfig of `out/<cluster>/kubeconfig` is who it should be, but for the webhooks', which are the API server's
 * own.
 *
 * @param adminGroup the administrator's
 */
export async function checkKubeconfigs(cluster: Cluster, adminGroup: string): Promise<void> {
  const all = [...identities(cluster, "server", adminGroup), ...await expected(cluster)];
  const found: string[] = [];
  for (const folder of ["", "users/"]) {
    for await (const { isFile, name } of Deno.readDir(`${cluster.out}/kubeconfig/${folder}`)) {
      if (isFile) found.push(folder + name.replace(/\.kubeconfig$/, ""));
    }
  }
  // The administrator's is looked at as it is in the bundle.
  const looked = ["admin", ...all.slice(1).map(({ kubeconfig }) => nameOf(cluster, kubeconfig))];
  assert.deepEqual(found.filter((name) => name !== "super-admin").sort(), looked.sort());
  await checkIdentities(cluster, all, new AuditLog(cluster, "server"));
}

function nameOf(cluster: Cluster, kubeconfig: string): string {
  return kubeconfig.slice(`${cluster.out}/kubeconfig/`.length).replace(/\.kubeconfig$/, "");
}

/** Whoever says nothing else asks in the namespace of the kubeconfig. */
export async function checkNamespaces(cluster: Cluster): Promise<void> {
  for (const [user, namespace] of [["Doe, John", "team"], ["jane", "default"]] as const) {
    const { stderr } = await cluster.kubectl(["get", "secrets"], {
      kubeconfig: cluster.kubeconfig(`users/${user}`),
    });
    const wanted =
      `User "${user}" cannot list resource "secrets" in API group "" in the namespace "${namespace}"`;
    assert.ok(stderr.includes(wanted), stderr);
  }
}

/** The tokens of `auth/tokens.csv`, by user. */
export async function staticTokens(cluster: Cluster): Promise<ReadonlyMap<string, string>> {
  const text = await Deno.readTextFile(`${cluster.out}/auth/tokens.csv`);
  const tokens = new Map<string, string>();
  for (const line of text.trimEnd().split("\n")) {
    const [, token, user] = /^([0-9a-z]{40}),(\w+),/.exec(line) ?? [];
    if (token !== undefined && user !== undefined) tokens.set(user, token);
  }
  return tokens;
}

/** Static tokens are who their lines say; others are nobody. */
export async function checkStaticTokens(cluster: Cluster): Promise<void> {
  const tokens = await staticTokens(cluster);
  assert.deepEqual([...tokens.keys()], ["jane", "reporter", "mary", "tom"]);
  const people = [
    [tokens.get("jane"), "jane", "jane", ["developers", "testers"]],
    [JOHNS_TOKEN, ...JOHN],
    [tokens.get("tom"), "tom", "tom", []],
  ] as const;
  for (const [token, username, uid, groups] of people) {
    const user = await (await Bearer.of(cluster, token ?? "")).whoAmI();
    assert.deepEqual([user.username, user.uid, user.groups], [
      username,
      uid,
      [...groups, "system:authenticated"],
    ]);
  }
  const path = "/api/v1/namespaces/asked-for-with-a-static-token";
  await (await Bearer.of(cluster, JOHNS_TOKEN)).get(path);
  const events = await new AuditLog(cluster, "server").read();
  const event = events.find(({ requestURI }) => requestURI.startsWith(path));
  assert.deepEqual([event?.user.username, event?.user.groups], [JOHN[0], [
    ...JOHN[2],
    "system:authenticated",
  ]]);
  const wrong = `${tokens.get("jane")?.slice(0, -1)}_`;
  await (await Bearer.of(cluster, wrong)).isRefused("a token with another last character");
  await (await Bearer.of(cluster, "jane")).isRefused("a user's name");
}

/** Who has a role of the spec may do what it says, and nothing else: what `can-i` says, and what is done. */
export async function checkPodReader(cluster: Cluster): Promise<void> {
  const kubeconfig = cluster.kubeconfig("users/user1");
  const ask = async (...words: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await cluster.kubectl(words, { kubeconfig });
    return code === 0 ? stdout : stderr;
  };
  const rules = await ask("auth", "can-i", "--list", "--no-headers", "-n", "default");
  const given = rules.split("\n").filter((line) => /^\S*(?:pods|secrets|\*)/.test(line));
  assert.deepEqual(given.map((line) => line.replace(/\s+/g, " ").trim()), ["pods [] [] [get watch list]"]);
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "default" },
    spec: { containers: [{ name: "web", image: "registry.k8s.io/pause:3.10" }] },
  };
  await cluster.kubectlWell(["create", "-f", "-"], { stdin: JSON.stringify(pod) });
  assert.match(await ask("get", "pods"), /^web /m);
  assert.equal(await ask("get", "pod", "web", "-o", "name"), "pod/web\n");
  const watched = "/api/v1/namespaces/default/pods?watch=true&timeoutSeconds=1";
  assert.match(await ask("get", "--raw", watched), /"type":"ADDED".*"name":"web"/);
  for (
    const words of [
      ["delete", "pod", "web"],
      ["label", "pod", "web", "a=b"],
      ["create", "configmap", "a"],
      ["get", "configmaps"],
      ["get", "secrets"],
      ["get", "pods", "--all-namespaces"],
      ["get", "pods", "-n", "kube-system"],
      ["get", "nodes"],
      ["get", "--raw", "/api/v1/namespaces/default/pods/web/log"],
      ["get", "--raw", "/metrics"],
    ]
  ) assert.match(await ask(...words), /[Ff]orbidden/, words.join(" "));
}
