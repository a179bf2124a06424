/**
 * Who comes in beside those with certificates, and who is asked, as the spec writes it: every field, its default and its
 * description.
 *
 * @module
 */
import { z } from "../shared/npm/zod.ts";
import { list, mapping } from "./definition_parts.ts";
import * as scalar from "./scalars.ts";

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

/** Who comes in. */
export const authentication = mapping({
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

/** One of those who are asked. */
export const authorizer = mapping({
  type: z.enum(AUTHORIZERS, { error: `one of ${AUTHORIZERS.join(", ")}` }).describe("Who is asked."),
  name: scalar.objectName.optional().describe(
    "Its name in logs and metrics, for a webhook. Default: the type in small letters, which all others have.",
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
