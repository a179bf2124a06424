/**
 * Comma-separated values (RFC 4180), with line feeds alone as line ends, as programs of Unix expect them.
 *
 * @module
 */

/**
 * Writes rows; a field is in quotes where it has to be.
 *
 * @returns whole lines, the last without a line break
 */
export function formatCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map(field).join(",")).join("\n");
}

function field(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
