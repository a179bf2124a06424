/**
 * The cluster of the access test: everybody whom a spec can let in, by every way, and every authorizer.
 *
 * @module
 */
import { provision, type SpecInput } from "../../../../mod.ts";
import { SEED } from "../../judged.ts";

/** Where the API server is. */
export const SERVER = "https://10.240.0.10:6443";
/** Where the server is that knows tokens, rights and issuers: it runs on the workstation. */
export const DIRECTORY = "https://10.240.0.250:8443";
/** The same by another port, where its certificate is of another CA. */
export const OTHER_DIRECTORY = "https://10.240.0.250:8444";
/** Issuer of service-account tokens. */
export const SERVICE_ACCOUNT_ISSUER = "https://tokens.example.org/lab";
/** Issuers that the directory plays: found below its own URL, and by another one. */
export const ISSUER = `${DIRECTORY}/issuer`;
export const STAFF_ISSUER = "https://staff.example.org";
/** What `john.token` holds: what has to be quoted in CSV. */
export const JOHNS_TOKEN = 'a,"b"=c';

/** Which keys write, and which only read any more; after the rotation nobody may ask without a credential either. */
export type Rotation = "before" | "after";

/** Where bundles put things. */
export type Layout = "hard-way" | "kubeadm";

/** CAs of the cluster, PEM. */
export interface Authorities {
  readonly kubernetes: string;
  readonly frontProxy: string;
}

/** Version of reviews that the API server is to write, by layout. */
export const REVIEW_VERSION = { "hard-way": "v1", kubeadm: "v1beta1" } as const;

const issuers: (authority: string) => NonNullable<NonNullable<SpecInput["authentication"]>["jwt"]> = (
  authority,
) => [
  {
    issuer: { url: ISSUER, certificateAuthority: authority, audiences: ["lab", "other"] },
    claimValidationRules: [
      { claim: "hd", requiredValue: "example.org" },
      { expression: "claims.exp - claims.iat <= 3600", message: "a token is good for an hour at most" },
    ],
    claimMappings: {
      username: { claim: "sub", prefix: "oidc:" },
      groups: { claim: "groups", prefix: "oidc:" },
      uid: { claim: "uid" },
      extra: [{ key: "example.org/team", valueExpression: "claims.team" }],
    },
    userValidationRules: [
      { expression: "!user.username.startsWith('oidc:system:')", message: "nobody is of the system" },
    ],
  },
  {
    issuer: {
      url: STAFF_ISSUER,
      discoveryURL: `${DIRECTORY}/staff/discovery`,
      certificateAuthority: authority,
      audiences: ["lab"],
    },
    claimMappings: {
      username: { expression: "claims.email_verified ? 'staff:' + claims.email : ''" },
      groups: { expression: "claims.roles" },
    },
  },
];

const authorizers: (layout: Layout, authority: string) => NonNullable<SpecInput["authorization"]> = (
  layout,
  authority,
) => [
  { type: "Node" },
  { type: "RBAC" },
  {
    type: "Webhook",
    name: "strict",
    webhook: {
      server: `${DIRECTORY}/authorize/strict`,
      subjectAccessReviewVersion: REVIEW_VERSION[layout],
      timeout: "1s",
      authorizedTTL: "1s",
      unauthorizedTTL: "1s",
      failurePolicy: "Deny",
      matchConditions: ["has(request.resourceAttributes)", "request.user == 'mary'"],
    },
  },
  {
    type: "Webhook",
    name: "lenient",
    webhook: {
      server: `${OTHER_DIRECTORY}/authorize/lenient`,
      certificateAuthority: authority,
      subjectAccessReviewVersion: REVIEW_VERSION[layout],
      timeout: "1s",
      authorizedTTL: "1s",
      unauthorizedTTL: "1s",
      failurePolicy: "NoOpinion",
      matchConditions: ["request.user == 'tom'"],
    },
  },
  {
    type: "ABAC",
    policies: [
      { user: "reporter", namespace: "team", resource: "pods", readonly: true },
      { user: "reporter", namespace: "team", resource: "deployments", apiGroup: "apps" },
      { user: "reporter", nonResourcePath: "/metrics", readonly: true },
      { group: "ops", namespace: "*", resource: "events" },
      // What the webhooks have no opinion on.
      { user: "mary", namespace: "team", resource: "configmaps" },
      { user: "tom", namespace: "team", resource: "configmaps" },
    ],
  },
];

