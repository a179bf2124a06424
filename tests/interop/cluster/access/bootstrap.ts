/**
 * Bootstrap tokens: whom they let in, for how long, and what whoever has none may ask for.
 *
 * @module
 */
import assert from "node:assert/strict";
import { parseAllDocuments } from "../../../../scripts/shared/npm/yaml.ts";
import { z } from "../../../../scripts/shared/npm/zod.ts";
import { type Cluster, eventually } from "../cluster.ts";
import { Bearer } from "./bearer.ts";
import type { Layout } from "./spec.ts";

/** Path of cluster-info. */
export const CLUSTER_INFO = "/api/v1/namespaces/kube-public/configmaps/cluster-info";
/** In the order of the spec. */
const NAMES = ["join", "vouch", "old", "enter"] as const;
type Name = typeof NAMES[number];

const TokenSecret = z.object({
  stringData: z.object({ "token-id": z.string(), "token-secret": z.string() }),
});
/** A ConfigMap, as the API server gives it. */
export const ConfigMap = z.object({ data: z.record(z.string(), z.string()) });
/** A bootstrap token's parts. */
export interface Parts {
  readonly id: string;
  readonly secret: string;
}

/** The tokens of the manifest, by their names in the spec. */
export async function bootstrapTokens(cluster: Cluster): Promise<Readonly<Record<Name, Parts>>> {
  const text = await Deno.readTextFile(`${cluster.out}/hosts/admin/manifests/bootstrap-tokens.yaml`);
  const [join, vouch, old, enter, ...more] = parseAllDocuments(text).map((document): Parts => {
    const { stringData } = TokenSecret.parse(document.toJS());
    return { id: stringData["token-id"], secret: stringData["token-secret"] };
  });
  assert.ok(join !== undefined && vouch !== undefined && old !== undefined && enter !== undefined);
  assert.equal(more.length, 0);
  return { join, vouch, old, enter };
}

/** The whole token. Secret. */
export const whole = ({ id, secret }: Parts): string => `${id}.${secret}`;

/** Groups of tokens that say none, by layout: manifests let the last of them join. */
const DEFAULT_GROUPS: Readonly<Record<Layout, readonly string[]>> = {
  "hard-way": ["system:bootstrappers"],
  kubeadm: ["system:bootstrappers", "system:bootstrappers:kubeadm:default-node-token"],
};

/** Tokens that are for authentication and have not ended let in, as whom they say; the others do not. */
export async function checkBootstrapTokens(cluster: Cluster, layout: Layout): Promise<void> {
  const { join, vouch, old, enter } = await bootstrapTokens(cluster);
  const joining = DEFAULT_GROUPS[layout].at(-1) ?? "";
  const people: readonly (readonly [Parts, readonly string[]])[] = [[join, [
    "system:bootstrappers",
    "system:bootstrappers:worker",
  ]], [
    enter,
    DEFAULT_GROUPS[layout],
  ]];
  for (const [token, groups] of people) {
    const bearer = await Bearer.of(cluster, whole(token));
    await eventually(
      cluster,
      "a bootstrap token",
      async () => (await bearer.get("/version")).status === 200 || undefined,
    );
    const user = await bearer.whoAmI();
    assert.equal(user.username, `system:bootstrap:${token.id}`);
    assert.deepEqual(user.groups, [...groups, "system:authenticated"]);
    const mayJoin = groups.includes(joining);
    assert.equal(await bearer.can("create", "certificatesigningrequests"), mayJoin, groups.join());
    assert.equal(await bearer.can("get", "secrets", "-n", "kube-system"), false);
  }
  // The Secrets of these are there too, so that it is their content that keeps them out.
  for (const { id } of [vouch, old]) {
    await cluster.kubectlWell(["-n", "kube-system", "get", "secret", `bootstrap-token-${id}`]);
  }
  await (await Bearer.of(cluster, whole(vouch))).isRefused("a token for signing only");
  await (await Bearer.of(cluster, whole(old))).isRefused("a token that has ended");
  await (await Bearer.of(cluster, whole({ ...join, secret: enter.secret }))).isRefused("another's secret");
}

/** Without a credential health and cluster-info can be read, and nothing else. */
export async function checkAnonymous(cluster: Cluster): Promise<void> {
  const nobody = Bearer.nobody(cluster);
  for (const path of ["/livez", "/readyz", "/healthz"]) {
    assert.deepEqual(await nobody.get(path), { status: 200, body: "ok" }, path);
  }
  const { status, body } = await nobody.get(CLUSTER_INFO);
  assert.equal(status, 200, body);
  for (
    const path of [
      ...["/api", "/version", "/metrics", "/api/v1/namespaces/kube-public/configmaps", "/openid/v1/jwks"],
      ...[`${CLUSTER_INFO}x`, "/api/v1/namespaces/kube-system/secrets", "/livez/ping"],
    ]
  ) assert.equal((await nobody.get(path)).status, 401, path);
}

/** Where anonymous requests are switched off not even health is told. */
export async function checkNobody(cluster: Cluster): Promise<void> {
  for (const path of ["/livez", "/readyz", "/healthz", CLUSTER_INFO]) {
    assert.equal((await Bearer.nobody(cluster).get(path)).status, 401, path);
  }
}

/** The controller-manager takes away what has ended: the Secret, and the signature by its token. */
export async function checkEnd(cluster: Cluster): Promise<void> {
  const { join, vouch, old } = await bootstrapTokens(cluster);
  const words = ["-n", "kube-system", "get", "secret", `bootstrap-token-${old.id}`];
  await eventually(
    cluster,
    "the end of a bootstrap token",
    async () => /NotFound/.test((await cluster.kubectl(words)).stderr) || undefined,
  );
  const wanted = ["kubeconfig", ...[join, vouch].map(({ id }) => `jws-kubeconfig-${id}`)].sort();
  const manifest = await Deno.readTextFile(`${cluster.out}/hosts/admin/manifests/cluster-info.yaml`);
  const ours = ConfigMap.parse(parseAllDocuments(manifest)[0]?.toJS()).data;
  await eventually(cluster, "the end of its signature", async () => {
    const { data } = ConfigMap.parse(JSON.parse((await Bearer.nobody(cluster).get(CLUSTER_INFO)).body));
    if (Object.keys(data).length > wanted.length) return undefined;
    // The signer makes what we made.
    assert.deepEqual(data, Object.fromEntries(wanted.map((key) => [key, ours[key]])));
    return true;
  });
}

/** Before its manifest is applied nobody reads cluster-info: who is let in to ask has no right to it yet. */
export async function checkNoClusterInfo(cluster: Cluster): Promise<void> {
  assert.equal((await Bearer.nobody(cluster).get(CLUSTER_INFO)).status, 403);
}
