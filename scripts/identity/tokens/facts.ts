/**
 * What tokens say, and whether somebody would take them, in words: never the tokens themselves.
 *
 * In: what was found in a file, keys that verify, the moment. Out: facts.
 *
 * @module
 */
import type { Item, TokenItem } from "../../inspect/item.ts";
import { keyId, verifyToken } from "../../inspect/tokens/json_web_token.ts";
import type { TokenFacts } from "./token_facts.ts";
import { escapeControls } from "../../shared/text.ts";
import { formatTime } from "../../shared/time.ts";

/**
 * Works out what is known of the tokens of a file.
 *
 * @param items of the file
 * @param keys public keys that verify, SubjectPublicKeyInfo in DER; undefined when none were given
 * @param at the moment that counts, Unix seconds
 */
export function tokenFactsOf(
  items: readonly Item[],
  keys: readonly Uint8Array[] | undefined,
  at: number,
): TokenFacts[] {
  return items.flatMap((item) => item.kind === "token" ? [factsOf(item, keys, at)] : []);
}

function factsOf(item: TokenItem, keys: readonly Uint8Array[] | undefined, at: number): TokenFacts {
  const { inside, form, user, groups, expires, claims } = item;
  const isVerified = claims === undefined || keys === undefined
    ? null
    : keys.some((spki) => verifyToken(claims, spki));
  const time = (seconds: number | undefined): string | null =>
    seconds === undefined ? null : formatTime(seconds);
  const problems: string[] = [];
  if (expires !== undefined && expires <= at) problems.push(`It ended at ${formatTime(expires)}`);
  if (claims?.notBefore !== undefined && claims.notBefore > at) {
    problems.push(`It begins at ${formatTime(claims.notBefore)}`);
  }
  if (isVerified === false) {
    const isOther = !(keys ?? []).some((spki) => keyId(spki) === claims?.keyId);
    problems.push(isOther ? "None of the keys signed it" : "Its signature does not verify: it was changed");
  }
  const account = claims?.serviceAccount;
  return {
    inside: inside ?? null,
    form,
    user: user ?? null,
    groups,
    issuer: claims?.issuer ?? null,
    audiences: claims?.audiences ?? [],
    uid: account?.uid ?? null,
    boundTo: account?.boundTo === undefined ? null : `${account.boundTo.kind}/${account.boundTo.name}`,
    id: claims?.id ?? null,
    algorithm: claims?.algorithm ?? null,
    keyId: claims?.keyId ?? null,
    issuedAt: time(claims?.issuedAt),
    notBefore: time(claims?.notBefore),
    expires: time(expires),
    isVerified,
    problems,
  };
}

/** Formats facts as lines for people. */
export function formatTokenFacts(facts: TokenFacts): string {
  const isAccount = facts.form === "service account token";
  const verified = facts.isVerified === null ? "" : facts.isVerified ? "verified" : "wrong";
  const rows: [string, string][] = [
    ["In", facts.inside ?? ""],
    ["Form", facts.form],
    ["User", facts.user ?? ""],
    ["Groups", facts.groups.join(", ")],
    ["UID", facts.uid ?? ""],
    ["Bound to", facts.boundTo ?? ""],
    ["Issuer", facts.issuer ?? ""],
    ["Audiences", facts.audiences.join(", ")],
    ["Issued", facts.issuedAt ?? ""],
    ["Begins", facts.notBefore === facts.issuedAt ? "" : facts.notBefore ?? ""],
    ["Ends", facts.expires ?? (isAccount || facts.form === "static token" ? "never" : "")],
    ["JTI", facts.id ?? ""],
    ["Key", [facts.algorithm ?? "", facts.keyId ?? ""].filter(Boolean).join(", ")],
    ["Signature", verified],
    ...facts.problems.map((text): [string, string] => ["Problem", text]),
  ];
  return rows.filter(([, text]) => text !== "")
    .map(([head, text]) => `${head.padEnd(11)}${escapeControls(text)}`).join("\n");
}
