/**
 * Names of temporary files.
 *
 * @module
 */
import { encodeUtf8, toHex } from "../../shared/encoding.ts";
import { sha256 } from "../../shared/sha256/sha256.ts";
import { parentOf } from "./raw.ts";

const BEFORE = ".hardway-";
const AFTER = ".tmp";

/** The longest file name of the usual file systems, in bytes. */
const LONGEST_NAME = 255;

/**
 * The name under which a file is written before it is renamed. It depends on the path alone, so that a later run
 * finds what a killed one left.
 *
 * @param path a path inside the tree
 * @returns a path in the same folder
 */
export function temporaryName(path: string): string {
  const folder = parentOf(path);
  const base = folder === "" ? path : path.slice(folder.length + 1);
  const plain = `${BEFORE}${base}${AFTER}`;
  // No character takes more than three bytes for each of its UTF-16 units.
  const fits = plain.length <= LONGEST_NAME / 3 || encodeUtf8(plain).length <= LONGEST_NAME;
  const name = fits ? plain : `${BEFORE}${toHex(sha256(encodeUtf8(base))).slice(0, 16)}${AFTER}`;
  return folder === "" ? name : `${folder}/${name}`;
}
