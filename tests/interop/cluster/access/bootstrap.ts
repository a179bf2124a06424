/**
 * Nodes that join: bootstrap tokens, and what the cluster says of itself to those who have said nothing yet.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createHash, createHmac, X509Certificate } from "node:crypto";
import { parseAllDocuments } from "../../../../scripts/shared/npm/yaml.ts";
import { z } from "../../../../scripts/shared/npm/zod.ts";
import { type Cluster, eventually } from "../cluster.ts";
import { Bearer } from "./bearer.ts";
import { type Layout, SERVER } from "./spec.ts";

const CLUSTER_INFO = "/api/v1/namespaces/kube-public/configmaps/cluster-info";
/** In the order of the spec. */
const NAMES = ["join", "vouch", "old", "enter"] as const;
type Name = typeof NAMES[number];

const TokenSecret = z.object({
  stringData: z.object({ "token-id": z.string(), "token-secret": z.string() }),
});
const ConfigMap = z.object({ data: z.record(z.string(), z.string()) });
const Discovered = z.tuple([
  z.object({
    out: z.object({ server: z.string(), authority: z.string() }).optional(),
    error: z.string().optional(),
  }),
]);

/** A bootstrap token's parts. */
interface Parts {
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

const whole = ({ id, secret }: Parts): string => `${id}.${secret}`;

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

/** Cluster-info is signed by the tokens that vouch for it, and by them only. */
export async function checkClusterInfo(cluster: Cluster): Promise<void> {
  const { join, vouch, old } = await bootstrapTokens(cluster);
  const { data } = ConfigMap.parse(JSON.parse((await Bearer.nobody(cluster).get(CLUSTER_INFO)).body));
  const { kubeconfig = "", ...signatures } = data;
  const wanted = [join, vouch, old].map(({ id }) => `jws-kubeconfig-${id}`).sort();
  assert.deepEqual(Object.keys(signatures).sort(), wanted);
  for (const { id, secret } of [join, vouch]) {
    const [header = "", payload, signature] = signatures[`jws-kubeconfig-${id}`]?.split(".") ?? [];
    assert.deepEqual(JSON.parse(new TextDecoder().decode(fromBase64Url(header))), { alg: "HS256", kid: id });
    assert.equal(payload, "");
    const content = new TextEncoder().encode(kubeconfig).toBase64({
      alphabet: "base64url",
      omitPadding: true,
    });
    const mac = (key: string): string =>
      createHmac("sha256", key).update(`${header}.${content}`).digest("base64url");
    assert.equal(signature, mac(secret));
    assert.notEqual(signature, mac(old.secret));
  }
}

function fromBase64Url(text: string): Uint8Array {
  return Uint8Array.fromBase64(text, { alphabet: "base64url" });
}

/** kubeadm's own discovery of a joining node finds the cluster by a token and the hash of its CA, and by no other. */
export async function checkDiscovery(cluster: Cluster): Promise<void> {
  const { join, vouch, enter } = await bootstrapTokens(cluster);
  const authority = await Deno.readTextFile(`${cluster.out}/pki/ca.crt`);
  const hashOf = (pem: string): string => {
    const spki = new X509Certificate(pem).publicKey.export({ type: "spki", format: "der" });
    return `sha256:${createHash("sha256").update(spki).digest("hex")}`;
  };
  const endpoint = SERVER.slice("https://".length);
  const discover = async (token: Parts, hash: string): Promise<z.infer<typeof Discovered>[0]> => {
    const request = [{ op: "discover", in: { endpoint, token: whole(token), hashes: [hash], seconds: 2 } }];
    const { code, stdout, stderr } = await cluster.workstation.exec(["credentials"], {
      stdin: JSON.stringify(request),
    });
    assert.equal(code, 0, stderr);
    return Discovered.parse(JSON.parse(stdout))[0];
  };
  for (const token of [join, vouch]) {
    const { out, error } = await discover(token, hashOf(authority));
    assert.deepEqual([out, error], [{ server: SERVER, authority }, undefined]);
  }
  const other = await discover(
    join,
    hashOf(await Deno.readTextFile(`${cluster.out}/pki/front-proxy-ca.crt`)),
  );
  assert.match(other.error ?? "", /public key.*not.*(?:found|pinned|matched)|none of the public keys/);
  const forged = await discover({ ...join, secret: vouch.secret }, hashOf(authority));
  assert.match(forged.error ?? "", /failed to verify JWS signature/);
  const silent = await discover(enter, hashOf(authority));
  assert.match(silent.error ?? "", /could not find a JWS signature.*for token ID/);
}
