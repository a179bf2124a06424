/**
 * One row of the guide's health-check table, as a type.
 *
 * @module
 */
import type { ItemType } from "./item_type.ts";

/** One row; what is absent is null, or an empty list. */
export interface Row {
  /** The program that uses it, such as `kube-apiserver`. */
  readonly component: string | null;
  /** From the content; for a file that is not there what its flag expects. */
  readonly type: ItemType | null;
  /** What it is for, from the flag that names it. */
  readonly purpose: string | null;
  /** As this machine sees it. */
  readonly path: string;
  /** The flag that names it, such as `--tls-cert-file`, or the place in the file where it is embedded. */
  readonly flag: string | null;
  /** The common name; of a token whom it stands for. */
  readonly cn: string | null;
  readonly organization: readonly string[];
  /** Alternative names, bare; of a token whom it is meant for. */
  readonly altNames: readonly string[];
  /** The whole name. */
  readonly issuer: string | null;
  /** Lower-case hexadecimal. */
  readonly serial: string | null;
  /** RFC 3339, UTC. */
  readonly notBefore: string | null;
  /** RFC 3339, UTC. */
  readonly expiration: string | null;
  /** Seconds that are left; negative when it is over. */
  readonly residualSeconds: number | null;
  /** Such as `ECDSA-P256`. */
  readonly keyAlgorithm: string | null;
  /** Such as `ecdsa-with-SHA256`. */
  readonly signatureAlgorithm: string | null;
  /** Of the DER, lower-case hexadecimal; of a key, of its public half's DER. */
  readonly sha256: string | null;
  /** Each begins with a code of `verify`. */
  readonly problems: readonly string[];
}

/** Its fields stand in the order of the output. */
export const EMPTY: Row = {
  component: null,
  type: null,
  purpose: null,
  path: "",
  flag: null,
  cn: null,
  organization: [],
  altNames: [],
  issuer: null,
  serial: null,
  notBefore: null,
  expiration: null,
  residualSeconds: null,
  keyAlgorithm: null,
  signatureAlgorithm: null,
  sha256: null,
  problems: [],
};
