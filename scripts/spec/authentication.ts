/**
 * Who comes in beside those with certificates: the checks that the API server makes when it starts.
 *
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#using-authentication-configuration and
 * k8s.io/apiserver/pkg/apis/apiserver/validation, `ValidateAuthenticationConfiguration`
 *
 * @module
 */
import type { Authentication, ClaimSource, JwtAuthenticator } from "./access_types.ts";
import type { SpecInput } from "./definition.ts";
import type { Path } from "./document.ts";
import { located, type Report } from "./draft.ts";
import { show } from "./identities.ts";
import { reportDuplicates } from "./machines.ts";
import { formatPath, type Partly } from "./shape.ts";
import type { Layout } from "./types.ts";

/** What probes of static pods ask for. */
const HEALTH = ["/livez", "/readyz", "/healthz"];
/** What a joining node asks for first. */
const CLUSTER_INFO = "/api/v1/namespaces/kube-public/configmaps/cluster-info";
/** Name of the webhook in file names and in its client's id. */
export const AUTHENTICATION_WEBHOOK = "authentication";
const MOST_ISSUERS = 64;
const MASTERS = "system:masters";

type Given = Partly<NonNullable<SpecInput["authentication"]>>;
type GivenJwt = NonNullable<NonNullable<Given["jwt"]>[number]>;
type GivenMappings = NonNullable<GivenJwt["claimMappings"]>;

/**
 * Reads who comes in.
 *
 * @param ownIssuer of service-account tokens: the API server takes no other issuer of this name
 */
export function readAuthentication(
  value: Partly<SpecInput>,
  layout: Layout,
  ownIssuer: string,
  report: Report,
): Authentication {
  const given: Given = value.authentication ?? {};
  const webhook = given.webhook;
  return {
    anonymousPaths: readAnonymous(given.anonymous, (value.bootstrapTokens?.length ?? 0) > 0, layout, report),
    jwt: readIssuers(given, ownIssuer, report),
    ...(webhook?.server !== undefined && {
      webhook: {
        name: AUTHENTICATION_WEBHOOK,
        server: webhook.server,
        ...(webhook.certificateAuthority !== undefined &&
          { certificateAuthority: webhook.certificateAuthority }),
        version: webhook.version ?? "v1",
        cacheTTL: webhook.cacheTTL ?? "2m",
      },
    }),
  };
}

function readAnonymous(
  given: Given["anonymous"],
  isBootstrapping: boolean,
  layout: Layout,
  report: Report,
): string[] | undefined {
  const place = ["authentication", "anonymous"];
  const paths = located(given?.paths, [...place, "paths"]);
  reportDuplicates(
    paths.map(({ value, path }) => ({
      key: value,
      path,
      message: (name) => `Duplicate path ${show(name)}: expected each once`,
    })),
    report,
  );
  if (given?.enabled === false) {
    if (paths.length > 0) {
      report([...place, "paths"], "Cannot use paths where authentication.anonymous is not enabled");
    }
    if (layout === "kubeadm") {
      const why = "the probes of its static pods have no credential, so that it would be restarted for ever";
      report([...place, "enabled"], `Cannot lock out everybody with files.layout kubeadm: ${why}`);
    }
    return undefined;
  }
  const wanted = given?.paths === undefined ? HEALTH : paths.map(({ value }) => value);
  if (layout === "kubeadm" && given?.paths !== undefined) {
    for (const path of ["/livez", "/readyz"]) {
      if (wanted.includes(path)) continue;
      report(
        [...place, "paths"],
        `Cannot do without ${path} with files.layout kubeadm: its probes ask for it`,
      );
    }
  }
  return [...new Set([...wanted, ...(isBootstrapping ? [CLUSTER_INFO] : [])])];
}

