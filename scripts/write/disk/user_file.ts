/**
 * Files that the user names and that a command changes in place or puts beside others: whole or not at all.
 *
 * @module
 */
import { HardwayError } from "../../shared/errors.ts";
import { escapeControls } from "../../shared/text.ts";
import { diskError } from "./errors.ts";
import { createFile, lstatIfAny, makeFolders, modeOf, removeIfAny } from "./raw.ts";

/** A file to put in place. */
export interface UserFile {
  readonly path: string;
  /** How messages name it. */
  readonly shown: string;
  readonly bytes: Uint8Array;
  /** Permission bits, whatever the umask. */
  readonly mode: number;
}

/**
 * Puts files in place: all of them, or none when one is there.
 *
 * @param isForced whether files that are there are replaced
 * @param unique random hexadecimal digits for temporary names
 * @param folder to make first, with those above it: its path, and how messages name it
 * @throws {HardwayError} `refused` with each file that is there, `disk`
 */
export function putFiles(
  files: readonly UserFile[],
  isForced: boolean,
  unique: string,
  folder?: { readonly path: string; readonly shown: string },
): void {
  try {
    if (folder !== undefined) makeFolders(folder.path);
    putAll(files, isForced, unique);
  } catch (error) {
    if (error instanceof HardwayError) throw error;
    throw diskError(error, folder?.shown ?? files[0]?.shown ?? ".", "write");
  }
}

function putAll(files: readonly UserFile[], isForced: boolean, unique: string): void {
  const there = files.filter(({ path }) => isTaken(path, isForced));
  if (there.length > 0) {
    const lines = there.map(({ shown }) => `Refused: ${escapeControls(shown)} exists`);
    throw new HardwayError(
      "refused",
      [...lines, "Nothing was changed. Use --force to replace it, or another --out."].join("\n"),
    );
  }
  for (const file of files) put(file, unique);
}

/** Whether something stands in the way; a link or a folder always does. */
function isTaken(path: string, isForced: boolean): boolean {
  const info = lstatIfAny(path);
  return info !== undefined && !(isForced && info.isFile);
}

/**
 * Changes a file in place: its mode stays, and a link is followed.
 *
 * @throws {HardwayError} `disk`
 */
export function replaceFile(path: string, shown: string, bytes: Uint8Array, unique: string): void {
  try {
    const real = Deno.realPathSync(path);
    put({ path: real, shown, bytes, mode: modeOf(Deno.statSync(real)) }, unique);
  } catch (error) {
    throw diskError(error, shown, "write");
  }
}

function put({ path, shown, bytes, mode }: UserFile, unique: string): void {
  const temporary = `${path.slice(0, path.lastIndexOf("/") + 1)}.hardway-${unique}.tmp`;
  try {
    createFile(temporary, bytes, mode, true);
    try {
      Deno.renameSync(temporary, path);
    } catch (error) {
      removeIfAny(temporary);
      throw error;
    }
  } catch (error) {
    throw diskError(error, shown, "write");
  }
}
