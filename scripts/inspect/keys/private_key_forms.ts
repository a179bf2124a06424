/**
 * Reads the DER forms of private keys: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017), SEC 1 (RFC 5915), and OpenSSL's for DSA.
 *
 * In: DER. Out: what kind of key it is and its public part, never anything of the private part.
 *
 * @module
 */
import { oid, sequence } from "../../issue/der.ts";
import { ALGORITHM, keyName } from "../certificate/algorithms.ts";
import { type Algorithm, readAlgorithm } from "../certificate/certificate.ts";
import { contextTag, DerError, primitiveTag, Reader, TAG, type Value } from "../der/der.ts";
import { readBits, readInteger, readOid, readSmallInteger } from "../der/der_values.ts";
import {
  curvePublicKey,
  dsaPublicKey,
  type KnownPublicKey,
  otherPublicKey,
  type PublicPart,
  rsaPublicKey,
} from "./key_pairs.ts";

/** How a private key is written down. */
export type PrivateKeyForm = "PKCS#8" | "PKCS#1" | "SEC1" | "DSA" | "OpenSSH";

/** What is said of a private key. */
export interface PrivateKeyFacts {
  readonly form: PrivateKeyForm;
  readonly isEncrypted: boolean;
  /** Such as `ECDSA-P256`, as `keyName` says it; undefined where only a password would tell. */
  readonly algorithm: string | undefined;
  /**
   * DER of the public key, to match certificates with; undefined when it cannot be known, and also when the file's
   * public part does not belong to its private part.
   */
  readonly spki: Uint8Array | undefined;
  readonly publicPart: PublicPart;
}

const nothing = new Uint8Array();

/** Enters a SEQUENCE that is all there is. */
export function enterWhole(der: Uint8Array, what: string, base = 0): Reader {
  const outer = new Reader(der, base);
  const body = outer.enter(TAG.sequence, what);
  outer.close(what);
  return body;
}

/**
 * Reads `PRIVATE KEY`, also with the public key of version 2.
 *
 * @param der a PrivateKeyInfo or OneAsymmetricKey (RFC 5958 section 2)
 * @throws {DerError} when it is none
 */
export function readPkcs8(der: Uint8Array): PrivateKeyFacts {
  const body = enterWhole(der, "a private key");
  readVersion(body, 1);
  const algorithm = readAlgorithm(body.take(TAG.sequence, "a key's algorithm"));
  const secret = body.take(TAG.octetString, "the private part");
  // Attributes: what they say matters to nobody.
  body.takeIf(contextTag(0));
  const last = body.takeIf(primitiveTag(1));
  body.close("a private key");
  const written = last === undefined ? [] : [readBits(last).octets];
  return { form: "PKCS#8", isEncrypted: false, ...readByAlgorithm(algorithm, secret, written) };
}

type Keyed = Pick<PrivateKeyFacts, "algorithm" | "spki" | "publicPart">;

function readByAlgorithm(algorithm: Algorithm, secret: Value, written: readonly Uint8Array[]): Keyed {
  const { content, contentAt } = secret;
  switch (algorithm.oid) {
    case ALGORITHM.rsa:
      return readRsa(content, contentAt);
    case ALGORITHM.rsaPss:
      return readRsa(content, contentAt, algorithm);
    case ALGORITHM.ec:
      return readCurve(content, contentAt, algorithm, written);
    case ALGORITHM.dsa: {
      const number = new Reader(content, contentAt);
      const privateNumber = readNumber(number);
      number.close("a private key");
      const [p, , g] = readDsaParameters(algorithm);
      if (p === undefined || g === undefined) {
        return named(algorithm, { spki: undefined, publicPart: "none" });
      }
      const publicNumber = written[0] === undefined ? undefined : readNumber(new Reader(written[0]));
      return named(algorithm, dsaPublicKey({ p, g, privateNumber, publicNumber }, algorithm.der));
    }
    default:
      return named(algorithm, otherPublicKey(algorithm.der, content, written));
  }
}

function named(algorithm: Algorithm, known: KnownPublicKey, key: Uint8Array = nothing): Keyed {
  return { algorithm: keyName({ der: nothing, algorithm, key }), ...known };
}

/**
 * Reads `RSA PRIVATE KEY`.
 *
 * @param der an RSAPrivateKey (RFC 8017 section A.1.2)
 * @throws {DerError} when it is none
 */
export function readPkcs1(der: Uint8Array): PrivateKeyFacts {
  return { form: "PKCS#1", isEncrypted: false, ...readRsa(der, 0) };
}

