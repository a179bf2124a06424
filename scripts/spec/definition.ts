/**
 * The spec's one definition: every field, its default and its description. The checks, the JSON Schema
 * (`templates/cluster.schema.json`) and the messages all come from it.
 *
 * @module
 */
import { z } from "../shared/npm/zod.ts";
import * as scalar from "./scalars.ts";
import { signerDefinition } from "./signer_definition.ts";

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

/** A secret of a person: derived from the seed, or what a file holds. */
const credential = z.union([
  z.boolean({ error: "true, false or a mapping with valueFile" }),
  mapping({
    valueFile: scalar.fileName.describe("File whose one line is the secret: beside the spec, or absolute."),
  }),
], { error: "true, false or a mapping with valueFile" });

const user = mapping({
  name: scalar.personName.describe("User name: the certificate's CN and the file's name."),
  uid: scalar.userId.optional().describe(
    "Identifier in auth/tokens.csv and auth/passwords.csv. Default: the name.",
  ),
  namespace: scalar.namespaceName.optional().describe(
    "Namespace of the kubeconfig's context. Default: none.",
  ),
  token: credential.optional().describe(
    "true: a token of its own in auth/tokens.csv, derived from the seed. It never ends: CIS 1.2.2 advises against it.",
  ),
  password: credential.optional().describe(
    "true: a password of its own in auth/passwords.csv. Only for Kubernetes before 1.19.",
  ),
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

const BOOTSTRAP_USAGES = ["authentication", "signing"] as const;

const bootstrapToken = mapping({
  name: scalar.objectName.describe("Name of the token in this spec: its id and secret are derived from it."),
  description: scalar.lineOfText.optional().describe("For people: stands in the Secret."),
  groups: list(scalar.bootstrapGroup, "groups").optional().describe(
    "Further groups of whoever shows it, each system:bootstrappers:... Default: none; in the layout kubeadm " +
      "system:bootstrappers:kubeadm:default-node-token.",
  ),
  usages: list(z.enum(BOOTSTRAP_USAGES, { error: `one of ${BOOTSTRAP_USAGES.join(", ")}` }), "usages")
    .min(1, { error: "at least one usage" }).optional()
    .describe("authentication: it lets nodes in; signing: it vouches for cluster-info. Default: both."),
  validity: scalar.validity.optional().describe(
    "How long it is good from notBefore on, or until when. Default: 24h.",
  ),
});

const webhookAddress = {
  server: scalar.webhookUrl.describe("https URL of the server, with its path."),
  certificateAuthority: scalar.certificates.optional()
    .describe("PEM of the CA that its certificate chains to. Default: the cluster's own CA."),
};

const claim = (what: string): z.ZodObject<
  {
    claim: z.ZodOptional<z.ZodString>;
    prefix: z.ZodOptional<z.ZodString>;
    expression: z.ZodOptional<z.ZodString>;
  },
  z.core.$strict
> =>
  mapping({
    claim: scalar.claimName.optional().describe(`Claim with ${what}.`),
    prefix: scalar.lineOfText.optional().describe('What is put before the claim; "" for nothing.'),
    expression: scalar.expression.optional().describe("CEL over claims, in place of claim and prefix."),
  });

const jwtAuthenticator = mapping({
  issuer: mapping({
    url: scalar.plainUrl.describe("Issuer: an https URL, as iss in the tokens."),
    discoveryURL: scalar.plainUrl.optional().describe("Where its discovery document is, when not below url."),
    certificateAuthority: scalar.certificates.optional()
      .describe("PEM of the CA that its certificate chains to. Default: those of the system."),
    audiences: list(scalar.filledText, "audiences").min(1, { error: "at least one audience" })
      .describe("aud of the tokens: one of them."),
    audienceMatchPolicy: z.enum(["MatchAny"], { error: "MatchAny" }).optional()
      .describe("Default: MatchAny where there are several audiences."),
    egressSelectorType: z.enum(["controlplane", "cluster"], { error: "controlplane or cluster" }).optional()
      .describe("Through which connection of the egress selector the issuer is reached."),
  }).describe("Who makes the tokens."),
  claimValidationRules: list(
    mapping({
      claim: scalar.claimName.optional().describe("A claim that must be there."),
      requiredValue: scalar.lineOfText.optional().describe("What it must be."),
      expression: scalar.expression.optional().describe("CEL over claims that must be true."),
      message: scalar.lineOfText.optional().describe("What is said when the expression is not."),
    }),
    "rules",
  ).optional().describe("What must hold of the claims."),
  claimMappings: mapping({
    username: claim("the user name").describe("The user's name: a claim with a prefix, or an expression."),
    groups: claim("the groups").optional().describe("The user's groups."),
    uid: mapping({
      claim: scalar.claimName.optional().describe("Claim with the identifier."),
      expression: scalar.expression.optional().describe("CEL over claims, in place of claim."),
    }).optional().describe("The user's identifier."),
    extra: list(
      mapping({
        key: scalar.extraKey.describe("Such as example.org/team."),
        valueExpression: scalar.expression.describe("CEL over claims."),
      }),
      "mappings",
    ).optional().describe("Further facts, for authorizers."),
  }).describe("Who the bearer is."),
  userValidationRules: list(
    mapping({
      expression: scalar.expression.describe("CEL over user that must be true."),
      message: scalar.lineOfText.optional().describe("What is said when it is not."),
    }),
    "rules",
  ).optional().describe("What must hold of the user."),
});

const goDuration = scalar.goDuration;
const reviewVersion = z.enum(["v1", "v1beta1"], { error: "v1 or v1beta1" });

const authentication = mapping({
  anonymous: mapping({
    enabled: z.boolean({ error: "true or false" }).optional()
      .describe("Whether some paths may be asked for without a credential. Default: true."),
    paths: list(scalar.exactPath, "paths").min(1, { error: "at least one path" }).optional().describe(
      "Which. Default: /livez, /readyz and /healthz; with bootstrapTokens the cluster-info is always among them.",
    ),
  }).optional().describe("Requests without a credential."),
  jwt: list(jwtAuthenticator, "issuers").meta({ maxItems: 64 }).optional()
    .describe("Issuers of JSON Web Tokens (OpenID Connect), as in AuthenticationConfiguration."),
  webhook: mapping({
    ...webhookAddress,
    version: reviewVersion.optional().describe("Version of TokenReview. Default: v1."),
    cacheTTL: goDuration.optional().describe("How long its answers are kept. Default: 2m."),
  }).optional().describe("A server that knows bearer tokens, such as one for LDAP."),
});

const AUTHORIZERS = ["Node", "RBAC", "ABAC", "Webhook"] as const;

const authorizer = mapping({
  type: z.enum(AUTHORIZERS, { error: `one of ${AUTHORIZERS.join(", ")}` }).describe("Who is asked."),
  name: scalar.objectName.optional().describe(
    "Its name in logs and metrics. Default: the type in small letters.",
  ),
  policies: list(
    mapping({
      user: scalar.filledText.optional()
        .describe('Whose rule it is; "*" for everybody who has shown who they are.'),
      group: scalar.filledText.optional()
        .describe('Whose rule it is; "*" for everybody who has shown who they are.'),
      namespace: scalar.filledText.optional().describe('Where; "*" for everywhere.'),
      resource: scalar.filledText.optional().describe('Such as pods; "*" for all.'),
      apiGroup: scalar.lineOfText.optional().describe('Such as apps, "" for the core, "*" for all.'),
      nonResourcePath: scalar.requestPath.optional().describe(
        "Such as /version or /metrics/*, in place of resources.",
      ),
      readonly: z.boolean({ error: "true or false" }).optional().describe(
        "Whether it is for reading only. Default: false.",
      ),
    }),
    "policies",
  ).min(1, { error: "at least one policy" }).optional().describe("ABAC: what each may do."),
  webhook: mapping({
    ...webhookAddress,
    timeout: goDuration.optional().describe("How long it may take, at most 30s. Default: 3s."),
    failurePolicy: z.enum(["NoOpinion", "Deny"], { error: "NoOpinion or Deny" }).optional()
      .describe("What counts when it fails. Default: Deny."),
    authorizedTTL: goDuration.optional().describe("How long a yes is kept. Default: 5m."),
    unauthorizedTTL: goDuration.optional().describe("How long a no is kept. Default: 30s."),
    subjectAccessReviewVersion: reviewVersion.optional().describe(
      "Version of SubjectAccessReview. Default: v1.",
    ),
    matchConditions: list(scalar.expression, "expressions").meta({ maxItems: 64 }).optional()
      .describe("CEL over request: it is asked only where all are true."),
  }).optional().describe("Webhook: the server."),
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
