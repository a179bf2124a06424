/**
 * Clusters of every shape that changes what bundles hold, and what is rendered for their machines.
 *
 * @module
 */
import { TEMPLATES } from "../../../scripts/render/layouts.ts";
import { RELEASES } from "../../../scripts/render/releases.ts";
import { type HostFile, Renderer } from "../../../scripts/render/render.ts";
import { readTemplates } from "../../../scripts/write/disk/templates.ts";
import type { SpecInput } from "../../../mod.ts";
import { load } from "../../spec_documents.ts";

/** Minor releases that bundles are made for, such as `1.37`. */
export const MINORS: readonly string[] = [...RELEASES.keys()].map((minor) => `1.${minor}`);

/** Both layouts. */
export const LAYOUT_NAMES = ["hard-way", "kubeadm"] as const;

/** A cluster, and in words what is special about it. */
export interface Shape {
  readonly title: string;
  readonly spec: SpecInput;
}

type Families = readonly ("4" | "6")[];

const NETWORKS = {
  "4": { service: "10.32.0.0/24", pods: "10.200.0.0/14", node: "10.240.0.", ownPods: "10.200.1.0/24" },
  "6": { service: "fd00:32::/112", pods: "fd00:200::/48", node: "fd00:240::", ownPods: "fd00:200:0:1::/64" },
} as const;

/** Each provider, and more than one key. */
const ENCRYPTED = {
  encryption: [
    {
      resources: ["secrets", "configmaps"],
      providers: [{ type: "secretbox", keys: ["new", "old"] }, { type: "aescbc", keys: ["key1"] }, {
        type: "identity",
      }],
    },
    { resources: ["*.apps"], providers: [{ type: "aesgcm", keys: ["apps"] }] },
  ],
} satisfies Partial<SpecInput>;

/** Roles and bindings of each kind. */
const PEOPLE = {
  roles: [
    {
      name: "pod-reader",
      namespace: "default",
      rules: [{ resources: ["pods"], verbs: ["get", "watch", "list"] }],
    },
    { name: "metrics", rules: [{ nonResourceURLs: ["/metrics"], verbs: ["get"] }] },
  ],
  serviceAccounts: [{
    name: "bot",
    automount: true,
    tokenSecret: true,
    bindings: [{ role: "pod-reader" }, { clusterRole: "view" }],
  }],
  users: [{
    name: "jane",
    namespace: "kube-public",
    token: true,
    bindings: [{ role: "pod-reader" }, { clusterRole: "metrics" }, {
      clusterRole: "view",
      namespace: "kube-public",
    }],
  }],
} satisfies Partial<SpecInput>;

/** Each way in, and each authorizer. */
export const ACCESS = {
  apiServer: { serviceAccountIssuer: "https://tokens.example.org/lab" },
  keys: { retiredServiceAccount: [1, 2] },
  generations: { "service-account": 3 },
  authentication: {
    anonymous: { paths: ["/livez", "/readyz"] },
    jwt: [
      {
        issuer: {
          url: "https://issuer.example.org",
          audiences: ["lab", "other"],
          egressSelectorType: "cluster",
        },
        claimValidationRules: [
          { claim: "hd", requiredValue: "example.org" },
          { expression: "claims.exp - claims.iat <= 3600", message: "an hour at most" },
        ],
        claimMappings: {
          username: { claim: "sub", prefix: "oidc:" },
          groups: { claim: "groups", prefix: "" },
          uid: { claim: "uid" },
          extra: [{ key: "example.org/team", valueExpression: "claims.team" }],
        },
        userValidationRules: [
          { expression: "!user.username.startsWith('system:')", message: "nobody" },
          { expression: 'user.groups.all(group, !group.startsWith("system:"))' },
        ],
      },
      {
        issuer: {
          url: "https://staff.example.org",
          discoveryURL: "https://discovery.example.org/staff",
          audiences: ["lab"],
        },
        claimMappings: {
          username: { expression: "claims.email_verified ? claims.email : ''" },
          groups: { expression: "claims.roles" },
          uid: { expression: "claims.uid" },
        },
      },
    ],
    webhook: { server: "https://directory.example.org/tokens", version: "v1beta1", cacheTTL: "1m30s" },
  },
  authorization: [
    { type: "Node" },
    { type: "RBAC" },
    {
      type: "Webhook",
      name: "strict",
      webhook: {
        server: "https://directory.example.org/rights",
        timeout: "30s",
        failurePolicy: "NoOpinion",
        authorizedTTL: "1s",
        unauthorizedTTL: "1s",
        subjectAccessReviewVersion: "v1beta1",
        matchConditions: ["has(request.resourceAttributes)", "!('system:nodes' in request.groups)"],
      },
    },
    {
      type: "ABAC",
      policies: [
        { user: "jane", namespace: "*", resource: "pods", apiGroup: "", readonly: true },
        { group: 'the "ops"', nonResourcePath: "/metrics/*" },
      ],
    },
    { type: "Webhook", name: "last", webhook: { server: "https://[fd00::1]:8443/" } },
  ],
  bootstrapTokens: [
    { name: "join", description: "for all: nodes", groups: ["system:bootstrappers:worker"] },
    { name: "vouch", usages: ["signing"], validity: "50y" },
  ],
} satisfies Partial<SpecInput>;