function readIssuers(given: Given, ownIssuer: string, report: Report): JwtAuthenticator[] {
  const issuers = located(given.jwt, ["authentication", "jwt"]);
  for (const { value, path } of issuers) {
    if (value.issuer?.url !== ownIssuer) continue;
    const place = [...path, "issuer", "url"];
    report(
      place,
      `Cannot use ${show(ownIssuer)} as ${formatPath(place)}: service-account tokens have this issuer`,
    );
  }
  if (issuers.length > MOST_ISSUERS) {
    const what = `${issuers.length} issuers as authentication.jwt`;
    report(["authentication", "jwt"], `Cannot use ${what}: expected at most ${MOST_ISSUERS}`);
  }
  for (const key of ["url", "discoveryURL"] as const) {
    reportDuplicates(
      issuers.flatMap(({ value, path }) => {
        const url = value.issuer?.[key];
        return url === undefined ? [] : [{
          key: url,
          path: [...path, "issuer", key],
          message: (name: string) => `Duplicate issuer ${show(name)}: expected each once`,
        }];
      }),
      report,
    );
  }
  return issuers.flatMap(({ value, path }) => readIssuer(value, path, report));
}

function readIssuer(given: GivenJwt, path: Path, report: Report): JwtAuthenticator[] {
  const { issuer, claimMappings } = given;
  const rules = readClaimRules(given, [...path, "claimValidationRules"], report);
  const mappings = claimMappings === undefined
    ? undefined
    : readMappings(claimMappings, [...path, "claimMappings"], report);
  checkEmail(given, path, report);
  checkMasters(given, path, report);
  const userRules = located(given.userValidationRules, [...path, "userValidationRules"]);
  reportSame(
    userRules.map(({ value, path }) => ({ text: value.expression, path: [...path, "expression"] })),
    "expression",
    report,
  );
  if (issuer?.url === undefined || mappings === undefined) return [];
  const { url, discoveryURL, certificateAuthority, egressSelectorType } = issuer;
  const audiences = located(issuer.audiences, [...path, "issuer", "audiences"]);
  reportSame(audiences.map(({ value, path }) => ({ text: value, path })), "audience", report);
  if (discoveryURL !== undefined && discoveryURL.replace(/\/+$/, "") === url.replace(/\/+$/, "")) {
    const place = [...path, "issuer", "discoveryURL"];
    report(place, `Cannot use ${show(discoveryURL)} as ${formatPath(place)}: it is the issuer's url`);
  }
  const matchesAny = issuer.audienceMatchPolicy !== undefined || audiences.length > 1;
  return [{
    issuer: {
      url,
      ...(discoveryURL !== undefined && { discoveryURL }),
      ...(certificateAuthority !== undefined && { certificateAuthority }),
      audiences: audiences.map(({ value }) => value),
      ...(matchesAny && { audienceMatchPolicy: "MatchAny" }),
      ...(egressSelectorType !== undefined && { egressSelectorType }),
    },
    ...(rules.length > 0 && { claimValidationRules: rules }),
    claimMappings: mappings,
    ...(userRules.length > 0 && {
      userValidationRules: userRules.map(({ value: { expression = "", message } }) => ({
        expression,
        ...(message !== undefined && { message }),
      })),
    }),
  }];
}

type ClaimRule = NonNullable<JwtAuthenticator["claimValidationRules"]>[number];

function readClaimRules(given: GivenJwt, path: Path, report: Report): ClaimRule[] {
  const rules = located(given.claimValidationRules, path);
  for (const { value, path } of rules) {
    checkEither(value, path, report);
    for (const [key, other] of [["message", "claim"], ["requiredValue", "expression"]] as const) {
      if (value[key] === undefined || value[other] === undefined) continue;
      report([...path, key], `Cannot use ${key} beside ${other} in ${formatPath(path)}`);
    }
  }
  for (const key of ["claim", "expression"] as const) {
    reportSame(rules.map(({ value, path }) => ({ text: value[key], path: [...path, key] })), key, report);
  }
  return rules.map(({ value }) => present(value));
}

