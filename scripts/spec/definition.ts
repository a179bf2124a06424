/**
 * The spec's one definition: every field, its default and its description. The checks, the JSON Schema
 * (`templates/cluster.schema.json`) and the messages all come from it.
 *
 * @module
 */
import { z } from "../shared/npm/zod.ts";
import { authentication, authorizer } from "./access_definition.ts";
import { integer, list, mapping } from "./definition_parts.ts";
import { controlPlaneMachine, etcdMember, worker } from "./machine_definition.ts";
import { bootstrapToken, role, serviceAccount, user } from "./people_definition.ts";
import * as scalar from "./scalars.ts";
import { signerDefinition } from "./signer_definition.ts";

const certificate = mapping({
  name: scalar.personName.describe("File name under pki/extra and id: extra/<name>."),
  authority: z.enum(["kubernetes", "etcd", "front-proxy"], { error: "one of kubernetes, etcd, front-proxy" })
    .optional().describe("The CA that signs it. Default: kubernetes."),
  cn: scalar.commonName.optional().describe("Common name. Default: the name."),
  groups: list(scalar.group, "organizations").optional().describe("O of the subject, one RDN each."),
  usages: list(z.enum(["server", "client"], { error: "server or client" }), "server and client")
    .min(1, { error: "at least one of server and client" }).optional()
    .describe("Extended key usages. Default: server when there are sans, else client."),
  sans: list(scalar.subjectAltName, "DNS names and addresses").optional()
    .describe("Subject alternative names; a server needs one."),
});

const PROVIDERS = ["secretbox", "aesgcm", "aescbc", "identity"] as const;

const provider = mapping({
  type: z.enum(PROVIDERS, { error: `one of ${PROVIDERS.join(", ")}` })
    .describe("How it encrypts; identity: not at all."),
  keys: list(scalar.encryptionKeyName, "names of keys").min(1, { error: "at least one key" }).optional()
    .describe("Names of its keys, which are derived from the seed. The first writes, all read."),
});

const encrypted = mapping({
  resources: list(scalar.encryptedResource, "resources").min(1, { error: "at least one resource" })
    .describe("What is encrypted in etcd, such as secrets."),
  providers: list(provider, "providers").min(1, { error: "at least one provider" })
    .describe(
      "The first writes, all read: to rotate a key, add the new one second, then move it to the front.",
    ),
});

