/**
 * One cluster's tree, from what stands there to what is wanted: looked at, proven or made, compared, and, unless it is
 * a dry run, written.
 *
 * @module
 */
import { type Seed, seedId } from "../issue/seed.ts";
import type { CertificateEntry, Plan } from "../plan/types.ts";
import { makePause } from "../shared/pause.ts";
import { applyChanges, hasWork, sweepLeftovers } from "./apply.ts";
import { type Change, compareTree, type Comparison, type Limits } from "./compare.ts";
import { acquireLock } from "./disk/lock.ts";
import { Tree } from "./disk/tree.ts";
import type { Hands } from "./hands.ts";
import { type Known, readManifests, refuseAll, refuseOccupied, refuseOtherOwner } from "./known.ts";
import type { Ground } from "./maker.ts";
import { type ManifestHead, type ManifestNames, WHOLE_TREE } from "./manifest.ts";
import { TreeWork } from "./tree_work.ts";

/** One tree to bring up to date. */
export interface TreeJob extends Limits {
  readonly plan: Plan;
  /** The ids that are wanted. */
  readonly only: (id: string) => boolean;
  readonly seed: Seed;
  /** Absolute path of the output folder, and how messages name it. */
  readonly out: string;
  readonly outName: string;
  readonly isDryRun: boolean;
  /** Whether everything is made again, and each signature checked by itself. */
  readonly isRecheck: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Told of every certificate and key pair twice: when it is made or proven, and when it is written. */
  readonly onStep?: ((steps: number) => void) | undefined;
  /** Called once when another run holds the tree. */
  readonly onWait?: (() => void) | undefined;
}

/** What became of a tree. */
export interface TreeResult {
  readonly changes: readonly Change[];
  readonly stale: readonly string[];
  readonly right: number;
  /** Whether the manifest was written anew, or would be. */
  readonly manifestChanges: boolean;
  /** Folders whose mode was put right, or would be; the root is the empty string. */
  readonly folders: readonly string[];
}

/** One run on one tree. */
export class TreeRun {
  readonly #job: TreeJob;
  readonly #tree: Tree;
  readonly #name: string;
  readonly #names: ManifestNames;
  readonly #shownNames: ManifestNames;
  readonly #head: ManifestHead;
  readonly #pause: () => Promise<void>;

  /** @param job what is wanted */
  constructor(job: TreeJob) {
    const { plan, seed, out, outName } = job;
    this.#job = job;
    this.#name = `${outName}/${plan.cluster}`;
    this.#names = WHOLE_TREE;
    this.#shownNames = {
      final: `${this.#name}/${this.#names.final}`,
      pending: `${this.#name}/${this.#names.pending}`,
    };
    this.#head = { version: 1, cluster: plan.cluster, seedId: seedId(seed) };
    this.#tree = new Tree(out, plan.cluster, outName);
    this.#pause = makePause(job.signal);
  }

  /**
   * Refuses a tree that is not this cluster's and seed's, before anything is made. It looks without the lock, to tell
   * early; `run` looks again.
   *
   * @throws {HardwayError} `refused`
   */
  check(): void {
    const known = this.#readKnown();
    refuseOccupied(this.#tree, this.#job.plan, known, this.#names, this.#name);
  }

  /**
   * Brings the tree up to date.
   *
   * @param hands who does it
   * @param number of this cluster among those of the hands
   * @throws {HardwayError} `refused`, `locked`, `disk` or `interrupted`
   */
  async run(hands: Hands, number: number): Promise<TreeResult> {
    const { plan, out, outName, isDryRun, onWait, signal } = this.#job;
    if (isDryRun) return await this.#bringUpToDate(hands, number);
    this.#tree.ensureRoot();
    const lock = await acquireLock(out, plan.cluster, {
      shownOut: outName,
      ...(onWait && { onWait }),
      ...(signal && { signal }),
    });
    try {
      return await this.#bringUpToDate(hands, number);
    } finally {
      lock.release();
    }
  }

  async #bringUpToDate(hands: Hands, number: number): Promise<TreeResult> {
    const { plan, out, outName, seed, isDryRun, isRecheck } = this.#job;
    this.#tree.refresh();
    const known = this.#readKnown();
    if (!isDryRun) await sweepLeftovers(this.#tree, plan, known, this.#names, this.#pause);
    const ground: Ground = {
      cluster: plan.cluster,
      entropy: seed.entropy,
      authorities: plan.entries.filter((entry): entry is CertificateEntry =>
        entry.kind === "certificate" && entry.isAuthority
      ),
      out,
      shownOut: outName,
      manifests: this.#shownNames,
      checksAll: isRecheck,
    };
    const work = new TreeWork(this.#job, ground, known, hands, number, this.#pause);
    const { folderModes, comparison, isWork } = await work.during(async () => {
      const done = await work.makeOrProve();
      const comparison = await compareTree(
        this.#tree,
        plan,
        done,
        known,
        this.#shownNames,
        this.#job,
        this.#pause,
      );
      if (comparison.foreign.length > 0) throw refuseAll(this.#name, comparison.foreign);
      const isWork = hasWork(this.#tree, comparison, known, this.#names);
      if (isWork && !isDryRun) await this.#apply(comparison, work);
      return { comparison, isWork };
    });
    const folders = new Set(folderModes.flatMap(({ fixed }) => fixed));
    for (const { wrong } of folderModes) for (const folder of wrong) this.#tree.wrongFolders.add(folder);
    for (const folder of this.#tree.wrongFolders) folders.add(folder);
    if (!isDryRun) this.#tree.fixFolderModes();
    for (const folder of this.#tree.fixedFolders) folders.add(folder);
    return {
      changes: comparison.changes,
      stale: comparison.stale,
      right: comparison.right,
      manifestChanges: isWork,
      folders: [...folders].sort(),
    };
  }

  async #apply(comparison: Comparison, work: TreeWork): Promise<void> {
    await this.#pause();
    await applyChanges(this.#tree, comparison, this.#head, this.#names, () => work.write());
  }

  #readKnown(): Known {
    const known = readManifests(this.#tree, this.#names, this.#name);
    refuseOtherOwner(known, this.#head.cluster, this.#head.seedId, this.#name);
    return known;
  }
}
