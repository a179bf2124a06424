/**
 * What the documents of a cluster say: files of tokens, manifests of bootstrap tokens, key sets. Secrets stand in a plan
 * by name only.
 *
 * @module
 */
import { endOf } from "../shared/time.ts";
import type { Spec } from "../spec/types.ts";
import type { DocumentForm } from "./templates.ts";
import type { DocumentContent, PlannedToken, SecretRef, StaticLine } from "./types.ts";

/** What documents need of a plan. */
export interface DocumentGround {
  readonly spec: Spec;
  /** The cluster's `https://host:port`. */
  readonly server: string;
  /** From when times count, in Unix seconds. */
  readonly notBefore: number;
  readonly generationOf: (id: string) => number;
}

/** Ids of the secrets that a spec asks for and that the seed gives: `generations` may name them. */
export function secretIds({ users, bootstrapTokens }: Spec): string[] {
  return [
    ...users.flatMap(({ name, token }) => token === undefined ? [] : [tokenId(name)]),
    ...users.flatMap(({ name, password }) => password === undefined ? [] : [passwordId(name)]),
    ...bootstrapTokens.map(({ name }) => bootstrapId(name)),
  ];
}

const tokenId = (user: string): string => `token/${user}`;
const passwordId = (user: string): string => `password/${user}`;
const bootstrapId = (name: string): string => `bootstrap-token/${name}`;

/** Where verifiers of service-account tokens find the keys: below the issuer, as the API server serves them. */
export function jwksUriOf({ apiServer }: Spec): string {
  return `${apiServer.serviceAccountIssuer}/openid/v1/jwks`;
}

/** Says what a document says. */
export function documentContent(form: DocumentForm, ground: DocumentGround): DocumentContent {
  const { spec, server } = ground;
  switch (form) {
    case "static-tokens":
      return { form, lines: staticLines("token", ground) };
    case "static-passwords":
      return { form, lines: staticLines("password", ground) };
    case "bootstrap-secrets":
      return { form, tokens: plannedTokens(ground) };
    case "bootstrap-kubeconfig": {
      const tokens = plannedTokens(ground).filter(({ usages }) => usages.includes("authentication"));
      return { form, server, tokens: tokens.slice(0, 1) };
    }
    case "cluster-info":
      return {
        form,
        server,
        tokens: plannedTokens(ground).filter(({ usages }) => usages.includes("signing")),
      };
    case "discovery":
    case "key-set":
    case "retired-keys":
      return {
        form,
        issuer: spec.apiServer.serviceAccountIssuer,
        jwksUri: jwksUriOf(spec),
        keyAlgorithm: spec.keys.serviceAccount,
        retired: spec.keys.retiredServiceAccount,
      };
  }
}

function staticLines(what: "token" | "password", { spec, generationOf }: DocumentGround): StaticLine[] {
  const idOf = what === "token" ? tokenId : passwordId;
  return spec.users.flatMap((user) => {
    if (user[what] === undefined) return [];
    const { name, uid, groups } = user;
    return [{ secret: secretRef(idOf(name), generationOf), user: name, uid, groups }];
  });
}

function plannedTokens({ spec, notBefore, generationOf }: DocumentGround): PlannedToken[] {
  return spec.bootstrapTokens.map(({ name, description, groups, usages, validity }) => ({
    secret: secretRef(bootstrapId(name), generationOf),
    ...(description !== undefined && { description }),
    groups,
    usages,
    expiration: endOf(validity.value, notBefore),
  }));
}

function secretRef(id: string, generationOf: (id: string) => number): SecretRef {
  return { id, generation: generationOf(id) };
}
