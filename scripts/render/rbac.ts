/**
 * Roles, service accounts and bindings as objects of Kubernetes.
 *
 * https://kubernetes.io/docs/reference/access-authn-authz/rbac/ and
 * https://kubernetes.io/docs/concepts/security/service-accounts/
 *
 * @module
 */
import type { Binding, Role, ServiceAccount, Spec } from "../spec/types.ts";
import type { Value } from "./types.ts";

const GROUP = "rbac.authorization.k8s.io";
const VERSION = `${GROUP}/v1`;

/** Namespaces that every cluster has. */
const BUILT_IN = ["default", "kube-system", "kube-public", "kube-node-lease"];

/** The namespaces that a spec names and that a new cluster does not have: without them nothing in them can be applied. */
function namespaceObjects(
  { roles, users, serviceAccounts }: Pick<Spec, "roles" | "users" | "serviceAccounts">,
): Value[] {
  const named = [
    ...roles.map(({ namespace }) => namespace),
    ...serviceAccounts.map(({ namespace }) => namespace),
    ...[...users, ...serviceAccounts].flatMap(({ bindings }) => bindings.map(({ namespace }) => namespace)),
  ];
  return [...new Set(named)].flatMap((name) =>
    name === undefined || BUILT_IN.includes(name)
      ? []
      : [{ apiVersion: "v1", kind: "Namespace", metadata: { name } }]
  );
}

/** The namespaces, then every role of a spec, then every service account, then every binding, in its order. */
export function rbacObjects(
  spec: Pick<Spec, "roles" | "users" | "serviceAccounts">,
): Value[] {
  const { roles, users, serviceAccounts } = spec;
  return [
    ...namespaceObjects(spec),
    ...roles.map(roleObject),
    ...serviceAccounts.flatMap(accountObjects),
    ...users.flatMap(({ name, bindings }) =>
      bindings.map((binding) => bindingObject(name, { apiGroup: GROUP, kind: "User", name }, binding))
    ),
    ...serviceAccounts.flatMap(({ name, namespace, bindings }) =>
      bindings.map((binding) =>
        // A user may be called like an account: their bindings are named apart.
        bindingObject(
          `serviceaccount:${namespace}:${name}`,
          { kind: "ServiceAccount", name, namespace },
          binding,
        )
      )
    ),
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

/** Its token Secret is empty: the controller-manager makes the token. */
function accountObjects({ name, namespace, isMounted, hasTokenSecret }: ServiceAccount): Value[] {
  const account: Value = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name, namespace },
    automountServiceAccountToken: isMounted,
  };
  const secret: Value = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: `${name}-token`,
      namespace,
      annotations: { "kubernetes.io/service-account.name": name },
    },
    type: "kubernetes.io/service-account-token",
  };
  return hasTokenSecret ? [account, secret] : [account];
}

function bindingObject(owner: string, subject: Value, { kind, role, namespace }: Binding): Value {
  return {
    apiVersion: VERSION,
    kind: namespace === undefined ? "ClusterRoleBinding" : "RoleBinding",
    // A Role and a ClusterRole of one name may both be bound in one namespace.
    metadata: { name: `${owner}:${kind === "Role" ? "" : "cluster:"}${role}`, namespace },
    roleRef: { apiGroup: GROUP, kind, name: role },
    subjects: [subject],
  };
}
