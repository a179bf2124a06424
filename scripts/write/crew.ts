/**
 * The hands that work for one cluster, and how its tasks are shared among them.
 *
 * @module
 */
import type { Hand } from "./hand.ts";

/** How many things are asked of a pair of hands at once, so that none waits for the next. */
export const AHEAD = 2;

/** How many crews of a run are writing. */
export class Writing {
  count = 0;

  /** Whether any is. */
  get isAny(): boolean {
    return this.count > 0;
  }
}

/** The hands that work for one cluster. */
export class Crew {
  /** Everyone who works. */
  readonly all: readonly Hand[];
  /** Whether they work beside this thread. */
  readonly areWorkers: boolean;
  readonly #writing: Writing;

  /**
   * @param all at least one
   * @param areWorkers whether they work beside this thread
   * @param writing what all crews of a run count in
   */
  constructor(all: readonly Hand[], areWorkers: boolean, writing: Writing) {
    this.all = all;
    this.areWorkers = areWorkers;
    this.#writing = writing;
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
    this.#writing.count++;
    try {
      for (const end of await Promise.allSettled(lanes)) if (end.status === "rejected") throw end.reason;
    } finally {
      this.#writing.count--;
    }
  }
}
