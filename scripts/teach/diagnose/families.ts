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
 * What every text of a family has: a quick look at whole parts of a log, before lines are cut.
 */
export const HINTS =
  /x509|tls: |ertificate|nauthorized|orbidden: User|earer token|ervice account token|no such file|PEM|private key|curl: \(|handshake|HTTPS? |required flag|specified together|overlapping|token file|token issuer|token audiences|ootstrap|xpired|signer|transform|decrypt|the storage: |expected length|preferred addresses|not allowed to modify|NODE DENY|allowed list|credentials|logged in|Username|is invalid for|server preface|key file|version number|malformed|unknown reason|insecure algorithm/g;
