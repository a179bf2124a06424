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
import { describeKind, diskError, type Kind } from "./errors.ts";
import { Folders } from "./folders.ts";
import type { Listing } from "./listing.ts";
import {
  createFile,
  createSmallFile,
  isSameFile,
  modeOf,
  parentOf,
  readSmallFile,
  syncFolder,
} from "./raw.ts";
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
  readonly #folders: Folders;
  readonly #listing: Listing;

  /**
   * @param out absolute path of the output folder; links on the way to it are followed
   * @param cluster name of the folder in it
   * @param shownOut how messages name `out`: as the user typed it
   */
  constructor(out: string, cluster: string, shownOut: string = out) {
    this.#folders = new Folders(out, cluster, shownOut);
    this.#listing = this.#folders.listing;
  }

  /** Folders whose mode was put to 0700, relative; the root is the empty string. */
  get fixedFolders(): string[] {
    return this.#folders.fixed;
  }

  /** Folders seen with another mode than 0700, which `fixFolderModes` will put right. */
  get wrongFolders(): Set<string> {
    return this.#folders.wrong;
  }

  /** A path of the tree as messages name it, such as `out/lab/pki/ca.crt`, escaped. */
  shown(path: string): string {
    return this.#folders.shown(path);
  }

  /** Makes `out` and `out/<cluster>` where they are missing, with the mode 0700. */
  ensureRoot(): void {
    this.#folders.own();
    this.#folders.has("", true);
  }

  /** Forgets what was seen, as after waiting for another run to end. */
  refresh(): void {
    this.#folders.refresh();
  }

  /** Puts every folder seen with another mode to 0700 and lists it in `fixedFolders`; every write does so too. */
  fixFolderModes(): void {
    this.#folders.fixModes();
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
    return this.#folders.has("", false) &&
      this.#folders.attempt(
          "read",
          "",
          () => Deno.readDirSync(this.#folders.at(""))[Symbol.iterator]().next().done,
        ) !== true;
  }

  /** Names of what stands directly in the tree's folder, none when there is no such folder. */
  names(): string[] {
    if (!this.#folders.has("", false)) return [];
    return this.#folders.attempt(
      "read",
      "",
      () => [...Deno.readDirSync(this.#folders.at(""))].map((entry) => entry.name),
    );
  }

  /** Paths of everything below a folder but folders, sorted; a link is one of them and not followed. */
  below(folder: string): string[] {
    if (!this.#folders.has(folder, false)) return [];
    return this.#folders.attempt(
      "read",
      folder,
      () =>
        [...Deno.readDirSync(this.#folders.at(folder))].flatMap(({ name, isDirectory }) =>
          isDirectory ? this.below(`${folder}/${name}`) : [`${folder}/${name}`]
        ),
    ).sort();
  }

  /** The bytes of a regular file. */
  read(path: string): Uint8Array<ArrayBuffer> {
    const seen = this.#file(path, "read");
    return this.#folders.attempt("read", path, () => {
      using file = Deno.openSync(this.#folders.at(path), { read: true });
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
   * sure that what it opens is what it looked at: for holding content against what is known, and nothing else. And it
   * asks for the file outright, as what is known is nearly always there: to list its folder first would take longer.
   */
  glance(path: string): { readonly mode: number; readonly bytes: Uint8Array } | undefined {
    this.#check(path);
    const info = this.#folders.has(parentOf(path), false) ? this.#folders.lstat(path) : undefined;
    if (info?.isFile !== true || info.size > LARGEST_GLANCE) return undefined;
    const bytes = this.#folders.attempt("read", path, () => readSmallFile(this.#folders.at(path), info.size));
    return bytes && { mode: modeOf(info), bytes };
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
    this.#folders.own();
    this.#folders.has(parentOf(path), true);
    this.fixFolderModes();
    this.#refuseOther(path, this.#look(path), "write");
    const isSynced = options.sync ?? false;
    const temporary = temporaryName(path);
    try {
      if (content instanceof Uint8Array && !isSynced) {
        createSmallFile(this.#folders.at(temporary), content, mode);
      } else createFile(this.#folders.at(temporary), content, mode, isSynced);
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw diskError(error, this.shown(path), "write");
      const reason = `${this.shown(temporary)} is in the way, expected nothing there`;
      throw new HardwayError("refused", `Cannot write ${this.shown(path)}: ${reason}`);
    }
    try {
      Deno.renameSync(this.#folders.at(temporary), this.#folders.at(path));
    } catch (error) {
      this.#folders.attempt("remove", temporary, () => Deno.removeSync(this.#folders.at(temporary)));
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
      this.#folders.attempt("remove", temporary, () => Deno.removeSync(this.#folders.at(temporary)));
      removed += 1;
    }
    return removed;
  }

  /** Sets the permission bits of a regular file. */
  chmod(path: string, mode: number): void {
    this.#file(path, "change the mode of");
    this.#folders.attempt("change the mode of", path, () => Deno.chmodSync(this.#folders.at(path), mode));
  }

  /** Removes a regular file. */
  remove(path: string): void {
    this.#file(path, "remove");
    this.#folders.attempt("remove", path, () => Deno.removeSync(this.#folders.at(path)));
  }

  /** Removes the folder of a path and those above it as long as they are empty; never the root. */
  removeEmptyFolders(path: string): void {
    this.#check(path);
    for (let folder = parentOf(path); folder !== ""; folder = parentOf(folder)) {
      if (!this.#folders.has(folder, false)) continue;
      const at = this.#folders.at(folder);
      const isEmpty = this.#folders.attempt(
        "read",
        folder,
        () => Deno.readDirSync(at)[Symbol.iterator]().next().done,
      );
      if (isEmpty !== true) return;
      this.#folders.attempt("remove", folder, () => Deno.removeSync(at));
      this.#folders.forget(folder);
    }
  }

  /** Renames a regular file over another path of the same folder and flushes the folder to the disk. */
  renameSynced(from: string, to: string): void {
    this.#file(from, "rename");
    this.#refuseOther(to, this.#look(to), "write");
    this.#folders.attempt("write", to, () => Deno.renameSync(this.#folders.at(from), this.#folders.at(to)));
    this.#listing.add(to);
    this.#sync(parentOf(to));
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

  #look(path: string): Deno.FileInfo | undefined {
    this.#check(path);
    if (!this.#folders.has(parentOf(path), false)) return undefined;
    return this.#folders.attempt("read", parentOf(path), () => this.#listing.mayHold(path))
      ? this.#folders.lstat(path)
      : undefined;
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
    this.#folders.attempt("flush", folder, () => syncFolder(this.#folders.at(folder)));
  }
}
