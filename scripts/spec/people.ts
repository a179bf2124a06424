/**
 * People and programs of a spec, and what they may do: users with their groups, service accounts, roles.
 *
 * https://kubernetes.io/docs/reference/access-authn-authz/rbac/
 *
 * @module
 */
import { parseValidity } from "../shared/time.ts";
import type { SpecInput } from "./definition.ts";
import { readCredentials, reportSameUids } from "./credentials.ts";
import type { Path } from "./document.ts";
import { located, type Report } from "./draft.ts";
import { MASTERS, readGroups, show } from "./identities.ts";
import { reportDuplicates } from "./machines.ts";
import { formatPath, type Partly } from "./shape.ts";
import type { Binding, Role, Rule, ServiceAccount, Spec, User } from "./types.ts";

type Given<Key extends "roles" | "users" | "serviceAccounts"> = Partly<NonNullable<SpecInput[Key]>[number]>;

/** Reads the people. */
export function readUsers(
  value: Partly<SpecInput>,
  { roles, kubernetesMinor }: Pick<Spec, "roles" | "kubernetesMinor">,
  report: Report,
): User[] {
  const isAllowed = value.dangerous?.includes("system-masters") === true;
  const uids: Parameters<typeof reportSameUids>[0][number][] = [];
  const users = located(value.users, ["users"]).flatMap(({ value: user, path }): User[] => {
    if (user.name === undefined) return [];
    const groups = readGroups(user.groups, [...path, "groups"], report);
    if (groups.includes(MASTERS) && !isAllowed) {
      const why = "no rule limits it and nothing revokes it; if it must be, say dangerous: [system-masters]";
      report([...path, "groups"], `Cannot put ${show(user.name)} into ${MASTERS}: ${why}`);
    }
    const until = user.validity === undefined ? undefined : parseValidity(user.validity);
    const credentials = readCredentials(user, user.name, path, kubernetesMinor, report);
    uids.push({
      uid: credentials.uid,
      uidPath: [...path, user.uid === undefined ? "name" : "uid"],
      hasFile: credentials.token !== undefined || credentials.password !== undefined,
    });
    return [{
      name: user.name,
      ...credentials,
      groups,
      ...(user.namespace !== undefined && { namespace: user.namespace }),
      ...(until !== undefined && { validity: { value: until, path: [...path, "validity"] } }),
      bindings: readBindings(user, path, roles, report),
      path: [...path, "name"],
    }];
  });
  reportDuplicates(
    users.map((user) => ({
      key: user.name,
      path: user.path,
      message: (name) => `Duplicate user name ${show(name)}: expected each name once`,
    })),
    report,
  );
  reportSameUids(uids, report);
  return users;
}

/** Reads the accounts of programs. */
export function readServiceAccounts(
  value: Partly<SpecInput>,
  roles: readonly Role[],
  report: Report,
): ServiceAccount[] {
  const accounts = located(value.serviceAccounts, ["serviceAccounts"]).flatMap(({ value: account, path }) => {
    if (account.name === undefined) return [];
    const made: ServiceAccount = {
      name: account.name,
      namespace: account.namespace ?? "default",
      isMounted: account.automount ?? false,
      hasTokenSecret: account.tokenSecret ?? false,
      bindings: readBindings(account, path, roles, report),
    };
    return [{ account: made, path: [...path, "name"] }];
  });
  reportDuplicates(
    accounts.map(({ account, path }) => ({
      key: `${account.namespace}/${account.name}`,
      path,
      message: () =>
        `Duplicate service account ${show(account.name)}: expected each name once in a namespace`,
    })),
    report,
  );
  return accounts.map(({ account }) => account);
}

