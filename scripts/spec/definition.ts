/**
 * The spec's one definition: every field, its default and its description. The checks, the JSON Schema
 * (`templates/cluster.schema.json`) and the messages all come from it.
 *
 * @module
 */
import { z } from "../shared/npm/zod.ts";
import * as scalar from "./scalars.ts";

/** A list that says what it wanted and refuses null. */
function list<T extends z.ZodType>(item: T, of: string): z.ZodArray<T> {
  return z.array(item, { error: `a list of ${of}` });
}

/** A mapping with exactly these keys. */
function mapping<T extends z.ZodRawShape>(shape: T): z.ZodObject<T, z.core.$strict> {
  return z.strictObject(shape, { error: `a mapping with ${Object.keys(shape).join(", ")}` });
}

function integer(low: number, high: number): z.ZodNumber {
  const error = `a whole number from ${low} to ${high}`;
  return z.int({ error }).min(low, { error }).max(high, { error });
}

const prefixSize = integer(1, 128);
const addresses = list(scalar.address, "addresses");
const dnsNames = list(scalar.dnsName, "DNS names").optional()
  .describe("Further DNS names of the machine, for its server certificates.");

const pods = {
  podCIDR: z.union([scalar.cidr, list(scalar.cidr, "CIDRs").min(1, { error: "at least one CIDR" })], {
    error: "a CIDR such as 10.200.0.0/24, or a list of them",
  }).optional().describe(
    "The machine's pods: one CIDR or one per family, inside podCIDRs. A host range deals networks from it.",
  ),
  podCIDRSize: z.union([prefixSize, list(prefixSize, "prefix lengths")], {
    error: "a prefix length such as 24, or a list with one per family of podCIDR",
  }).optional().describe(
    "With a host range: the prefix length of each machine's podCIDR. Default: 24, for IPv6 64.",
  ),
};

const rangedName = scalar.machineName.describe(
  "RFC 1123 name: node name, file names and CN. A host range such as node-[0-9] or node-[000-499] makes many.",
);
const machineAddresses =
  "IP addresses, one per family or more. A host range deals them in order from CIDRs or single addresses.";

const controlPlaneMachine = mapping({
  name: rangedName,
  addresses: addresses.min(1, { error: "at least one address" }).describe(machineAddresses),
  dnsNames,
  kubelet: z.boolean({ error: "true or false" }).optional()
    .describe("Whether the machine runs a kubelet too. Default: true."),
  ...pods,
});
const worker = mapping({
  name: rangedName,
  addresses: addresses.optional().describe(machineAddresses),
  dnsNames,
  ...pods,
});
const etcdMember = mapping({
  name: scalar.memberName.describe("RFC 1123 name of the member."),
  addresses: addresses.min(1, { error: "at least one address" }).describe("IP addresses of the member."),
  dnsNames,
});

const words = (of: string): z.ZodArray<z.ZodString> => list(scalar.ruleWord, of);

const rule = mapping({
  apiGroups: words("API groups").optional()
    .describe('API groups, "" for the core. Default: the core, where there are resources.'),
  resources: words("resources").optional().describe("Such as pods, pods/log or *."),
  resourceNames: words("names").optional().describe("Only objects of these names."),
  nonResourceURLs: words("paths").optional().describe("Such as /metrics, in a role without a namespace."),
  verbs: words("verbs").min(1, { error: "at least one verb" }).describe("Such as get, list, watch or *."),
});

const role = mapping({
  name: scalar.roleName.describe("Name of the role."),
  namespace: scalar.namespaceName.optional()
    .describe("Its namespace: then it is a Role, without one a ClusterRole."),
  rules: list(rule, "rules").min(1, { error: "at least one rule" }).describe("What it allows."),
});

const binding = mapping({
  role: scalar.roleName.optional().describe("A Role, of this spec or of the cluster."),
  clusterRole: scalar.roleName.optional().describe("A ClusterRole, of this spec or of the cluster."),
  namespace: scalar.namespaceName.optional()
    .describe("Where it holds. Default: the namespace of the spec's role; a ClusterRole holds everywhere."),
});

const user = mapping({
  name: scalar.personName.describe("User name: the certificate's CN and the file's name."),
  groups: list(scalar.group, "group names").optional().describe("Groups: the certificate's O, one RDN each."),
  validity: scalar.validity.optional()
    .describe("How long the certificate is valid, or until when. Default: as validity says."),
  bindings: list(binding, "bindings").optional().describe("Roles that the user has."),
});

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

const serviceAccount = mapping({
  name: scalar.objectName.describe("Name of the service account."),
  namespace: scalar.namespaceName.optional().describe("Its namespace. Default: default."),
  automount: z.boolean({ error: "true or false" }).optional()
    .describe("Whether pods get its token without asking. Default: false."),
  tokenSecret: z.boolean({ error: "true or false" }).optional()
    .describe(
      "Whether it has a Secret with a token that never ends, which Kubernetes fills in. Default: false.",
    ),
  bindings: list(binding, "bindings").optional().describe("Roles that it has."),
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
  users: list(user, "users").optional().describe("People with client certificates."),
  serviceAccounts: list(serviceAccount, "service accounts").optional()
    .describe("Accounts of programs in the cluster."),
  roles: list(role, "roles").optional().describe("RBAC roles, for bindings of users and service accounts."),
  dangerous: list(z.enum(["system-masters"], { error: "system-masters" }), "dangers").optional()
    .describe("What is refused otherwise. system-masters: users in a group that no rule limits or revokes."),
  certificates: list(certificate, "certificates").optional()
    .describe("Further certificates: monitoring, network plug-in, webhook, backup."),
});

/** A spec as a program writes it: the same shape as the YAML document. */
export type SpecInput = z.input<typeof specDefinition>;

/** Keys of later versions: refused as not supported yet, not as unknown. The path's indexes are left out. */
export const LATER_KEYS: ReadonlySet<string> = new Set([
  ...["bootstrapTokens", "authentication", "authorization"],
  "signers",
  ...["users.token", "users.password"],
]);

/** The JSON Schema of the spec, for editors: `templates/cluster.schema.json`. */
export function specJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(specDefinition, { io: "input", target: "draft-7" });
  return {
    ...schema,
    title: "hardway cluster spec",
    description: "One cluster, from which hardway makes its whole PKI.",
  };
}
