/**
 * Who is asked what somebody may do: the checks that the API server makes when it starts.
 *
 * https://kubernetes.io/docs/reference/access-authn-authz/authorization/ and
 * k8s.io/apiserver/pkg/apis/apiserver/validation, `ValidateAuthorizationConfiguration`
 *
 * @module
 */
import type { AbacPolicy, Authorizer } from "./access_types.ts";
import { AUTHENTICATION_WEBHOOK } from "./authentication.ts";
import type { SpecInput } from "./definition.ts";
import type { Path } from "./document.ts";
import { located, type Report } from "./draft.ts";
import { show } from "./identities.ts";
import { reportDuplicates } from "./machines.ts";
import { parseGoDuration } from "./scalars.ts";
import { formatPath, isRefused, type Partly } from "./shape.ts";

const DEFAULT: readonly Authorizer[] = [{ type: "Node", name: "node" }, { type: "RBAC", name: "rbac" }];

/** What kubelets, and all other parts of the cluster, have their rights from. */
const NEEDED = { Node: "kubelets have their rights from it", RBAC: "all others have their rights from it" };
/** Who has said nothing of who they are. */
const UNAUTHENTICATED = "system:unauthenticated";
const ANONYMOUS = "system:anonymous";
const LONGEST_TIMEOUT = 30;
const MOST_CONDITIONS = 64;
const LONGEST_NAME = 100;

type Given = NonNullable<NonNullable<Partly<SpecInput>["authorization"]>[number]>;

/** Reads who is asked. */
export function readAuthorization(value: Partly<SpecInput>, report: Report): readonly Authorizer[] {
  if (value.authorization === undefined) return isRefused(value, "authorization") ? [] : DEFAULT;
  const given = located(value.authorization, ["authorization"]);
  const authorizers = given.flatMap(({ value, path }) => readAuthorizer(value, path, report));
  reportDuplicates(
    given.flatMap(({ value: { type }, path }) =>
      // Only a webhook may be asked several times over.
      type === undefined || type === "Webhook" ? [] : [{
        key: type,
        path: [...path, "type"],
        message: (name: string) => `Duplicate authorizer ${name}: expected each type once, save Webhook`,
      }]
    ),
    report,
  );
  reportDuplicates(
    // Of those that are one of their type the type is told, if that stands there twice.
    given.filter(({ value: { type } }, index) =>
      type === "Webhook" || given.findIndex(({ value }) => value.type === type) === index
    ).flatMap(({ value: { type, name }, path }) =>
      type === undefined ? [] : [{
        key: type === "Webhook" ? name ?? nameOf(type) : nameOf(type),
        path: [...path, "name"],
        message: (name: string) => `Duplicate name ${show(name)} of an authorizer: expected each once`,
      }]
    ),
    report,
  );
  // What was refused may have been the one that is missed.
  if (value.authorization.some((one) => one?.type === undefined)) return authorizers;
  for (const type of ["Node", "RBAC"] as const) {
    if (given.some(({ value }) => value.type === type)) continue;
    report(["authorization"], `Cannot do without ${type} in authorization: ${NEEDED[type]}`);
  }
  return authorizers;
}

/** The one name that the API server takes (pkg/kubeapiserver/authorizer, `GetNameForAuthorizerMode`); a webhook's default. */
function nameOf(type: NonNullable<Given["type"]>): string {
  return type.toLowerCase();
}

function readAuthorizer(given: Given, path: Path, report: Report): Authorizer[] {
  const { type } = given;
  if (type === undefined) return [];
  const name = given.name ?? nameOf(type);
  if (type !== "Webhook" && name !== nameOf(type)) {
    report(
      [...path, "name"],
      `Cannot use ${show(name)} as ${formatPath(path)}.name: the API server wants ${type} to be "${
        nameOf(type)
      }"`,
    );
  }
  for (const [key, owner] of [["policies", "ABAC"], ["webhook", "Webhook"]] as const) {
    if (type !== owner && Object.hasOwn(given, key)) {
      report([...path, key], `Cannot use ${key} in ${formatPath(path)}: it is for ${owner}`);
    }
    if (type === owner && !Object.hasOwn(given, key)) {
      report(path, `Missing key "${key}" in ${formatPath(path)}: ${owner} needs it`);
    }
  }
  switch (type) {
    case "Node":
    case "RBAC":
      return [{ type, name }];
    case "ABAC": {
      const policies = located(given.policies, [...path, "policies"]);
      return [{ type, name, policies: policies.map(({ value, path }) => readPolicy(value, path, report)) }];
    }
    case "Webhook":
      return readWebhook(given.webhook, name, path, report);
  }
}