const ENCRYPTION: Readonly<Record<Rotation, NonNullable<SpecInput["encryption"]>>> = {
  before: [
    {
      resources: ["secrets"],
      providers: [{ type: "secretbox", keys: ["key1", "key2"] }, { type: "identity" }],
    },
    {
      resources: ["configmaps"],
      providers: [{ type: "aesgcm", keys: ["gcm1"] }, { type: "secretbox", keys: ["key2"] }],
    },
    { resources: ["serviceaccounts"], providers: [{ type: "aescbc", keys: ["cbc1", "cbc2"] }] },
  ],
  after: [
    {
      resources: ["secrets"],
      providers: [{ type: "secretbox", keys: ["key2", "key1"] }, { type: "identity" }],
    },
    {
      resources: ["configmaps"],
      providers: [{ type: "secretbox", keys: ["key2"] }, { type: "aesgcm", keys: ["gcm1"] }],
    },
    { resources: ["serviceaccounts"], providers: [{ type: "aescbc", keys: ["cbc2", "cbc1"] }] },
  ],
};

/** What stands without the issuers, whose CA is the cluster's own. */
function base(layout: Layout): SpecInput {
  return {
    name: "lab",
    files: { layout },
    serviceCIDRs: ["10.32.0.0/24"],
    podCIDRs: ["10.200.0.0/16"],
    apiServer: { serviceAccountIssuer: SERVICE_ACCOUNT_ISSUER },
    controlPlane: [{ name: "server", addresses: ["10.240.0.10"], kubelet: layout === "kubeadm" }],
    workers: [{ name: "node-0", addresses: ["10.240.0.20"], podCIDR: "10.200.0.0/24" }],
    validity: { notBefore: "2026-01-01T00:00:00Z", ca: "100y", leaf: "50y" },
    keys: { retiredServiceAccount: [1] },
    generations: { "service-account": 3 },
    users: [
      { name: "jane", groups: ["developers", "testers"], token: true },
      {
        name: "Doe, John",
        uid: "u-1042",
        groups: ['the "night" shift', "ops"],
        namespace: "team",
        token: { valueFile: "john.token" },
      },
      { name: "user1", bindings: [{ role: "pod-reader" }] },
      ...["reporter", "mary", "tom"].map((name) => ({ name, token: true })),
    ],
    roles: [{
      name: "pod-reader",
      namespace: "default",
      rules: [{ resources: ["pods"], verbs: ["get", "watch", "list"] }],
    }],
    serviceAccounts: [{ name: "bot", bindings: [{ role: "pod-reader" }] }],
    bootstrapTokens: [
      { name: "join", groups: ["system:bootstrappers:worker"], validity: "50y" },
      { name: "vouch", usages: ["signing"], validity: "50y" },
      { name: "old", description: "good for an hour, long ago", validity: "1h" },
      { name: "enter", usages: ["authentication"], validity: "50y" },
    ],
    certificates: [
      { name: "directory", usages: ["server"], sans: ["10.240.0.250"] },
      { name: "other-directory", authority: "front-proxy", usages: ["server"], sans: ["10.240.0.250"] },
    ],
  };
}

/** The spec, as text. */
export function accessSpec(
  layout: Layout,
  { kubernetes, frontProxy }: Authorities,
  rotation: Rotation = "before",
): string {
  const spec: SpecInput = {
    ...base(layout),
    encryption: ENCRYPTION[rotation],
    authentication: {
      anonymous: { enabled: rotation === "before" },
      jwt: issuers(kubernetes),
      webhook: { server: `${DIRECTORY}/tokens`, version: REVIEW_VERSION[layout], cacheTTL: "1s" },
    },
    authorization: authorizers(layout, frontProxy),
  };
  return JSON.stringify(spec);
}

/** Files beside the spec. */
export const GIVEN_FILES: Readonly<Record<string, string>> = { "john.token": `${JOHNS_TOKEN}\n` };

/** What a provisioning of the same seed gives before the cluster is there: its CAs, and keys of other generations. */
export interface Foreknown {
  readonly authorities: Authorities;
  /** Private keys of service accounts, PEM, by generation. */
  readonly keys: ReadonlyMap<number, string>;
}

/** Provisions the cluster elsewhere: what is a function of seed and spec is known there too. */
export async function foreknow(layout: Layout): Promise<Foreknown> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/cluster.seed`, `${SEED}\n`, { mode: 0o600 });
    for (const [name, text] of Object.entries(GIVEN_FILES)) {
      await Deno.writeTextFile(`${folder}/${name}`, text, { mode: 0o600 });
    }
    const keys = new Map<number, string>();
    const pki = `${folder}/out/lab/pki`;
    for (const generation of [1, 2, 3]) {
      const spec: SpecInput = { ...base(layout), keys: {}, generations: { "service-account": generation } };
      await Deno.writeTextFile(`${folder}/cluster.yaml`, JSON.stringify(spec));
      await provision({ folder });
      keys.set(generation, await Deno.readTextFile(`${pki}/sa.key`));
    }
    const authorities = {
      kubernetes: await Deno.readTextFile(`${pki}/ca.crt`),
      frontProxy: await Deno.readTextFile(`${pki}/front-proxy-ca.crt`),
    };
    return { authorities, keys };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
