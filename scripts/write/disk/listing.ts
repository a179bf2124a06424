/**
 * What stands in the folders of a tree, by name, each folder read once: asking the system for a file that is not there
 * costs several times what asking for one that is does, and on a first run nothing is.
 *
 * Names are folded, since there are file systems that take two names for one; a name that is listed only *may* be the
 * one that was asked for. Of names that others make after the first look it knows nothing: their makers hold the lock.
 *
 * @module
 */
import { foldName } from "../../shared/text.ts";
import { parentOf } from "./raw.ts";

/** The names below one root. */
export class Listing {
  readonly #at: (folder: string) => string;
  readonly #folders = new Map<string, Set<string>>();

  /** @param at gives the absolute path of a folder of the tree */
  constructor(at: (folder: string) => string) {
    this.#at = at;
  }

  /**
   * Whether something may be at a path whose folder exists.
   *
   * @throws what Deno throws when the folder cannot be read
   */
  mayHold(path: string): boolean {
    const folder = parentOf(path);
    let names = this.#folders.get(folder);
    if (names === undefined) {
      names = new Set();
      for (const entry of Deno.readDirSync(this.#at(folder))) names.add(foldName(entry.name));
      this.#folders.set(folder, names);
    }
    return names.has(foldName(baseOf(path)));
  }

  /** Forgets all that was read. */
  clear(): void {
    this.#folders.clear();
  }

  /** Notes a name that was made just now. */
  add(path: string): void {
    this.#folders.get(parentOf(path))?.add(foldName(baseOf(path)));
  }

  /** Notes a folder that was made just now and is empty. */
  addFolder(path: string): void {
    this.add(path);
    this.#folders.set(path, new Set());
  }

  /** Notes that a folder is gone. */
  forget(path: string): void {
    this.#folders.delete(path);
    this.#folders.get(parentOf(path))?.delete(foldName(baseOf(path)));
  }
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
