/**
 * An OpenID issuer: its documents, its tokens, and whom the API server takes their bearers for.
 *
 * @module
 */
import assert from "node:assert/strict";
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { AuditLog } from "../checks/who.ts";
import type { Cluster } from "../cluster.ts";
import { Bearer } from "./bearer.ts";
import { DIRECTORY, ISSUER, STAFF_ISSUER } from "./spec.ts";

type Claims = Readonly<Record<string, unknown>>;

/** Both issuers, which have one key: what they publish, and tokens. */
export class Issuer {
  readonly #key: KeyObject;
  /** What the directory has to serve, by path. */
  readonly documents: Readonly<Record<string, unknown>>;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    this.#key = privateKey;
    const discovery = (issuer: string): Claims => ({
      issuer,
      jwks_uri: `${DIRECTORY}/keys`,
      authorization_endpoint: `${DIRECTORY}/authorize`,
      response_types_supported: ["id_token"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
    });
    this.documents = {
      "/issuer/.well-known/openid-configuration": discovery(ISSUER),
      "/staff/discovery": discovery(STAFF_ISSUER),
      "/keys": { keys: [{ ...publicKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: "one" }] },
    };
  }

  /** Signs claims (RFC 7519), with the issuer's key or another. */
  token(claims: Claims, key = this.#key): string {
    const encode = (value: unknown): string =>
      new TextEncoder().encode(JSON.stringify(value)).toBase64({ alphabet: "base64url", omitPadding: true });
    const input = `${encode({ alg: "RS256", kid: "one", typ: "JWT" })}.${encode(claims)}`;
    const signature = new Uint8Array(sign("sha256", new TextEncoder().encode(input), key));
    return `${input}.${signature.toBase64({ alphabet: "base64url", omitPadding: true })}`;
  }
}

/** Bearers are who the mappings make of the claims; what a rule refuses does not come in. */
export async function checkIssuers(cluster: Cluster, issuer: Issuer): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: ISSUER,
    aud: "lab",
    sub: "ann",
    uid: "7",
    groups: ["readers", "writers"],
    team: "blue",
    hd: "example.org",
    iat: now - 60,
    exp: now + 600,
  };
  const bearer = await Bearer.of(cluster, issuer.token(claims));
  const user = await bearer.whoAmI();
  const groups = ["oidc:readers", "oidc:writers", "system:authenticated"];
  assert.deepEqual([user.username, user.uid, user.groups], ["oidc:ann", "7", groups]);
  assert.deepEqual(user.extra?.["example.org/team"], ["blue"]);
  const path = "/api/v1/namespaces/asked-for-with-a-web-token";
  assert.equal((await bearer.get(path)).status, 403);
  const event = (await new AuditLog(cluster, "server").read()).find(({ requestURI }) =>
    requestURI.startsWith(path)
  );
  assert.deepEqual([event?.user.username, event?.user.groups], ["oidc:ann", groups]);

  const staff = {
    iss: STAFF_ISSUER,
    aud: ["lab"],
    email: "bea@example.org",
    email_verified: true,
    roles: ["night"],
    iat: now - 60,
    exp: now + 600,
  };
  const bea = await (await Bearer.of(cluster, issuer.token(staff))).whoAmI();
  assert.deepEqual([bea.username, bea.groups], ["staff:bea@example.org", [
    "night",
    "system:authenticated",
  ]]);

  const accepted = [{ aud: "other" }, { aud: ["x", "lab"] }, { groups: "readers" }];
  for (const changed of accepted) {
    const other = await Bearer.of(cluster, issuer.token({ ...claims, ...changed }));
    assert.equal((await other.get("/api")).status, 200, JSON.stringify(changed));
  }
  const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const refused: readonly (readonly [why: string, token: string])[] = [
    ["a claim with another value", issuer.token({ ...claims, hd: "example.com" })],
    ["a claim that is missing", issuer.token({ ...claims, hd: undefined })],
    ["a rule over claims", issuer.token({ ...claims, exp: claims.iat + 3601 })],
    ["a rule over the user", issuer.token({ ...claims, sub: "system:admin" })],
    ["another audience", issuer.token({ ...claims, aud: "elsewhere" })],
    ["an issuer that nobody named", issuer.token({ ...claims, iss: `${DIRECTORY}/other` })],
    ["one issuer's claims from the other", issuer.token({ ...claims, iss: STAFF_ISSUER })],
    ["a token that has ended", issuer.token({ ...claims, iat: now - 1200, exp: now - 600 })],
    ["another key", issuer.token(claims, stranger)],
    ["an address that nobody verified", issuer.token({ ...staff, email_verified: false })],
  ];
  for (const [why, token] of refused) await (await Bearer.of(cluster, token)).isRefused(why);
}
