/**
 * Subjects as text.
 *
 * @module
 */
import type { Subject } from "../plan/types.ts";

/**
 * Writes a subject as RFC 4514 says: the last RDN first, special characters escaped.
 *
 * @returns such as `CN=system:node:node-0,O=system:nodes`
 */
export function formatSubject(subject: Subject): string {
  const rdns = [
    ...subject.organizations.map((name) => `O=${escapeValue(name)}`),
    `CN=${escapeValue(subject.commonName)}`,
  ];
  return rdns.reverse().join(",");
}

function escapeValue(value: string): string {
  return value.replace(/[\\",+;<>]|^[# ]| $/g, (character) => `\\${character}`);
}
