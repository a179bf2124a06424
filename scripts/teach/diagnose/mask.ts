/**
 * Takes secrets out of what a log said, before any of it is kept.
 *
 * @module
 */
import { cut, escapeControls } from "../../shared/text.ts";

/** What stands in a secret's place. */
export const MASK = "***";

const SECRETS: readonly RegExp[] = [
  // JSON Web Tokens, whole or broken off.
  /\beyJ[\w-]{6,}(?:\.[\w-]*)*/g,
  // Bootstrap tokens; the first half is a name, and the second one the secret.
  /\b(?<=[a-z0-9]{6}\.)[a-z0-9]{16}\b/g,
  /\bHARDWAY-SEED-[A-Z0-9]+/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  // Keys in base64, such as those of an encryption configuration; hexadecimal of more than a fingerprint's half.
  /(?<![\w+/.-])[A-Za-z0-9+/]{40,}={0,2}(?![\w+/-])/g,
];
const AFTER =
  /\b((?:bearer|basic|token|password|passwd|secret)["']?\s*[:= ]\s*["']?)(?=[^\s"',;]{8,})[^\s"',;]+/gi;

/** The most that is kept of one name, in characters. */
const LIMIT = 200;

/** Makes a part of a log fit to be shown: no secrets, no control characters, not long. */
export function masked(text: string): string {
  let rest = text;
  for (const secret of SECRETS) rest = rest.replace(secret, MASK);
  return cut(escapeControls(rest.replace(AFTER, `$1${MASK}`)), LIMIT);
}
