/**
 * Whether octets are a point of a curve (SEC 1 section 2.3.4): OpenSSL shows no key that is none. Only curves that
 * certificates have are looked at.
 *
 * @module
 */

interface Curve {
  readonly prime: bigint;
  readonly a: bigint;
  readonly b: bigint;
}

/** y^2 = x^3 + ax + b by OpenSSL's short names (FIPS 186-5, SEC 2). */
const CURVES: Readonly<Record<string, Curve>> = {
  secp224r1: {
    prime: 2n ** 224n - 2n ** 96n + 1n,
    a: -3n,
    b: 0xb4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4n,
  },
  prime256v1: {
    prime: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    a: -3n,
    b: BigInt(
      "0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
    ),
  },
  secp384r1: {
    prime: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    a: -3n,
    b: BigInt(
      "0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8" +
        "edd3ec2aef",
    ),
  },
  secp521r1: {
    prime: 2n ** 521n - 1n,
    a: -3n,
    b: BigInt(
      "0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652" +
        "c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
    ),
  },
  secp256k1: { prime: 2n ** 256n - 2n ** 32n - 977n, a: 0n, b: 0x7n },
};

/**
 * Looks at the octets of a point.
 *
 * @param name OpenSSL's short name of a curve
 * @param point its octets
 * @returns true where they are a point of the curve, or the curve is not looked at
 */
export function isPoint(name: string, point: Uint8Array): boolean {
  const curve = CURVES[name];
  const form = point[0] ?? 0;
  if (curve === undefined) return true;
  const { prime, a, b } = curve;
  const size = Math.ceil(prime.toString(16).length / 2);
  const isCompressed = form === 2 || form === 3;
  if (point.length !== 1 + size * (isCompressed ? 1 : 2)) return false;
  const x = BigInt(`0x${point.subarray(1, 1 + size).toHex()}`);
  if (x >= prime) return false;
  const square = (((x * x + a) * x + b) % prime + prime) % prime;
  // Euler's criterion says whether there is a root.
  if (isCompressed) return square === 0n || power(square, (prime - 1n) / 2n, prime) === 1n;
  const y = BigInt(`0x${point.subarray(1 + size).toHex()}`);
  const isParity = form === 4 || (y & 1n) === BigInt(form & 1);
  return y < prime && isParity && (y * y) % prime === square;
}

function power(base: bigint, exponent: bigint, prime: bigint): bigint {
  let [result, factor] = [1n, base];
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = (result * factor) % prime;
    factor = (factor * factor) % prime;
  }
  return result;
}
