/**
 * One row of the health-check table: what a certificate, a key or a credential says of itself.
 *
 * @module
 */
import { digestHex } from "../shared/digest.ts";
import { equalBytes } from "../shared/encoding.ts";
import { formatTime } from "../shared/time.ts";
import { keyName, signatureName } from "./certificate/algorithms.ts";
import type { Certificate, PublicKey } from "./certificate/certificate.ts";
import type { ExtensionFields } from "./certificate/certificate_extensions.ts";
import { DerError } from "./der/der.ts";
import { componentOf } from "./identity.ts";
import { type JsonWebToken, verifyToken } from "./tokens/json_web_token.ts";
import type { CertificateItem, Item, TokenItem } from "./item.ts";
import type { ItemType } from "./item_type.ts";
import { EMPTY, type Row } from "./row.ts";
import { commonName, formatName, organizations } from "./certificate/names.ts";

/** Public keys with the paths of their files, and the `kid` that Kubernetes gives each. */
export type Signers = readonly { readonly id: string; readonly spki: Uint8Array; readonly path: string }[];

/**
 * Makes the row of a thing.
 *
 * @param path of its file
 * @param at the moment that counts, Unix seconds
 * @param signers to say whose key signed a token
 */
export function rowOfItem(path: string, item: Item, at: number, signers: Signers): Row {
  const flag = item.inside === undefined || item.inside.startsWith("line ") ? null : item.inside;
  const base = { ...EMPTY, path, flag };
  switch (item.kind) {
    case "certificate":
      return rowOfCertificate(base, item, at);
    case "key":
      return {
        ...base,
        type: "Key",
        keyAlgorithm: item.algorithm ?? null,
        sha256: item.spki === undefined ? null : digestHex(item.spki),
        problems: item.isEncrypted ? ["key-encrypted: a password protects it"] : [],
      };
    case "request": {
      const { request, fields, state } = item;
      return {
        ...base,
        type: "CSR",
        purpose: state === undefined ? null : `CertificateSigningRequest ${state}`,
        cn: commonName(request.subject) ?? null,
        organization: organizations(request.subject),
        altNames: namesOf(fields),
        keyAlgorithm: nameOfKey(request.publicKey),
        signatureAlgorithm: signatureName(request.signatureAlgorithm),
        sha256: digestHex(request.der),
      };
    }
    case "crl": {
      const { crl } = item;
      return {
        ...base,
        type: "CRL",
        cn: commonName(crl.issuer) ?? null,
        issuer: formatName(crl.issuer),
        ...times(crl.thisUpdate, crl.nextUpdate, at),
        signatureAlgorithm: signatureName(crl.signatureAlgorithm),
        sha256: digestHex(crl.der),
      };
    }
    case "kubeconfig":
      return { ...base, type: "Kubeconfig" };
    case "token":
      return rowOfToken(base, item, at, signers);
    case "broken":
      return {
        ...base,
        type: typeOfBroken(item.what),
        problems: [`unparsable: ${item.what}: ${item.reason}`],
      };
  }
}

function rowOfCertificate(base: Row, { certificate, fields }: CertificateItem, at: number): Row {
  const { subject, issuer, serial, notBefore, notAfter, publicKey, signatureAlgorithm, der } = certificate;
  return {
    ...base,
    component: componentOf(certificate) ?? null,
    type: typeOfCertificate(certificate, fields) ?? null,
    cn: commonName(subject) ?? null,
    organization: organizations(subject),
    altNames: namesOf(fields),
    issuer: formatName(issuer),
    serial: serialText(serial),
    ...times(notBefore, notAfter, at),
    keyAlgorithm: nameOfKey(publicKey),
    signatureAlgorithm: signatureName(signatureAlgorithm),
    sha256: digestHex(der),
  };
}

function rowOfToken(base: Row, item: TokenItem, at: number, signers: Signers): Row {
  const { claims, form, user, groups, expires } = item;
  const signer = claims === undefined ? undefined : signerOf(claims, signers);
  return {
    ...base,
    type: "Token",
    purpose: signer === undefined ? form : `${form}, signed with the key of ${signer}`,
    cn: user ?? null,
    organization: groups,
    altNames: claims?.audiences ?? [],
    issuer: claims?.issuer ?? null,
    ...times(claims?.notBefore ?? claims?.issuedAt, expires, at),
    signatureAlgorithm: claims?.algorithm ?? null,
  };
}

/** The file with the key of a token: by its `kid`, and where it has none by its signature. */
function signerOf(claims: JsonWebToken, signers: Signers): string | undefined {
  const named = signers.filter(({ id }) => claims.keyId === undefined || id === claims.keyId);
  return named.find(({ spki }) => verifyToken(claims, spki))?.path;
}

/**
 * From the content: an authority, or what its extended key usage lets it be; without one it may be both. A certificate of
 * version 1 cannot say that it is an authority's: one that signed itself is taken for it.
 */
function typeOfCertificate(
  { version, subject, issuer }: Certificate,
  { isAuthority, extKeyUsage }: ExtensionFields,
): ItemType | undefined {
  if (isAuthority || (version < 3 && equalBytes(subject.der, issuer.der))) return "CA";
  if (extKeyUsage === undefined || extKeyUsage.includes(ANY_PURPOSE)) return "Server, Client";
  const [server, client] = [extKeyUsage.includes(SERVER_AUTH), extKeyUsage.includes(CLIENT_AUTH)];
  if (server && client) return "Server, Client";
  return server ? "Server" : client ? "Client" : undefined;
}

const ANY_PURPOSE = "2.5.29.37.0";
const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

function typeOfBroken(what: string): ItemType | null {
  if (/key/.test(what)) return "Key";
  if (/CRL/.test(what)) return "CRL";
  if (/request/.test(what)) return "CSR";
  return /token|password/.test(what) ? "Token" : null;
}

function namesOf({ altNames }: ExtensionFields): string[] {
  return (altNames ?? []).map(({ value }) => value);
}

/** A number without leading zeros, in whole octets, as OpenSSL prints it; negative with a sign. */
export function serialText(serial: Uint8Array): string {
  const negative = ((serial[0] ?? 0) & 0x80) !== 0;
  const value = BigInt(`0x${serial.toHex() || "0"}`);
  const size = negative ? (1n << BigInt(8 * serial.length)) - value : value;
  const digits = size.toString(16);
  return `${negative ? "-" : ""}${digits.length % 2 === 1 ? "0" : ""}${digits}`;
}

function times(
  start: number | undefined,
  end: number | undefined,
  at: number,
): Pick<Row, "notBefore" | "expiration" | "residualSeconds" | "problems"> {
  const problems = [
    ...(end !== undefined && end < at ? [`expired: it ended at ${formatTime(end)}`] : []),
    ...(start !== undefined && start > at ? [`not-yet-valid: it begins at ${formatTime(start)}`] : []),
  ];
  return {
    notBefore: start === undefined ? null : formatTime(start),
    expiration: end === undefined ? null : formatTime(end),
    residualSeconds: end === undefined ? null : end - at,
    problems,
  };
}

function nameOfKey(key: PublicKey): string {
  try {
    return keyName(key);
  } catch (error) {
    if (error instanceof DerError) return key.algorithm.oid;
    throw error;
  }
}
