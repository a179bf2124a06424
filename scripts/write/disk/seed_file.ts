/**
 * The seed's file: reading it only when nobody else could have, and its birth, which happens once even when two
 * runs start together. The text of a seed never reaches a message.
 *
 * @module
 */
import { concatBytes, decodeUtf8, encodeUtf8 } from "../../shared/encoding.ts";
import { HardwayError } from "../../shared/errors.ts";
import { escapeControls } from "../../shared/text.ts";
import { createFile, lstatIfAny, removeIfAny, syncFolder } from "./raw.ts";
import { describeKind, diskError, errnoOf } from "./errors.ts";

/** A seed takes less than 200 bytes; the rest is room for comments. */
const LARGEST = 64 * 1024;

const SEED_MODE = 0o600;

/** How often a birth starts again after its temporary file was swept away by another run. */
const ATTEMPTS = 100;

/**
 * Reads a seed file. A symbolic link is followed: mounted Secrets are links.
 *
 * @param path the file
 * @param shown how messages name it: as the user typed it
 * @returns its text, or undefined when nothing is at the path
 * @throws {HardwayError} `seed-invalid` for a folder or device, a mode that lets group or others in, more than
 * 64 KiB and bytes that are not UTF-8; `disk` when the system fails
 */
export function readSeedFile(path: string, shown: string = path): string | undefined {
  const name = escapeControls(shown);
  try {
    const seen = lstatIfAny(path);
    if (seen === undefined) return undefined;
    if (seen.isSymlink && !isThereBehindLinks(path)) throw invalid(name, "It is a symbolic link to nothing");
    // Asked before opening, because opening a FIFO waits for a writer.
    refuseUnusable(Deno.statSync(path), name, shown);
    using file = Deno.openSync(path, { read: true });
    refuseUnusable(file.statSync(), name, shown);
    const bytes = new Uint8Array(LARGEST + 1);
    let length = 0;
    for (let got: number | null = 1; length < bytes.length && got !== null; length += got ?? 0) {
      got = file.readSync(bytes.subarray(length));
    }
    return decodeSeed(bytes.subarray(0, length), name);
  } catch (error) {
    throw diskError(error, shown, "read");
  }
}

/**
 * Reads a seed from standard input, to its end.
 *
 * @throws {HardwayError} `seed-invalid` for more than 64 KiB and bytes that are not UTF-8; `disk` when the system
 * fails
 */
export async function readSeedFromStdin(): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    while (length <= LARGEST) {
      const part = new Uint8Array(4096);
      const got = await Deno.stdin.read(part);
      if (got === null) break;
      parts.push(part.subarray(0, got));
      length += got;
    }
  } catch (error) {
    throw diskError(error, "standard input", "read");
  }
  return decodeSeed(concatBytes(...parts), "standard input");
}

/** What the birth of a seed needs from outside. */
export interface BirthOptions {
  /** 16 random hexadecimal digits, lower case: they keep two runs' temporary files apart. */
  readonly unique: string;
  /** How messages name the seed: as the user typed it. */
  readonly shown?: string;
}

/**
 * Puts a new seed in place, flushed to the disk, unless there is one. A temporary file beside it, complete and
 * flushed, is linked to the seed's name, which the system refuses when the name exists: nobody ever sees half a
 * seed, and of several runs exactly one wins.
 *
 * @param path where the seed belongs
 * @param text the whole file
 * @param options what comes from outside
 * @returns whether it was created; if not, another run was faster and the caller reads that seed
 * @throws {HardwayError} `disk` when the system fails, `refused` when the temporary name is taken
 */
export function createSeedFile(path: string, text: string, options: BirthOptions): { created: boolean } {
  if (!/^[0-9a-f]{16}$/.test(options.unique)) throw new TypeError("unique is not 16 hexadecimal digits");
  const { folder, base } = split(path);
  const shown = options.shown ?? path;
  const temporary = `${folder}.${base}.${options.unique}.tmp`;
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const isThere = lstatIfAny(path) !== undefined;
      if (isThere) syncFolder(folderOf(path));
      const outcome = isThere ? "lost" : giveBirth(temporary, path, encodeUtf8(text), shown);
      if (outcome === "swept") continue;
      // Only a winner sweeps: were losers to do it as well, two runs could sweep each other for ever.
      if (outcome === "won") removeTemporaries(path);
      return { created: outcome === "won" };
    }
  } catch (error) {
    throw diskError(error, shown, "create");
  }
  const reason = "its temporary file was removed again and again";
  throw new HardwayError("disk", `Cannot create ${escapeControls(shown)}: ${reason}`);
}