function readBindings(
  user: Given<"users"> | Given<"serviceAccounts">,
  at: Path,
  roles: readonly Role[],
  report: Report,
): Binding[] {
  const bindings = located(user.bindings, [...at, "bindings"]).flatMap(({ value, path }) => {
    const { role, clusterRole } = value;
    if ((role === undefined) === (clusterRole === undefined)) {
      // What was refused has been told of.
      if (Object.values(value).some((one) => one === undefined)) return [];
      report(path, `Cannot use this as ${formatPath(path)}: expected either role or clusterRole`);
      return [];
    }
    if (clusterRole !== undefined) {
      const binding: Binding = {
        kind: "ClusterRole",
        role: clusterRole,
        ...(value.namespace !== undefined && { namespace: value.namespace }),
      };
      return [{ binding, path }];
    }
    const own = roles.filter(({ name, namespace }) => name === role && namespace !== undefined);
    const namespace = value.namespace ?? (own.length === 1 ? own[0]?.namespace : undefined);
    if (namespace === undefined) {
      const known = own.length === 0
        ? "the spec has no role of this name"
        : "the spec has it in several namespaces";
      report(path, `Missing key "namespace" in ${formatPath(path)}: expected the role's, as ${known}`);
      return [];
    }
    const binding: Binding = { kind: "Role", role: role ?? "", namespace };
    return [{ binding, path }];
  });
  if (bindings.length > 0 && user.name?.includes("%") === true) {
    report(
      [...at, "name"],
      `Cannot bind roles to ${show(user.name)}: expected a name without %, as bindings are named after it`,
    );
  }
  reportDuplicates(
    bindings.map(({ binding, path }) => ({
      key: [binding.kind, binding.role, binding.namespace ?? ""].join(" "),
      path,
      message: () => `Duplicate binding of ${show(binding.role)}: expected each once`,
    })),
    report,
  );
  return bindings.map(({ binding }) => binding);
}

/** Reads the roles. */
export function readRoles(value: Partly<SpecInput>, report: Report): Role[] {
  const roles = located(value.roles, ["roles"]).flatMap(({ value: role, path }) => {
    const rules = located(role.rules, [...path, "rules"]).flatMap(({ value: rule, path }) =>
      readRule(rule, path, role.namespace !== undefined, report)
    );
    if (role.name === undefined) return [];
    const { name, namespace } = role;
    return [{
      role: { name, ...(namespace !== undefined && { namespace }), rules },
      path: [...path, "name"],
    }];
  });
  reportDuplicates(
    roles.map(({ role, path }) => ({
      key: `${role.namespace ?? ""}/${role.name}`,
      path,
      message: () => `Duplicate role ${show(role.name)}: expected each name once in a namespace`,
    })),
    report,
  );
  return roles.map(({ role }) => role);
}

type GivenRule = NonNullable<NonNullable<Given<"roles">["rules"]>[number]>;

/** As Kubernetes checks one (pkg/apis/rbac/validation, `ValidatePolicyRule`). */
function readRule(rule: GivenRule, path: Path, isNamespaced: boolean, report: Report): Rule[] {
  const lists = {
    apiGroups: wordsOf(rule.apiGroups),
    resources: wordsOf(rule.resources),
    resourceNames: wordsOf(rule.resourceNames),
    nonResourceURLs: wordsOf(rule.nonResourceURLs),
  };
  const verbs = wordsOf(rule.verbs) ?? [];
  const name = formatPath(path);
  if (lists.nonResourceURLs !== undefined && lists.nonResourceURLs.length > 0) {
    if (isNamespaced) {
      report(path, `Cannot use nonResourceURLs in ${name}: a role with a namespace has resources only`);
    }
    if (lists.apiGroups ?? lists.resources ?? lists.resourceNames) {
      report(path, `Cannot use ${name}: expected either resources or nonResourceURLs`);
    }
    return [{ nonResourceURLs: lists.nonResourceURLs, verbs }];
  }
  if (lists.resources === undefined || lists.resources.length === 0) {
    if (!Object.hasOwn(rule, "resources") && !Object.hasOwn(rule, "nonResourceURLs")) {
      report(path, `Missing key "resources" in ${name}: expected resources or nonResourceURLs`);
    } else if (rule.resources?.length === 0) {
      report([...path, "resources"], `Cannot use an empty list as ${name}.resources: expected at least one`);
    }
  }
  if (rule.apiGroups?.length === 0) {
    report([...path, "apiGroups"], `Cannot use an empty list as ${name}.apiGroups: expected at least one`);
  }
  const { resourceNames } = lists;
  return [{
    apiGroups: lists.apiGroups ?? [""],
    resources: lists.resources ?? [],
    ...(resourceNames !== undefined && resourceNames.length > 0 && { resourceNames }),
    verbs,
  }];
}

function wordsOf(words: readonly (string | undefined)[] | undefined): string[] | undefined {
  return words?.filter((word) => word !== undefined);
}
