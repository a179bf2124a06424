/**
 * Roles and bindings as objects of Kubernetes.
 *
 * https://kubernetes.io/docs/reference/access-authn-authz/rbac/
 *
 * @module
 */
import type { Binding, Role, Spec, User } from "../spec/types.ts";
import type { Value } from "./types.ts";

const GROUP = "rbac.authorization.k8s.io";
const VERSION = `${GROUP}/v1`;

/** Every role of a spec, then every binding, in its order. */
export function rbacObjects({ roles, users }: Pick<Spec, "roles" | "users">): Value[] {
  return [
    ...roles.map(roleObject),
    ...users.flatMap((user) => user.bindings.map((binding) => bindingObject(user, binding))),
  ];
}

function roleObject({ name, namespace, rules }: Role): Value {
  return {
    apiVersion: VERSION,
    kind: namespace === undefined ? "ClusterRole" : "Role",
    metadata: { name, namespace },
    rules: rules.map(({ apiGroups, resources, resourceNames, nonResourceURLs, verbs }) => ({
      apiGroups,
      resources,
      resourceNames,
      nonResourceURLs,
      verbs,
    })),
  };
}

function bindingObject({ name }: User, { kind, role, namespace }: Binding): Value {
  return {
    apiVersion: VERSION,
    kind: namespace === undefined ? "ClusterRoleBinding" : "RoleBinding",
    // A Role and a ClusterRole of one name may both be bound in one namespace.
    metadata: { name: `${name}:${kind === "Role" ? "" : "cluster:"}${role}`, namespace },
    roleRef: { apiGroup: GROUP, kind, name: role },
    subjects: [{ apiGroup: GROUP, kind: "User", name }],
  };
}
