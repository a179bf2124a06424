/**
 * The trees or archives of machines, from what stands in `out/<cluster>` and what the templates say: made and held
 * against the disk machine by machine, then, when nothing stands in the way of any, made again and written. So memory
 * holds one machine at a time.
 *
 * @module
 */
import type { Seed } from "../issue/seed.ts";
import { seedId } from "../issue/seed.ts";
import { HOSTS } from "../render/paths.ts";
import type { Renderer } from "../render/render.ts";
import type { Host } from "../render/hosts.ts";
import { ADMIN } from "../render/hosts.ts";
import { HardwayError } from "../shared/errors.ts";
import { makePause } from "../shared/pause.ts";
import { applyChanges, hasWork, sweepLeftovers } from "./apply.ts";
import { compareTree, type Finding, type Limits } from "./compare.ts";
import { acquireLock } from "./disk/lock.ts";
import { Tree } from "./disk/tree.ts";
import type { OutputFile } from "./files.ts";
import { archiveFile, bytesOf, outputFile, type ReadCopied, treeFiles } from "./host_files.ts";
import { judge, type Verdict } from "./judge.ts";
import { type Known, readManifests, refuseAll, refuseOtherOwner } from "./known.ts";
import { BUNDLES, type ManifestHead, type ManifestNames, renderOrderedRecord } from "./manifest.ts";
import type { TreeResult } from "./tree_run.ts";

/** What is to be bundled. */
export interface BundleJob extends Limits {
  readonly cluster: string;
  readonly renderer: Renderer;
  /** The machines that are wanted. */
  readonly hosts: readonly Host[];
  readonly seed: Seed;
  /** Absolute path of the output folder, and how messages name it. */
  readonly out: string;
  readonly outName: string;
  /** Whether each machine becomes an archive. */
  readonly isTar: boolean;
  readonly isDryRun: boolean;
  /** Files of `out/<cluster>` that are not on the disk, in a dry run. */
  readonly made: ReadonlyMap<string, Uint8Array>;
  readonly signal?: AbortSignal | undefined;
  /** Told of each machine twice: when it is compared, and when it is written. */
  readonly onStep?: ((steps: number) => void) | undefined;
  /** Called once when another run holds the tree. */
  readonly onWait?: (() => void) | undefined;
}

/** What became of the machines' trees or archives. */
export interface BundleResult extends TreeResult {
  /** Paths of files in the trees that hardway did not write and nothing asks for. */
  readonly strays: readonly string[];
}

/** One run. */
export class BundleRun {
  readonly #job: BundleJob;
  readonly #tree: Tree;
  readonly #name: string;
  readonly #shownNames: ManifestNames;
  readonly #head: ManifestHead;
  readonly #pause: () => Promise<void>;

