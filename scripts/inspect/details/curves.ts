/**
 * Public keys on elliptic curves (RFC 5480, SEC 1 for explicit parameters) as OpenSSL writes them.
 *
 * @module
 */
import { DerError, Reader, TAG, type Value } from "../der/der.ts";
import { readInteger, readOid } from "../der/der_values.ts";
import { shortName } from "./objects.ts";
import { isPoint } from "./points.ts";
import { bitLength, integerOf, labeledNumber, labeledOctets } from "./text.ts";

/** Curves by OpenSSL's short names, with the bits of their order. */
const CURVE_BITS: ReadonlyMap<string, number> = new Map(
  `
secp112r1=112 secp112r2=110 secp128r1=128 secp128r2=126 secp160k1=161 secp160r1=161 secp160r2=161
secp192k1=192 secp224k1=225 secp224r1=224 secp256k1=256 secp384r1=384 secp521r1=521 prime192v1=192
prime192v2=192 prime192v3=192 prime239v1=239 prime239v2=239 prime239v3=239 prime256v1=256 sect113r1=113
sect113r2=113 sect131r1=131 sect131r2=131 sect163k1=163 sect163r1=162 sect163r2=163 sect193r1=193
sect193r2=193 sect233k1=232 sect233r1=233 sect239k1=238 sect283k1=281 sect283r1=282 sect409k1=407
sect409r1=409 sect571k1=570 sect571r1=570 c2pnb163v1=163 c2pnb163v2=162 c2pnb163v3=162 c2pnb176v1=161
c2tnb191v1=191 c2tnb191v2=190 c2tnb191v3=189 c2pnb208w1=193 c2tnb239v1=238 c2tnb239v2=237 c2tnb239v3=236
c2pnb272w1=257 c2pnb304w1=289 c2tnb359v1=353 c2pnb368w1=353 c2tnb431r1=418 wap-wsg-idm-ecid-wtls1=112
wap-wsg-idm-ecid-wtls3=163 wap-wsg-idm-ecid-wtls4=113 wap-wsg-idm-ecid-wtls5=163 wap-wsg-idm-ecid-wtls6=112
wap-wsg-idm-ecid-wtls7=161 wap-wsg-idm-ecid-wtls8=113 wap-wsg-idm-ecid-wtls9=161 wap-wsg-idm-ecid-wtls10=232
wap-wsg-idm-ecid-wtls11=233 wap-wsg-idm-ecid-wtls12=224 brainpoolP160r1=160 brainpoolP160t1=160
brainpoolP192r1=192 brainpoolP192t1=192 brainpoolP224r1=224 brainpoolP224t1=224 brainpoolP256r1=256
brainpoolP256t1=256 brainpoolP320r1=320 brainpoolP320t1=320 brainpoolP384r1=384 brainpoolP384t1=384
brainpoolP512r1=512 brainpoolP512t1=512 SM2=256
`.trim().split(/[ \n]/).map((curve): [string, number] => {
    const [name = "", bits = ""] = curve.split("=");
    return [name, Number(bits)];
  }),
);

/** Names that NIST has for curves, by OpenSSL's. */
const NIST_NAMES: Readonly<Record<string, string>> = {
  secp224r1: "P-224",
  secp384r1: "P-384",
  secp521r1: "P-521",
  prime192v1: "P-192",
  prime256v1: "P-256",
  sect163k1: "K-163",
  sect163r2: "B-163",
  sect233k1: "K-233",
  sect233r1: "B-233",
  sect283k1: "K-283",
  sect283r1: "B-283",
  sect409k1: "K-409",
  sect409r1: "B-409",
  sect571k1: "K-571",
  sect571r1: "B-571",
};

const PRIME_FIELD = "1.2.840.10045.1.1";
const BINARY_FIELD = "1.2.840.10045.1.2";
const TRINOMIAL = "1.2.840.10045.1.2.3.2";
const PENTANOMIAL = "1.2.840.10045.1.2.3.3";

/** How the first octet of a point says that it is written (SEC 1 section 2.3.3). */
const POINT_FORMS: Readonly<Record<number, string>> = {
  2: "compressed",
  3: "compressed",
  4: "uncompressed",
  6: "hybrid",
  7: "hybrid",
};

/**
 * The lines of a key.
 *
 * @param parameters the name of a curve, or all of its numbers
 * @param key the octets of a point
 * @throws {DerError} when they cannot be read, or OpenSSL does not know the curve
 */
