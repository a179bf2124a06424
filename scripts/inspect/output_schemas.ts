/**
 * The JSON Schemas of what `inspect`, `verify` and `expiry` print as JSON and YAML. They are made from here and kept
 * in `templates/`; the commands themselves do not load this.
 *
 * @module
 */
import { z } from "../shared/npm/zod.ts";
import type { Ending } from "./endings.ts";
import type { ItemType } from "./item_type.ts";
import type { Row } from "./row.ts";
import { CODES, type Finding } from "./verify/findings.ts";

const TYPES = [
  "CA",
  "Server",
  "Client",
  "Server, Client",
  "Key",
  "CSR",
  "CRL",
  "Token",
  "Kubeconfig",
] as const satisfies readonly ItemType[];

const text = z.string();
const time = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/).describe("RFC 3339, UTC.");
const type = z.enum(TYPES).nullable().describe(
  "From the content; of a file that is not there, what its flag expects.",
);
const component = text.nullable().describe("The program that uses it, such as kube-apiserver.");
const path = text.describe("As this machine sees it.");
const flag = text.nullable()
  .describe(
    "The flag that names it, such as --tls-cert-file, or the place in the file where it is embedded.",
  );

const row = z.strictObject({
  component,
  type,
  purpose: text.nullable().describe("What it is for, from the flag that names it."),
  path,
  flag,
  cn: text.nullable().describe("The common name; of a token whom it stands for."),
  organization: z.array(text).readonly().describe("Organizations, which are groups for Kubernetes."),
  altNames: z.array(text).readonly().describe("Alternative names, bare; of a token its audiences."),
  issuer: text.nullable().describe("The issuer's whole name; of a token its issuer."),
  serial: z.string().regex(/^-?([0-9a-f]{2})+$/).nullable().describe("Lower-case hexadecimal."),
  notBefore: time.nullable(),
  expiration: time.nullable(),
  residualSeconds: z.int().nullable().describe("Seconds that are left; negative when it is over."),
  keyAlgorithm: text.nullable().describe("Such as ECDSA-P256."),
  signatureAlgorithm: text.nullable().describe("Such as ecdsa-with-SHA256."),
  sha256: z.string().regex(/^[0-9a-f]{64}$/).nullable()
    .describe("Of the DER, lower-case hexadecimal; of a key, of its public half's DER."),
  problems: z.array(text).readonly().describe("Each begins with a code of verify."),
}) satisfies z.ZodType<Row>;

const finding = z.strictObject({
  code: z.enum(Object.keys(CODES) as [Finding["code"], ...Finding["code"][]])
    .describe("What it is; a code stays what it is."),
  severity: z.enum(["error", "warning", "info"])
    .describe("An error stops a component or a handshake; a warning is the rest; info is worth knowing."),
  path,
  flag,
  message: text.describe("What was found and what was wanted."),
  hint: text.nullable().describe("What helps."),
}) satisfies z.ZodType<Finding>;

const ending = z.strictObject({
  type,
  isCA: z.boolean().describe("Whether it is a CA, with which all that it signed ends."),
  component,
  path,
  flag,
  cn: text.nullable().describe("The common name; of a token whom it stands for."),
  issuer: text.nullable().describe("The issuer's whole name; of a token its issuer."),
  expiration: time,
  residualSeconds: z.int().describe("Seconds that are left; negative when it is over."),
}) satisfies z.ZodType<Ending>;

/** A schema for each command, by its file in `templates/`. */
export function outputSchemas(): Readonly<Record<string, Record<string, unknown>>> {
  const make = (list: string, item: z.ZodType, title: string): Record<string, unknown> => ({
    ...z.toJSONSchema(z.strictObject({ [list]: z.array(item) }), { target: "draft-7" }),
    title,
  });
  return {
    "inspect.schema.json": make("rows", row, "hardway inspect"),
    "verify.schema.json": make("findings", finding, "hardway verify"),
    "expiry.schema.json": make("endings", ending, "hardway expiry"),
  };
}