  /** @param job what is wanted */
  constructor(job: BundleJob) {
    const { cluster, out, outName, seed } = job;
    this.#job = job;
    this.#name = `${outName}/${cluster}`;
    this.#shownNames = {
      final: `${this.#name}/${BUNDLES.final}`,
      pending: `${this.#name}/${BUNDLES.pending}`,
    };
    this.#head = { version: 1, cluster, seedId: seedId(seed) };
    this.#tree = new Tree(out, cluster, outName);
    this.#pause = makePause(job.signal);
  }

  /**
   * Refuses bundles of another seed or cluster.
   *
   * @throws {HardwayError} `refused`
   */
  check(): void {
    this.#readKnown();
  }

  /**
   * Brings the machines' trees or archives up to date.
   *
   * @throws {HardwayError} `refused`, `locked`, `disk` or `interrupted`
   */
  async run(): Promise<BundleResult> {
    const { cluster, out, outName, isDryRun, onWait, signal } = this.#job;
    if (isDryRun) return await this.#bringUpToDate();
    this.#tree.ensureRoot();
    using _lock = await acquireLock(out, cluster, {
      shownOut: outName,
      ...(onWait && { onWait }),
      ...(signal && { signal }),
    });
    return await this.#bringUpToDate();
  }

  async #bringUpToDate(): Promise<BundleResult> {
    const { isDryRun } = this.#job;
    this.#tree.refresh();
    const known = this.#readKnown();
    if (!isDryRun) {
      // The pending manifest names all that a killed run wrote or removed; a folder that is needed is made again.
      await sweepLeftovers(this.#tree, new Set(), known, BUNDLES, this.#pause);
    }
    const verdicts = new Map<string, { readonly sha256: string; readonly verdict: Verdict }>();
    const findings = await this.#look(known, verdicts);
    const comparison = await compareTree(
      this.#tree,
      findings,
      { known, askedBy: this.#asker() },
      this.#shownNames,
      this.#job,
      this.#pause,
    );
    if (comparison.foreign.length > 0) {
      // What was missing of the PKI may have been made by now.
      throw refuseAll(this.#name, comparison.foreign, "--force", "No bundle was changed.");
    }
    const isWork = hasWork(this.#tree, comparison, this.#head, known, BUNDLES);
    if (isWork && !isDryRun) {
      await applyChanges(this.#tree, comparison, this.#head, BUNDLES, () => this.#write(verdicts));
    }
    if (!isDryRun) this.#tree.fixFolderModes();
    const changed = comparison.changes.map(({ path }) => path);
    const expected = new Set([...verdicts.keys(), ...comparison.stale, ...changed]);
    return {
      strays: this.#strays(expected),
      changes: comparison.changes,
      stale: comparison.stale,
      right: comparison.right,
      manifestChanges: isWork,
      folders: [...new Set([...this.#tree.wrongFolders, ...this.#tree.fixedFolders])].sort(),
    };
  }

  /** Whoever copies a tree copies all of it: what no run of ours accounts for has to be known. */
  #strays(expected: ReadonlySet<string>): string[] {
    const { hosts, isTar } = this.#job;
    if (isTar) return [];
    return hosts.flatMap(({ name }) => this.#tree.below(`${HOSTS}/${name}`)).filter((path) =>
      !expected.has(path)
    );
  }

  /** Makes everything once and holds it against the disk. */
  async #look(
    known: Known,
    verdicts: Map<string, { readonly sha256: string; readonly verdict: Verdict }>,
  ): Promise<Finding[]> {
    const findings: Finding[] = [];
    for (const host of this.#job.hosts) {
      await this.#pause();
      for (const file of this.#filesOf(host)) {
        const { path, record } = file;
        const old = { stored: known.stored?.lines.get(path), pending: known.pending?.lines.get(path) };
        const verdict = judge(this.#tree, file, old, this.#shownNames);
        verdicts.set(path, { sha256: record.sha256, verdict });
        findings.push({ path, id: record.id, file: { line: renderOrderedRecord(record), verdict } });
      }
      this.#job.onStep?.(1);
    }
    return findings;
  }

  /** Makes what is not right again, and writes it. */
  async #write(
    verdicts: ReadonlyMap<string, { readonly sha256: string; readonly verdict: Verdict }>,
  ): Promise<void> {
    for (const host of this.#job.hosts) {
      for (const { path, mode, bytes, record } of this.#filesOf(host)) {
        await this.#pause();
        const before = verdicts.get(path);
        if (before?.sha256 !== record.sha256) {
          throw new HardwayError(
            "refused",
            `Refused: ${this.#name} was changed by another program meanwhile`,
          );
        }
        if (before.verdict.kind === "mode") this.#tree.chmod(path, mode);
        else if (before.verdict.kind !== "right") this.#tree.write(path, bytes, mode);
      }
      this.#job.onStep?.(1);
    }
  }

  /** What a machine's bundle consists of; with the workstation's go the manifests to apply. */
  #filesOf(host: Host): OutputFile[] {
    const { renderer, isTar, seed, made } = this.#job;
    const files = renderer.filesOf(host);
    const read: ReadCopied = (path) => made.get(path) ?? this.#tree.read(path);
    const own = isTar
      ? [archiveFile(host.name, files, read, seed.created)]
      : treeFiles(host.name, files, read);
    if (host.name !== ADMIN) return own;
    const manifests = files.filter(({ to }) => to.startsWith("manifests/"));
    return [...own, ...manifests.map((file) => outputFile(file.to, file, bytesOf(file, read)))];
  }

  /** Other machines of the spec keep theirs, and so do trees when archives are made, and the other way round. */
  #asker(): (path: string) => "us" | "nobody" {
    const { renderer, hosts, isTar } = this.#job;
    const names = new Set(renderer.hosts.map(({ name }) => name));
    const wanted = new Set(hosts.map(({ name }) => name));
    return (path) => {
      const [folder, first = "", ...rest] = path.split("/");
      if (folder !== HOSTS) return wanted.has(ADMIN) ? "nobody" : "us";
      const isArchive = rest.length === 0;
      const name = isArchive ? first.slice(0, -".tar".length) : first;
      if (!names.has(name)) return "nobody";
      return wanted.has(name) && isArchive === isTar ? "nobody" : "us";
    };
  }

  #readKnown(): Known {
    const known = readManifests(this.#tree, BUNDLES, this.#name);
    refuseOtherOwner(known, this.#head.cluster, this.#head.seedId, `${this.#name}/${HOSTS}`);
    return known;
  }
}
