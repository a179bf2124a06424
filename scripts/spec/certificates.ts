/**
 * Whether a text of a spec is certificates in PEM. It looks at their form only: what reads certificates is loaded by those
 * that need it, and a spec has one seldom.
 *
 * @module
 */

const BLOCK = /-----BEGIN CERTIFICATE-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END CERTIFICATE-----/g;
const SEQUENCE = 0x30;
const BIT_STRING = 0x03;
const CONSTRUCTED = 0x20;

/** Whether text is certificates in PEM, and nothing else: no key goes with them by mistake. */
export function areCertificates(text: string): boolean {
  const bodies = [...text.matchAll(BLOCK)].map(([, body = ""]) => body);
  return bodies.length > 0 && text.replace(BLOCK, "").trim() === "" && bodies.every(isCertificate);
}

/** RFC 5280 section 4.1: a sequence of what is signed, the algorithm, and the signature. */
function isCertificate(base64: string): boolean {
  let der: Uint8Array;
  try {
    der = Uint8Array.fromBase64(base64);
  } catch {
    return false;
  }
  const outer = elementsOf(der, 0, der.length);
  const [certificate] = outer ?? [];
  if (outer?.length !== 1 || certificate?.tag !== SEQUENCE) return false;
  const parts = elementsOf(der, certificate.start, certificate.end);
  return parts !== undefined &&
    parts.map(({ tag }) => tag).join() === [SEQUENCE, SEQUENCE, BIT_STRING].join();
}

interface Element {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

/** The elements between two offsets, all that is in them looked at; undefined when one does not end where it should. */
function elementsOf(der: Uint8Array, start: number, end: number): Element[] | undefined {
  const elements: Element[] = [];
  for (let at = start; at < end;) {
    const [tag = 0, first = 0] = der.subarray(at, at + 2);
    const digits = first < 0x80 ? 0 : first & 0x7f;
    // Indefinite lengths are none of DER, and no certificate has more than three digits of length.
    if (first === 0x80 || digits > 3) return undefined;
    let length = digits === 0 ? first : 0;
    for (const digit of der.subarray(at + 2, at + 2 + digits)) length = length * 256 + digit;
    const from = at + 2 + digits;
    at = from + length;
    if (at > end) return undefined;
    if ((tag & CONSTRUCTED) !== 0 && elementsOf(der, from, at) === undefined) return undefined;
    elements.push({ tag, start: from, end: at });
  }
  return elements;
}