type GivenPolicy = NonNullable<NonNullable<Given["policies"]>[number]>;

/** A rule that matches nothing is a mistake (pkg/auth/authorizer/abac, `matches`). */
function readPolicy(given: GivenPolicy, path: Path, report: Report): AbacPolicy {
  const { user, group, namespace, resource, apiGroup, nonResourcePath } = given;
  if (!Object.hasOwn(given, "user") && !Object.hasOwn(given, "group")) {
    report(path, `Missing key "user" in ${formatPath(path)}: expected user or group`);
  }
  if (user !== undefined && group !== undefined && (user === "*") !== (group === "*")) {
    // pkg/apis/abac/v1beta1, conversion: a star in one is everybody authenticated, and the other does not count.
    const key = user === "*" ? "user" : "group";
    report(
      [...path, key],
      `Cannot use "*" as ${formatPath(path)}.${key} beside a name: it would be everybody's rule`,
    );
  }
  if (group === UNAUTHENTICATED || user === ANONYMOUS) {
    const key = group === UNAUTHENTICATED ? "group" : "user";
    report(
      [...path, key],
      `Cannot use ${show(given[key] ?? "")} as ${formatPath(path)}.${key}: it is whoever has no credential`,
    );
  }
  const isOfResources = Object.hasOwn(given, "resource");
  if (isOfResources === Object.hasOwn(given, "nonResourcePath")) {
    report(path, `Cannot use this as ${formatPath(path)}: expected either resource or nonResourcePath`);
  }
  for (const key of ["namespace", "apiGroup"] as const) {
    if (!isOfResources && given[key] !== undefined) {
      report([...path, key], `Cannot use ${key} without resource in ${formatPath(path)}`);
    }
  }
  return {
    ...(user !== undefined && { user }),
    ...(group !== undefined && { group }),
    ...(namespace !== undefined && { namespace }),
    ...(resource !== undefined && { resource }),
    ...(apiGroup !== undefined && { apiGroup }),
    ...(nonResourcePath !== undefined && { nonResourcePath }),
    ...(given.readonly === true && { readonly: true }),
  };
}

function readWebhook(given: Given["webhook"], name: string, at: Path, report: Report): Authorizer[] {
  if (name === AUTHENTICATION_WEBHOOK) {
    report(
      [...at, "name"],
      `Cannot use "${name}" as an authorizer's name: the webhook that knows tokens has it`,
    );
  }
  if (name.length > LONGEST_NAME) {
    const what = `a name of ${name.length} characters for a webhook`;
    report(
      [...at, "name"],
      `Cannot use ${what}: expected at most ${LONGEST_NAME}, as files are named after it`,
    );
  }
  if (given?.server === undefined) return [];
  const path = [...at, "webhook"];
  const timeout = given.timeout ?? "3s";
  if ((parseGoDuration(timeout) ?? 0) > LONGEST_TIMEOUT) {
    report(
      [...path, "timeout"],
      `Cannot use "${timeout}" as ${formatPath(path)}.timeout: expected at most 30s`,
    );
  }
  const conditions = located(given.matchConditions, [...path, "matchConditions"]);
  if (conditions.length > MOST_CONDITIONS) {
    const what = `${conditions.length} expressions as ${formatPath(path)}.matchConditions`;
    report([...path, "matchConditions"], `Cannot use ${what}: expected at most ${MOST_CONDITIONS}`);
  }
  reportDuplicates(
    conditions.map(({ value, path }) => ({
      key: value,
      path,
      message: (text) => `Duplicate expression ${show(text)}: expected each once`,
    })),
    report,
  );
  const { server, certificateAuthority } = given;
  return [{
    type: "Webhook",
    name,
    webhook: { name, server, ...(certificateAuthority !== undefined && { certificateAuthority }) },
    timeout,
    authorizedTTL: given.authorizedTTL ?? "5m",
    unauthorizedTTL: given.unauthorizedTTL ?? "30s",
    failurePolicy: given.failurePolicy ?? "Deny",
    subjectAccessReviewVersion: given.subjectAccessReviewVersion ?? "v1",
    matchConditions: conditions.map(({ value }) => value),
  }];
}
