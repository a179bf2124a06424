/**
 * OpenSSL's configurations: the one of a CA, and the one of a certificate with its subject and its extensions.
 *
 * https://docs.openssl.org/3.0/man5/config/ and https://docs.openssl.org/3.0/man5/x509v3_config/
 *
 * @module
 */
import type { CertificateEntry, Subject } from "../../plan/types.ts";

/**
 * Escapes a value: `$` would be a variable, `#` a comment, quotes and backslashes would vanish.
 *
 * @param text of one line, without white space at its ends
 */
export function configValue(text: string): string {
  return text.replace(/[\\$#"'`]/g, "\\$&");
}

/** The digest that a key signs with; EdDSA has its own, which `default` stands for. */
export function digestOf({ keyAlgorithm }: CertificateEntry): "sha256" | "sha384" | "default" {
  if (keyAlgorithm === "Ed25519") return "default";
  return keyAlgorithm === "ECDSA-P384" ? "sha384" : "sha256";
}

/** How a CA signs. */
export interface AuthorityConfig {
  /** Folder of its records. */
  readonly folder: string;
  readonly authority: CertificateEntry;
  /** Whether serials come from a file and not from chance. */
  readonly hasSerials: boolean;
}

/** Writes the configuration of `openssl ca` for a CA. */
export function authorityConfig({ folder, authority, hasSerials }: AuthorityConfig): string {
  return `[ca]
default_ca = authority
[authority]
certificate = ${authority.certificatePath}
private_key = ${authority.keyPath}
database = ${folder}/index.txt
new_certs_dir = ${folder}/issued
${hasSerials ? `serial = ${folder}/serial` : "rand_serial = yes"}
default_md = ${digestOf(authority)}
unique_subject = no
policy = subjects
[subjects]
# What a subject may have, in this order: groups, as many as there are, then a name.
organizationName = optional
commonName = supplied
`;
}

/** Writes the configuration of a certificate: its subject for the request, its extensions for the CA. */
export function certificateConfig(entry: CertificateEntry): string {
  return `${requestConfig(entry.subject)}${extensionsConfig(entry)}`;
}

/** Writes the part that `openssl req` reads. */
export function requestConfig({ organizations, commonName }: Subject): string {
  const groups = organizations.map((name, index) => `${index}.O = ${configValue(name)}\n`).join("");
  return `[req]
prompt = no
utf8 = yes
string_mask = utf8only
distinguished_name = subject
[subject]
${groups}CN = ${configValue(commonName)}
`;
}

/** What a key may be used for, as OpenSSL writes it. */
export function keyUsage(entry: CertificateEntry): string {
  if (entry.isAuthority) return "keyCertSign,cRLSign";
  // Only a server with an RSA key is sent a key (RFC 5280 section 4.2.1.3).
  const isSent = entry.keyAlgorithm.startsWith("RSA-") && entry.usages.includes("server");
  return isSent ? "digitalSignature,keyEncipherment" : "digitalSignature";
}

/** What a certificate is for, as OpenSSL writes it. */
export function purposes(entry: CertificateEntry): string {
  return entry.usages.map((usage) => usage === "server" ? "serverAuth" : "clientAuth").join(",");
}

function extensionsConfig(entry: CertificateEntry): string {
  const names = [
    ...entry.dnsNames.map((name, index) => `DNS.${index} = ${name}\n`),
    ...entry.addresses.map(({ text }, index) => `IP.${index} = ${text}\n`),
  ];
  return `[extensions]
basicConstraints = critical,CA:${entry.isAuthority ? "TRUE" : "FALSE"}
keyUsage = critical,${keyUsage(entry)}
${entry.isAuthority ? "" : `extendedKeyUsage = ${purposes(entry)}\n`}subjectKeyIdentifier = $ENV::KEY_ID
authorityKeyIdentifier = keyid:always
${names.length === 0 ? "" : `subjectAltName = @names\n[names]\n${names.join("")}`}`;
}
