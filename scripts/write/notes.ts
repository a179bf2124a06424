/**
 * What is to be known of the secrets of a plan that are no keys: who reads them, what speaks against them, what has ended.
 *
 * @module
 */
import type { DocumentForm } from "../plan/templates.ts";
import type { DocumentEntry } from "../plan/types.ts";
import { quote } from "../shared/text.ts";
import { formatTime } from "../shared/time.ts";
import type { Spec } from "../spec/types.ts";
import type { Cluster } from "./prepare.ts";

/** What the flags of the files are, and why nobody should need them. */
const STATICS: Readonly<Partial<Record<DocumentForm, { readonly flag: string; readonly why: string }>>> = {
  "static-tokens": {
    flag: "--token-auth-file",
    why: "Its tokens never end, and changing one needs a restart: CIS 1.2.2 advises against it.",
  },
  "static-passwords": {
    flag: "--basic-auth-file",
    why: "Its passwords never end and go over the wire as they are; Kubernetes 1.19 dropped them.",
  },
};

/** Fewer characters can be guessed by whoever has the digest that the manifest gives of their file. */
const STRONG = 20;

/** An issuer that says the groups as they are could put anyone into the group that no rule limits. */
function issuerNotes({ authentication: { jwt } }: Spec): string[] {
  return jwt.filter(({ claimMappings: { groups }, userValidationRules = [] }) =>
    groups?.claim !== undefined && groups.prefix === "" &&
    !userValidationRules.some(({ expression }) => /\buser\s*\.\s*groups\b/.test(expression))
  ).map(({ issuer: { url } }) =>
    `${url} says the groups of its users as they are, and may say system:masters: give them a prefix, or ` +
    `userValidationRules such as 'user.groups.all(group, !group.startsWith("system:"))'.`
  );
}

/**
 * What there is to say, in the plan's order.
 *
 * @param folder of the tree, as the caller would name it
 * @param now the clock, in Unix seconds
 */
export function notesOf(
  { plan, spec, only, given }: Pick<Cluster, "plan" | "spec" | "only" | "given">,
  folder: string,
  now: number,
): string[] {
  const documents = plan.entries.filter((entry) => entry.kind === "document").filter(({ id }) => only(id));
  return [
    ...issuerNotes(spec),
    ...documents.flatMap((entry) => [
      ...staticNotes(entry, folder),
      ...weakNotes(entry, given),
      ...(entry.content.form === "bootstrap-secrets" ? endedNotes(entry, now) : []),
    ]),
  ];
}

function staticNotes({ path, content: { form } }: DocumentEntry, folder: string): string[] {
  const known = STATICS[form];
  return known === undefined
    ? []
    : [`${folder}/${path} is for ${known.flag} of the API server. ${known.why}`];
}

function weakNotes({ content }: DocumentEntry, given: ReadonlyMap<string, string>): string[] {
  if (!("lines" in content)) return [];
  const weak = content.lines.filter(({ secret }) => (given.get(secret.id)?.length ?? STRONG) < STRONG);
  if (weak.length === 0) return [];
  const names = weak.map(({ user }) => quote(user)).join(", ");
  return [
    `What the file of ${names} holds has fewer than ${STRONG} characters: whoever has manifest.json can try them ` +
    "against the digest there.",
  ];
}

function endedNotes({ content }: DocumentEntry, now: number): string[] {
  if (!("tokens" in content)) return [];
  return content.tokens.filter(({ expiration }) => expiration <= now).map(({ secret, expiration }) => {
    const name = secret.id.slice(secret.id.indexOf("/") + 1);
    return `The bootstrap token ${name} ended at ${
      formatTime(expiration)
    }: token bootstrap ${name} makes its Secret with a ` +
      "new end.";
  });
}
