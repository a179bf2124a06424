/**
 * The lines of an ABAC policy: whom they name may do what they say, and nothing else.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Cluster } from "../cluster.ts";
import { Bearer, canI } from "./bearer.ts";
import { staticTokens } from "./people.ts";
import { JOHNS_TOKEN } from "./spec.ts";

/** Asks for what the lines say and for what they do not; the users have nothing of RBAC. */
export async function checkAbac(cluster: Cluster): Promise<void> {
  const reporter = cluster.kubeconfig("users/reporter");
  const john = cluster.kubeconfig("users/Doe, John");
  const cases: readonly (readonly [kubeconfig: string, words: readonly string[], isAllowed: boolean])[] = [
    ...["get", "list", "watch"].map((verb) => [reporter, [verb, "pods", "-n", "team"], true] as const),
    ...["create", "delete", "update"].map((verb) => [reporter, [verb, "pods", "-n", "team"], false] as const),
    [reporter, ["list", "pods", "-n", "default"], false],
    [reporter, ["list", "pods", "--all-namespaces"], false],
    [reporter, ["get", "configmaps", "-n", "team"], false],
    // Without readonly, of its API group only.
    [reporter, ["delete", "deployments.apps", "-n", "team"], true],
    [reporter, ["delete", "replicasets.apps", "-n", "team"], false],
    [reporter, ["get", "/metrics"], true],
    [reporter, ["post", "/metrics"], false],
    [reporter, ["get", "/debug/api_priority_and_fairness/dump_queues"], false],
    // A group's line, in every namespace.
    [john, ["delete", "events", "-n", "default"], true],
    [john, ["list", "events", "--all-namespaces"], true],
    [john, ["list", "pods", "-n", "team"], false],
    [cluster.kubeconfig("users/jane"), ["list", "pods", "-n", "team"], false],
  ];
  for (const [kubeconfig, words, isAllowed] of cases) {
    assert.equal(await canI(cluster, kubeconfig, words), isAllowed, words.join(" "));
  }
  // What is done, with a token: groups come with those too.
  const status = async (token: string, path: string): Promise<number> =>
    (await (await Bearer.of(cluster, token)).get(path)).status;
  const token = (await staticTokens(cluster)).get("reporter") ?? "";
  assert.equal(await status(token, "/metrics"), 200);
  assert.equal(await status(token, "/api/v1/namespaces/team/pods"), 200);
  assert.equal(await status(token, "/api/v1/namespaces/default/pods"), 403);
  assert.equal(await status(token, "/logs"), 403);
  assert.equal(await status(JOHNS_TOKEN, "/api/v1/events"), 200);
  assert.equal(await status(JOHNS_TOKEN, "/api/v1/namespaces/team/pods"), 403);
}
