/**
 * Arithmetic modulo a prime that many values share: an inversion costs as much as two hundred multiplications, and by
 * Montgomery's trick a whole batch needs only one.
 *
 * @module
 */

/** The remainder that is not negative. */
export function modulo(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

/**
 * Inverts one value (extended Euclid).
 *
 * @throws {Error} when it has no inverse
 */
export function invert(value: bigint, modulus: bigint): bigint {
  let [previous, current] = [modulus, modulo(value, modulus)];
  let [before, factor] = [0n, 1n];
  while (current > 0n) {
    const quotient = previous / current;
    [previous, current] = [current, previous - quotient * current];
    [before, factor] = [factor, before - quotient * factor];
  }
  if (previous !== 1n) throw new Error("A value without an inverse");
  return modulo(before, modulus);
}

/**
 * Inverts many values at once (Montgomery's trick: three multiplications each, and one inversion for all).
 *
 * @param values none of them a multiple of the modulus
 * @throws {Error} when one has no inverse
 */
export function invertAll(values: readonly bigint[], modulus: bigint): bigint[] {
  const products: bigint[] = [];
  let product = 1n;
  for (const value of values) {
    products.push(product);
    product = product * value % modulus;
  }
  let inverse = invert(product, modulus);
  const inverses: bigint[] = new Array(values.length);
  for (let i = values.length - 1; i >= 0; i--) {
    inverses[i] = inverse * (products[i] ?? 0n) % modulus;
    inverse = inverse * (values[i] ?? 0n) % modulus;
  }
  return inverses;
}

/** Reads a number from big-endian bytes. */
export function fromBytes(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${bytes.toHex()}`);
}

/** Writes a number as 32 big-endian bytes. */
export function toBytes32(value: bigint): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(value.toString(16).padStart(64, "0"));
}
