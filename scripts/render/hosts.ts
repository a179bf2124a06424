/**
 * The machines that get a bundle, and what each of them bears.
 *
 * @module
 */
import { nodesOf } from "../plan/plan.ts";
import { featuresOf } from "../plan/features.ts";
import type { Machine, Member, Spec } from "../spec/types.ts";
import { LAYOUTS } from "./layouts.ts";
import type { Bearer, Component, Condition, LayoutFile } from "./types.ts";

/** Name of the workstation's folder. No machine can have it: a kubeconfig has it. */
export const ADMIN = "admin";

/** With more nodes than this no routes are written: each node would have one to each. */
export const MAX_ROUTED_NODES = 256;

/** A machine that gets a bundle. */
export interface Host {
  readonly name: string;
  readonly bears: ReadonlySet<Bearer>;
  /** Absent for the workstation. */
  readonly member?: Member;
  /** Absent for the workstation, and for an etcd member that is no machine of the cluster. */
  readonly machine?: Machine;
  /** What holds of it. */
  readonly conditions: ReadonlySet<Condition>;
}

/** Every machine of a spec: control planes, workers, etcd members beside them, the workstation. */
export function hostsOf(spec: Spec): Host[] {
  const members = new Set(spec.etcdMembers.map(({ name }) => name));
  const planes = new Set(spec.controlPlane);
  const routed = routedNodes(spec);
  const hasRoutes = routed.length > 1 && routed.length <= MAX_ROUTED_NODES;
  const machines = [...spec.controlPlane, ...spec.workers];
  const shared = sharedConditions(spec);
  const hosts = machines.map((machine): Host => {
    const bears = new Set<Bearer>(["machine"]);
    if (planes.has(machine)) bears.add("control-plane");
    if (members.has(machine.name)) bears.add("member");
    if (machine.kubelet) bears.add("node");
    const conditions = new Set(shared);
    if (machine === spec.controlPlane[0]) conditions.add("first");
    if (machine.kubelet && machine.podCIDRs.length > 0) conditions.add("pods");
    if (hasRoutes) conditions.add("routes");
    return { name: machine.name, bears, member: machine, machine, conditions };
  });
  const known = new Set(machines.map(({ name }) => name));
  for (const member of spec.etcdMembers) {
    if (known.has(member.name)) continue;
    hosts.push({ name: member.name, bears: new Set<Bearer>(["member"]), member, conditions: shared });
  }
  hosts.push({ name: ADMIN, bears: new Set<Bearer>(["admin"]), conditions: shared });
  return hosts;
}

/** The nodes whose pods have networks and that others can reach. */
export function routedNodes(spec: Spec): Machine[] {
  return nodesOf(spec).filter(({ podCIDRs, addresses }) => podCIDRs.length > 0 && addresses.length > 0);
}

/** What holds of every machine. */
function sharedConditions(spec: Spec): ReadonlySet<Condition> {
  const conditions = new Set<Condition>(featuresOf(spec));
  if (spec.isSigning) conditions.add("signing");
  // RBAC knows this group without a binding.
  if (spec.adminGroup !== "system:masters") conditions.add("bound-admin");
  const { roles, serviceAccounts, users } = spec;
  if (roles.length + serviceAccounts.length > 0 || users.some(({ bindings }) => bindings.length > 0)) {
    conditions.add("rbac");
  }
  return conditions;
}

/** The parts of a machine. */
export function componentsOf(host: Host, spec: Spec): Component[] {
  return LAYOUTS[spec.layout].filter(({ on }) => host.bears.has(on));
}

/** Whether a file of a component is on a machine. */
export function isOn(host: Host, file: LayoutFile): boolean {
  return file.when === undefined || host.conditions.has(file.when);
}
