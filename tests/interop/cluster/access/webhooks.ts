/**
 * Servers that the API server asks: who somebody is, and what he may do.
 *
 * @module
 */
import assert from "node:assert/strict";
import { z } from "../../../../scripts/shared/npm/zod.ts";
import { AuditLog } from "../checks/who.ts";
import type { Cluster } from "../cluster.ts";
import { Bearer, canI } from "./bearer.ts";
import type { Asked, Directory, Knowledge } from "./directory.ts";
import { type Layout, REVIEW_VERSION, SERVICE_ACCOUNT_ISSUER } from "./spec.ts";

const LDAP_TOKEN = "known to the directory".replaceAll(" ", "-");

/** What the directory knows beside the issuer's documents. */
export const KNOWLEDGE: Omit<Knowledge, "documents"> = {
  users: {
    [LDAP_TOKEN]: {
      username: "ldap:carl",
      uid: "1001",
      groups: ["ldap:staff", "ops"],
      extra: { "example.org/floor": ["3"] },
    },
  },
  rights: {
    "mary get secrets team": "allowed",
    "mary delete configmaps team": "denied",
    "mary get secrets default": "denied",
    "tom get secrets team": "allowed",
    "tom delete configmaps team": "denied",
    // Nobody asks for these: conditions keep the questions back.
    "jane get secrets team": "allowed",
    "reporter get secrets team": "allowed",
  },
};

const TokenReview = z.object({
  apiVersion: z.string(),
  kind: z.literal("TokenReview"),
  spec: z.strictObject({ token: z.string(), audiences: z.array(z.string()) }),
});
const AccessReview = z.object({
  apiVersion: z.literal("authorization.k8s.io/v1"),
  kind: z.literal("SubjectAccessReview"),
  spec: z.strictObject({
    user: z.string(),
    uid: z.string().optional(),
    groups: z.array(z.string()),
    extra: z.record(z.string(), z.array(z.string())).optional(),
    resourceAttributes: z.record(z.string(), z.unknown()).optional(),
    nonResourceAttributes: z.record(z.string(), z.unknown()).optional(),
  }),
});

/** Who asked is the API server's client for webhooks, whatever was asked. */
function assertClient(asked: readonly Asked[]): void {
  assert.ok(asked.length > 0, "nobody asked");
  for (const { isKnown, name } of asked) {
    assert.deepEqual([isKnown, name], [true, "kube-apiserver-webhook-client"]);
  }
}

/** A token that only the directory knows is whom the directory says; one that it does not know is nobody's. */
export async function checkTokenWebhook(
  cluster: Cluster,
  directory: Directory,
  layout: Layout,
): Promise<void> {
  const before = (await directory.asked("/tokens")).length;
  const bearer = await Bearer.of(cluster, LDAP_TOKEN);
  const user = await bearer.whoAmI();
  const groups = ["ldap:staff", "ops", "system:authenticated"];
  assert.deepEqual([user.username, user.uid, user.groups], ["ldap:carl", "1001", groups]);
  assert.deepEqual(user.extra?.["example.org/floor"], ["3"]);
  const path = "/api/v1/namespaces/asked-for-with-a-token-of-the-directory";
  assert.equal((await bearer.get(path)).status, 403);
  const event = (await new AuditLog(cluster, "server").read()).find(({ requestURI }) =>
    requestURI.startsWith(path)
  );
  assert.deepEqual([event?.user.username, event?.user.groups], ["ldap:carl", groups]);
  await (await Bearer.of(cluster, `${LDAP_TOKEN}-not`)).isRefused("a token that the directory does not know");

  const asked = (await directory.asked("/tokens")).slice(before);
  assertClient(asked);
  const all = asked.map(({ body }) => TokenReview.parse(JSON.parse(body)));
  for (const { apiVersion } of all) {
    assert.equal(apiVersion, `authentication.k8s.io/${REVIEW_VERSION[layout]}`);
  }
  const reviews = all.map(({ spec }) => spec);
  assert.deepEqual(new Set(reviews.map(({ token }) => token)), new Set([LDAP_TOKEN, `${LDAP_TOKEN}-not`]));
  for (const { audiences } of reviews) assert.deepEqual(audiences, [SERVICE_ACCOUNT_ISSUER]);
}

