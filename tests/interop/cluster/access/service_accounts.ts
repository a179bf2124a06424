/**
 * Tokens of service accounts that were signed without the cluster, and what the cluster publishes of its keys.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  signServiceAccountToken,
  type TokenClaims,
} from "../../../../scripts/identity/tokens/service_account_token.ts";
import { readTokenKey, type TokenKey } from "../../../../scripts/identity/tokens/token_key.ts";
import { z } from "../../../../scripts/shared/npm/zod.ts";
import { AuditLog } from "../checks/who.ts";
import { type Cluster, eventually } from "../cluster.ts";
import { Bearer } from "./bearer.ts";
import { type Foreknown, SERVICE_ACCOUNT_ISSUER } from "./spec.ts";

const Account = z.object({ metadata: z.object({ uid: z.string() }) });
const KeySet = z.object({ keys: z.array(z.object({ kid: z.string() })) });
const DOCUMENTS = ["/.well-known/openid-configuration", "/openid/v1/jwks"];
const ID = "1b4e28ba-2fa1-41d2-883f-0016d3cca427";

/** What is published is what stands in `auth/oidc`, byte for byte, and has the retired key beside the one that signs. */
export async function checkKeySet(cluster: Cluster): Promise<void> {
  for (const path of DOCUMENTS) {
    const served = await cluster.kubectlWell(["get", "--raw", path]);
    assert.equal(served, await Deno.readTextFile(`${cluster.out}/auth/oidc${path}`), path);
  }
  const { keys } = KeySet.parse(JSON.parse(await cluster.kubectlWell(["get", "--raw", "/openid/v1/jwks"])));
  assert.equal(new Set(keys.map(({ kid }) => kid)).size, 2);
}

/** Service accounts of the cluster come in with tokens that were made from their UIDs. */
export async function checkServiceAccounts(cluster: Cluster, { keys }: Foreknown): Promise<void> {
  const [retired, other, current] = await Promise.all([1, 2, 3].map((generation) => keyOf(keys, generation)));
  assert.ok(retired !== undefined && other !== undefined && current !== undefined);
  const claimsOf = async (name: string): Promise<TokenClaims> => {
    const account = await eventually(cluster, `the service account ${name}`, async () => {
      const { code, stdout } = await cluster.kubectl(["get", "serviceaccount", name, "-o", "json"]);
      return code === 0 ? stdout : undefined;
    });
    return {
      issuer: SERVICE_ACCOUNT_ISSUER,
      audiences: [SERVICE_ACCOUNT_ISSUER],
      namespace: "default",
      serviceAccount: { name, uid: Account.parse(JSON.parse(account)).metadata.uid },
      // The cluster's clock is this computer's; a minute back, as it may not be in the future.
      issuedAt: Math.floor(Date.now() / 1000) - 60,
      expirationSeconds: 3600,
      id: ID,
    };
  };
  const claims = await claimsOf("bot");
  const bearerOf = (changed: Partial<TokenClaims>, key = current): Promise<Bearer> =>
    Bearer.of(cluster, signServiceAccountToken({ ...claims, ...changed }, key));

  const bot = await bearerOf({});
  const user = await bot.whoAmI();
  assert.deepEqual([user.username, user.uid, user.groups], [
    "system:serviceaccount:default:bot",
    claims.serviceAccount.uid,
    ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"],
  ]);
  assert.deepEqual(user.extra?.["authentication.kubernetes.io/credential-id"], [`JTI=${ID}`]);
  assert.equal((await bot.get("/api")).status, 200);
  // Verifiers find the keys with a token of their own; nobody else is let to them.
  for (const path of DOCUMENTS) assert.equal((await bot.get(path)).status, 200, path);
  assert.equal(await bot.can("list", "pods"), true);
  assert.equal(await bot.can("delete", "pods"), false);
  const path = "/api/v1/namespaces/asked-for-with-a-service-account-token";
  assert.equal((await bot.get(path)).status, 403);
  const event = (await new AuditLog(cluster, "server").read()).find(({ requestURI }) =>
    requestURI.startsWith(path)
  );
  assert.deepEqual([event?.user.username, event?.user.groups], [user.username, user.groups]);

  assert.equal((await (await bearerOf({}, retired)).whoAmI()).username, user.username);
  await (await bearerOf({}, other)).isRefused("a key of a generation that is not named");
  const stranger = { ...claims.serviceAccount, uid: "00000000-0000-4000-8000-000000000000" };
  await (await bearerOf({ serviceAccount: stranger })).isRefused("another UID");
  await (await bearerOf({ audiences: ["vault"] })).isRefused("another audience");
  await (await bearerOf({ issuedAt: claims.issuedAt - 7200 })).isRefused("a token that has ended");
  await (await bearerOf({ issuedAt: claims.issuedAt + 7200 })).isRefused("a token of later");
  await (await bearerOf({ issuer: "https://kubernetes.default.svc.cluster.local" })).isRefused(
    "another issuer",
  );

  // The account that every pod has without asking for one.
  const plain = await Bearer.of(cluster, signServiceAccountToken(await claimsOf("default"), current));
  assert.equal((await plain.whoAmI()).username, "system:serviceaccount:default:default");
  for (const words of [["list", "pods"], ["get", "secrets"], ["create", "pods"], ["get", "/metrics"]]) {
    assert.equal(await plain.can(...words), false, words.join(" "));
  }
  assert.equal((await plain.get("/api/v1/namespaces/default/pods")).status, 403);
}

async function keyOf(keys: Foreknown["keys"], generation: number): Promise<TokenKey> {
  return await readTokenKey(new TextEncoder().encode(keys.get(generation)));
}