/**
 * Removes what killed births left beside a seed that exists: regular files with exactly the name of such a
 * temporary file. A birth that is under way notices it, and that the seed exists.
 *
 * @param path where the seed is
 * @param shown how messages name it
 * @returns the number of files removed
 * @throws {HardwayError} `disk` when the system fails
 */
export function sweepSeedTemporaries(path: string, shown: string = path): number {
  try {
    syncFolder(folderOf(path));
    return removeTemporaries(path);
  } catch (error) {
    throw diskError(error, shown, "clean up beside");
  }
}

/** One try: `swept` when another run removed the temporary file before it could be linked. */
function giveBirth(
  temporary: string,
  path: string,
  bytes: Uint8Array,
  shown: string,
): "won" | "lost" | "swept" {
  try {
    createFile(temporary, bytes, SEED_MODE, true);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound && isThereBehindLinks(folderOf(path))) return "swept";
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    const reason = `${nameOf(temporary)} is in the way, expected nothing there`;
    throw new HardwayError("refused", `Cannot create ${escapeControls(shown)}: ${reason}`);
  }
  try {
    const outcome = linkOnce(temporary, path, shown);
    // Flushed while the seed still has two names: those tell a later run that this may not have happened.
    if (outcome !== "swept") syncFolder(folderOf(path));
    return outcome;
  } finally {
    removeIfAny(temporary);
  }
}

function linkOnce(temporary: string, path: string, shown: string): "won" | "lost" | "swept" {
  try {
    Deno.linkSync(temporary, path);
    return "won";
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return "lost";
    if (error instanceof Deno.errors.NotFound && isThereBehindLinks(folderOf(path))) return "swept";
    if (!["EPERM", "EOPNOTSUPP", "ENOTSUP", "ENOSYS"].includes(errnoOf(error) ?? "")) throw error;
    const reason = "its file system has no hard links, expected a place on one that has";
    throw new HardwayError("disk", `Cannot create ${escapeControls(shown)}: ${reason}`);
  }
}

function removeTemporaries(path: string): number {
  const { base } = split(path);
  let removed = 0;
  for (const entry of Deno.readDirSync(folderOf(path))) {
    const unique = entry.name.slice(base.length + 2, -4);
    if (!entry.isFile || entry.name !== `.${base}.${unique}.tmp` || !/^[0-9a-f]{16}$/.test(unique)) continue;
    removeIfAny(`${split(path).folder}${entry.name}`);
    removed += 1;
  }
  return removed;
}

function isThereBehindLinks(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function refuseUnusable(info: Deno.FileInfo, name: string, shown: string): void {
  if (!info.isFile) {
    const advice = info.isFifo === true ? " (--seed - reads a seed from a pipe)" : "";
    throw invalid(name, `It is ${describeKind(info)}, expected a regular file${advice}`);
  }
  const mode = (info.mode ?? 0) & 0o777;
  if ((mode & 0o077) !== 0) {
    const octal = mode.toString(8).padStart(4, "0");
    const remedy = `run chmod 600 ${escapeControls(quoteForShell(shown))}`;
    throw invalid(name, `Its mode ${octal} gives permissions to group or others, expected 0600: ${remedy}`);
  }
  if (info.size > LARGEST) throw tooLarge(name);
}

function decodeSeed(bytes: Uint8Array, name: string): string {
  if (bytes.length > LARGEST) throw tooLarge(name);
  try {
    return decodeUtf8(bytes);
  } catch {
    throw invalid(name, "It is not UTF-8 text");
  }
}

function tooLarge(name: string): HardwayError {
  return invalid(name, "It is larger than 64 KiB, expected one line and comments");
}

function invalid(name: string, message: string): HardwayError {
  return new HardwayError("seed-invalid", `${name}: ${message}`);
}

/** The folder with its slash, empty for the working folder, and the name in it. */
function split(path: string): { folder: string; base: string } {
  const end = path.lastIndexOf("/") + 1;
  return { folder: path.slice(0, end), base: path.slice(end) };
}

function folderOf(path: string): string {
  return split(path).folder || ".";
}

function nameOf(path: string): string {
  return escapeControls(split(path).base);
}

function quoteForShell(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
