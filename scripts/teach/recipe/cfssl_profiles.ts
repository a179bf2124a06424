/**
 * The signing profiles of cfssl: in go certificates, out comes one profile for each kind of use and time, and the name of
 * it for each certificate.
 *
 * https://github.com/cloudflare/cfssl/blob/v1.6.5/doc/cmd/cfssl.txt
 *
 * @module
 */
import type { CertificateEntry } from "../../plan/types.ts";
import { formatTime } from "../../shared/time.ts";
import { keyUsage } from "./openssl_config.ts";

interface Profile {
  readonly usages: readonly string[];
  readonly ca_constraint?: { readonly is_ca: true };
  readonly expiry: string;
  readonly not_before: string;
  readonly not_after: string;
}

/** The profiles of a recipe. */
export class CfsslProfiles {
  readonly #profiles = new Map<string, Profile>();
  readonly #names = new Map<string, string>();

  /** @param entries every certificate of the recipe */
  constructor(entries: Iterable<CertificateEntry>) {
    for (const entry of entries) this.#add(entry);
  }

  /** The name of a certificate's profile. */
  nameOf(entry: CertificateEntry): string {
    const name = this.#names.get(JSON.stringify(profileOf(entry)));
    if (name === undefined) throw new Error(`The certificate ${entry.id} has no profile`);
    return name;
  }

  /** The file that cfssl reads with `-config`. */
  config(): unknown {
    // Without a default cfssl has one of its own, which a mistyped profile would fall back to.
    return { signing: { default: { expiry: "1h" }, profiles: Object.fromEntries(this.#profiles) } };
  }

  #add(entry: CertificateEntry): void {
    const profile = profileOf(entry);
    const key = JSON.stringify(profile);
    if (this.#names.has(key)) return;
    const base = entry.isAuthority ? "ca" : entry.usages.join("-");
    let name = base;
    for (let number = 2; this.#profiles.has(name); number++) name = `${base}-${number}`;
    this.#names.set(key, name);
    this.#profiles.set(name, profile);
  }
}

function profileOf(entry: CertificateEntry): Profile {
  const usages = entry.isAuthority ? ["cert sign", "crl sign"] : [
    "digital signature",
    ...(keyUsage(entry).includes("keyEncipherment") ? ["key encipherment"] : []),
    ...entry.usages.map((usage) => `${usage} auth`),
  ];
  return {
    usages,
    ...(entry.isAuthority && { ca_constraint: { is_ca: true } }),
    expiry: `${Math.max(1, Math.ceil((entry.notAfter - entry.notBefore) / 3600))}h`,
    not_before: formatTime(entry.notBefore),
    not_after: formatTime(entry.notAfter),
  };
}
