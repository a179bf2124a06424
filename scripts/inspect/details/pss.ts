/**
 * Parameters of RSASSA-PSS (RFC 4055 section 3.1) as OpenSSL writes them, beside a signature and beside a key.
 *
 * @module
 */
import { contextTag, DerError, Reader, TAG, type Value } from "../der/der.ts";
import { readInteger, readOid } from "../der/der_values.ts";
import { longName } from "./objects.ts";
import { integerOf, octetsText } from "./text.ts";

interface PssParameters {
  /** Dotted form; each field is undefined where its default counts. */
  readonly hash: string | undefined;
  readonly mask: { readonly oid: string; readonly hash: string } | undefined;
  /** Octets of numbers. */
  readonly saltLength: Uint8Array | undefined;
  readonly trailer: Uint8Array | undefined;
}

const SHA1 = "1.3.14.3.2.26";
const MGF1 = "1.2.840.113549.1.1.8";

/** OpenSSL's names of hashes in the parameters of a key. */
const KEY_HASHES: Readonly<Record<string, string>> = {
  [SHA1]: "SHA1",
  "2.16.840.1.101.3.4.2.4": "SHA2-224",
  "2.16.840.1.101.3.4.2.1": "SHA2-256",
  "2.16.840.1.101.3.4.2.2": "SHA2-384",
  "2.16.840.1.101.3.4.2.3": "SHA2-512",
  "2.16.840.1.101.3.4.2.5": "SHA2-512/224",
  "2.16.840.1.101.3.4.2.6": "SHA2-512/256",
  // Hashes that it knows, but has no name for here: MD5 and SHA-3.
  "1.2.840.113549.2.5": "<NULL>",
  ...Object.fromEntries([7, 8, 9, 10].map((arc) => [`2.16.840.1.101.3.4.2.${arc}`, "<NULL>"])),
};

/**
 * The lines below the name of a signature algorithm.
 *
 * @returns undefined when the parameters cannot be read
 */
export function pssSignatureLines(parameters: Value | undefined): string[] | undefined {
  let read: PssParameters;
  try {
    read = readPss(parameters);
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
  const { hash, mask, saltLength, trailer } = read;
  const maskText = mask === undefined
    ? "mgf1 with sha1 (default)"
    : `${longName(mask.oid)} with ${longName(mask.hash)}`;
  return [
    `Hash Algorithm: ${hash === undefined ? "sha1 (default)" : longName(hash)}`,
    `Mask Algorithm: ${maskText}`,
    ` Salt Length: 0x${saltLength === undefined ? "14 (default)" : octetsText(saltLength)}`,
    `Trailer Field: 0x${trailer === undefined ? "01 (default)" : octetsText(trailer)}`,
  ];
}

/**
 * The lines below the numbers of a key.
 *
 * @throws {DerError} when the parameters cannot be read, or are none that OpenSSL takes for a key
 */
export function pssKeyLines(parameters: Value | undefined): string[] {
  if (parameters === undefined) return ["No PSS parameter restrictions"];
  const { hash = SHA1, mask, saltLength, trailer } = readPss(parameters);
  const [maskOid, maskHash] = mask === undefined ? [MGF1, SHA1] : [mask.oid, mask.hash];
  const [hashText, maskText] = [KEY_HASHES[hash], KEY_HASHES[maskHash]];
  const salt = saltLength === undefined ? 20n : longOf(saltLength);
  const field = trailer === undefined ? 1n : longOf(trailer);
  if (hashText === undefined || maskText === undefined || maskOid !== MGF1) {
    throw new DerError(parameters.at, "parameters that a key of RSA-PSS cannot have");
  }
  const isDefault = (is: boolean): string => is ? " (default)" : "";
  return [
    "PSS parameter restrictions:",
    `  Hash Algorithm: ${hashText}${isDefault(hash === SHA1)}`,
    `  Mask Algorithm: MGF1 with ${maskText}${isDefault(maskHash === SHA1)}`,
    `  Minimum Salt Length: ${salt}${isDefault(salt === 20n)}`,
    `  Trailer Field: 0x${BigInt.asUintN(32, field).toString(16)}${isDefault(field === 1n)}`,
  ];
}

/** A number as C's `long`: -1 is what OpenSSL has for one that is too large. */
function longOf(octets: Uint8Array): bigint {
  const number = integerOf(octets);
  return BigInt.asIntN(64, number) === number ? number : -1n;
}

function readPss(parameters: Value | undefined): PssParameters {
  if (parameters?.tag !== TAG.sequence) throw new DerError(parameters?.at ?? 0, "no parameters of RSA-PSS");
  const fields = new Reader(parameters.content, parameters.contentAt);
  const wrapped = <Field>(number: number, read: (inner: Reader) => Field): Field | undefined => {
    const inner = fields.enterIf(contextTag(number));
    if (inner === undefined) return undefined;
    const field = read(inner);
    inner.close("a parameter of RSA-PSS");
    return field;
  };
  const integer = (inner: Reader): Uint8Array => readInteger(inner.take(TAG.integer, "a number"));
  const read = {
    hash: wrapped(0, (inner) => readIdentifier(inner).oid),
    mask: wrapped(1, (inner) => {
      const { oid, parameters } = readIdentifier(inner);
      if (oid !== MGF1 || parameters?.tag !== TAG.sequence) {
        throw new DerError(inner.at, "a mask that OpenSSL does not know");
      }
      return { oid, hash: readIdentifier(new Reader(parameters.whole, parameters.at)).oid };
    }),
    saltLength: wrapped(2, integer),
    trailer: wrapped(3, integer),
  };
  fields.close("the parameters of RSA-PSS");
  return read;
}

function readIdentifier(
  reader: Reader,
): { readonly oid: string; readonly parameters: Value | undefined } {
  const fields = reader.enter(TAG.sequence, "an algorithm");
  const oid = readOid(fields.take(TAG.oid, "an algorithm"));
  const parameters = fields.isAtEnd ? undefined : fields.read();
  fields.close("an algorithm");
  return { oid, parameters };
}
