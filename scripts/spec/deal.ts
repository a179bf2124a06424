/**
 * Deals addresses and pod networks to the machines of a host range, in order.
 *
 * @module
 */
import {
  type Address,
  addressAt,
  bitsOf,
  type Cidr,
  type Family,
  makeCidr,
  sizeOf,
} from "../shared/address.ts";

/** What can be dealt from: networks of addresses, or single addresses as networks of one. */
export interface Pool<T> {
  readonly family: Family;
  readonly size: bigint;
  /** The item at an index below `size`. */
  readonly at: (index: bigint) => T;
}

/**
 * The host addresses of networks, without network and broadcast address (IPv6: without the subnet-router anycast
 * address). A /31 and a /127 have two hosts, a /32 and a /128 one (RFC 3021, RFC 6164).
 */
export function addressPool(networks: readonly Cidr[], family: Family): Pool<Address> {
  return join(
    family,
    networks.filter((cidr) => cidr.family === family).map((cidr) => {
      const size = sizeOf(cidr);
      const skipped = size <= 2n ? 0n : family === 4 ? 2n : 1n;
      return {
        family,
        size: size - skipped,
        at: (index) => addressAt(cidr, size <= 2n ? index : index + 1n),
      };
    }),
  );
}

/** The networks of one prefix length that lie in larger ones. */
export function networkPool(networks: readonly Cidr[], family: Family, prefix: number): Pool<Cidr> {
  const step = 1n << BigInt(bitsOf(family) - prefix);
  return join(
    family,
    networks.filter((cidr) => cidr.family === family && cidr.prefix <= prefix).map((cidr) => ({
      family,
      size: sizeOf(cidr) / step,
      at: (index) => makeCidr(family, cidr.value + index * step, prefix),
    })),
  );
}

function join<T>(family: Family, pools: readonly Pool<T>[]): Pool<T> {
  let size = 0n;
  const parts = pools.map((pool) => {
    const start = size;
    size += pool.size;
    return { pool, start };
  });
  const at = (index: bigint): T => {
    let low = 0;
    let high = parts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((parts[middle]?.start ?? 0n) <= index) low = middle;
      else high = middle - 1;
    }
    const part = parts[low];
    if (part === undefined || index >= size) throw new RangeError(`No item ${index} in a pool of ${size}`);
    return part.pool.at(index - part.start);
  };
  return { family, size, at };
}
