/**
 * One cluster's tree, from what stands there to what is wanted: looked at, proven or made, compared, and, unless it is
 * a dry run, written.
 *
 * @module
 */
import { authoritiesOf } from "../issue/issue.ts";
import { type Seed, seedId } from "../issue/seed.ts";
import type { Plan } from "../plan/types.ts";
import { makePause } from "../shared/pause.ts";
import { applyChanges, hasWork, sweepLeftovers } from "./apply.ts";
import type { Change } from "./change.ts";
import { compareTree, findingsOf, type Limits } from "./compare.ts";
import { acquireLock } from "./disk/lock.ts";
import { Tree } from "./disk/tree.ts";
import type { Crew } from "./crew.ts";
import {
  type Known,
  readManifests,
  refuseAll,
  refuseOccupied,
  refuseOtherOwner,
  refuseOutdated,
} from "./known.ts";
import type { Ground } from "./maker.ts";
import { type ManifestHead, type ManifestNames, WHOLE_TREE } from "./manifest.ts";
import { type Part, partOfShard, type ShardJob, wholeTree } from "./part.ts";
import { readShards, unite } from "./shards.ts";
import { TreeWork } from "./tree_work.ts";

/** One tree to bring up to date. */
export interface TreeJob extends Limits {
  readonly plan: Plan;
  /** The ids that are wanted. */
  readonly only: (id: string) => boolean;
  readonly seed: Seed;
  /** Secrets that files of the user's hold, by id. */
  readonly given?: ReadonlyMap<string, string> | undefined;
  /** Absolute path of the output folder, and how messages name it. */
  readonly out: string;
  readonly outName: string;
  readonly isDryRun: boolean;
  /** Whether only what is missing may be made: what stands there must be right. Default: false. */
  readonly isFilling?: boolean;
  /** Whether everything is made again, and each signature checked by itself. */
  readonly isRecheck: boolean;
  /** Which part of the tree this run makes; all of it by default. */
  readonly shard?: ShardJob | undefined;
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
  readonly #part: Part;
  readonly #shownNames: ManifestNames;
  readonly #head: ManifestHead;
  readonly #pause: () => Promise<void>;

  /** @param job what is wanted */
  constructor(job: TreeJob) {
    const { plan, seed, out, outName, shard } = job;
    this.#job = job;
    this.#name = `${outName}/${plan.cluster}`;
    this.#part = shard === undefined ? wholeTree(plan) : partOfShard(plan, shard);
    const { names } = this.#part;
    this.#shownNames = { final: `${this.#name}/${names.final}`, pending: `${this.#name}/${names.pending}` };
    this.#head = { version: 1, cluster: plan.cluster, seedId: seedId(seed), part: shard?.part };
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
    const look = (): void => refuseOccupied(this.#tree, this.#part.signs, this.#readKnown(), this.#name);
    try {
      look();
    } catch {
      // Another first run may have begun between two of its steps: what is refused is refused again.
      this.#tree.refresh();
      look();
    }
  }

  /**
   * Brings the tree up to date.
   *
   * @param crew who does it
   * @param number of this cluster among those of the hands
   * @throws {HardwayError} `refused`, `locked`, `disk` or `interrupted`
   */
  async run(crew: Crew, number: number): Promise<TreeResult> {
    const { out, outName, isDryRun, onWait, signal } = this.#job;
    if (isDryRun) return await this.#bringUpToDate(crew, number);
    this.#tree.ensureRoot();
    const lock = await acquireLock(out, this.#part.lock, {
      shownOut: outName,
      ...(onWait && { onWait }),
      ...(signal && { signal }),
    });
    try {
      return await this.#bringUpToDate(crew, number);
    } finally {
      lock.release();
    }
  }

  async #bringUpToDate(crew: Crew, number: number): Promise<TreeResult> {
    const { plan, out, outName, seed, isDryRun, isRecheck } = this.#job;
    const { names, askedBy } = this.#part;
    this.#tree.refresh();
    const known = this.#readKnown();
    if (!isDryRun) await sweepLeftovers(this.#tree, this.#part.paths(), known, names, this.#pause);
    const ground: Ground = {
      cluster: plan.cluster,
      entropy: seed.entropy,
      given: this.#job.given,
      authorities: authoritiesOf(plan),
      out,
      shownOut: outName,
      manifests: this.#shownNames,
      checksAll: isRecheck,
    };
    const { onStep } = this.#job;
    const only = this.#part.selects(this.#job.only);
    const work = new TreeWork({ plan, only, isRecheck, onStep }, ground, known, crew, number, this.#pause);
    const { folderModes, comparison, isWork } = await work.during(async () => {
      const comparison = await compareTree(
        this.#tree,
        findingsOf(await work.makeOrProve()),
        { known: this.#ownKnown(known), askedBy },
        this.#shownNames,
        this.#job,
        this.#pause,
      );
      const { isFilling } = this.#job;
      if (comparison.foreign.length > 0) {
        throw refuseAll(this.#name, comparison.foreign, isFilling === true ? "provision --force" : "--force");
      }
      if (isFilling === true) refuseOutdated(this.#name, comparison.changes);
      const isWork = hasWork(this.#tree, comparison, this.#head, this.#ownKnown(known), names);
      if (isWork && !isDryRun) {
        await this.#pause();
        await applyChanges(this.#tree, comparison, this.#head, names, () => work.write());
      }
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

  /** What is known of whose the files are. */
  #readKnown(): Known {
    const known = readManifests(this.#tree, this.#part.names, this.#name);
    refuseOtherOwner(known, this.#head.cluster, this.#head.seedId, this.#name);
    if (this.#job.shard === undefined) return known;
    const others = readShards(this.#tree, this.#name);
    const whole = readManifests(this.#tree, WHOLE_TREE, this.#name);
    for (const stored of [...others, whole.stored]) {
      refuseOtherOwner({ stored, pending: undefined }, this.#head.cluster, this.#head.seedId, this.#name);
    }
    this.#own = known;
    return { stored: unite(this.#head, [whole.stored, ...others, known.stored]), pending: known.pending };
  }

  /** Of what is known, what this run answers for. */
  #ownKnown(known: Known): Known {
    return this.#own ?? known;
  }

  #own: Known | undefined;
}
