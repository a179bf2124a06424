/**
 * What the cluster says of itself to those who have said nothing yet, and kubeadm's discovery by it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createHash, createHmac, X509Certificate } from "node:crypto";
import { z } from "../../../../scripts/shared/npm/zod.ts";
import type { Cluster } from "../cluster.ts";
import { Bearer } from "./bearer.ts";
import { bootstrapTokens, CLUSTER_INFO, ConfigMap, type Parts, whole } from "./bootstrap.ts";
import { SERVER } from "./spec.ts";

const Discovered = z.tuple([
  z.object({
    out: z.object({ server: z.string(), authority: z.string() }).optional(),
    error: z.string().optional(),
  }),
]);

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
  const ask = async (op: string, input: unknown): Promise<z.infer<typeof Discovered>[0]> => {
    const stdin = JSON.stringify([{ op, in: input }]);
    const { code, stdout, stderr } = await cluster.workstation.exec(["credentials"], { stdin });
    assert.equal(code, 0, stderr);
    return Discovered.parse(JSON.parse(stdout))[0];
  };
  const discover = (token: Parts, hash: string): ReturnType<typeof ask> =>
    ask("discover", { endpoint, token: whole(token), hashes: [hash], seconds: 2 });
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
  const path = `${cluster.out}/kubeconfig/bootstrap-kubelet.kubeconfig`;
  const byFile = await ask("discover-file", { path, seconds: 2 });
  assert.deepEqual([byFile.out, byFile.error], [{ server: SERVER, authority }, undefined]);
  const foreign = `${cluster.out}/other-ca.kubeconfig`;
  const otherCa = new TextEncoder().encode(await Deno.readTextFile(`${cluster.out}/pki/front-proxy-ca.crt`));
  const text = (await Deno.readTextFile(path)).replace(
    /(certificate-authority-data: ).*/,
    `$1${otherCa.toBase64()}`,
  );
  await Deno.writeTextFile(foreign, text, { mode: 0o600 });
  const distrusted = await ask("discover-file", { path: foreign, seconds: 2 });
  assert.match(distrusted.error ?? "", /certificate signed by unknown authority/);
}
