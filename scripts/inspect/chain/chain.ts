/**
 * Verifies certificate chains exactly as Go's crypto/x509 does, since that is what Kubernetes decides with: a chain is
 * good when Go finds it good, and what is said of a bad one is what Go stumbles over first.
 *
 * @module
 */
import { type Parsed, type Pool, poolOf, signatureFrom } from "./chain_parts.ts";
import { formatName } from "../certificate/names.ts";
import { verifyHostname } from "./hostname.ts";
import { constraintTrouble, namesTrouble } from "./name_constraints.ts";
import { arePoliciesValid } from "./policies.ts";
import type { SignatureVerdict } from "./signature.ts";

export { type Parsed, parseForChain } from "./chain_parts.ts";

/** What a certificate is to be used for, in dotted form. */
export const PURPOSE = {
  any: "2.5.29.37.0",
  server: "1.3.6.1.5.5.7.3.1",
  client: "1.3.6.1.5.5.7.3.2",
} as const;

/** Against what a certificate is verified. */
export interface ChainOptions {
  /** Certificates that are trusted. */
  readonly roots: readonly Parsed[];
  /** Certificates that may stand between. */
  readonly intermediates: readonly Parsed[];
  /** The time of the verification, Unix seconds. */
  readonly at: number;
  /** Purposes in dotted form, of which one has to be allowed all along the chain; none stands for server. */
  readonly usages: readonly string[];
  /** The name or address that the certificate has to be good for. */
  readonly name?: string;
  /** Validity is left out, for callers that report expiry themselves. */
  readonly ignoreTimes?: boolean;
}

/** What is wrong with a chain. */
export type ChainTrouble =
  | "expired"
  | "not-yet-valid"
  | "unknown-authority"
  | "bad-signature"
  | "not-a-ca"
  | "usage"
  | "name"
  | "constraints"
  | "policies"
  | "path-length"
  | "unhandled-critical"
  | "insecure-algorithm"
  | "unsupported-algorithm"
  | "unparsable";

/** Why there is no chain. */
export interface Refusal {
  readonly kind: ChainTrouble;
  /** In plain words. */
  readonly reason: string;
  /** The certificate to blame, where it is one. */
  readonly certificate?: Parsed;
}

/** What comes of a verification. */
export type ChainVerdict =
  /** Every chain, each from the leaf to a root. */
  | { readonly ok: true; readonly chains: readonly (readonly Parsed[])[] }
  | { readonly ok: false } & Refusal;

/** How many signatures are looked at for one certificate, as in Go. */
const MAX_SIGNATURES = 100;

/**
 * Verifies a certificate (Go 1.26, crypto/x509, `Certificate.Verify`).
 *
 * @param leaf any certificate, also an authority's
 * @param options what is trusted, what helps, when, and what for
 */
export function verifyChain(leaf: Parsed, options: ChainOptions): ChainVerdict {
  if (leaf.trouble !== undefined) {
    const reason = `Go cannot load the certificate: ${leaf.trouble}`;
    return { ok: false, kind: "unparsable", reason, certificate: leaf };
  }
  const refusal = validityTrouble(leaf, "leaf", [], options) ?? nameTrouble(leaf, options.name);
  if (refusal !== undefined) return { ok: false, ...refusal };
  const roots = poolOf(options.roots);
  const builder = new Builder(roots, poolOf(options.intermediates), options);
  const built = roots.has(leaf) ? { chains: [[leaf]] } : builder.build(leaf, [leaf]);
  if ("kind" in built) return { ok: false, ...built };
  const refused = built.chains.map((chain) => chainTrouble(chain, options.usages));
  const chains = built.chains.filter((_, index) => refused[index] === undefined);
  if (chains.length > 0) return { ok: true, chains };
  const reasons = refused.filter((one) => one !== undefined);
  // Go names the constraints first, then policies, then usages.
  const first = (["constraints", "policies", "usage"] as const)
    .map((kind) => reasons.find((one) => one.kind === kind)).find((one) => one !== undefined);
  return { ok: false, ...first ?? { kind: "unknown-authority", reason: "there is no chain to a root" } };
}

