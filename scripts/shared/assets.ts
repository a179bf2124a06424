/**
 * Where files of ours are that are no code. This module is two folders below the root, and so are the bundles of the
 * air-gap kit: from both the way is the same.
 *
 * @module
 */

/** The root of hardway: of its repository, or of the kit. */
export const ROOT: URL = new URL("../../", import.meta.url);

/**
 * A file of ours.
 *
 * @param path from the root, such as `templates/cluster.yaml`
 */
export function assetUrl(path: string): URL {
  return new URL(path, ROOT);
}

/** How a person calls a command of ours: by its task, or by the launcher of the kit. */
export const CALL: string = import.meta.url.endsWith(".ts") ? "deno task" : "hardway";
