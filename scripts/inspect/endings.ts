/**
 * Everything that ends: certificates, CAs, CRLs and tokens, wherever they are embedded, the soonest first.
 *
 * @module
 */
import type { ItemType } from "./item_type.ts";
import type { Row } from "./row.ts";

/** One thing that ends. */
export interface Ending {
  readonly type: ItemType | null;
  /** Whether it is a CA, with which all that it signed ends. */
  readonly isCA: boolean;
  readonly component: string | null;
  readonly path: string;
  /** The flag that names the file, or the place in it; null for the file itself. */
  readonly flag: string | null;
  readonly cn: string | null;
  readonly issuer: string | null;
  /** RFC 3339, UTC. */
  readonly expiration: string;
  /** Seconds that are left; negative when it is over. */
  readonly residualSeconds: number;
}

/**
 * Takes from a table what ends.
 *
 * @param rows as `inspect` makes them
 * @returns the soonest first; of the same end, in the order of the table; what several flags name, once
 */
export function endingsOf(rows: readonly Row[]): Ending[] {
  const seen = new Set<string>();
  return rows.flatMap((row): Ending[] => {
    const { type, component, path, flag, cn, issuer, expiration, residualSeconds, sha256 } = row;
    if (expiration === null || residualSeconds === null || type === "CSR") return [];
    const key = sha256 === null ? `${path}\0${flag}` : `${path}\0${sha256}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ type, isCA: type === "CA", component, path, flag, cn, issuer, expiration, residualSeconds }];
  }).sort((a, b) => a.residualSeconds - b.residualSeconds);
}
