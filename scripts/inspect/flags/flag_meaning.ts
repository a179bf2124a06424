/**
 * What a flag of a program means for PKI, as a type, and short ways to write the table down.
 *
 * @module
 */
import type { Component } from "./invocation.ts";

/** What the value of a flag is. From `urls` on it names no file. */
export type Names =
  | "certificate"
  | "key"
  | "certificate-and-key"
  | "ca"
  | "crl"
  | "kubeconfig"
  | "service-account-key"
  | "token-file"
  | "password-file"
  | "token"
  | "configuration"
  | "folder"
  | "urls"
  | "addresses"
  | "ranges"
  | "names"
  | "switch"
  | "embedded-ca";

/** The type that a row has by the flag alone; those of a certificate are settled by its content. */
export type ExpectedType =
  | "CA"
  | "Server"
  | "Client"
  | "Server, Client"
  | "Key"
  | "Kubeconfig"
  | "Token"
  | "CRL";

/** A flag of a program. */
export interface FlagReference {
  readonly component: Component;
  readonly flag: string;
}

/** What a flag means. */
export interface FlagMeaning extends FlagReference {
  readonly names: Names;
  /** Undefined for what has no row of its own. */
  readonly type: ExpectedType | undefined;
  /** In a few plain words, such as `serving certificate`. */
  readonly purpose: string;
  /** The flag with the other half of a certificate and its key. */
  readonly pairedWith?: string;
  /** Flags that name the CAs which have to accept the certificate, wherever such a flag is known. */
  readonly authority?: readonly FlagReference[];
  /** Every occurrence counts, and not the last only. */
  readonly isRepeatable?: boolean;
  /** The value is a list with commas. */
  readonly isList?: boolean;
  /** The release of the program that does not know the flag any more. */
  readonly removedIn?: string;
}

/** What may be said besides. */
export type More = Pick<FlagMeaning, "pairedWith" | "authority" | "isRepeatable" | "isList" | "removedIn">;

const TYPES: Readonly<Partial<Record<Names, ExpectedType>>> = {
  certificate: "Server",
  key: "Key",
  "certificate-and-key": "Server",
  ca: "CA",
  crl: "CRL",
  kubeconfig: "Kubeconfig",
  "service-account-key": "Key",
  "token-file": "Token",
  "password-file": "Token",
  token: "Token",
};

/** A flag; its type follows from what it names. */
export function flag(
  component: Component,
  name: string,
  names: Names,
  purpose: string,
  more: More = {},
): FlagMeaning {
  return { component, flag: name, names, type: TYPES[names], purpose, ...more };
}

/** The two flags of a certificate and its key. */
export function pair(
  component: Component,
  [certificate, key]: readonly [certificate: string, key: string],
  type: "Server" | "Client" | "Server, Client" | "CA",
  purpose: string,
  more: More = {},
): FlagMeaning[] {
  return [
    { component, flag: certificate, names: "certificate", type, purpose, pairedWith: key, ...more },
    {
      component,
      flag: key,
      names: "key",
      type: "Key",
      purpose: `key of the ${purpose}`,
      pairedWith: certificate,
      ...(more.removedIn !== undefined && { removedIn: more.removedIn }),
    },
  ];
}

/** Where a CA is named. */
export function by(component: Component, ...flags: readonly string[]): FlagReference[] {
  return flags.map((name) => ({ component, flag: name }));
}
