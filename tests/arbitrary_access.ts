/**
 * The part of valid specs that says who comes in with a token and who is asked, and what all arbitraries share.
 *
 * @module
 */
import fc from "npm:fast-check@4.10.2";
import type { SpecInput } from "../mod.ts";

/** An RFC 1123 label of few characters. */
export const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/);
/** A DNS name of one to three of them. */
export const dnsName = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join("."));

/** A mapping of which any key may be missing, as JSON leaves undefined out. */
export function sparse<T extends Record<string, unknown>>(
  model: { [K in keyof T]: fc.Arbitrary<T[K]> },
): fc.Arbitrary<Partial<T>> {
  return fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
}

/** A person; a group with a comma cannot stand in a file of tokens. */
export function userOf(
  name: fc.Arbitrary<string>,
  groups: fc.Arbitrary<string[]>,
): fc.Arbitrary<NonNullable<SpecInput["users"]>[number]> {
  return fc.record({ name, groups, token: fc.boolean(), namespace: label }).map(({ token, ...rest }) => ({
    ...rest,
    token: token && !rest.groups.some((group) => group.includes(",")),
  }));
}

const webhook = fc.record({ server: dnsName.map((name) => `https://${name}/ask`) });

/** Who comes in with a token, and who is asked. */
export const access = {
  bootstrapTokens: fc.uniqueArray(
    fc.record({
      name: label,
      groups: fc.subarray(["system:bootstrappers:workers", "system:bootstrappers:a:b"]),
      usages: fc.shuffledSubarray<"authentication" | "signing">(["authentication", "signing"], {
        minLength: 1,
      }),
      validity: fc.constantFrom("1h", "24h", "30d"),
    }),
    { maxLength: 3, selector: ({ name }) => name },
  ),
  serviceAccounts: fc.uniqueArray(fc.record({ name: label }), { maxLength: 2, selector: ({ name }) => name }),
  authentication: sparse({
    // Probes of kubeadm's static pods need both.
    anonymous: sparse<{ enabled: boolean; paths: string[] }>({
      enabled: fc.constant(true),
      paths: fc.boolean().map((): string[] => ["/livez", "/readyz"]),
    }),
    webhook,
    jwt: fc.uniqueArray(dnsName, { maxLength: 2 }).map((names) =>
      names.map((name) => ({
        issuer: { url: `https://${name}`, audiences: ["lab"] },
        claimMappings: { username: { claim: "sub", prefix: `${name}:` } },
      }))
    ),
  }),
  authorization: fc.tuple(
    fc.boolean(),
    fc.uniqueArray(label.map((name) => `w-${name}`), { maxLength: 2 }),
    webhook,
  )
    .map(([isAbac, names, webhook]) => [
      { type: "RBAC" as const },
      ...(isAbac
        ? [{ type: "ABAC" as const, policies: [{ user: "*", nonResourcePath: "/version", readonly: true }] }]
        : []),
      ...names.map((name) => ({ type: "Webhook" as const, name, webhook })),
      { type: "Node" as const },
    ]),
};