/** The whole spec. Defaults are stated here in words and filled in by `finish.ts`, as most depend on other fields. */
export const specDefinition = mapping({
  name: scalar.clusterName.describe(
    "Name of the cluster: out/<name>, kubeconfig cluster, part of every key's label.",
  ),
  kubernetesVersion: scalar.kubernetesVersion.optional()
    .describe('Minor version, quoted: "1.37". Decides defaults that changed between releases.'),
  clusterDomain: scalar.clusterDomain.optional().describe("DNS domain of services. Default: cluster.local."),
  serviceCIDRs: list(scalar.cidr, "one or two CIDRs").min(1, { error: "one CIDR, or one per family" })
    .meta({ maxItems: 2 }).optional()
    .describe(
      "Service networks; the first address of each goes into the API server's SANs. Default: 10.32.0.0/24.",
    ),
  podCIDRs: list(scalar.cidr, "one or two CIDRs").min(1, { error: "one CIDR, or one per family" })
    .meta({ maxItems: 2 }).optional()
    .describe("Pod networks. Default: 10.200.0.0/14."),
  apiServer: mapping({
    endpoint: scalar.endpoint.optional()
      .describe("URL that kubeconfigs dial. Default: the first control plane's first address and port 6443."),
    port: integer(1, 65535).optional()
      .describe("Port the API server listens on, for its neighbours on 127.0.0.1. Default: 6443."),
    certSANs: list(scalar.subjectAltName, "DNS names and addresses").optional()
      .describe("Further names and addresses in the API server's certificate, such as a load balancer's."),
    serviceAccountIssuer: scalar.issuerUrl.optional()
      .describe("Issuer of service-account tokens. Default: https://kubernetes.default.svc.<clusterDomain>."),
  }).optional().describe("How the API server is reached."),
  controllerManager: mapping({
    signing: z.boolean({ error: "true or false" }).optional()
      .describe("Whether it signs CSRs, for which control planes get ca.key. Default: true."),
  }).optional().describe("The controller-manager."),
  controlPlane: list(controlPlaneMachine, "machines").min(1, { error: "at least one machine" })
    .describe("Machines that run the API server."),
  workers: list(worker, "machines").optional().describe("Machines that run a kubelet."),
  etcd: mapping({
    members: list(etcdMember, "members").optional().describe(
      "etcd members. Default: the control-plane machines.",
    ),
  }).optional().describe("Where etcd runs."),
  keys: mapping({
    ca: scalar.keyAlgorithm.optional().describe("Key algorithm of CAs. Default: ECDSA-P256."),
    leaf: scalar.keyAlgorithm.optional().describe(
      "Key algorithm of all other certificates. Default: ECDSA-P256.",
    ),
    serviceAccount: scalar.serviceAccountAlgorithm.optional()
      .describe("Key algorithm of the service-account key pair. Default: ECDSA-P256."),
    retiredServiceAccount: list(integer(1, 1_000_000), "generations").optional().describe(
      "Generations of the service-account key that signs no more and whose tokens are still good, while keys rotate.",
    ),
  }).optional().describe("Key algorithms."),
  validity: mapping({
    notBefore: scalar.time.optional()
      .describe("Start of every certificate. Default: the seed's creation less 5 minutes. Move it to renew."),
    ca: scalar.validity.optional().describe("How long CAs are valid, or until when. Default: 10y."),
    leaf: scalar.validity.optional().describe(
      "How long other certificates are valid, or until when. Default: 1y.",
    ),
    overrides: z.record(z.string(), scalar.validity, { error: "a mapping of ids or patterns to durations" })
      .optional()
      .describe("Validity by id or pattern; the last match wins."),
  }).optional().describe("When certificates start and end."),
  admin: mapping({
    group: scalar.group.optional().describe(
      "Group of the admin certificate. Default: system:masters; in the layout kubeadm kubeadm:cluster-admins.",
    ),
  }).optional().describe("The administrator."),
  generations: z.record(z.string(), integer(1, 1_000_000), {
    error: "a mapping of ids or patterns to numbers",
  })
    .optional().describe(
      "A new key for an id or pattern: raise its number. Default: 1; the last match wins.",
    ),
  files: mapping({
    naming: z.enum(["crt", "pem"], { error: "crt or pem" }).optional()
      .describe("crt: x.crt and x.key; pem: x.pem and x-key.pem. Default: crt."),
    layout: z.enum(["hard-way", "kubeadm"], { error: "hard-way or kubeadm" }).optional()
      .describe(
        "Where bundles put things: systemd units as in the hard way's guide, or kubeadm's places and static pods. " +
          "Default: hard-way.",
      ),
  }).optional().describe("How files are named, and where machines have them."),
  encryption: list(encrypted, "resources with providers").optional().describe(
    "How etcd's contents are encrypted. Default: secrets with aescbc and the key key1; identity reads what is older.",
  ),
  authentication: authentication.optional().describe("Who comes in beside those with certificates."),
  authorization: list(authorizer, "authorizers").min(1, { error: "at least one authorizer" }).optional()
    .describe(
      "Who is asked, in this order, what somebody may do. Default: Node and RBAC, which must be among them.",
    ),
  users: list(user, "users").optional().describe("People with client certificates."),
  bootstrapTokens: list(bootstrapToken, "bootstrap tokens").optional()
    .describe("Tokens with which new nodes join: Secrets, the signed cluster-info and a kubeconfig."),
  serviceAccounts: list(serviceAccount, "service accounts").optional()
    .describe("Accounts of programs in the cluster."),
  roles: list(role, "roles").optional().describe("RBAC roles, for bindings of users and service accounts."),
  dangerous: list(z.enum(["system-masters"], { error: "system-masters" }), "dangers").optional()
    .describe("What is refused otherwise. system-masters: users in a group that no rule limits or revokes."),
  certificates: list(certificate, "certificates").optional()
    .describe("Further certificates: monitoring, network plug-in, webhook, backup."),
  signers: list(signerDefinition, "signers").optional()
    .describe("Custom signers of certificate requests, for csr: what each signs, and with which CA."),
});

/** A spec as a program writes it: the same shape as the YAML document. */
export type SpecInput = z.input<typeof specDefinition>;

/** The JSON Schema of the spec, for editors: `templates/cluster.schema.json`. */
export function specJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(specDefinition, { io: "input", target: "draft-7" });
  return {
    ...schema,
    title: "hardway cluster spec",
    description: "One cluster, from which hardway makes its whole PKI.",
  };
}
