/**
 * A cluster with everything that lets in or is asked, and secrets as the design says, by the platform's HKDF.
 *
 * @module
 */
import { hkdfSync } from "node:crypto";
import { parseSeed } from "../scripts/issue/seed.ts";
import { SEED, spec } from "./run.ts";

const { entropy } = parseSeed(SEED, "seed");

/**
 * A secret of 0-9 and a-z (design, section 10): bytes of the stream below 252, modulo 36.
 *
 * @param id such as `token/jane`
 * @param length in characters
 */
export function secretText(id: string, length: number, generation = 1, cluster = "lab"): string {
  const authority = hkdfSync("sha256", entropy, "hardway/v1", `authority:${cluster}/credentials`, 32);
  const info = `secret:${id}#${generation}`;
  const stream = hkdfSync("sha256", new Uint8Array(authority), "hardway/v1", info, 400);
  return [...new Uint8Array(stream)].filter((byte) => byte < 252)
    .map((byte) => "0123456789abcdefghijklmnopqrstuvwxyz".charAt(byte % 36)).join("").slice(0, length);
}

/** The two parts of a bootstrap token. */
export function bootstrapParts(name: string, generation = 1): readonly [id: string, secret: string] {
  const text = secretText(`bootstrap-token/${name}`, 22, generation);
  return [text.slice(0, 6), text.slice(6)];
}

/** Everything that lets in; passwords are of another time, and have a spec of their own. */
export const ACCESS = `users:
- { name: jane, groups: [dev, ops], token: true, namespace: dev }
- { name: joe, uid: "1001", token: { valueFile: joe.token } }
bootstrapTokens: [{ name: join, groups: ["system:bootstrappers:w"] }, { name: vouch, usages: [signing] }]
serviceAccounts: [{ name: bot }]
authentication:
  jwt: [{ issuer: { url: "https://login.example.com", audiences: [lab] }, claimMappings: { username: { claim: sub, prefix: "login:" } } }]
  webhook: { server: "https://10.240.0.10:9443/authenticate" }
authorization:
- { type: Node }
- { type: RBAC }
- { type: ABAC, policies: [{ user: bob, namespace: "*", resource: pods, readonly: true }] }
- { type: Webhook, name: ldap, webhook: { server: "https://10.240.0.10:9443/authorize" } }
`;

/** The spec with all of it, its service-account key in the second generation. */
export const ACCESS_SPEC = spec(`${ACCESS}generations: { service-account: 2 }\n`)
  .replace("keys: { ", "keys: { retiredServiceAccount: [1], ");

/** What `joe.token` holds. */
export const GIVEN = 'given-by,the"user';
/** Its field in a file of static tokens. */
export const GIVEN_FIELD = '"given-by,the""user"';
