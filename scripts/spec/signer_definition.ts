/**
 * A custom signer as the spec writes it: every field, its default and its description.
 *
 * @module
 */
import { USAGES } from "../shared/key_usages.ts";
import { z } from "../shared/npm/zod.ts";
import { list, mapping } from "./definition_parts.ts";
import * as scalar from "./scalars.ts";

const usage = z.enum(USAGES, { error: "a usage such as digital signature, client auth or server auth" });
const flag = z.boolean({ error: "true or false" });

/** A custom signer and its policy. */
export const signerDefinition = mapping({
  name: scalar.signerName.describe("Name of the signer: spec.signerName of the requests that it signs."),
  authority: z.enum(["kubernetes", "etcd", "front-proxy"], { error: "one of kubernetes, etcd, front-proxy" })
    .optional().describe("The CA that signs. Default: kubernetes."),
  usages: list(usage, "usages").min(1, { error: "at least one usage" })
    .describe("Usages that a request may have."),
  requiredUsages: list(usage, "usages").optional()
    .describe("Those of them that a request must have. Default: none."),
  groups: list(scalar.namePattern, "organizations").optional()
    .describe(
      "Organizations that a subject may have, * for any characters. Default: all without system: in front.",
    ),
  commonNames: list(scalar.namePattern, "common names").optional()
    .describe(
      "Common names that a subject may have, * for any characters. Default: all without system: in front.",
    ),
  dnsNames: list(scalar.dnsPattern, "DNS names").optional()
    .describe("DNS names that a request may have, * for any characters of a name. Default: all; []: none."),
  addresses: list(scalar.cidr, "CIDRs").optional()
    .describe("Networks of the addresses that a request may have. Default: all; []: none."),
  emails: flag.optional().describe("Whether a request may have e-mail addresses. Default: false."),
  uris: flag.optional().describe("Whether a request may have URIs. Default: false."),
  validity: scalar.validity.optional()
    .describe("How long a certificate is valid at most, or until when. Default: 1y."),
  autoApprove: flag.optional().describe(
    "Whether csr sign --auto approves what the policy allows; it needs groups, commonNames, dnsNames and addresses. " +
      "Default: false.",
  ),
});
