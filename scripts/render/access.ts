/**
 * What templates say of who comes in and who is asked: AuthenticationConfiguration, AuthorizationConfiguration, ABAC.
 *
 * https://kubernetes.io/docs/reference/config-api/apiserver-config.v1/
 *
 * @module
 */
import { jwksUriOf } from "../plan/documents.ts";
import { featuresOf } from "../plan/features.ts";
import type { AbacPolicy, Authorizer, JwtAuthenticator } from "../spec/access_types.ts";
import type { Spec } from "../spec/types.ts";
import { CONFIG, webhookPath } from "./layouts.ts";
import type { Value } from "./types.ts";

/** What stands for it. */
export function accessValues(spec: Spec): [string, Value][] {
  const { authentication, authorization } = spec;
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
    ["accessArguments", accessArguments(spec)],
    ["abacPolicies", authorization.flatMap((one) => one.type === "ABAC" ? one.policies.map(policyLine) : [])],
  ];
}

/**
 * What kubeadm's API server must be told beside the two configurations, as arguments of ClusterConfiguration; one that
 * stands there twice takes the place of kubeadm's own (cmd/kubeadm/app/util, `ArgumentsToCommand`).
 */
function accessArguments(spec: Spec): Value[] {
  const { apiServer, authentication: { webhook } } = spec;
  const features = featuresOf(spec);
  const of = (name: string, value: string): Value => ({ name, value });
  return [
    ...(webhook === undefined ? [] : [
      of("authentication-token-webhook-cache-ttl", webhook.cacheTTL),
      of("authentication-token-webhook-config-file", webhookPath(webhook.name)),
      of("authentication-token-webhook-version", webhook.version),
    ]),
    ...(features.has("abac") ? [of("authorization-policy-file", `${CONFIG}/abac-policy.jsonl`)] : []),
    ...(features.has("issuing")
      ? [
        of("service-account-issuer", apiServer.serviceAccountIssuer),
        of("service-account-jwks-uri", jwksUriOf(spec)),
      ]
      : []),
    ...(features.has("rotating")
      ? [
        of("service-account-key-file", "/etc/kubernetes/pki/sa.pub"),
        of("service-account-key-file", `${CONFIG}/retired-service-account-keys.pub`),
      ]
      : []),
    ...(features.has("tokens") ? [of("token-auth-file", `${CONFIG}/tokens.csv`)] : []),
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
