/**
 * Reads the files that a spec names as `valueFile`: beside the spec, or where an absolute path says.
 *
 * @module
 */
import { dirname, resolve } from "node:path";
import type { Spec } from "../../spec/types.ts";
import { readGiven } from "../given.ts";
import { diskError } from "./errors.ts";

/** A secret is a line: a file that has more is none. */
const LARGEST = 64 * 1024;

/**
 * Reads the secrets that files hold.
 *
 * @param spec that names them
 * @param path where the spec stands
 * @returns secrets by id
 * @throws {HardwayError} `spec-invalid` with the place of each `valueFile` that cannot be used
 */
export function readGivenFiles(spec: Spec, path: string | URL): Map<string, string> {
  // A URL is that of our own template, which names no files.
  const folder = dirname(path instanceof URL ? path.pathname : path);
  return readGiven(spec, (name) => {
    const place = resolve(folder, name);
    try {
      const { isFile, size } = Deno.statSync(place);
      if (!isFile) return { reason: "it is no regular file" };
      if (size > LARGEST) return { reason: "expected one line" };
      return new TextDecoder("utf-8", { fatal: true }).decode(Deno.readFileSync(place));
    } catch (error) {
      if (error instanceof TypeError) return { reason: "expected text in UTF-8" };
      if (error instanceof Deno.errors.NotFound) return { reason: "no such file" };
      return { reason: diskError(error, name, "read").message };
    }
  });
}
