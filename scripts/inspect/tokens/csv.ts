/**
 * Reads CSV as Go's encoding/csv does with its defaults, which is what the Kubernetes API server reads with: RFC 4180
 * with any number of fields in a record, empty lines left out, no comments, and quotes that have to be right.
 *
 * In: text. Out: records, and where it breaks.
 *
 * @module
 */

/** One record. */
export interface CsvRecord {
  /** Line where it begins, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** Where a text is no CSV: what comes after is not read. */
export interface CsvFault {
  readonly line: number;
  /** Go's own words. */
  readonly reason: `bare " in non-quoted-field` | `extraneous or missing " in quoted-field`;
}

/**
 * Reads records.
 *
 * @param text a file's
 * @returns the records in front of the first fault, and that fault
 */
export function readCsv(text: string): { readonly records: readonly CsvRecord[]; readonly fault?: CsvFault } {
  const lines = linesOf(text);
  const records: CsvRecord[] = [];
  for (let next = 0; next < lines.length;) {
    const start = next;
    const fields: string[] = [];
    let rest = lines[next++] ?? "";
    if (rest === "\n" || rest === "") continue;
    for (let isOpen = true; isOpen;) {
      if (!rest.startsWith('"')) {
        const comma = rest.indexOf(",");
        const field = comma >= 0 ? rest.slice(0, comma) : rest.replace(/\n$/, "");
        if (field.includes('"')) {
          return { records, fault: { line: next, reason: 'bare " in non-quoted-field' } };
        }
        fields.push(field);
        isOpen = comma >= 0;
        rest = rest.slice(comma + 1);
        continue;
      }
      let field = "";
      rest = rest.slice(1);
      for (;;) {
        const quote = rest.indexOf('"');
        if (quote >= 0) {
          field += rest.slice(0, quote);
          rest = rest.slice(quote + 1);
          if (!rest.startsWith('"')) break;
          field += '"';
          rest = rest.slice(1);
          continue;
        }
        field += rest;
        const more = lines[next];
        if (more === undefined) {
          return { records, fault: { line: next, reason: 'extraneous or missing " in quoted-field' } };
        }
        rest = more;
        next++;
      }
      if (rest !== "" && rest !== "\n" && !rest.startsWith(",")) {
        return { records, fault: { line: next, reason: 'extraneous or missing " in quoted-field' } };
      }
      fields.push(field);
      isOpen = rest.startsWith(",");
      rest = rest.slice(1);
    }
    records.push({ line: start + 1, fields });
  }
  return { records };
}

/** Lines with their ends, `\r\n` made `\n`; a last `\r` before the end of the text goes too, as in Go. */
function linesOf(text: string): string[] {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  return lines.map((line) => line.endsWith("\r\n") ? `${line.slice(0, -2)}\n` : line.replace(/\r$/, ""));
}