/** Rights that the directory gives and takes, to those whom the conditions name. */
export async function checkAuthorizers(cluster: Cluster, directory: Directory): Promise<void> {
  const cases: readonly (readonly [user: string, words: readonly string[], isAllowed: boolean])[] = [
    ["mary", ["get", "secrets", "-n", "team"], true],
    ["mary", ["get", "secrets", "-n", "default"], false],
    // The directory denies, before ABAC could allow; where it has no opinion ABAC does.
    ["mary", ["delete", "configmaps", "-n", "team"], false],
    ["mary", ["get", "configmaps", "-n", "team"], true],
    ["mary", ["list", "nodes"], false],
    ["tom", ["get", "secrets", "-n", "team"], true],
    ["tom", ["delete", "configmaps", "-n", "team"], false],
    ["tom", ["get", "configmaps", "-n", "team"], true],
    ["jane", ["get", "secrets", "-n", "team"], false],
    ["reporter", ["get", "secrets", "-n", "team"], false],
  ];
  for (const [user, words, isAllowed] of cases) {
    const kubeconfig = cluster.kubeconfig(`users/${user}`);
    assert.equal(await canI(cluster, kubeconfig, words), isAllowed, `${user} ${words.join(" ")}`);
  }
  await cluster.kubectlWell(["-n", "team", "create", "secret", "generic", "word", "--from-literal=a=b"]);
  const get = (user: string): Promise<string> =>
    cluster.kubectlWell(["-n", "team", "get", "secret", "word", "-o", "name"], {
      kubeconfig: cluster.kubeconfig(`users/${user}`),
    });
  assert.equal(await get("mary"), "secret/word\n");
  await assert.rejects(get("reporter"), /Forbidden/);
  const denied = await cluster.kubectl(["-n", "team", "delete", "configmap", "kube-root-ca.crt"], {
    kubeconfig: cluster.kubeconfig("users/mary"),
  });
  assert.match(denied.stderr, /Forbidden.*the directory says so/);

  const strict = await reviewsOf(directory, "/authorize/strict");
  assert.deepEqual(new Set(strict.map(({ user }) => user)), new Set(["mary"]));
  assert.ok(strict.every(({ resourceAttributes }) => resourceAttributes !== undefined));
  const first = strict.find(({ resourceAttributes }) => resourceAttributes?.["resource"] === "secrets");
  assert.deepEqual(first?.groups, ["system:authenticated"]);
  assert.equal(first?.resourceAttributes?.["namespace"], "team");
  // Paths beside resources are asked for there, where the condition does not say otherwise.
  await canI(cluster, cluster.kubeconfig("users/tom"), ["get", "/metrics"]);
  await canI(cluster, cluster.kubeconfig("users/mary"), ["get", "/metrics"]);
  const lenient = await reviewsOf(directory, "/authorize/lenient");
  assert.deepEqual(new Set(lenient.map(({ user }) => user)), new Set(["tom"]));
  assert.ok(lenient.some(({ nonResourceAttributes }) => nonResourceAttributes?.["path"] === "/metrics"));
  assert.ok((await reviewsOf(directory, "/authorize/strict")).every((spec) => !spec.nonResourceAttributes));
}

async function reviewsOf(
  directory: Directory,
  path: string,
): Promise<z.infer<typeof AccessReview>["spec"][]> {
  const asked = await directory.asked(path);
  assertClient(asked);
  return asked.map(({ body }) => AccessReview.parse(JSON.parse(body)).spec);
}

/**
 * With the directory gone, who is asked of the strict one may do nothing more than RBAC lets him; the lenient one has no
 * opinion, so that ABAC is asked. What nobody asked before is in no cache.
 */
export async function checkFailures(cluster: Cluster): Promise<void> {
  const words = ["update", "configmaps", "-n", "team"];
  assert.equal(await canI(cluster, cluster.kubeconfig("users/mary"), words), false);
  assert.equal(await canI(cluster, cluster.kubeconfig("users/tom"), words), true);
  // RBAC comes first: what it allows is allowed.
  const own = ["create", "selfsubjectreviews.authentication.k8s.io"];
  assert.equal(await canI(cluster, cluster.kubeconfig("users/mary"), own), true);
  assert.equal(
    await canI(cluster, cluster.kubeconfig("users/tom"), ["update", "secrets", "-n", "team"]),
    false,
  );
  assert.equal(
    await canI(cluster, cluster.kubeconfig("users/reporter"), ["get", "pods", "-n", "team"]),
    true,
  );
  await (await Bearer.of(cluster, `${LDAP_TOKEN}-later`)).isRefused("a token that nobody can ask about");
}
