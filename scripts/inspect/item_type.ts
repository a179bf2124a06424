/**
 * The Type column of the guide's health check.
 *
 * @module
 */

/** A word of the Type column of the guide's health check. */
export type ItemType =
  | "CA"
  | "Server"
  | "Client"
  | "Server, Client"
  | "Key"
  | "CSR"
  | "CRL"
  | "Token"
  | "Kubeconfig";
