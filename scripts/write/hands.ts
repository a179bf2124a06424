/**
 * All hands of a run: this thread's own when there is little to do, workers otherwise. Which hands do what changes
 * nothing that is written.
 *
 * @module
 */
import { loadNativeDigest } from "../shared/digest.ts";
import type { KeyAlgorithm } from "../spec/scalars.ts";
import { type Hand, OwnHand } from "./hand.ts";
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

/** How many things are asked of a pair of hands at once, so that none waits for the next. */
const AHEAD = 2;

/** Machines of host ranges, and bytes of a spec, from which on it is taken for one of many machines. */
const MANY_MACHINES = 600;
const LONG_SPEC = 60_000;

/** The hands of a run. Close them, or the process does not end. */
export class Hands {
  readonly #jobs: number;
  readonly #own: OwnHand;
  readonly #workers: WorkerHand[] = [];
  #writing = 0;

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
   * @param algorithms of the keys to make, one for each
   */
  async hire(algorithms: Iterable<KeyAlgorithm>): Promise<void> {
    let [cost, keys] = [0, 0];
    for (const algorithm of algorithms) {
      cost += COSTS[algorithm];
      keys++;
    }
    this.#start(cost > WORTH_WORKERS ? Math.min(this.#jobs, keys) : 0);
    if (!this.areWorkers && cost > WORTH_NATIVE) await loadNativeDigest();
  }

  /** Everyone who works: workers, or this thread alone. */
  get all(): readonly Hand[] {
    return this.areWorkers ? this.#workers : [this.#own];
  }

  #start(workers: number): void {
    const wanted = workers > 1 ? workers : 0;
    while (this.#workers.length < wanted) this.#workers.push(new WorkerHand());
    for (const surplus of this.#workers.splice(wanted)) surplus.stop(new Error("There is too little to do"));
  }

  #abort(reason: unknown): void {
    if (this.#writing === 0) this.close(reason);
  }

  /** Whether hands work beside this thread. */
  get areWorkers(): boolean {
    return this.#workers.length > 0;
  }

  /**
   * Has tasks done by whoever is free, and gives the results in the order of the tasks.
   *
   * @param tasks what is to be done
   * @param act does one of them
   */
  async share<Task, Result>(
    tasks: Iterable<Task>,
    act: (hand: Hand, task: Task, index: number) => Promise<Result>,
  ): Promise<Result[]> {
    const queue = [...tasks].entries();
    const results: Result[] = [];
    let hasFailed = false;
    const lane = async (hand: Hand): Promise<void> => {
      // All lanes take from one queue.
      for (const [index, task] of queue) {
        if (hasFailed) return;
        try {
          results[index] = await act(hand, task, index);
        } catch (error) {
          hasFailed = true;
          throw error;
        }
      }
    };
    const lanes = this.all.flatMap((hand) =>
      Array.from({ length: this.areWorkers ? AHEAD : 1 }, () => lane(hand))
    );
    const ends = await Promise.allSettled(lanes);
    for (const end of ends) if (end.status === "rejected") throw end.reason;
    return results;
  }

  /**
   * Has each pair of hands write what it holds. Unlike other work, what was begun is ended when a signal comes: a file
   * is there as a whole, and no temporary one is left.
   *
   * @param tasks by the hands that do them
   * @param act does one of them
   */
  async write<Task>(
    tasks: ReadonlyMap<Hand, readonly Task[]>,
    act: (task: Task) => Promise<void>,
  ): Promise<void> {
    let hasFailed = false;
    const lane = async (queue: Iterable<Task>): Promise<void> => {
      for (const task of queue) {
        if (hasFailed) return;
        try {
          await act(task);
        } catch (error) {
          hasFailed = true;
          throw error;
        }
      }
    };
    const lanes = [...tasks.values()].flatMap((own) => {
      const queue = own.values();
      return Array.from({ length: this.areWorkers ? AHEAD : 1 }, () => lane(queue));
    });
    this.#writing++;
    try {
      for (const end of await Promise.allSettled(lanes)) if (end.status === "rejected") throw end.reason;
    } finally {
      this.#writing--;
    }
  }

  /** Ends all workers; what they are doing stays undone. */
  close(reason: unknown = new Error("The work is over")): void {
    for (const worker of this.#workers) worker.stop(reason);
  }
}
