/**
 * Reading what the user names: the spec, whatever kind of file it is, never more than a spec may have.
 *
 * @module
 */
import { concatBytes } from "../../shared/encoding.ts";
import { HardwayError } from "../../shared/errors.ts";
import { MAX_BYTES } from "../../spec/document.ts";
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
    // Not synchronous: a pipe may have no writer yet, and a signal must be heard.
    using file = await Deno.open(path, { read: true });
    while (length <= MAX_BYTES) {
      const part = new Uint8Array(65536);
      const got = await file.read(part);
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