function readRsa(der: Uint8Array, base: number, algorithm?: Algorithm): Keyed {
  const body = enterWhole(der, "an RSA key", base);
  const version = readVersion(body, 1);
  const modulus = readNumber(body);
  const publicExponent = readNumber(body);
  const privateExponent = readNumber(body);
  const primes = [readNumber(body), readNumber(body)] as const;
  for (let i = 0; i < 3; i++) readNumber(body);
  if (version === 1) body.take(TAG.sequence, "the other primes");
  body.close("an RSA key");
  const known = rsaPublicKey(
    { modulus, publicExponent, privateExponent, primes, hasMorePrimes: version === 1 },
    algorithm?.der,
  );
  const bits = (modulus.length * 8) - (modulus.length === 0 ? 0 : Math.clz32(modulus[0] ?? 0) - 24);
  return { algorithm: `${algorithm === undefined ? "RSA" : "RSA-PSS"}-${bits}`, ...known };
}

/**
 * Reads `EC PRIVATE KEY`, with or without the curve and the public key inside.
 *
 * @param der an ECPrivateKey (RFC 5915 section 3)
 * @throws {DerError} when it is none
 */
export function readSec1(der: Uint8Array): PrivateKeyFacts {
  return { form: "SEC1", isEncrypted: false, ...readCurve(der, 0, undefined, []) };
}

function readCurve(
  der: Uint8Array,
  base: number,
  outer: Algorithm | undefined,
  written: readonly Uint8Array[],
): Keyed {
  const body = enterWhole(der, "a key on a curve", base);
  const { at } = body;
  if (readVersion(body, 1) !== 1) throw new DerError(at, "version 0 of a key on a curve, expected 1");
  const secret = body.take(TAG.octetString, "the private part");
  const wrapped = body.enterIf(contextTag(0));
  const inner = wrapped?.read();
  wrapped?.close("the curve");
  const last = body.enterIf(contextTag(1));
  const point = last === undefined ? undefined : readBits(last.take(TAG.bitString, "a public key")).octets;
  last?.close("a public key");
  body.close("a key on a curve");

  // PKCS#8 names the curve outside, and what is inside then says nothing more (RFC 5915 section 1, Go the same).
  const parameters = outer?.parameters ?? inner;
  const algorithm: Algorithm = {
    oid: ALGORITHM.ec,
    parameters,
    der: sequence(oid(ALGORITHM.ec), parameters?.whole ?? nothing),
  };
  if (parameters === undefined) return named(algorithm, { spki: undefined, publicPart: "none" });
  const curve = parameters.tag === TAG.oid ? readOid(parameters) : undefined;
  const points = point === undefined ? written : [point, ...written];
  return named(algorithm, curvePublicKey(curve, algorithm.der, secret.content, points));
}

/**
 * Reads `DSA PRIVATE KEY`: version, p, q, g, the public and the private number, as OpenSSL writes it.
 *
 * @throws {DerError} when it is none
 */
export function readDsa(der: Uint8Array): PrivateKeyFacts {
  const body = enterWhole(der, "a DSA key");
  readVersion(body, 0);
  const values = [0, 1, 2].map(() => body.take(TAG.integer, "a number of the key"));
  const [p = nothing, , g = nothing] = values.map(numberOf);
  const publicNumber = readNumber(body);
  const privateNumber = readNumber(body);
  body.close("a DSA key");
  const parameters = new Reader(sequence(...values.map(({ whole }) => whole))).read();
  const algorithm: Algorithm = {
    oid: ALGORITHM.dsa,
    parameters,
    der: sequence(oid(ALGORITHM.dsa), parameters.whole),
  };
  const known = dsaPublicKey({ p, g, privateNumber, publicNumber }, algorithm.der);
  return { form: "DSA", isEncrypted: false, ...named(algorithm, known) };
}

function readDsaParameters({ parameters }: Algorithm): Uint8Array[] {
  if (parameters === undefined || parameters.tag !== TAG.sequence) return [];
  const list = new Reader(parameters.content, parameters.contentAt);
  const numbers = [readNumber(list), readNumber(list), readNumber(list)];
  list.close("the numbers of DSA");
  return numbers;
}

function readVersion(body: Reader, most: number): number {
  const { at } = body;
  const version = readSmallInteger(body.take(TAG.integer, "the version"));
  if (version > most) throw new DerError(at, `version ${version} of a key, expected at most ${most}`);
  return version;
}

/** Takes an INTEGER that is not negative, without zeros in front. */
export function readNumber(body: Reader): Uint8Array {
  return numberOf(body.take(TAG.integer, "a number of the key"));
}

function numberOf(value: Value): Uint8Array {
  const octets = readInteger(value);
  const [first = 0] = octets;
  if (first >= 0x80) throw new DerError(value.at, "a negative number in a key");
  return first === 0 ? octets.subarray(1) : octets;
}
