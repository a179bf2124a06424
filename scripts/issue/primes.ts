/**
 * Primality: in goes a candidate that a generator chose uniformly, out comes whether it is prime. Not for numbers
 * that someone else chose: against those, fixed bases prove nothing.
 *
 * @module
 */
/** Trial division goes this far: beyond it, finding a factor costs more than the test that it saves. */
const TRIAL_LIMIT = 1 << 14;

/**
 * Bases of Miller-Rabin. For a uniformly random candidate of 1024 bits, 5 rounds leave an error below 2^-112 (FIPS
 * 186-5 table B.1, after Damgard, Landrock and Pomerance), and longer ones less; three more are a margin that costs
 * nothing, as nearly every composite fails the first. Base 2 comes first because multiplying by it is a shift.
 */
const BASES = [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n];

interface TrialGroup {
  /** Product of the primes, below 2^53 so that a remainder is an exact number. */
  readonly product: bigint;
  readonly primes: readonly number[];
}

let trialGroups: readonly TrialGroup[] | undefined;

/**
 * Whether an odd number is prime, wrong with a probability below 2^-112.
 *
 * @param candidate uniformly random, odd, at least 512 bits
 * @param pause awaited between the exponentiations
 */
export async function isPrime(candidate: bigint, pause: () => Promise<void>): Promise<boolean> {
  if (hasSmallFactor(candidate)) return false;
  for (const base of BASES) {
    await pause();
    if (!passesMillerRabin(candidate, base)) return false;
  }
  return true;
}

function hasSmallFactor(candidate: bigint): boolean {
  trialGroups ??= groupPrimes(TRIAL_LIMIT);
  for (const { product, primes } of trialGroups) {
    const remainder = Number(candidate % product);
    for (const prime of primes) if (remainder % prime === 0) return true;
  }
  return false;
}

/** One round for an odd candidate (FIPS 186-5 appendix B.3.1). */
function passesMillerRabin(candidate: bigint, base: bigint): boolean {
  const last = candidate - 1n;
  let twos = 1;
  while (((last >> BigInt(twos)) & 1n) === 0n) twos += 1;
  let power = raise(base, last >> BigInt(twos), candidate);
  if (power === 1n || power === last) return true;
  for (let i = 1; i < twos; i++) {
    power = power * power % candidate;
    if (power === last) return true;
  }
  return false;
}

/**
 * Raises a small base to a power, from the exponent's highest bit down: squarings dominate, and a product with a
 * small base costs little. Montgomery and Barrett reduction are slower than `%` in V8 at these sizes (measured).
 */
function raise(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let power = 1n;
  for (const bit of exponent.toString(2)) {
    power = power * power % modulus;
    if (bit === "1") power = power * base % modulus;
  }
  return power;
}

function groupPrimes(limit: number): TrialGroup[] {
  const groups: { product: bigint; primes: number[] }[] = [];
  let group = { product: 1n, primes: [] as number[] };
  for (const prime of oddPrimes(limit)) {
    if (group.product * BigInt(prime) > BigInt(Number.MAX_SAFE_INTEGER)) {
      groups.push(group);
      group = { product: 1n, primes: [] };
    }
    group.product *= BigInt(prime);
    group.primes.push(prime);
  }
  return [...groups, group];
}

/** The sieve of Eratosthenes. */
function* oddPrimes(limit: number): Generator<number> {
  const composite = new Uint8Array(limit);
  for (let number = 3; number < limit; number += 2) {
    if (composite[number] === 1) continue;
    yield number;
    for (let multiple = number * number; multiple < limit; multiple += number) composite[multiple] = 1;
  }
}
