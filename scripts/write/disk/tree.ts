/**
 * The only way to the disk below `out/<cluster>`: looks, reads, and writes whole files with their final mode by
 * renaming. It knows nothing of certificates. Every component below `out` must be a real folder and every file a
 * regular one; anything else is refused and never followed. Another process of the same user that swaps a
 * component between check and use is not stopped: no portable call opens relative to a folder.
 *
 * Calls are synchronous: for small files that is several times faster, and callers choose where to yield.
 *
 * @module
 */
import { HardwayError } from "../../shared/errors.ts";
import { escapeControls } from "../../shared/text.ts";
import { describeKind, diskError, type Kind } from "./errors.ts";
import {
  createFile,
  createSmallFile,
  FOLDER_MODE,
  isFolderBehindLinks,
  isSameFile,
  lstatIfAny,
  makeFolder,
  makeFolders,
  modeOf,
  parentOf,
  syncFolder,
} from "./raw.ts";
import { Listing } from "./listing.ts";
import { temporaryName } from "./temporary_name.ts";

/** The largest file that is worth a glance, in bytes: none of ours comes near. */
const LARGEST_GLANCE = 1 << 24;

/** What stands at a path. */
export type FileState =
  | { readonly kind: "missing" }
  | {
    readonly kind: "file";
    /** Permission bits, such as 0o600. */
    readonly mode: number;
    /** Length in bytes. */
    readonly size: number;
    /** Time of the last change, null where the file system has none. */
    readonly mtime: Date | null;
  }
  | { readonly kind: "other"; readonly what: Kind };

/**
 * The tree `out/<cluster>`. Paths are relative to it and use `/`. Every method throws {@linkcode HardwayError}:
 * `disk` when the system fails, `refused` for a link or another thing that is neither file nor folder, or stands
 * where the other belongs.
 */
export class Tree {
  /** Folders whose mode was put to 0700, relative; the root is the empty string. */
  readonly fixedFolders: string[] = [];
  /** Folders seen with another mode than 0700, which {@linkcode Tree.fixFolderModes} will put right. */
  readonly wrongFolders: Set<string> = new Set();
  readonly #out: string;
  readonly #shownOut: string;
  readonly #cluster: string;
  readonly #known = new Set<string>();
  readonly #listing = new Listing((folder) => this.#at(folder));
  #isOutKnown = false;
  #isOurs = false;

