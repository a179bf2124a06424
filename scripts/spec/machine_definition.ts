/**
 * Machines and etcd members as the spec writes them: every field, its default and its description.
 *
 * @module
 */
import { z } from "../shared/npm/zod.ts";
import { integer, list, mapping } from "./definition_parts.ts";
import * as scalar from "./scalars.ts";

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

/** A machine that runs the API server. */
export const controlPlaneMachine = mapping({
  name: rangedName,
  addresses: addresses.min(1, { error: "at least one address" }).describe(machineAddresses),
  dnsNames,
  kubelet: z.boolean({ error: "true or false" }).optional()
    .describe("Whether the machine runs a kubelet too. Default: true."),
  ...pods,
});
/** A machine that runs a kubelet. */
export const worker = mapping({
  name: rangedName,
  addresses: addresses.optional().describe(machineAddresses),
  dnsNames,
  ...pods,
});
/** A member of etcd. */
export const etcdMember = mapping({
  name: scalar.memberName.describe("RFC 1123 name of the member."),
  addresses: addresses.min(1, { error: "at least one address" }).describe("IP addresses of the member."),
  dnsNames,
});
