/**
 * What chains are made of: certificates as Go takes them, pools of authorities, and signatures that are checked once.
 *
 * @module
 */
import type { Certificate } from "../certificate/certificate.ts";
import { type ExtensionFields, readExtensionFields } from "../certificate/certificate_extensions.ts";
import { DerError } from "../der/der.ts";
import { type GoCertificate, readGoCertificate } from "./go_parse.ts";
import { type SignatureVerdict, verifySignature } from "./signature.ts";

/** A certificate that chains can be built with. */
export interface Parsed {
  readonly certificate: Certificate;
  /** Nothing but undefined fields where the extensions cannot be read. */
  readonly fields: ExtensionFields;
  /** Why Go would not load it; such a certificate is part of no chain. */
  readonly trouble: string | undefined;
  /** What Go takes of it, unless there is trouble. */
  readonly go: GoCertificate | undefined;
  /** Its names, to compare. */
  readonly subject: string;
  readonly issuer: string;
}

const NO_FIELDS: ExtensionFields = {
  isAuthority: false,
  pathLength: undefined,
  keyUsage: undefined,
  extKeyUsage: undefined,
  altNames: undefined,
  subjectKeyIdentifier: undefined,
  authorityKeyIdentifier: undefined,
};

/**
 * Reads of a certificate what chains need; once for each certificate, as that takes some time.
 *
 * @param certificate a certificate that could be read
 */
export function parseForChain(certificate: Certificate): Parsed {
  let fields = NO_FIELDS;
  let trouble: string | undefined;
  let go: GoCertificate | undefined;
  try {
    fields = readExtensionFields(certificate);
    go = readGoCertificate(certificate);
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    trouble = error.message;
  }
  const [subject, issuer] = [certificate.subject.der.toHex(), certificate.issuer.der.toHex()];
  return { certificate, fields, trouble, go, subject, issuer };
}

/** Certificates by their subjects. */
export class Pool {
  readonly #bySubject = new Map<string, Parsed[]>();
  readonly #whole = new Set<string>();

  /** @param certificates the same one twice counts once; those with trouble are left out */
  constructor(certificates: readonly Parsed[]) {
    for (const one of certificates) {
      if (one.trouble !== undefined) continue;
      const whole = one.certificate.der.toHex();
      if (this.#whole.has(whole)) continue;
      this.#whole.add(whole);
      const same = this.#bySubject.get(one.subject);
      if (same === undefined) this.#bySubject.set(one.subject, [one]);
      else same.push(one);
    }
  }

  /** Whether exactly this certificate is in it. */
  has({ certificate, subject }: Parsed): boolean {
    return this.#bySubject.has(subject) && this.#whole.has(certificate.der.toHex());
  }

  /**
   * Those that could have signed a certificate: of the issuer's name, the likely ones by their key identifiers first
   * (Go crypto/x509, `findPotentialParents`).
   */
  issuersOf({ issuer, go }: Parsed): readonly Parsed[] {
    const named = this.#bySubject.get(issuer) ?? [];
    if (named.length < 2) return named;
    const wanted = go?.extensions.authorityKeyIdentifier.toHex() ?? "";
    const rank = (one: Parsed): number => {
      const found = one.go?.extensions.subjectKeyIdentifier.toHex() ?? "";
      if (found === wanted) return 0;
      return found === "" || wanted === "" ? 1 : 2;
    };
    return named.toSorted((a, b) => rank(a) - rank(b));
  }
}

const pools = new WeakMap<readonly Parsed[], { readonly pool: Pool; readonly size: number }>();

/** The pool of a list, made once for each list; a list may grow. */
export function poolOf(certificates: readonly Parsed[]): Pool {
  const found = pools.get(certificates);
  if (found !== undefined && found.size === certificates.length) return found.pool;
  const pool = new Pool(certificates);
  pools.set(certificates, { pool, size: certificates.length });
  return pool;
}

const verdicts = new WeakMap<Parsed, WeakMap<Parsed, SignatureVerdict>>();

/** Whether a certificate bears the signature of another's key; looked at once for each two. */
export function signatureFrom(child: Parsed, parent: Parsed): SignatureVerdict {
  let known = verdicts.get(child);
  if (known === undefined) {
    known = new WeakMap();
    verdicts.set(child, known);
  }
  const found = known.get(parent);
  if (found !== undefined) return found;
  const { tbs, signatureAlgorithm, signature } = child.certificate;
  const verdict = verifySignature(
    { tbs, signatureAlgorithm, signature: child.go?.signature ?? signature },
    parent.certificate.publicKey,
  );
  known.set(parent, verdict);
  return verdict;
}