  /**
   * @param out absolute path of the output folder; links on the way to it are followed
   * @param cluster name of the folder in it
   * @param shownOut how messages name `out`: as the user typed it
   */
  constructor(out: string, cluster: string, shownOut: string = out) {
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

  /** Makes `out` and `out/<cluster>` where they are missing, with the mode 0700. */
  ensureRoot(): void {
    this.#isOurs = true;
    this.#hasFolder("", true);
  }

  /** Forgets what was seen, as after waiting for another run to end. */
  refresh(): void {
    this.#known.clear();
    this.#listing.clear();
  }

  /** What stands at a path; missing too when a folder on the way is missing. */
  state(path: string): FileState {
    const info = this.#look(path);
    if (info === undefined) return { kind: "missing" };
    if (!info.isFile) return { kind: "other", what: describeKind(info) };
    return { kind: "file", mode: modeOf(info), size: info.size, mtime: info.mtime };
  }

  /** Whether the tree's folder is there and holds anything. */
  isOccupied(): boolean {
    return this.#hasFolder("", false) &&
      this.#attempt("read", "", () => Deno.readDirSync(this.#at(""))[Symbol.iterator]().next().done) !== true;
  }

  /** Names of what stands directly in the tree's folder, none when there is no such folder. */
  names(): string[] {
    if (!this.#hasFolder("", false)) return [];
    return this.#attempt("read", "", () => [...Deno.readDirSync(this.#at(""))].map((entry) => entry.name));
  }

  /** The bytes of a regular file. */
  read(path: string): Uint8Array<ArrayBuffer> {
    const seen = this.#file(path, "read");
    return this.#attempt("read", path, () => {
      using file = Deno.openSync(this.#at(path), { read: true });
      if (!isSameFile(seen, file.statSync())) {
        throw new HardwayError(
          "refused",
          `Cannot read ${this.shown(path)}: it was replaced while being opened`,
        );
      }
      const bytes = new Uint8Array(seen.size);
      let length = 0;
      for (let got: number | null = 1; length < bytes.length && got !== null; length += got ?? 0) {
        got = file.readSync(bytes.subarray(length));
      }
      return bytes.subarray(0, length);
    });
  }

  /**
   * A regular file and its mode, undefined when something else or nothing is there. Unlike `read` it does not make
   * sure that what it opens is what it looked at: for holding content against what is known, and nothing else.
   */
  glance(path: string): { readonly mode: number; readonly bytes: Uint8Array } | undefined {
    const info = this.#look(path);
    if (info?.isFile !== true || info.size > LARGEST_GLANCE) return undefined;
    return {
      mode: modeOf(info),
      bytes: this.#attempt("read", path, () => Deno.readFileSync(this.#at(path))),
    };
  }

  /**
   * Puts a file in place, whole or not at all, and makes the folders that it needs.
   *
   * @param content its bytes, at once or in parts
   * @param mode permission bits, whatever the umask
   * @param options `sync` flushes the file before and its folder after the renaming
   */
  write(
    path: string,
    content: Uint8Array | Iterable<Uint8Array>,
    mode: number,
    options: { sync?: boolean } = {},
  ): void {
    this.#check(path);
    this.#isOurs = true;
    this.#hasFolder(parentOf(path), true);
    this.fixFolderModes();
    this.#refuseOther(path, this.#look(path), "write");
    const isSynced = options.sync ?? false;
    const temporary = temporaryName(path);
    try {
      if (content instanceof Uint8Array && !isSynced) {
        createSmallFile(this.#at(temporary), content, mode);
      } else createFile(this.#at(temporary), content, mode, isSynced);
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw diskError(error, this.shown(path), "write");
      const reason = `${this.shown(temporary)} is in the way, expected nothing there`;
      throw new HardwayError("refused", `Cannot write ${this.shown(path)}: ${reason}`);
    }
    try {
      Deno.renameSync(this.#at(temporary), this.#at(path));
    } catch (error) {
      this.#attempt("remove", temporary, () => Deno.removeSync(this.#at(temporary)));
      throw diskError(error, this.shown(path), "write");
    }
    this.#listing.add(path);
    if (isSynced) this.#sync(parentOf(path));
  }

  /**
   * Removes what killed runs left at the temporary names of paths: regular files only.
   *
   * @param paths the paths that those runs may have been writing
   * @returns the number of files removed
   */
  sweep(paths: Iterable<string>): number {
    let removed = 0;
    for (const path of paths) {
      this.#check(path);
      const temporary = temporaryName(path);
      if (this.#look(temporary)?.isFile !== true) continue;
      this.#attempt("remove", temporary, () => Deno.removeSync(this.#at(temporary)));
      removed += 1;
    }
    return removed;
  }

  /** Sets the permission bits of a regular file. */
  chmod(path: string, mode: number): void {
    this.#file(path, "change the mode of");
    this.#attempt("change the mode of", path, () => Deno.chmodSync(this.#at(path), mode));
  }

  /** Removes a regular file. */
  remove(path: string): void {
    this.#file(path, "remove");
    this.#attempt("remove", path, () => Deno.removeSync(this.#at(path)));
  }

  /** Removes the folder of a path and those above it as long as they are empty; never the root. */
  removeEmptyFolders(path: string): void {
    this.#check(path);
    for (let folder = parentOf(path); folder !== ""; folder = parentOf(folder)) {
      if (!this.#hasFolder(folder, false)) continue;
      const at = this.#at(folder);
      const isEmpty = this.#attempt(
        "read",
        folder,
        () => Deno.readDirSync(at)[Symbol.iterator]().next().done,
      );
      if (isEmpty !== true) return;
      this.#attempt("remove", folder, () => Deno.removeSync(at));
      this.#known.delete(folder);
      this.#listing.forget(folder);
      this.wrongFolders.delete(folder);
    }
  }

  /** Renames a regular file over another path of the same folder and flushes the folder to the disk. */
  renameSynced(from: string, to: string): void {
    this.#file(from, "rename");
    this.#refuseOther(to, this.#look(to), "write");
    this.#attempt("write", to, () => Deno.renameSync(this.#at(from), this.#at(to)));
    this.#listing.add(to);
    this.#sync(parentOf(to));
  }

  /** Puts every folder seen with another mode to 0700 and lists it in `fixedFolders`; every write does so too. */
  fixFolderModes(): void {
    for (const folder of this.wrongFolders) this.#fixMode(folder);
  }

  #fixMode(folder: string): void {
    this.#attempt("change the mode of", folder, () => Deno.chmodSync(this.#at(folder), FOLDER_MODE));
    this.wrongFolders.delete(folder);
    this.fixedFolders.push(folder);
  }

  #at(path: string): string {
    const root = `${this.#out}/${this.#cluster}`;
    return path === "" ? root : `${root}/${path}`;
  }

  /** Refuses a path that could leave the tree: callers check what they read from a disk, this is the last door. */
  #check(path: string): void {
    // An empty part, `.` or `..`, wherever it stands.
    if (path.includes("\0") || /(?:^|\/)\.{0,2}(?:\/|$)/.test(path)) {
      throw new HardwayError(
        "refused",
        `Cannot use ${this.shown(path)}: it is no plain path inside the tree`,
      );
    }
  }

  #attempt<Result>(doing: string, path: string, action: () => Result): Result {
    try {
      return action();
    } catch (error) {
      throw diskError(error, this.shown(path), doing);
    }
  }

  #look(path: string): Deno.FileInfo | undefined {
    this.#check(path);
    if (!this.#hasFolder(parentOf(path), false)) return undefined;
    return this.#attempt("read", parentOf(path), () => this.#listing.mayHold(path))
      ? this.#lstat(path)
      : undefined;
  }

  #lstat(path: string): Deno.FileInfo | undefined {
    return this.#attempt("read", path, () => lstatIfAny(this.#at(path)));
  }

