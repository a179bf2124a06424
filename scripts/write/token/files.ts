/**
 * Files with tokens in them: for their owner only, and never over others.
 *
 * @module
 */
import { encodeUtf8 } from "../../shared/encoding.ts";
import { beside, pathIn } from "../disk/csr_input.ts";
import { makeFolders } from "../disk/raw.ts";
import { putFiles, type UserFile } from "../disk/user_file.ts";
import type { TokenFilesPlace } from "./options.ts";

type Place = TokenFilesPlace & { readonly folder: string };

/** A file of a run. */
export function fileIn({ folder, out }: Place, name: string, text: string): UserFile {
  const shown = beside(name, out, name);
  const path = pathIn(folder, shown);
  return { path, shown, bytes: encodeUtf8(text.endsWith("\n") ? text : `${text}\n`), mode: 0o600 };
}

/**
 * Writes files: all of them, or none when one is there.
 *
 * @returns their names, as the caller would name them
 * @throws {HardwayError} `refused`, `disk`
 */
export function putTokenFiles(files: readonly UserFile[], { folder, out, force, unique }: Place): string[] {
  if (out !== undefined) makeFolders(pathIn(folder, out));
  putFiles(files, force === true, unique);
  return files.map(({ shown }) => shown);
}
