/**
 * Which certificates belong together: who signed whom among all that were found.
 *
 * @module
 */
import { equalBytes } from "../../shared/encoding.ts";
import type { Certificate } from "../certificate/certificate.ts";
import { signatureFrom } from "../chain/chain_parts.ts";
import type { CertificateItem } from "../item.ts";
import { commonName } from "../certificate/names.ts";
import type { Facts, PlacedCertificate } from "./facts.ts";

/** Whether subject and issuer are one name. */
export function isSelfIssued({ subject, issuer }: Certificate): boolean {
  return equalBytes(subject.der, issuer.der);
}

/** Whether a certificate is a CA's; one of version 1 cannot say so, and Go takes it for one among those it trusts. */
export function isAuthority({ certificate, fields }: CertificateItem): boolean {
  return fields.isAuthority || (certificate.version < 3 && isSelfIssued(certificate));
}

const authoritiesByName = new WeakMap<Facts, Map<string, PlacedCertificate[]>>();

/** The CAs with this name among everything that was found, each certificate once. */
export function authoritiesNamed(name: Uint8Array, facts: Facts): readonly PlacedCertificate[] {
  let index = authoritiesByName.get(facts);
  if (index === undefined) {
    index = new Map();
    const seen = new Set<string>();
    for (const one of facts.certificates) {
      const { certificate } = one.item;
      if (!isAuthority(one.item) || seen.has(certificate.der.toHex())) continue;
      seen.add(certificate.der.toHex());
      const key = certificate.subject.der.toHex();
      const list = index.get(key) ?? [];
      list.push(one);
      index.set(key, list);
    }
    authoritiesByName.set(facts, index);
  }
  return index.get(name.toHex()) ?? [];
}

const filesBySubject = new WeakMap<Facts, Map<string, PlacedCertificate[]>>();

/** Certificates of a name that stand in files for themselves, and not in a document. */
export function inFilesNamed(name: Uint8Array, facts: Facts): readonly PlacedCertificate[] {
  let index = filesBySubject.get(facts);
  if (index === undefined) {
    const plain = facts.certificates.filter(({ item: { inside } }) =>
      inside === undefined || inside.startsWith("line ")
    );
    index = Map.groupBy(plain, ({ parsed }) => parsed.subject);
    filesBySubject.set(facts, index);
  }
  return index.get(name.toHex()) ?? [];
}

const signedBy = new WeakMap<Facts, Map<string, PlacedCertificate[]>>();

/** What a CA has signed, of all that was found. */
function signedOf({ item: { certificate } }: PlacedCertificate, facts: Facts): readonly PlacedCertificate[] {
  let index = signedBy.get(facts);
  if (index === undefined) {
    index = new Map();
    for (const leaf of facts.certificates) {
      if (isSelfIssued(leaf.item.certificate)) continue;
      for (const signer of issuersOf(leaf, facts)) {
        const key = signer.item.certificate.der.toHex();
        const list = index.get(key);
        if (list === undefined) index.set(key, [leaf]);
        else list.push(leaf);
      }
    }
    signedBy.set(facts, index);
  }
  return index.get(certificate.der.toHex()) ?? [];
}

const bundles = new WeakMap<Facts, Map<string, ReadonlySet<string>>>();

/** The CAs, as hexadecimal DER, that have not ended in the bundle of one; none where it is no bundle of CAs alone. */
function goodBeside(one: PlacedCertificate, facts: Facts): ReadonlySet<string> {
  let index = bundles.get(facts);
  if (index === undefined) {
    index = new Map(
      [...Map.groupBy(facts.certificates, bundleOf)].map(([bundle, all]) => {
        const good = all.every(({ item }) => isAuthority(item))
          ? all.filter(({ item: { certificate } }) => certificate.notAfter >= facts.at)
          : [];
        return [bundle, new Set(good.map(({ item: { certificate } }) => certificate.der.toHex()))];
      }),
    );
    bundles.set(facts, index);
  }
  return index.get(bundleOf(one)) ?? new Set();
}

/** The file, and the place in it, that a certificate stands in with others. */
function bundleOf({ scan, item: { inside } }: PlacedCertificate): string {
  return `${scan.identity} ${(inside ?? "").replace(/(?:^| )line \d+$/, "")}`;
}

/**
 * Whether a CA that has ended is one of several that a file trusts, and is not needed there: all that it signed is signed
 * by another one of the file too, or is not here.
 */
export function isSpareAuthority(one: PlacedCertificate, facts: Facts): boolean {
  const good = goodBeside(one, facts);
  return good.size > 0 &&
    signedOf(one, facts).every((leaf) =>
      issuersOf(leaf, facts).some(({ item: { certificate } }) => good.has(certificate.der.toHex()))
    );
}

/** How many CAs of one name are tried, as in Go. */
const MAX_SIGNATURES = 100;

const issuers = new WeakMap<PlacedCertificate, readonly PlacedCertificate[]>();

/** The CAs that signed a certificate, of all that were found: several when one was made again with its key. */
export function issuersOf(one: PlacedCertificate, facts: Facts): readonly PlacedCertificate[] {
  const known = issuers.get(one);
  if (known !== undefined) return known;
  const named = authoritiesNamed(one.item.certificate.issuer.der, facts);
  const wanted = one.item.fields.authorityKeyIdentifier;
  const likely = wanted === undefined || named.length < 2
    ? named
    : named.filter(({ item: { fields } }) =>
      fields.subjectKeyIdentifier === undefined || equalBytes(fields.subjectKeyIdentifier, wanted)
    );
  const found = (likely.length > 0 ? likely : named).slice(0, MAX_SIGNATURES)
    .filter((authority) => signatureFrom(one.parsed, authority.parsed) === "valid");
  issuers.set(one, found);
  return found;
}

/** The one of them that ends last. */
export function issuerOf(one: PlacedCertificate, facts: Facts): PlacedCertificate | undefined {
  return issuersOf(one, facts)
    .toSorted((a, b) => b.item.certificate.notAfter - a.item.certificate.notAfter)[0];
}

/**
 * Whether it is the serving certificate that a kubelet without one makes for itself, under a CA that it forgets
 * (`node-0@1700000000`, `node-0-ca@1700000000`).
 */
export function isKubeletSelfSigned({ item: { certificate }, path }: PlacedCertificate): boolean {
  return /(?:^|\/)kubelet\.crt$/.test(path) && /-ca@\d+$/.test(commonName(certificate.issuer) ?? "");
}

const NS_COMMENT = "2.16.840.1.113730.1.13";
const NS_TYPE = "2.16.840.1.113730.1.1";

/** Whether a certificate has the shape of the guide's ca.conf: Netscape's extensions, which nobody else sets today. */
export function isHardWayShaped({ item: { certificate } }: PlacedCertificate): boolean {
  const has = (oid: string): boolean => certificate.extensions.some((extension) => extension.oid === oid);
  return has(NS_COMMENT) && has(NS_TYPE) && commonName(certificate.issuer) === "CA";
}
