/**
 * The issue stage: in go a plan and the seed, out come keys and certificates, in the plan's order, in memory only.
 * Kubeconfigs hold nothing of their own: the write stage renders them from what is given here.
 *
 * @module
 */
import { type CertificateEntry, isKeyed, type Plan } from "../plan/types.ts";
import { makePause } from "../shared/pause.ts";
import { Authorities } from "./authority.ts";
import { issueBatch } from "./batch.ts";
import type { IssuedCertificate, IssuedKeyPair, KeyedEntry } from "./issued.ts";
import { isRsa } from "./rsa_key.ts";
import type { Seed } from "./seed.ts";

export type { IssuedCertificate, IssuedKeyPair } from "./issued.ts";

/** One thing made. */
export type Issued = (IssuedCertificate | IssuedKeyPair) & {
  /** False when only a selected kubeconfig or document needs it: it is to be embedded, not written. */
  readonly selected: boolean;
};

/** How to issue. */
export interface IssueOptions {
  /** Which entries to make, by id; all by default. */
  readonly only?: ((id: string) => boolean) | undefined;
  /** Told of progress: how many of how many are made. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Stops the work: its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** The CAs of a plan. */
export function authoritiesOf(plan: Plan): CertificateEntry[] {
  return plan.entries.filter((entry): entry is CertificateEntry =>
    entry.kind === "certificate" && entry.isAuthority
  );
}

/** How many entries are made together: more would gain little, and hold the thread for longer. */
export const BATCH = 128;

/**
 * Cuts entries into batches that take a short time each.
 *
 * @param items whatever stands for an entry
 * @param entryOf gives the entry
 */
export function* cutBatches<Item>(
  items: Iterable<Item>,
  entryOf: (item: Item) => KeyedEntry,
  size = BATCH,
): Generator<Item[]> {
  let batch: Item[] = [];
  let weight = 0;
  for (const item of items) {
    batch.push(item);
    // An RSA key takes longer than hundreds of others.
    weight += isRsa(entryOf(item).keyAlgorithm) ? size : 1;
    if (weight < size) continue;
    yield batch;
    batch = [];
    weight = 0;
  }
  if (batch.length > 0) yield batch;
}

/**
 * Issues a plan. Yields the selected certificates and key pairs, and what selected kubeconfigs embed.
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
  const { only = () => true, onProgress, signal } = options;
  const pause = makePause(signal);
  const source = { cluster: plan.cluster, entropy: seed.entropy, entries: authoritiesOf(plan) };
  const authorities = new Authorities(source, pause);
  const wanted = selectEntries(plan, only);
  let done = 0;
  for (const batch of cutBatches(wanted, ({ entry }) => entry)) {
    const issued = await issueBatch(authorities, batch.map(({ entry }) => entry), pause);
    for (const [index, one] of issued.entries()) {
      // Not left to the pause, which looks only now and then.
      signal?.throwIfAborted();
      onProgress?.(++done, wanted.length);
      yield { ...one, selected: batch[index]?.selected ?? false };
    }
  }
}

interface Wanted {
  readonly entry: KeyedEntry;
  readonly selected: boolean;
}

/** What to make, in the plan's order. */
function selectEntries(plan: Plan, only: (id: string) => boolean): Wanted[] {
  const embedded = embeddedIds(plan, only);
  const wanted: Wanted[] = [];
  for (const entry of plan.entries) {
    if (!isKeyed(entry)) continue;
    const selected = only(entry.id);
    if (selected || embedded.has(entry.id)) wanted.push({ entry, selected });
  }
  return wanted;
}

/** Ids of what selected kubeconfigs and documents hold, and of the CAs that stand beside client certificates. */
function embeddedIds(plan: Plan, only: (id: string) => boolean): Set<string> {
  const issuers = new Map<string, string>();
  for (const entry of plan.entries) if (entry.kind === "certificate") issuers.set(entry.id, entry.issuer);
  const ids = new Set<string>();
  for (const entry of plan.entries) {
    if (isKeyed(entry) || !only(entry.id)) continue;
    if (entry.kind === "document") {
      ids.add(entry.of);
      continue;
    }
    const issuer = issuers.get(entry.client);
    if (issuer === undefined) throw new Error(`The plan has no certificate with the id ${entry.client}`);
    ids.add(entry.client).add(issuer);
  }
  return ids;
}
