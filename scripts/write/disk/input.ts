/**
 * Reading what the user names: the spec, whatever kind of file it is, never more than a spec may have.
 *
 * @module
 */
import { concatBytes } from "../../shared/encoding.ts";
import { HardwayError } from "../../shared/errors.ts";
import { MAX_BYTES } from "../../spec/document.ts";
import { compareText, quote } from "../../shared/text.ts";
import { diskError } from "./errors.ts";

/**
 * Reads a whole file, at most one byte more than a spec may have.
 *
 * @param path a path, or the `file:` URL of a file of ours
 * @param shown how messages name it
 * @throws {HardwayError} `file-unreadable`
 */
export async function readInput(path: string | URL, shown: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    // A pipe may have no writer yet, and a signal must be heard meanwhile; a file makes nobody wait, and is read quickly.
    const isFile = Deno.statSync(path).isFile;
    using file = isFile ? Deno.openSync(path, { read: true }) : await Deno.open(path, { read: true });
    while (length <= MAX_BYTES) {
      const part = new Uint8Array(65536);
      const got = isFile ? file.readSync(part) : await file.read(part);
      if (got === null) break;
      parts.push(part.subarray(0, got));
      length += got;
    }
  } catch (error) {
    throw new HardwayError("file-unreadable", diskError(error, shown, "read").message);
  }
  return concatBytes(...parts);
}

/** Whether anything is at a path. */
export function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw diskError(error, path, "read");
  }
}

/**
 * The specs in a folder: its `.yaml` and `.yml` files, by name.
 *
 * @param path what the user named
 * @param shown how messages name it
 * @returns undefined when it is no folder
 * @throws {HardwayError} `usage` when the folder holds none, `file-unreadable`
 */
export function specsIn(path: string, shown: string): string[] | undefined {
  let names: string[];
  try {
    if (!Deno.statSync(path).isDirectory) return undefined;
    names = [...Deno.readDirSync(path)].map((entry) => entry.name);
  } catch (error) {
    // A file that is not there is told of when it is read.
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new HardwayError("file-unreadable", diskError(error, shown, "read").message);
  }
  const specs = names.filter((name) => /^[^.].*\.ya?ml$/.test(name)).sort(compareText);
  if (specs.length === 0) {
    throw new HardwayError(
      "usage",
      `provision: Cannot use ${quote(shown)} as --spec: expected a file, or a folder with .yaml files`,
    );
  }
  return specs.map((name) => `${shown.replace(/(?<=.)\/+$/, "")}/${name}`);
}
