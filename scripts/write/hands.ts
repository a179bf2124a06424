/**
 * Who is hired for a run: this thread's own hands when there is little to do, workers otherwise. Which hands do what
 * changes nothing that is written.
 *
 * @module
 */
import { loadNativeDigest } from "../shared/digest.ts";
import type { KeyAlgorithm } from "../spec/scalars.ts";
import { AHEAD, Crew, Writing } from "./crew.ts";
import { OwnHand } from "./hand.ts";
import { WorkerHand } from "./worker_hand.ts";

/** What one key with all that is made around it costs, in milliseconds of one core: only to decide what pays. */
const COSTS: Readonly<Record<KeyAlgorithm, number>> = {
  "RSA-2048": 100,
  "RSA-3072": 250,
  "RSA-4096": 800,
  "ECDSA-P256": 0.3,
  "ECDSA-P384": 3,
  Ed25519: 0.3,
};

/** From which cost on workers are started: they take about a tenth of a second to start. */
const WORTH_WORKERS = 300;
/** From which cost on the platform's digest is loaded: that takes 30 ms. */
const WORTH_NATIVE = 100;

/** Machines of host ranges, and bytes of a spec, from which on it is taken for one of many machines. */
const MANY_MACHINES = 600;
const LONG_SPEC = 60_000;

/** The hands of a run. Close them, or the process does not end. */
export class Hands {
  readonly #jobs: number;
  readonly #own: OwnHand;
  readonly #workers: WorkerHand[] = [];
  /** How many clusters each worker has at hand. */
  readonly #clusters = new Map<WorkerHand, number>();
  readonly #writing = new Writing();
  /** Of each cluster. */
  #costs: readonly number[] = [];

  /**
   * @param jobs the most workers
   * @param pause awaited during long work of this thread's own hands
   * @param signal when it is aborted, workers end at once, unless they are writing
   */
  constructor(jobs: number, pause: () => Promise<void>, signal?: AbortSignal) {
    this.#jobs = jobs;
    this.#own = new OwnHand(pause);
    signal?.addEventListener("abort", () => this.#abort(signal.reason), { once: true });
  }

  /**
   * Starts workers before a spec is understood, where its text promises many machines: starting takes as long as
   * planning them. A wrong guess costs a few milliseconds.
   *
   * @param bytes of the spec
   */
  expect(bytes: Uint8Array): void {
    let machines = 0;
    const text = bytes.length > LONG_SPEC ? "" : new TextDecoder().decode(bytes);
    for (const [, first, last] of text.matchAll(/\[(\d{1,6})-(\d{1,6})\]/g)) {
      machines += Number(last) - Number(first);
    }
    if (bytes.length > LONG_SPEC || machines > MANY_MACHINES) this.#start(this.#jobs);
  }

  /**
   * Hires as many hands as the work is worth.
   *
   * @param clusters the algorithms of each cluster's keys to make, one for each key
   */
  async hire(clusters: readonly (readonly KeyAlgorithm[])[]): Promise<void> {
    this.#costs = clusters.map((keys) => keys.reduce((sum, algorithm) => sum + COSTS[algorithm], 0));
    const keys = clusters.reduce((sum, { length }) => sum + length, 0);
    this.#start(this.#cost > WORTH_WORKERS ? Math.min(this.#jobs, keys) : 0);
    if (!this.#areWorkers && this.#cost > WORTH_NATIVE) await loadNativeDigest();
  }

  /** How many clusters are best at work at once: none of the hands waits for the next. */
  get lanes(): number {
    return Math.max(1, AHEAD * this.#workers.length);
  }

  /**
   * Runs something with those who are best for a cluster: all workers; for a small cluster among many the one that has
   * the fewest, as each worker would have to make that cluster's CAs.
   *
   * @param cluster its number among those that they were hired for
   * @param act what is done
   */
  async with<Result>(cluster: number, act: (crew: Crew) => Promise<Result>): Promise<Result> {
    const isSmall = this.lanes * (this.#costs[cluster] ?? 0) <= this.#cost;
    const idlest = this.#workers.toSorted((a, b) => this.#clustersOf(a) - this.#clustersOf(b));
    const workers = isSmall ? idlest.slice(0, 1) : this.#workers;
    for (const worker of workers) this.#clusters.set(worker, this.#clustersOf(worker) + 1);
    try {
      return await act(new Crew(workers.length > 0 ? workers : [this.#own], this.#areWorkers, this.#writing));
    } finally {
      for (const worker of workers) this.#clusters.set(worker, this.#clustersOf(worker) - 1);
    }
  }

  /** What all clusters cost. */
  get #cost(): number {
    return this.#costs.reduce((sum, cost) => sum + cost, 0);
  }

  #clustersOf(hand: WorkerHand): number {
    return this.#clusters.get(hand) ?? 0;
  }

  #start(workers: number): void {
    const wanted = workers > 1 ? workers : 0;
    while (this.#workers.length < wanted) this.#workers.push(new WorkerHand());
    for (const surplus of this.#workers.splice(wanted)) surplus.stop(new Error("There is too little to do"));
  }

  #abort(reason: unknown): void {
    if (!this.#writing.isAny) this.close(reason);
  }

  get #areWorkers(): boolean {
    return this.#workers.length > 0;
  }

  /** Ends all workers; what they are doing stays undone. */
  close(reason: unknown = new Error("The work is over")): void {
    for (const worker of this.#workers) worker.stop(reason);
  }
}
