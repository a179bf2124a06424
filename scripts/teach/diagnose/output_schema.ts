/**
 * The JSON Schema of what `diagnose` prints as JSON. It is made from here and kept in `templates/`; the command itself
 * does not load this.
 *
 * @module
 */
import { CODES } from "../../inspect/verify/findings.ts";
import { z } from "../../shared/npm/zod.ts";
import type { Diagnosis } from "./diagnosis.ts";
import { FAMILIES } from "./families.ts";
import { PREDICTED } from "./predict.ts";

const text = z.string();
const time = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/).nullable()
  .describe("RFC 3339, UTC; null where no line had a time.");

const names = [...new Set([...FAMILIES.map(({ name }) => name), ...PREDICTED])].sort();
const codes = Object.keys(CODES) as [Diagnosis["code"], ...Diagnosis["code"][]];

const diagnosis = z.strictObject({
  family: z.enum(names as [string, ...string[]]).describe("What kind of message it was."),
  count: z.int().describe("How many lines said it; 0 for what is predicted from files alone."),
  first: time,
  last: time,
  parties: z.array(text).readonly().describe(
    "Who spoke with whom, the one that came first; one for its own files.",
  ),
  code: z.enum(codes).describe("A code of verify."),
  path: text.optional().describe("The file at fault; absent when it is not known."),
  flag: text.optional().describe("The flag that names it, or the place in it."),
  confidence: z.enum(["certain", "likely", "possible"])
    .describe("Proven by a file, told by the log alone, or one of several."),
  message: text.describe("What happened, and what is wrong with the file."),
  remedy: text.describe("What helps: a command, or what to look at in which order."),
});

/** The schema. */
export function diagnoseSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(z.strictObject({ findings: z.array(diagnosis) }), { target: "draft-7" }),
    title: "hardway diagnose",
  };
}
