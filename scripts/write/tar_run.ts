/**
 * One cluster as one tar archive, `out/<cluster>.tar`, instead of a tree: everything is made, then streamed in the order
 * of the paths. Unpacked it is the tree that a run without `--tar` writes.
 *
 * @module
 */
import { authoritiesOf } from "../issue/issue.ts";
import { seedId } from "../issue/seed.ts";
import { encodeUtf8 } from "../shared/encoding.ts";
import { HardwayError } from "../shared/errors.ts";
import { makePause } from "../shared/pause.ts";
import { tarComment, tarEnd, tarHeader, tarPadding } from "../shared/tar.ts";
import { compareText, escapeControls } from "../shared/text.ts";
import type { Change } from "./change.ts";
import { compareTree, type Comparison, type Done, findingsOf } from "./compare.ts";
import { ArchiveFile } from "./disk/archive_file.ts";
import { acquireLock } from "./disk/lock.ts";
import type { Crew } from "./crew.ts";
import { MANIFEST, MANIFEST_MODE, type ManifestHead, renderManifestParts, WHOLE_TREE } from "./manifest.ts";
import type { TreeJob, TreeResult } from "./tree_run.ts";
import { TreeWork } from "./tree_work.ts";
import { NOTHING } from "./verdict.ts";

const FOLDER_MODE = 0o700;
/** How many files are asked of the hands at once. */
const AHEAD = 256;

/** One run that makes an archive. */
export class TarRun {
  readonly #job: TreeJob;
  readonly #file: ArchiveFile;
  readonly #head: ManifestHead;
  readonly #mark: Uint8Array;
  readonly #shown: string;

  /** @param job what is wanted; `isPruning` means nothing here */
  constructor(job: TreeJob) {
    const { plan, seed, out, outName } = job;
    this.#job = job;
    this.#head = { version: 1, cluster: plan.cluster, seedId: seedId(seed) };
    this.#file = new ArchiveFile(out, `${plan.cluster}.tar`, outName);
    this.#shown = `${outName}/${plan.cluster}.tar`;
    // Whose archive it is can be told from its first block on.
    this.#mark = tarComment(`hardway ${plan.cluster} ${this.#head.seedId}`, seed.created);
  }

  /**
   * Refuses a file that this cluster and seed did not make, unless it is to be replaced.
   *
   * @throws {HardwayError} `refused`
   */
  check(): void {
    const head = this.#file.head(this.#mark.length);
    if (head === undefined || this.#job.isForced) return;
    if (head.length === this.#mark.length && head.every((byte, index) => byte === this.#mark[index])) return;
    throw new HardwayError(
      "refused",
      `Refused: ${
        escapeControls(this.#shown)
      } was not made from this seed by hardway\nNothing was changed. Move it away, or replace it with --force.`,
    );
  }

  /**
   * Makes the archive.
   *
   * @param crew who makes the files
   * @param number of this cluster among those of the hands
   * @throws {HardwayError} `refused`, `locked`, `disk` or `interrupted`
   */
  async run(crew: Crew, number: number): Promise<TreeResult> {
    const { plan, out, outName, isDryRun, onWait, signal } = this.#job;
    if (isDryRun) return await this.#make(crew, number);
    this.#file.ensureFolder();
    using _lock = await acquireLock(out, plan.cluster, {
      shownOut: outName,
      ...(onWait && { onWait }),
      ...(signal && { signal }),
    });
    this.check();
    return await this.#make(crew, number);
  }

  async #make(crew: Crew, number: number): Promise<TreeResult> {
    const { plan, only, seed, out, outName, isDryRun, isRecheck, onStep, signal } = this.#job;
    const ground = {
      cluster: plan.cluster,
      entropy: seed.entropy,
      given: this.#job.given,
      authorities: authoritiesOf(plan),
      out,
      shownOut: outName,
      manifests: WHOLE_TREE,
      checksAll: isRecheck,
      isBesideTree: true,
    };
    const known = { stored: undefined, pending: undefined };
    const pause = makePause(signal);
    const work = new TreeWork({ plan, only, isRecheck, onStep }, ground, known, crew, number, pause);
    const { comparison, isSame, isThere } = await work.during(async () => {
      const done = await work.makeOrProve();
      const leftovers = { known, askedBy: () => "us" as const };
      const comparison = await compareTree(
        NOTHING,
        findingsOf(done),
        leftovers,
        WHOLE_TREE,
        this.#job,
        pause,
      );
      const isThere = this.#file.head(1) !== undefined;
      const parts = (): AsyncIterable<Uint8Array> => this.#stream(comparison, done, work);
      const isSame = isThere && await this.#file.holds(parts());
      if (!isSame && !isDryRun) await this.#file.write(parts());
      return { comparison, isSame, isThere };
    });
    const files = comparison.changes.length;
    const changes = isSame ? [] : comparison.changes.map((change): Change => ({
      ...change,
      action: isThere ? "replaced" : "new",
      reasons: isThere ? ["in an archive that differs"] : [],
    }));
    onStep?.(isSame || isDryRun ? 0 : work.size);
    return { changes, stale: [], right: isSame ? files : 0, manifestChanges: !isSame, folders: [] };
  }

  async *#stream(
    { lines }: Comparison,
    done: readonly Done[],
    work: TreeWork,
  ): AsyncGenerator<Uint8Array> {
    const { plan: { cluster }, seed: { created: mtime } } = this.#job;
    const manifest = [...renderManifestParts(this.#head, lines)].map((part) => encodeUtf8(part));
    const size = manifest.reduce((sum, part) => sum + part.length, 0);
    const modes = new Map(
      lines.map(({ path, line }) => [path, line.includes('"mode":"0600"') ? 0o600 : 0o644]),
    );
    const folders = new Set(lines.flatMap(({ path }) => foldersOf(path)));
    const paths = [...folders, MANIFEST, ...modes.keys()].sort(compareText);
    const contents = work.readAll(done, paths.filter((path) => modes.has(path)), AHEAD);
    yield this.#mark;
    yield tarHeader({ path: `${cluster}/`, mode: FOLDER_MODE, size: 0, mtime });
    for (const path of paths) {
      const mode = modes.get(path);
      const name = `${cluster}/${path}`;
      if (mode !== undefined) {
        const { value: bytes } = await contents.next();
        if (bytes === undefined) throw new Error(`Nothing came of ${path}`);
        yield tarHeader({ path: name, mode, size: bytes.length, mtime });
        yield bytes;
        yield tarPadding(bytes.length);
      } else if (path === MANIFEST) {
        yield tarHeader({ path: name, mode: MANIFEST_MODE, size, mtime });
        yield* manifest;
        yield tarPadding(size);
      } else yield tarHeader({ path: name, mode: FOLDER_MODE, size: 0, mtime });
    }
    yield tarEnd();
  }
}

/** The folders above a path, each with its slash. */
function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let slash = path.indexOf("/"); slash > 0; slash = path.indexOf("/", slash + 1)) {
    folders.push(path.slice(0, slash + 1));
  }
  return folders;
}