function readMappings(
  given: GivenMappings,
  path: Path,
  report: Report,
): JwtAuthenticator["claimMappings"] {
  const { username, groups, uid } = given;
  if (username !== undefined) checkEither(username, [...path, "username"], report);
  for (const [key, source] of [["username", username], ["groups", groups]] as const) {
    if (source === undefined) continue;
    checkPrefix(source, [...path, key], report);
  }
  if (groups?.claim !== undefined && groups.expression !== undefined) {
    checkEither(groups, [...path, "groups"], report);
  }
  if (uid?.claim !== undefined && uid.expression !== undefined) {
    checkEither(uid, [...path, "uid"], report);
  }
  const extra = located(given.extra, [...path, "extra"]);
  reportSame(extra.map(({ value, path }) => ({ text: value.key, path: [...path, "key"] })), "key", report);
  return {
    username: present(username ?? {}),
    ...(groups !== undefined && { groups: present(groups) }),
    ...(uid !== undefined && { uid: present(uid) }),
    ...(extra.length > 0 && {
      extra: extra.map(({ value: { key = "", valueExpression = "" } }) => ({ key, valueExpression })),
    }),
  };
}

function checkEither(
  { claim, expression }: { readonly claim?: string | undefined; readonly expression?: string | undefined },
  path: Path,
  report: Report,
): void {
  if ((claim === undefined) === (expression === undefined)) {
    report(path, `Cannot use this as ${formatPath(path)}: expected either claim or expression`);
  }
}

function checkPrefix(
  { claim, prefix, expression }: { readonly [Key in keyof ClaimSource]?: string | undefined },
  path: Path,
  report: Report,
): void {
  if (claim !== undefined && expression === undefined && prefix === undefined) {
    const wanted = 'expected one, so that no issuer can name somebody of the cluster, or "" for none';
    report(path, `Missing key "prefix" in ${formatPath(path)}: ${wanted}`);
  }
  if (expression !== undefined && prefix !== undefined) {
    report([...path, "prefix"], `Cannot use prefix beside expression in ${formatPath(path)}`);
  }
}

const EMAIL = /\bclaims\s*\.\s*\??\s*email\b/;
const EMAIL_VERIFIED = /\bclaims\s*\.\s*\??\s*email_verified\b/;

/** Nobody who comes with a token is to be in the group that no rule limits. */
function checkMasters({ claimMappings }: GivenJwt, path: Path, report: Report): void {
  if (claimMappings?.groups?.expression?.includes(MASTERS) !== true) return;
  const place = [...path, "claimMappings", "groups", "expression"];
  report(
    place,
    `Cannot use ${MASTERS} in ${formatPath(place)}: no rule limits who is in it; expected another group`,
  );
}

/** An address that nobody verified is anybody's; the API server looks for the same in the parsed expressions. */
function checkEmail({ claimMappings, claimValidationRules }: GivenJwt, path: Path, report: Report): void {
  const username = claimMappings?.username?.expression ?? "";
  if (!EMAIL.test(username)) return;
  const others = [
    ...(claimMappings?.extra ?? []).map((one) => one?.valueExpression ?? ""),
    ...(claimValidationRules ?? []).map((rule) => rule?.expression ?? ""),
  ];
  if ([username, ...others].some((expression) => EMAIL_VERIFIED.test(expression))) return;
  const place = [...path, "claimMappings", "username", "expression"];
  const why = "expected claims.email_verified to be looked at too, here, in extra or in claimValidationRules";
  report(place, `Cannot use claims.email alone in ${formatPath(place)}: ${why}`);
}

function reportSame(
  items: readonly { readonly text: string | undefined; readonly path: Path }[],
  what: string,
  report: Report,
): void {
  reportDuplicates(
    items.flatMap(({ text, path }) =>
      text === undefined ? [] : [{
        key: text,
        path,
        message: (name: string) => `Duplicate ${what} ${show(name)}: expected each once`,
      }]
    ),
    report,
  );
}

/** Without the keys that were refused or are not there. */
function present<T extends object>(value: T): { [K in keyof T]: NonNullable<T[K]> } {
  const kept = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(kept) as { [K in keyof T]: NonNullable<T[K]> };
}
