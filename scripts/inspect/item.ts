/**
 * What can be found in a file: one type for each kind of thing, whatever it was wrapped in.
 *
 * @module
 */
import type { Certificate } from "./certificate/certificate.ts";
import type { ExtensionFields } from "./certificate/certificate_extensions.ts";
import type { RevocationList } from "./certificate/crl.ts";
import type { JsonWebToken } from "./tokens/json_web_token.ts";
import type { Kubeconfig } from "./kubeconfig.ts";
import type { CertificateRequest } from "./certificate/request.ts";

/** Where a thing stands in its file. */
interface Found {
  /** Such as `users[0].user.client-certificate-data`; undefined for what the file itself is or begins with. */
  readonly inside: string | undefined;
}

/** A certificate. */
export interface CertificateItem extends Found {
  readonly kind: "certificate";
  readonly certificate: Certificate;
  readonly fields: ExtensionFields;
}

/** A key, private or public. */
export interface KeyItem extends Found {
  readonly kind: "key";
  readonly isPrivate: boolean;
  readonly isEncrypted: boolean;
  /** Such as `ECDSA-P256`; undefined when it is encrypted. */
  readonly algorithm: string | undefined;
  /** DER of the public key, which a certificate or a public key file has too; undefined when it is not known. */
  readonly spki: Uint8Array | undefined;
}

/** A certificate signing request. */
export interface RequestItem extends Found {
  readonly kind: "request";
  readonly request: CertificateRequest;
  readonly fields: ExtensionFields;
  /** Of a CertificateSigningRequest object: its name and its conditions, such as `csr-1: Approved`. */
  readonly state: string | undefined;
}

/** A list of revoked certificates. */
export interface CrlItem extends Found {
  readonly kind: "crl";
  readonly crl: RevocationList;
}

/** A kubeconfig; what is embedded in it is beside it, as items of their own. */
export interface KubeconfigItem extends Found {
  readonly kind: "kubeconfig";
  readonly kubeconfig: Kubeconfig;
}

/** Something that lets its bearer in. Its value is not kept. */
export interface TokenItem extends Found {
  readonly kind: "token";
  readonly form: "static token" | "password" | "bootstrap token" | "service account token" | "token";
  readonly user: string | undefined;
  readonly groups: readonly string[];
  /** Unix seconds. */
  readonly expires: number | undefined;
  /** Of a JSON Web Token. */
  readonly claims: JsonWebToken | undefined;
}

/** Something that is meant to be one of these and cannot be read. */
export interface BrokenItem extends Found {
  readonly kind: "broken";
  /** What it says that it is, such as `CERTIFICATE`. */
  readonly what: string;
  /** In plain words, without content of the file. */
  readonly reason: string;
}

/** Any of them. */
export type Item =
  | CertificateItem
  | KeyItem
  | RequestItem
  | CrlItem
  | KubeconfigItem
  | TokenItem
  | BrokenItem;
