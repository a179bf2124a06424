/**
 * What runs on a tree with a fault: the fewest components that notice it. Out: the paths of their logs.
 *
 * @module
 */
import { frontProxy, served, sign } from "./acts_clients.ts";
import { apiStart, encrypted, etcdAlone, etcdAndApi, etcdPeers } from "./acts_etcd.ts";
import { bootstrap, kubeletAndApi, reach, registers } from "./acts_nodes.ts";
import { anonymous, robot, token, tokenIssuer } from "./acts_tokens.ts";
import { asClient, kubectl, type Stage, unit } from "./stage.ts";

/** What can be run, by name. */
export const ACTS = {
  "etcd-and-api": etcdAndApi,
  "etcd-alone": etcdAlone,
  "etcd-peers": etcdPeers,
  "api-start": apiStart,
  served,
  "front-proxy": frontProxy,
  kubectl: (stage: Stage, tree: string) =>
    asClient(stage, async (lab) => [await kubectl(lab, tree, "get", "namespaces")]),
  manager: (stage: Stage, tree: string) =>
    unit(
      stage,
      tree,
      "kube-controller-manager",
      /Caches are synced|forbidden|command failed|Error:|error starting/i,
    ),
  scheduler: (stage: Stage, tree: string) =>
    unit(
      stage,
      tree,
      "kube-scheduler",
      /successfully acquired lease|Unauthorized|command failed|provide credentials/i,
    ),
  proxy: (stage: Stage, tree: string) =>
    unit(stage, tree, "kube-proxy", /Caches are synced|no such file|command failed/i),
  kubelet: (stage: Stage, tree: string) =>
    unit(stage, tree, "kubelet", /Successfully registered node|forbidden|Unauthorized|provide credentials/i),
  "kubelet-registers": registers,
  "kubelet-reached": (stage: Stage, tree: string) => asClient(stage, (lab) => reach(lab, tree)),
  "kubelet-and-api": kubeletAndApi,
  sign,
  token,
  "token-issuer": tokenIssuer,
  encrypted,
  anonymous,
  bootstrap,
  robot,
} as const;

/** The name of one. */
export type Act = keyof typeof ACTS;
