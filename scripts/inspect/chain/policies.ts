/**
 * Policies of a chain (RFC 5280 section 6.1, RFC 9618), as Go judges them when a caller asks for none: they matter only
 * where an authority demands one, or maps what cannot be mapped.
 *
 * @module
 */
import type { PolicyExtensions } from "./go_extensions.ts";

/** What is needed of a certificate of the chain. */
export interface PolicyLink {
  readonly policies: PolicyExtensions;
  /** Whether issuer and subject are the same. */
  readonly isSelfIssued: boolean;
}

/** A policy that is valid at some depth, and what it is called one further down. */
interface Node {
  readonly policy: string;
  expected: readonly string[];
  readonly parents: Set<Node>;
  readonly children: Set<Node>;
}

type Stratum = Map<string, Node>;

const ANY = "551d2000";

/**
 * Says whether Go finds the policies of a chain valid (crypto/x509, `policiesValid`).
 *
 * @param chain the leaf first, the root last
 */
export function arePoliciesValid(chain: readonly PolicyLink[]): boolean {
  const count = chain.length - 1;
  if (count === 0) return true;
  let strata: Stratum[] | undefined = [new Map([[ANY, makeNode(ANY, [])]])];
  let [inhibitAny, explicit, mapping] = [count + 1, count + 1, count + 1];
  for (let index = count - 1; index >= 0; index--) {
    const link = chain[index];
    if (link === undefined) continue;
    const { policies, isSelfIssued } = link;
    if (policies.policies.length === 0) strata = undefined;
    if (explicit === 0 && strata === undefined) return false;
    if (strata !== undefined) {
      addStratum(strata, policies.policies, inhibitAny > 0 || (index > 0 && isSelfIssued));
      prune(strata);
      if (index > 0 && !applyMappings(strata, policies.mappings, mapping > 0)) return false;
    }
    if (index === 0) continue;
    if (!isSelfIssued) {
      [explicit, mapping, inhibitAny] = [explicit, mapping, inhibitAny].map((one) =>
        Math.max(0, one - 1)
      ) as [
        number,
        number,
        number,
      ];
    }
    explicit = lower(explicit, policies.requireExplicit);
    mapping = lower(mapping, policies.inhibitMapping);
    inhibitAny = lower(inhibitAny, policies.inhibitAny);
  }
  if (explicit > 0) explicit--;
  if (chain[0]?.policies.requireExplicit === 0) explicit = 0;
  return explicit > 0 || (strata !== undefined && hasValidPolicy(strata));
}

/** A limit of an authority counts where it is lower; Go takes negative ones for none. */
function lower(current: number, limit: number | undefined): number {
  return limit === undefined || limit < 0 ? current : Math.min(current, limit);
}

function makeNode(policy: string, parents: readonly Node[]): Node {
  const node: Node = { policy, expected: [policy], parents: new Set(parents), children: new Set() };
  for (const parent of parents) parent.children.add(node);
  return node;
}

/** RFC 9618's 6.1.3 (d) (1) and (2). */
function addStratum(strata: Stratum[], policies: readonly string[], isAnyAllowed: boolean): void {
  const above: Stratum = strata.at(-1) ?? new Map();
  const here: Stratum = new Map();
  const expecting = new Map<string, Node[]>();
  for (const node of above.values()) {
    for (const policy of node.expected) {
      expecting.set(policy, [...expecting.get(policy) ?? [], node]);
    }
  }
  const anyAbove = above.get(ANY);
  for (const policy of policies) {
    if (policy === ANY) continue;
    const parents = expecting.get(policy) ?? (anyAbove === undefined ? [] : [anyAbove]);
    if (parents.length > 0) here.set(policy, makeNode(policy, parents));
  }
  if (policies.includes(ANY) && isAnyAllowed) {
    for (const [policy, parents] of expecting) {
      if (!here.has(policy)) here.set(policy, makeNode(policy, parents));
    }
  }
  strata.push(here);
}

/** Takes away what has nothing below it, but for the last stratum and the first. */
function prune(strata: readonly Stratum[]): void {
  for (let depth = strata.length - 2; depth > 0; depth--) {
    const stratum = strata[depth] ?? new Map<string, Node>();
    for (const [policy, node] of stratum) {
      if (node.children.size > 0) continue;
      for (const parent of node.parents) parent.children.delete(node);
      stratum.delete(policy);
    }
  }
}

/** RFC 9618's 6.1.4 (a) and (b); false for a mapping of any policy. */
function applyMappings(
  strata: readonly Stratum[],
  mappings: PolicyExtensions["mappings"],
  isAllowed: boolean,
): boolean {
  if (mappings.length === 0) return true;
  const here: Stratum = strata.at(-1) ?? new Map();
  const byIssuer = new Map<string, string[]>();
  for (const { issuer, subject } of mappings) {
    if (!isAllowed) {
      const node = here.get(issuer);
      for (const parent of node?.parents ?? []) if (node !== undefined) parent.children.delete(node);
      here.delete(issuer);
      continue;
    }
    if (issuer === ANY || subject === ANY) return false;
    byIssuer.set(issuer, [...byIssuer.get(issuer) ?? [], subject]);
  }
  prune(strata);
  for (const [issuer, subjects] of byIssuer) {
    const any = here.get(ANY);
    const node = here.get(issuer) ?? (any === undefined ? undefined : makeNode(issuer, [any]));
    if (node === undefined) continue;
    node.expected = subjects;
    here.set(issuer, node);
  }
  return true;
}

/** RFC 9618's 6.1.5 (g), for a caller that any policy is good for. */
function hasValidPolicy(strata: readonly Stratum[]): boolean {
  if (strata.at(-1)?.has(ANY)) return true;
  return strata.some((stratum) =>
    [...stratum.values()].some(({ policy, parents }) =>
      policy !== ANY && parents.size === 1 && [...parents].every((parent) => parent.policy === ANY)
    )
  );
}
