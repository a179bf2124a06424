/**
 * People, programs and nodes that join as the spec writes them: every field, its default and its description.
 *
 * @module
 */
import { z } from "../shared/npm/zod.ts";
import { list, mapping } from "./definition_parts.ts";
import * as scalar from "./scalars.ts";

const words = (of: string): z.ZodArray<z.ZodString> => list(scalar.ruleWord, of);

const rule = mapping({
  apiGroups: words("API groups").optional()
    .describe('API groups, "" for the core. Default: the core, where there are resources.'),
  resources: words("resources").optional().describe("Such as pods, pods/log or *."),
  resourceNames: words("names").optional().describe("Only objects of these names."),
  nonResourceURLs: words("paths").optional().describe("Such as /metrics, in a role without a namespace."),
  verbs: words("verbs").min(1, { error: "at least one verb" }).describe("Such as get, list, watch or *."),
});

/** A Role, or without a namespace a ClusterRole. */
export const role = mapping({
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

/** A person. */
export const user = mapping({
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

/** An account of a program. */
export const serviceAccount = mapping({
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

/** A token with which nodes join. */
export const bootstrapToken = mapping({
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
