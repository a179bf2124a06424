/**
 * Keeps secrets that ended up in a spec by mistake out of messages: what looks like one is replaced by as many
 * asterisks, so that columns stay true.
 *
 * @module
 */

const PRIVATE_KEY =
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g;
const VALUES: readonly RegExp[] = [
  // Whatever stands behind a key that names a secret; first, while the key can still be read.
  /(?<=(?:password|passwd|passphrase|token|secret|seed|private-?key)["']?\s{0,9}:\s{0,9})(?:"(?:[^"\n\\]|\\.)*"?|'[^'\n]*'?|[^\s#,}\]][^#,}\]\n]*)/gi,
  // The password of a URL.
  /(?<=:\/\/[^\s/@:"']{0,64}:)[^\s/@"']+(?=@)/g,
  /HARDWAY-SEED-1[A-Z0-9]*/gi,
  /AGE-SECRET-KEY-1[A-Z0-9]*/gi,
  // A JSON Web Token: three base64url parts.
  /(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*/g,
  // A bootstrap token.
  /(?<![\w.-])[a-z0-9]{6}\.[a-z0-9]{16}(?![\w.-])/g,
  // Long hexadecimal, and long base64 with capitals, small letters and digits in it.
  /[\da-f]{32,}/gi,
  /(?<![\w+/=-])(?=[\w+/=-]*[a-z])(?=[\w+/=-]*[A-Z])(?=[\w+/=-]*\d)[\w+/=-]{32,}/g,
];

/** As many asterisks as characters; lines stay lines. */
export function stars(text: string): string {
  // No `u` flag: places in the text are UTF-16 offsets, and they must stay.
  return text.replace(/[^\r\n]/g, "*");
}

/**
 * Masks secrets in a text of any number of lines; the number of lines and their lengths stay the same.
 *
 * @param text a document or a value of it
 */
export function maskSecrets(text: string): string {
  let masked = text.includes("PRIVATE KEY") ? text.replace(PRIVATE_KEY, stars) : text;
  for (const pattern of VALUES) masked = masked.replace(pattern, stars);
  return masked;
}