  #file(path: string, doing: string): Deno.FileInfo {
    const info = this.#look(path);
    this.#refuseOther(path, info, doing);
    if (info !== undefined) return info;
    throw new HardwayError("disk", `Cannot ${doing} ${this.shown(path)}: no such file or folder`);
  }

  #refuseOther(path: string, info: Deno.FileInfo | undefined, doing: string): void {
    if (info === undefined || info.isFile) return;
    const reason = `it is ${describeKind(info)}, expected a regular file`;
    throw new HardwayError("refused", `Cannot ${doing} ${this.shown(path)}: ${reason}`);
  }

  #sync(folder: string): void {
    this.#attempt("flush", folder, () => syncFolder(this.#at(folder)));
  }

  /** Whether a folder exists, every component of its path a real one; makes it when asked to. */
  #hasFolder(folder: string, isWanted: boolean): boolean {
    if (this.#known.has(folder)) return true;
    const hasParent = folder === "" ? this.#hasOut(isWanted) : this.#hasFolder(parentOf(folder), isWanted);
    if (!hasParent) return false;
    const isListed = folder === "" ||
      this.#attempt("read", parentOf(folder), () => this.#listing.mayHold(folder));
    let info = isListed ? this.#lstat(folder) : undefined;
    if (info === undefined) {
      if (!isWanted) return false;
      if (this.#attempt("make", folder, () => makeFolder(this.#at(folder)))) {
        this.#listing.addFolder(folder);
        this.#known.add(folder);
        return true;
      }
      // Another worker was faster, or something else is there.
      info = this.#lstat(folder);
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
      this.wrongFolders.add(folder);
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
