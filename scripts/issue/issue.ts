/**
 * The issue stage: in go a plan and the seed, out come keys and certificates, one by one in the plan's order, in
 * memory only. Kubeconfigs hold nothing of their own: the write stage renders them from what is given here.
 *
 * @module
 */
import type { CertificateEntry, KeyPairEntry, Plan } from "../plan/types.ts";
import { makePause } from "../shared/pause.ts";
import { Authorities } from "./authority.ts";
import { isWorthWorkers, KeyPool } from "./key_pool.ts";
import type { Seed } from "./seed.ts";

/** What both kinds have. */
interface IssuedKey {
  /** PKCS#8, DER. Secret. */
  readonly pkcs8: Uint8Array;
  /** False when only a selected kubeconfig needs it: it is to be embedded, not written. */
  readonly selected: boolean;
}

/** A certificate with its key. */
export interface IssuedCertificate extends IssuedKey {
  readonly kind: "certificate";
  readonly entry: CertificateEntry;
  /** DER. */
  readonly certificate: Uint8Array;
  /** Lower-case hexadecimal, an even count of digits. */
  readonly serial: string;
  /** SHA-256 of the certificate, lower-case hexadecimal. */
  readonly fingerprint: string;
}

/** A key pair without certificate. */
export interface IssuedKeyPair extends IssuedKey {
  readonly kind: "key-pair";
  readonly entry: KeyPairEntry;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
}

/** One thing made. */
export type Issued = IssuedCertificate | IssuedKeyPair;

/** How to issue. */
export interface IssueOptions {
  /** Which entries to make, by id; all by default. */
  readonly only?: ((id: string) => boolean) | undefined;
  /** Told after each thing made: how many of how many. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** How many workers may make keys when there is much to do; 1 for none, the default. */
  readonly jobs?: number | undefined;
  /** Stops the work: its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Issues a plan. Yields the selected certificates and key pairs, and what selected kubeconfigs embed. CAs that only
 * sign are made but not yielded.
 *
 * @param plan what to make
 * @param seed the secret that every key comes from
 * @throws the signal's reason when aborted
 * @throws {Error} when a signature of ours does not verify, or the plan contradicts itself: a bug of ours
 */
export async function* issuePlan(
  plan: Plan,
  seed: Seed,
  options: IssueOptions = {},
): AsyncGenerator<Issued, void, undefined> {
  const { only = () => true, onProgress, signal, jobs = 1 } = options;
  const pause = makePause(signal);
  const authorities = new Authorities(plan, seed, pause);
  const wanted = selectEntries(plan, only);
  const entries = wanted.map(({ entry }) => entry);
  const pool = jobs > 1 && isWorthWorkers(entries)
    ? new KeyPool(Math.min(jobs, entries.length), signal)
    : undefined;
  try {
    let prepared = 0;
    let done = 0;
    for (const { entry, selected } of wanted) {
      // Not left to the pause, which looks only now and then.
      signal?.throwIfAborted();
      await pause();
      // So many ahead that no worker waits, and not all at once: keys in waiting take memory.
      for (; pool !== undefined && prepared < Math.min(entries.length, done + AHEAD * jobs); prepared++) {
        const next = entries[prepared];
        if (next !== undefined) authorities.prepare(next, pool);
      }
      const issued = await issueEntry(authorities, entry, selected);
      done += 1;
      onProgress?.(done, wanted.length);
      yield issued;
    }
  } finally {
    pool?.close();
  }
}

/** How many keys each worker has ahead of what is being issued. */
const AHEAD = 64;

interface Wanted {
  readonly entry: CertificateEntry | KeyPairEntry;
  readonly selected: boolean;
}

/** What to make, in the plan's order. */
function selectEntries(plan: Plan, only: (id: string) => boolean): Wanted[] {
  const embedded = embeddedIds(plan, only);
  const wanted: Wanted[] = [];
  for (const entry of plan.entries) {
    if (entry.kind === "kubeconfig") continue;
    const selected = only(entry.id);
    if (selected || embedded.has(entry.id)) wanted.push({ entry, selected });
  }
  return wanted;
}

/** Ids of the client certificates in selected kubeconfigs, and of the CAs that stand beside them. */
function embeddedIds(plan: Plan, only: (id: string) => boolean): Set<string> {
  const issuers = new Map<string, string>();
  for (const entry of plan.entries) if (entry.kind === "certificate") issuers.set(entry.id, entry.issuer);
  const ids = new Set<string>();
  for (const entry of plan.entries) {
    if (entry.kind !== "kubeconfig" || !only(entry.id)) continue;
    const issuer = issuers.get(entry.client);
    if (issuer === undefined) throw new Error(`The plan has no certificate with the id ${entry.client}`);
    ids.add(entry.client).add(issuer);
  }
  return ids;
}

async function issueEntry(
  authorities: Authorities,
  entry: CertificateEntry | KeyPairEntry,
  selected: boolean,
): Promise<Issued> {
  if (entry.kind === "key-pair") {
    const { pkcs8, spki } = await authorities.makeKey(entry);
    return { kind: "key-pair", entry, pkcs8, spki, selected };
  }
  const { key, certificate } = await authorities.certify(entry);
  const { der, serial, fingerprint } = certificate;
  return { kind: "certificate", entry, certificate: der, pkcs8: key.pkcs8, serial, fingerprint, selected };
}
