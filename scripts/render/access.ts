/**
 * What templates say of who comes in and who is asked: AuthenticationConfiguration, AuthorizationConfiguration, ABAC.
 *
 * https://kubernetes.io/docs/reference/config-api/apiserver-config.v1/
 *
 * @module
 */
import type { AbacPolicy, Authorizer, JwtAuthenticator, Spec } from "../spec/types.ts";
import { webhookPath } from "./layouts.ts";
import type { Value } from "./types.ts";

/** What stands for it. */
export function accessValues({ authentication, authorization }: Spec): [string, Value][] {
  const { anonymousPaths, jwt, webhook } = authentication;
  const anonymous: Value = anonymousPaths === undefined
    ? { enabled: false }
    : { enabled: true, conditions: anonymousPaths.map((path) => ({ path })) };
  return [
    ["anonymous", anonymous],
    ["jwt", jwt.length === 0 ? undefined : jwt.map(jwtValue)],
    ["tokenWebhook", webhook === undefined ? undefined : webhookPath(webhook.name)],
    ["tokenWebhookVersion", webhook?.version],
    ["tokenWebhookCacheTTL", webhook?.cacheTTL],
    ["authorizers", authorization.map(authorizerValue)],
    ["abacPolicies", authorization.flatMap((one) => one.type === "ABAC" ? one.policies.map(policyLine) : [])],
  ];
}

/** The spec says it by the names of the configuration. */
function jwtValue(
  { issuer, claimValidationRules, claimMappings, userValidationRules }: JwtAuthenticator,
): Value {
  const { username, groups, uid, extra } = claimMappings;
  return {
    issuer: { ...issuer },
    claimValidationRules: claimValidationRules?.map((rule) => ({ ...rule })),
    claimMappings: {
      username: { ...username },
      // An empty prefix is none, and the API server wants it said.
      groups: groups && { ...groups },
      uid: uid && { ...uid },
      extra: extra?.map((one) => ({ ...one })),
    },
    userValidationRules: userValidationRules?.map((rule) => ({ ...rule })),
  };
}

function authorizerValue(authorizer: Authorizer): Value {
  const { type, name } = authorizer;
  if (authorizer.type !== "Webhook") return { type, name };
  const { timeout, authorizedTTL, unauthorizedTTL, failurePolicy, matchConditions } = authorizer;
  const hasConditions = matchConditions.length > 0;
  return {
    type,
    name,
    webhook: {
      authorizedTTL,
      unauthorizedTTL,
      timeout,
      subjectAccessReviewVersion: authorizer.subjectAccessReviewVersion,
      matchConditionSubjectAccessReviewVersion: hasConditions ? "v1" : undefined,
      failurePolicy,
      connectionInfo: { type: "KubeConfigFile", kubeConfigFile: webhookPath(authorizer.webhook.name) },
      matchConditions: hasConditions ? matchConditions.map((expression) => ({ expression })) : undefined,
    },
  };
}

/** One line of an ABAC policy file. */
function policyLine(policy: AbacPolicy): string {
  return JSON.stringify({
    apiVersion: "abac.authorization.kubernetes.io/v1beta1",
    kind: "Policy",
    spec: { ...policy },
  });
}