export function curveKeyLines(parameters: Value | undefined, key: Uint8Array): string[] {
  if (parameters === undefined) throw new DerError(0, "a key without a curve");
  if (POINT_FORMS[key[0] ?? -1] === undefined && (key[0] !== 0 || key.length !== 1)) {
    throw new DerError(parameters.at, "a key that is no point");
  }
  // The point at infinity: OpenSSL reads it, and fails to print it.
  if (key[0] === 0 && key.length === 1) return [];
  const { bits, lines } = parameters.tag === TAG.oid
    ? namedCurve(parameters, key)
    : explicitCurve(parameters);
  return [`Public-Key: (${bits} bit)`, ...labeledOctets("pub:", key), ...lines];
}

interface CurveText {
  readonly bits: number;
  readonly lines: readonly string[];
}

function namedCurve(parameters: Value, key: Uint8Array): CurveText {
  const name = shortName(readOid(parameters));
  const bits = CURVE_BITS.get(name);
  if (bits === undefined) throw new DerError(parameters.at, "a curve that OpenSSL does not know");
  if (!isPoint(name, key)) throw new DerError(parameters.at, "a key that is no point of its curve");
  const nist = NIST_NAMES[name];
  return { bits, lines: [`ASN1 OID: ${name}`, ...(nist === undefined ? [] : [`NIST CURVE: ${nist}`])] };
}

function explicitCurve({ tag, content, contentAt, at }: Value): CurveText {
  if (tag !== TAG.sequence) throw new DerError(at, "parameters of no curve");
  const fields = new Reader(content, contentAt);
  fields.take(TAG.integer, "the version of a curve");
  const field = readField(fields.enter(TAG.sequence, "the field of a curve"));
  const curve = fields.enter(TAG.sequence, "the numbers of a curve");
  const a = curve.take(TAG.octetString, "a number of the curve").content;
  const b = curve.take(TAG.octetString, "a number of the curve").content;
  const seed = curve.takeIf(TAG.bitString)?.content.subarray(1);
  curve.close("the numbers of a curve");
  const base = fields.take(TAG.octetString, "the base point").content;
  const order = number(fields, "the order");
  const cofactor = fields.isAtEnd ? guessCofactor(field.size, order) : number(fields, "the cofactor");
  fields.close("the curve");
  const form = POINT_FORMS[base[0] ?? 0];
  if (form === undefined) throw new DerError(at, "a base point of no known form");
  return {
    bits: bitLength(order),
    lines: [
      ...field.lines,
      ...labeledNumber("A:   ", unsigned(a)),
      ...labeledNumber("B:   ", unsigned(b)),
      ...labeledNumber(`Generator (${form}):`, unsigned(base)),
      ...labeledNumber("Order: ", order),
      ...labeledNumber("Cofactor: ", cofactor),
      ...(seed === undefined ? [] : labeledOctets("Seed:", seed)),
    ],
  };
}

function readField(fields: Reader): { readonly size: bigint; readonly lines: readonly string[] } {
  const kind = readOid(fields.take(TAG.oid, "the kind of a field"));
  const head = `Field Type: ${shortName(kind)}`;
  if (kind === PRIME_FIELD) {
    const prime = number(fields, "a prime");
    fields.close("the field of a curve");
    return { size: prime, lines: [head, ...labeledNumber("Prime:", prime)] };
  }
  if (kind !== BINARY_FIELD) throw new DerError(fields.at, "a field of an unknown kind");
  const inner = fields.enter(TAG.sequence, "a binary field");
  fields.close("the field of a curve");
  const degree = number(inner, "the degree of a field");
  const basis = readOid(inner.take(TAG.oid, "the basis of a field"));
  if (basis !== TRINOMIAL && basis !== PENTANOMIAL) {
    throw new DerError(inner.at, "a basis of an unknown kind");
  }
  const middle = basis === TRINOMIAL ? inner : inner.enter(TAG.sequence, "a pentanomial");
  const exponents = [degree, 0n];
  while (!middle.isAtEnd) exponents.push(number(middle, "an exponent"));
  // OpenSSL's limit; beyond it the number below would not be one.
  if (exponents.some((exponent) => exponent < 0n || exponent > 661n)) {
    throw new DerError(inner.at, "a field that is too large");
  }
  const polynomial = exponents.reduce((sum, exponent) => sum | (1n << exponent), 0n);
  return {
    size: 1n << degree,
    lines: [head, `Basis Type: ${shortName(basis)}`, ...labeledNumber("Polynomial:", polynomial)],
  };
}

function number(reader: Reader, what: string): bigint {
  return integerOf(readInteger(reader.take(TAG.integer, what)));
}

function unsigned(octets: Uint8Array): bigint {
  return octets.length === 0 ? 0n : BigInt(`0x${octets.toHex()}`);
}

/** What the cofactor has to be by Hasse's theorem; OpenSSL fills it in. */
function guessCofactor(field: bigint, order: bigint): bigint {
  return order <= 0n ? 0n : (field + 1n + order / 2n) / order;
}
