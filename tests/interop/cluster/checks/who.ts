/**
 * Who comes in, and what he may do: as the API server itself says, and as its audit log saw it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { z } from "../../../../scripts/shared/npm/zod.ts";
import type { Cluster } from "../cluster.ts";

/** An identity, and what it may and may not do. */
export interface Expected {
  /** Path of the kubeconfig. */
  readonly kubeconfig: string;
  /** Where it is used, when that is not the workstation. */
  readonly machine?: string;
  readonly user: string;
  readonly groups: readonly string[];
  /** Words of `kubectl auth can-i`. */
  readonly may: readonly string[];
  readonly mayNot: readonly string[];
}

const Event = z.object({
  requestURI: z.string(),
  user: z.object({ username: z.string().optional(), groups: z.array(z.string()).optional() }),
  responseStatus: z.object({ code: z.number() }).optional(),
});
/** What the audit log says of one request. */
export type AuditEvent = z.infer<typeof Event>;

/**
 * What a layout's identities are.
 *
 * @param machine a control plane: two of them dial their neighbour
 */
export function identities(cluster: Cluster, machine: string, adminGroup: string): Expected[] {
  const of = (name: string): string => cluster.kubeconfig(name);
  return [
    {
      kubeconfig: cluster.admin,
      user: "kubernetes-admin",
      groups: [adminGroup],
      may: ["delete nodes", "create clusterrolebindings", "get secrets -A"],
      mayNot: [],
    },
    {
      kubeconfig: of("kube-scheduler"),
      machine,
      user: "system:kube-scheduler",
      groups: [],
      may: ["create pods --subresource=binding", "list nodes"],
      mayNot: ["get secrets", "delete nodes"],
    },
    {
      kubeconfig: of("kube-controller-manager"),
      machine,
      user: "system:kube-controller-manager",
      groups: [],
      may: ["create serviceaccounts --subresource=token", "list secrets"],
      mayNot: ["create clusterroles", "delete nodes"],
    },
    {
      kubeconfig: of("kube-proxy"),
      user: "system:kube-proxy",
      groups: ["system:node-proxier"],
      may: ["watch services", "list nodes"],
      mayNot: ["get secrets", "create pods"],
    },
    {
      kubeconfig: of("node-0"),
      user: "system:node:node-0",
      groups: ["system:nodes"],
      may: ["create nodes", "get nodes/node-0"],
      mayNot: ["get nodes/node-1", "delete secrets", "create deployments"],
    },
    {
      kubeconfig: of("users/jane"),
      user: "jane",
      groups: ["developers", "testers"],
      may: ["create selfsubjectreviews.authentication.k8s.io"],
      mayNot: ["get pods", "get secrets"],
    },
  ];
}

/** Every kubeconfig is the one it says it is: asked of the API server, and found in its audit log. */
export async function checkIdentities(
  cluster: Cluster,
  all: readonly Expected[],
  log: AuditLog,
): Promise<void> {
  for (const [index, { user, groups, ...options }] of all.entries()) {
    const said = JSON.parse(await cluster.kubectlWell(["auth", "whoami", "-o", "json"], options));
    const { username, groups: given } = z.object({
      status: z.object({ userInfo: z.object({ username: z.string(), groups: z.array(z.string()) }) }),
    }).parse(said).status.userInfo;
    assert.deepEqual([username, given], [user, [...groups, "system:authenticated"]]);
    // A path that nobody else asks for.
    const path = `/api/v1/namespaces/asked-for-by-${index}`;
    await cluster.kubectl(["get", "--raw", path], options);
    const event = (await log.read()).find(({ requestURI }) => requestURI.startsWith(path));
    assert.equal(event?.user.username, user);
    assert.deepEqual(event?.user.groups, [...groups, "system:authenticated"]);
  }
}

/** Each may do what it has to, and not more. */
export async function checkRights(cluster: Cluster, all: readonly Expected[]): Promise<void> {
  for (const { user, may, mayNot, ...options } of all) {
    for (const [words, answer] of [...may.map((w) => [w, "yes"]), ...mayNot.map((w) => [w, "no"])]) {
      const { stdout } = await cluster.kubectl(["auth", "can-i", ...words?.split(" ") ?? []], options);
      assert.equal(stdout.trim().split(" ")[0], answer, `${user}: can-i ${words}`);
    }
  }
}

/** The audit log of one API server. */
export class AuditLog {
  readonly #cluster: Cluster;
  readonly #machine: string;

  constructor(cluster: Cluster, machine: string) {
    this.#cluster = cluster;
    this.#machine = machine;
  }

  /** Everything in it. */
  async read(): Promise<AuditEvent[]> {
    const text = await this.#cluster.machine(this.#machine).execWell([
      "cat",
      "/var/log/kubernetes/audit.log",
    ]);
    return text.split("\n").filter((line) => line !== "").map((line) => Event.parse(JSON.parse(line)));
  }
}
