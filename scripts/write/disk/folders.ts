/**
 * The folders of the tree `out/<cluster>`: where they are, which are known to be real ones, and their modes. Every
 * component below `out` must be a real folder; a link or anything else is refused and never followed.
 *
 * @module
 */
import { HardwayError } from "../../shared/errors.ts";
import { escapeControls } from "../../shared/text.ts";
import { describeKind, diskError } from "./errors.ts";
import { Listing } from "./listing.ts";
import {
  FOLDER_MODE,
  isFolderBehindLinks,
  lstatIfAny,
  makeFolder,
  makeFolders,
  modeOf,
  parentOf,
} from "./raw.ts";

/** The folders of one tree. Paths are relative to it; the root is the empty string. */
export class Folders {
  /** Folders whose mode was put to 0700. */
  readonly fixed: string[] = [];
  /** Folders seen with another mode than 0700. */
  readonly wrong: Set<string> = new Set();
  /** What stands in them, by name. */
  readonly listing: Listing = new Listing((folder) => this.at(folder));
  readonly #out: string;
  readonly #shownOut: string;
  readonly #cluster: string;
  readonly #known = new Set<string>();
  #isOutKnown = false;
  #isOurs = false;

  /**
   * @param out absolute path of the output folder; links on the way to it are followed
   * @param cluster name of the folder in it
   * @param shownOut how messages name `out`: as the user typed it
   * @throws {HardwayError} `refused` when a folder cannot have that name
   */
  constructor(out: string, cluster: string, shownOut: string) {
    this.#out = out.replace(/\/+$/, "");
    this.#shownOut = shownOut.replace(/(?<=.)\/+$/, "");
    this.#cluster = cluster;
    if (cluster === "" || cluster === "." || cluster === ".." || /[/\0]/.test(cluster)) {
      throw new HardwayError("refused", `Cannot use "${escapeControls(cluster)}" as a folder's name`);
    }
  }

  /** A path of the tree as messages name it, such as `out/lab/pki/ca.crt`, escaped. */
  shown(path: string): string {
    const root = `${this.#shownOut === "/" ? "" : this.#shownOut}/${this.#cluster}`;
    return escapeControls(path === "" ? root : `${root}/${path}`);
  }

  /** Its absolute path. */
  at(path: string): string {
    const root = `${this.#out}/${this.#cluster}`;
    return path === "" ? root : `${root}/${path}`;
  }

  /** What is at a path itself. */
  lstat(path: string): Deno.FileInfo | undefined {
    return this.attempt("read", path, () => lstatIfAny(this.at(path)));
  }

  /** Does something with a path; what the system says then names it. */
  attempt<Result>(doing: string, path: string, action: () => Result): Result {
    try {
      return action();
    } catch (error) {
      throw diskError(error, this.shown(path), doing);
    }
  }

  /** From now on these are folders that this run may make and change. */
  own(): void {
    this.#isOurs = true;
  }

  /** Forgets what was seen. */
  refresh(): void {
    this.#known.clear();
    this.listing.clear();
  }

  /** Forgets a folder that was removed. */
  forget(folder: string): void {
    this.#known.delete(folder);
    this.listing.forget(folder);
    this.wrong.delete(folder);
  }

  /** Puts every folder seen with another mode to 0700. */
  fixModes(): void {
    for (const folder of this.wrong) this.#fixMode(folder);
  }

  #fixMode(folder: string): void {
    this.attempt("change the mode of", folder, () => Deno.chmodSync(this.at(folder), FOLDER_MODE));
    this.wrong.delete(folder);
    this.fixed.push(folder);
  }

  /** Whether a folder exists, every component of its path a real one; makes it when asked to. */
  has(folder: string, isWanted: boolean): boolean {
    if (this.#known.has(folder)) return true;
    const hasParent = folder === "" ? this.#hasOut(isWanted) : this.has(parentOf(folder), isWanted);
    if (!hasParent) return false;
    const isListed = folder === "" ||
      this.attempt("read", parentOf(folder), () => this.listing.mayHold(folder));
    let info = isListed ? this.lstat(folder) : undefined;
    if (info === undefined) {
      if (!isWanted) return false;
      if (this.attempt("make", folder, () => makeFolder(this.at(folder)))) {
        this.listing.addFolder(folder);
        this.#known.add(folder);
        return true;
      }
      // Another worker was faster, or something else is there.
      info = this.lstat(folder);
    }
    if (info?.isDirectory !== true) {
      const found = info === undefined ? "gone" : describeKind(info);
      throw new HardwayError(
        "refused",
        `Cannot use ${this.shown(folder)}: it is ${found}, expected a real folder`,
      );
    }
    this.#known.add(folder);
    if (modeOf(info) !== FOLDER_MODE) {
      this.wrong.add(folder);
      // A run that was killed under a strange umask may leave a folder that its owner cannot enter.
      if (this.#isOurs && (modeOf(info) & FOLDER_MODE) !== FOLDER_MODE) this.#fixMode(folder);
    }
    return true;
  }

  #hasOut(isWanted: boolean): boolean {
    if (this.#isOutKnown) return true;
    const out = this.#out === "" ? "/" : this.#out;
    try {
      this.#isOutKnown = isFolderBehindLinks(out) || (isWanted && makeFolders(out));
    } catch (error) {
      throw diskError(error, this.#shownOut, "use");
    }
    return this.#isOutKnown;
  }
}
