/**
 * Finds PEM blocks (RFC 7468, RFC 1421) in text that anyone wrote: text around them, headers, any line ends.
 *
 * @module
 */

/** One block. */
export interface PemBlock {
  /** The text after BEGIN, such as `CERTIFICATE`. */
  readonly label: string;
  /** Line of its BEGIN, from 1. */
  readonly line: number;
  /** Headers of RFC 1421, such as `Proc-Type: 4,ENCRYPTED`, by name. */
  readonly headers: ReadonlyMap<string, string>;
  /** What it holds; undefined when the base64 is broken or the block has no end. */
  readonly bytes: Uint8Array | undefined;
}

const BEGIN = /^-----BEGIN ([A-Za-z0-9 #_.-]{1,64})-----\s*$/;
const HEADER = /^([A-Za-z][A-Za-z0-9-]*):\s*(.*)$/;

/**
 * Finds every block of a text, in order.
 *
 * @param text a file's, bytes as characters
 */
export function findPemBlocks(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  const lines = text.split(/\r\n|\n|\r/);
  for (let at = 0; at < lines.length; at++) {
    const label = BEGIN.exec(lines[at] ?? "")?.[1];
    if (label === undefined) continue;
    const line = at + 1;
    const foot = `-----END ${label}-----`;
    const headers = new Map<string, string>();
    const digits: string[] = [];
    let isClosed = false;
    for (at++; at < lines.length; at++) {
      const here = (lines[at] ?? "").trim();
      if (here === foot) {
        isClosed = true;
        break;
      }
      if (here.startsWith("-----")) {
        // Another block begins, or another ends: this one is broken, and the next is looked at for itself.
        at--;
        break;
      }
      const header = digits.length === 0 ? HEADER.exec(here) : null;
      if (header === null) digits.push(here);
      else headers.set(header[1] ?? "", header[2] ?? "");
    }
    blocks.push({ label, line, headers, bytes: isClosed ? decode(digits.join("")) : undefined });
  }
  return blocks;
}

function decode(digits: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64(digits);
  } catch {
    return undefined;
  }
}
