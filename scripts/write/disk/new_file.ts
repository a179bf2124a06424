/**
 * A file of the user's that is made once and never over another.
 *
 * @module
 */
import { createFile, removeIfAny } from "./raw.ts";
import { diskError } from "./errors.ts";

/**
 * Puts a file in place, whole, unless something is there.
 *
 * @param path where it belongs
 * @param shown how messages name it
 * @param bytes its content
 * @param mode permission bits, whatever the umask
 * @param unique random hexadecimal digits for its temporary name
 * @returns whether it was written; false when something was there
 * @throws {HardwayError} `disk`
 */
export function createFileOnce(
  path: string,
  shown: string,
  bytes: Uint8Array,
  mode: number,
  unique: string,
): boolean {
  const temporary = `${path.slice(0, path.lastIndexOf("/") + 1)}.hardway-${unique}.tmp`;
  try {
    createFile(temporary, bytes, mode, true);
    try {
      // A link fails when the name exists, where a renaming would replace it.
      Deno.linkSync(temporary, path);
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) return false;
      throw error;
    } finally {
      removeIfAny(temporary);
    }
  } catch (error) {
    throw diskError(error, shown, "write");
  }
}