type Found = { readonly chains: readonly (readonly Parsed[])[] };

/** Builds chains as Go's `buildChains` does: depth first, roots before intermediates. */
class Builder {
  #signatures = 0;
  readonly #roots: Pool;
  readonly #intermediates: Pool;
  readonly #options: ChainOptions;

  constructor(roots: Pool, intermediates: Pool, options: ChainOptions) {
    this.#roots = roots;
    this.#intermediates = intermediates;
    this.#options = options;
  }

  build(child: Parsed, chain: readonly Parsed[]): Found | Refusal {
    const chains: (readonly Parsed[])[] = [];
    // What the last candidate with a good signature was refused for; Go gives it, though others may have followed.
    let last: Refusal | undefined;
    // What the first candidate was refused for; Go only hints at it.
    let hint: Refusal | undefined;
    let silent: Refusal | undefined; // Of an authority whose key it does not know, Go says nothing.
    for (const role of ["root", "intermediate"] as const) {
      for (const parent of (role === "root" ? this.#roots : this.#intermediates).issuersOf(child)) {
        if (++this.#signatures > MAX_SIGNATURES) {
          if (chains.length > 0) return { chains };
          return {
            kind: "unknown-authority",
            reason: "too many authorities of the same name",
            certificate: child,
          };
        }
        if (isInChain(parent, chain)) continue;
        if (parent.go?.key === undefined) {
          silent ??= signatureRefusal(child, parent, "unsupported");
          continue;
        }
        const refusal = authorityTrouble(parent) ??
          signatureRefusal(child, parent, signatureFrom(child, parent));
        if (refusal !== undefined) {
          hint ??= refusal;
          continue;
        }
        last = validityTrouble(parent, role, chain, this.#options);
        if (last !== undefined) {
          hint ??= last;
          continue;
        }
        const longer = [...chain, parent];
        if (role === "root") {
          chains.push(longer);
          continue;
        }
        const above = this.build(parent, longer);
        if ("kind" in above) last = above;
        else chains.push(...above.chains);
      }
    }
    if (chains.length > 0) return { chains };
    return last ?? hint ?? silent ?? unknownAuthority(child);
  }
}

function unknownAuthority(child: Parsed): Refusal {
  const reason = `no certificate of ${nameOf(child, "issuer")} is known`;
  return { kind: "unknown-authority", reason, certificate: child };
}

function nameOf({ certificate }: Parsed, which: "subject" | "issuer"): string {
  return formatName(certificate[which]) || "an authority without a name";
}

/** Whether a candidate stands in the chain already: the same name, key and alternative names. */
function isInChain(candidate: Parsed, chain: readonly Parsed[]): boolean {
  const key = (one: Parsed): string => one.certificate.publicKey.der.toHex();
  const names = (one: Parsed): string | undefined => one.go?.extensions.altNames?.toHex();
  for (const one of chain) {
    if (one.subject !== candidate.subject || key(one) !== key(candidate)) continue;
    const [a, b] = [names(candidate), names(one)];
    if (a === b) return true;
    // Go looks no further once only one of two has alternative names.
    if (a === undefined || b === undefined) return false;
  }
  return false;
}

/** Whether a certificate may sign others (Go, `CheckSignatureFrom`); versions 1 and 2 cannot say that they may not. */
function authorityTrouble(parent: Parsed): Refusal | undefined {
  const { hasBasicConstraints = false, isAuthority = false, keyUsage } = parent.go?.extensions ?? {};
  if (hasBasicConstraints ? !isAuthority : parent.certificate.version === 3) {
    const reason = `${nameOf(parent, "subject")} is no certificate authority`;
    return { kind: "not-a-ca", reason, certificate: parent };
  }
  if (keyUsage?.isAny && !keyUsage.canSignCertificates) {
    const reason = `the key usage of ${nameOf(parent, "subject")} does not allow it to sign certificates`;
    return { kind: "not-a-ca", reason, certificate: parent };
  }
  return undefined;
}

function signatureRefusal(child: Parsed, parent: Parsed, verdict: SignatureVerdict): Refusal | undefined {
  switch (verdict) {
    case "valid":
      return undefined;
    case "invalid": {
      const reason = `the signature is not of the key of ${
        nameOf(parent, "subject")
      }, which has the issuer's name`;
      return { kind: "bad-signature", reason, certificate: child };
    }
    case "insecure": {
      const reason = "it is signed with an algorithm that is no longer secure";
      return { kind: "insecure-algorithm", reason, certificate: child };
    }
    case "unsupported": {
      const reason = `Go cannot verify signatures of ${nameOf(parent, "subject")}`;
      return { kind: "unsupported-algorithm", reason, certificate: child };
    }
  }
}

/** What Go's `isValid` finds in a certificate at its place in a chain. */
function validityTrouble(
  one: Parsed,
  role: "leaf" | "intermediate" | "root",
  chain: readonly Parsed[],
  { at, ignoreTimes = false }: ChainOptions,
): Refusal | undefined {
  const { notBefore, notAfter } = one.certificate;
  const extensions = one.go?.extensions;
  const blame = (kind: ChainTrouble, reason: string): Refusal => ({ kind, reason, certificate: one });
  const name = nameOf(one, "subject");
  const unknown = extensions?.unhandledCritical;
  if (unknown !== undefined) {
    return blame("unhandled-critical", `Go does not know the critical extension ${unknown}`);
  }
  if (!ignoreTimes && at < notBefore) return blame("not-yet-valid", `${name} is not yet valid`);
  if (!ignoreTimes && at > notAfter) return blame("expired", `${name} has expired`);
  if (role === "intermediate" && !extensions?.isAuthority) {
    return blame("not-a-ca", `${name} is no certificate authority`);
  }
  const length = extensions?.pathLength;
  if (length !== undefined && chain.length - 1 > length) {
    return blame("path-length", `${name} allows only ${length} authorities below it`);
  }
  return undefined;
}

function nameTrouble(leaf: Parsed, name: string | undefined): Refusal | undefined {
  if (name === undefined || name === "" || verifyHostname(leaf.fields, name)) return undefined;
  return { kind: "name", reason: `the certificate is not good for the name ${name}`, certificate: leaf };
}

/** What is wrong with a whole chain: policies, usages and name constraints, in the order of Go. */
function chainTrouble(chain: readonly Parsed[], usages: readonly string[]): Refusal | undefined {
  const links = chain.flatMap((one) =>
    one.go === undefined
      ? []
      : [{ policies: one.go.extensions.policies, isSelfIssued: one.subject === one.issuer }]
  );
  if (!arePoliciesValid(links)) {
    return { kind: "policies", reason: "an authority demands a policy that the chain does not have" };
  }
  return usageTrouble(chain, usages) ?? constraintsTrouble(chain);
}

function usageTrouble(chain: readonly Parsed[], usages: readonly string[]): Refusal | undefined {
  if (usages.includes(PURPOSE.any)) return undefined;
  let left: readonly string[] = usages.length === 0 ? [PURPOSE.server] : usages;
  for (const one of chain.toReversed()) {
    const purposes = one.go?.extensions.purposes ?? [];
    if (purposes.length === 0 || purposes.includes(PURPOSE.any)) continue;
    left = left.filter((usage) => purposes.includes(usage));
    if (left.length === 0) {
      const reason = `${nameOf(one, "subject")} is not for what it is used for (extended key usage)`;
      return { kind: "usage", reason, certificate: one };
    }
  }
  return undefined;
}

function constraintsTrouble(chain: readonly Parsed[]): Refusal | undefined {
  for (const [index, one] of chain.entries()) {
    const { altNames, names } = one.go?.extensions ?? {};
    const rules = chain.slice(index + 1).flatMap((above) => above.go?.extensions.constraints ?? []);
    if (altNames === undefined || names === undefined || rules.length === 0) continue;
    const troubles = [
      () => namesTrouble(names),
      ...rules.map((rule) => () => constraintTrouble(rule, names)),
    ];
    for (const look of troubles) {
      const trouble = look();
      if (trouble === undefined) continue;
      return { kind: "constraints", reason: `by name constraints above it: ${trouble}`, certificate: one };
    }
  }
  return undefined;
}
