/**
 * The JSON Schema of what `explain -o json` prints. It is made from here and kept in `templates/`; the command itself
 * does not load this.
 *
 * @module
 */
import { z } from "../../shared/npm/zod.ts";
import type { Explanation } from "./explanation.ts";

const text = z.string();
const texts = z.array(text);

const setting = {
  component: text.describe("The program, such as kube-apiserver."),
  setting: text.describe("A flag with its dashes, or the path of a field of the configuration."),
};

const flag = z.strictObject({
  ...setting,
  purpose: text,
  removedIn: text.nullable().describe("The release that does not know it any more; null when it does."),
  acceptedBy: z.array(z.strictObject(setting)).describe("Flags whose CAs have to accept what it names."),
});

const connection = z.strictObject({
  from: text.describe("Who opens the connection."),
  to: text.describe("Who is called."),
  shows: text.describe("Id of what the caller shows."),
  checkedAgainst: text.describe("Id of the CA or key pair against which that is checked."),
  checkedBy: z.strictObject(setting),
  isShown: text.nullable().describe("Id of what the caller is shown; null where it is none of the set."),
  callerChecksAgainst: text.nullable(),
  callerChecksBy: z.strictObject(setting).nullable().describe("Null where it is embedded in a kubeconfig."),
});

const rights = z.strictObject({
  name: text,
  kind: z.enum(["user", "group"]),
  what: text,
  bindings: z.array(z.strictObject({
    binding: text,
    role: text,
    madeBy: text.describe("default: the API server makes it."),
  })),
  can: texts.describe(
    "A verb, then a resource with group and subresource, and maybe a name; or a verb and a path.",
  ),
  cannot: texts,
});

const explanation = z.strictObject({
  kind: z.enum(["map", "entry", "flag", "identity", "section"]),
  subject: text.describe("What it is about; of the map the cluster's name, empty without a spec."),
  title: text,
  text: texts.describe("Whole paragraphs."),
  instances: texts.describe("Ids of the spec that it is about; empty without a spec."),
  certificate: z.strictObject({
    commonName: text,
    organizations: texts,
    usages: texts,
    issuer: text.describe("Id of the CA."),
  }).nullable(),
  names: texts.describe("Names and addresses it is good for; in words where no spec says them."),
  files: texts.describe("Where it is: out/<cluster>, then each layout's machines."),
  connections: z.array(connection),
  flags: z.array(flag),
  rights: z.array(rights),
  faults: z.array(z.strictObject({
    when: text,
    who: text.describe("Who tells."),
    words: texts.describe("Words of the program; what differs stands in angle brackets."),
  })),
  renewal: texts,
  pages: texts,
  related: z.array(z.strictObject({ what: text, title: text })),
}) satisfies z.ZodType<Explanation>;

/** The schema. */
export function explanationSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(explanation, { target: "draft-7" }), title: "hardway explain" };
}
