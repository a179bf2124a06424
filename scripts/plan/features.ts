/**
 * What some specs have and others have not, and which lines of the catalogue count for that.
 *
 * @module
 */
import type { Webhook } from "../spec/access_types.ts";
import type { Spec } from "../spec/types.ts";
import type { CatalogueEntry, Feature } from "./templates.ts";

/** What a spec has. */
export function featuresOf(spec: Spec): ReadonlySet<Feature> {
  const { users, bootstrapTokens, serviceAccounts, apiServer, keys, authorization } = spec;
  const isIssuing = serviceAccounts.length > 0 ||
    apiServer.serviceAccountIssuer !== `https://kubernetes.default.svc.${spec.clusterDomain}`;
  const has: Readonly<Record<Feature, boolean>> = {
    tokens: users.some(({ token }) => token !== undefined),
    passwords: users.some(({ password }) => password !== undefined),
    bootstrap: bootstrapTokens.length > 0,
    joining: bootstrapTokens.some(({ usages }) => usages.includes("authentication")),
    vouching: bootstrapTokens.some(({ usages }) => usages.includes("signing")),
    issuing: isIssuing,
    abac: authorization.some(({ type }) => type === "ABAC"),
    rotating: keys.retiredServiceAccount.length > 0,
  };
  return new Set((Object.keys(has) as Feature[]).filter((feature) => has[feature]));
}

/** The servers that the API server asks. */
export function webhooksOf({ authentication, authorization }: Spec): Webhook[] {
  return [
    ...(authentication.webhook === undefined ? [] : [authentication.webhook]),
    ...authorization.flatMap((one) => one.type === "Webhook" ? [one.webhook] : []),
  ];
}

/** Prepares a function that says whether a line of the table counts for a spec. */
export function chooserOf(spec: Spec): (entry: CatalogueEntry) => boolean {
  const features = featuresOf(spec);
  return ({ layout, when }) =>
    (layout === undefined || layout === spec.layout) && (when === undefined || features.has(when));
}
