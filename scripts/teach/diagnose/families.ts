/**
 * The one table of families, in the order in which they are tried.
 *
 * @module
 */
import { ACCESS_FAMILIES } from "./families_access.ts";
import { FILE_FAMILIES } from "./families_files.ts";
import { TLS_FAMILIES } from "./families_tls.ts";
import type { Family } from "./family_type.ts";

/** Every family; the first whose pattern a text has counts. */
export const FAMILIES: readonly Family[] = [...FILE_FAMILIES, ...TLS_FAMILIES, ...ACCESS_FAMILIES];

/**
 * What every text of a family has, one of these: a quick look at whole parts of a log, before lines are cut. Each is as
 * long, and begins as seldom, as can be.
 */
const WORDS: readonly string[] = [
  "x509: ",
  "tls: ",
  "nauthorized",
  "orbidden: ",
  "invalid bearer token",
  "service account token ",
  "no such file",
  "unable to read ",
  "PEM ",
  "valid RSA or ECDSA",
  "private key",
  "key values mismatch",
  "curl: (",
  "issuer cert",
  "signed cert",
  "certificate purpose",
  "HTTP re",
  "HTTPS ",
  "required flag",
  "specified together",
  "must be specified",
  "overlapping cert",
  "token file",
  "token issuer",
  "token audiences",
  "bootstrap",
  "Expired b",
  "has expired",
  "is expired",
  "invalid for this cluster",
  "CA cert file",
  "auto signing",
  "usage for client",
  "request signature",
  "key file",
  "unable to transform",
  "to decrypt data",
  "transformable",
  "from the storage: ",
  "encrypted data",
  "matching ",
  "expected length",
  "preferred addresses",
  "allowed to modify",
  "NODE DENY",
  "allowed list",
  "provide credentials",
  "be logged in",
  "enter Username",
  "server preface",
  "wrong version number",
  "certificate required",
  "asn1: ",
  "unknown reason",
  "insecure algorithm",
  "verification error",
  "cryptographic primitive",
  "id token",
  "encryption provider",
  "could not determine node",
];

/** All of them as one pattern, which is quicker than one after the other. */
export const HINTS = new RegExp(WORDS.map((word) => word.replace("(", "\\(")).join("|"), "g");
