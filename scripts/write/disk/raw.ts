/**
 * The few calls that the disk modules share: on absolute paths, throwing what Deno throws.
 *
 * @module
 */

/** The mode of every folder of ours. */
export const FOLDER_MODE = 0o700;

/** Information about a path itself, undefined when nothing is there. */
export function lstatIfAny(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Whether two looks saw the same regular file. */
export function isSameFile(a: Deno.FileInfo, b: Deno.FileInfo): boolean {
  return a.isFile && b.isFile && a.dev === b.dev && a.ino === b.ino;
}

/**
 * Makes a file that was not there, its mode right before its first byte, and removes it again when that fails.
 *
 * @param mode permission bits, whatever the umask
 * @param parts the content, one part behind the other
 * @param isSynced whether the file is flushed to the disk
 * @throws what Deno throws, AlreadyExists when there is something at the path, a link included
 */
export function createFile(
  path: string,
  parts: Uint8Array | Iterable<Uint8Array>,
  mode: number,
  isSynced: boolean,
): void {
  const file = Deno.openSync(path, { write: true, createNew: true, mode });
  try {
    Deno.chmodSync(path, mode);
    for (const part of parts instanceof Uint8Array ? [parts] : parts) {
      for (let written = 0; written < part.length;) written += file.writeSync(part.subarray(written));
    }
    if (isSynced) file.syncSync();
  } catch (error) {
    removeIfAny(path);
    throw error;
  } finally {
    file.close();
  }
}

/**
 * The same in one call, for a file that need not be flushed: Deno opens, sets the mode, writes and closes, in this
 * order.
 */
export function createSmallFile(path: string, bytes: Uint8Array, mode: number): void {
  try {
    Deno.writeFileSync(path, bytes, { createNew: true, mode });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) removeIfAny(path);
    throw error;
  }
}

/**
 * Reads a file whose size is known.
 *
 * @returns undefined when it has another size by now
 */
export function readSmallFile(path: string, size: number): Uint8Array | undefined {
  const bytes = Deno.readFileSync(path);
  return bytes.length === size ? bytes : undefined;
}

/** Removes a file that may be gone already. */
export function removeIfAny(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Flushes the names in a folder to the disk. */
export function syncFolder(path: string): void {
  using folder = Deno.openSync(path, { read: true });
  folder.syncSync();
}

/**
 * Makes one folder with the mode 0700, whatever the umask.
 *
 * @returns false when another process was faster
 */
export function makeFolder(path: string): boolean {
  try {
    Deno.mkdirSync(path, { mode: FOLDER_MODE });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  }
  // Asking is as quick as setting, and tells the caller what stands there.
  if (modeOf(Deno.lstatSync(path)) !== FOLDER_MODE) Deno.chmodSync(path, FOLDER_MODE);
  return true;
}

/** Makes a folder and those above it that are missing. */
export function makeFolders(path: string): true {
  const parent = parentOf(path);
  if (parent !== "" && !isFolderBehindLinks(parent)) makeFolders(parent);
  makeFolder(path);
  // A link to nothing is neither a folder nor free: this gives the system's own error.
  if (!isFolderBehindLinks(path)) Deno.mkdirSync(path);
  return true;
}

/** Whether a folder is at a path, links followed; false when nothing is there. */
export function isFolderBehindLinks(path: string): boolean {
  try {
    if (Deno.statSync(path).isDirectory) return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
  // The system's own words for a file in place of a folder.
  Deno.readDirSync(path);
  return false;
}

/** The path of the folder that a path stands in; empty at the top. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** The permission bits of a file or folder. */
export function modeOf(info: Deno.FileInfo): number {
  return (info.mode ?? 0) & 0o7777;
}