/** Every mix of layout, families, place of etcd, signing, whose pods' networks are fixed, and naming, of one release. */
export function shapesOf(kubernetesVersion: string): Shape[] {
  const shapes: Shape[] = [];
  for (const layout of LAYOUT_NAMES) {
    for (const families of [["4"], ["6"], ["4", "6"], ["6", "4"]] satisfies Families[]) {
      for (const etcd of ["stacked", "external"] as const) {
        for (const isSigning of [true, false]) {
          for (const pods of ["allocated", "fixed"] as const) {
            const isPem = isSigning !== (pods === "fixed");
            const spec = makeSpec(layout, families, etcd, pods);
            shapes.push({
              title: `${kubernetesVersion} ${layout}, IPv${families.join(" and IPv")}, ${etcd} etcd, ${
                isSigning ? "" : "not "
              }signing, pods' networks ${pods}${isPem ? ", pem" : ""}`,
              spec: {
                ...spec,
                kubernetesVersion,
                controllerManager: { signing: isSigning },
                files: { layout, naming: isPem ? "pem" : "crt" },
                ...(!isSigning && ENCRYPTED),
                ...(pods === "fixed" && PEOPLE),
                ...(etcd === "external" && ACCESS),
              },
            });
          }
        }
      }
    }
  }
  return shapes;
}

function makeSpec(
  layout: typeof LAYOUT_NAMES[number],
  families: Families,
  etcd: "stacked" | "external",
  pods: "allocated" | "fixed",
): SpecInput {
  const addresses = (number: number): string[] =>
    families.map((family) => `${NETWORKS[family].node}${number}`);
  return {
    name: "lab",
    serviceCIDRs: families.map((family) => NETWORKS[family].service),
    podCIDRs: families.map((family) => NETWORKS[family].pods),
    controlPlane: [11, 12].map((number) => ({
      name: `cp-${number}`,
      addresses: addresses(number),
      // Static pods need a kubelet.
      kubelet: layout === "kubeadm" || number !== 12,
    })),
    workers: [
      {
        name: "node-0",
        addresses: addresses(20),
        ...(pods === "fixed" && { podCIDR: families.map((family) => NETWORKS[family].ownPods) }),
      },
      { name: "lonely" },
    ],
    etcd: etcd === "stacked" ? {} : {
      members: [31].map((number) => ({ name: `etcd-${number}`, addresses: addresses(number) })),
    },
  };
}

const TEMPLATE_SOURCES = readTemplates(TEMPLATES);

/** A file of a machine that a template made. */
export type Rendered = Extract<HostFile, { kind: "template" }> & { readonly host: string };

/** Everything that templates make for a cluster. */
export function render(spec: SpecInput): Rendered[] {
  const loaded = load(JSON.stringify(spec));
  const renderer = new Renderer({ ...loaded, entropy: new Uint8Array(32), templates: TEMPLATE_SOURCES });
  return renderer.hosts.flatMap((host) =>
    renderer.filesOf(host).flatMap((file) => file.kind === "template" ? [{ ...file, host: host.name }] : [])
  );
}
