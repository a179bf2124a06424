/**
 * Files with tokens in them: for their owner only, and never over others.
 *
 * @module
 */
import { quoteShell } from "../../render/text_form.ts";
import { encodeUtf8 } from "../../shared/encoding.ts";
import { beside, pathIn } from "../disk/csr_input.ts";
import { putFiles, type UserFile } from "../disk/user_file.ts";
import type { TokenFilesPlace } from "./options.ts";

/** A path as a word of the shell that no program takes for a flag. */
export function shellPath(path: string): string {
  return quoteShell(path.startsWith("-") ? `./${path}` : path);
}

/** The line that uses a token: it goes through a pipe, as in the arguments every process could read it. */
export function curlWith(file: string, server: string): string {
  return `sed 's/^/Authorization: Bearer /' ${shellPath(file)} | ` +
    `curl --cacert ca.crt --header @- ${server}/api`;
}

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
  const wanted = out === undefined ? undefined : { path: pathIn(folder, out), shown: out };
  putFiles(files, force === true, unique, wanted);
  return files.map(({ shown }) => shown);
}
