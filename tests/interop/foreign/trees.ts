/**
 * What builders of other people's trees share: a tree is made once a month and for each state of these sources, and
 * copied from then on. In: a name and a way to make the tree. Out: the tree in a folder.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findProgram, runWell } from "../tools.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const CACHE = join(HERE, "..", ".cache", "trees");

/** What makes most of the trees. */
export const openssl = findProgram("openssl", "openssl");

/** A file of a tree: its text, and its mode unless it is 0644. */
export type TreeFile = string | { readonly text: string; readonly mode: number };

/**
 * Copies a tree into a folder, and makes it first when nobody has. Foreign programs look at the real clock, so a tree
 * is made anew each month: what it holds is valid now.
 *
 * @param folder where the tree goes: it stands for `/` of a machine; made when it is not there
 * @param name name of the tree, with everything that its making depends on except the sources in this folder
 * @param make makes it in an empty folder
 */
export async function copyTree(
  folder: string,
  name: string,
  make: (folder: string) => Promise<void>,
): Promise<void> {
  await copyFolder(await cachedTree(name, make), folder);
}

/**
 * Makes a tree in a folder that goes afterwards.
 *
 * @param make one of the builders, or a function that calls it with options
 * @param body what is done with the tree, by the path of its root
 */
export async function withTree(
  make: (folder: string) => Promise<void>,
  body: (root: string) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "hardway-tree-" });
  try {
    await make(root);
    await body(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/**
 * The folder of a tree in the cache, for reading alone.
 *
 * @param name as for {@linkcode copyTree}
 * @param make makes it in an empty folder
 */
export async function cachedTree(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const month = new Date().toISOString().slice(0, 7);
  const kept = join(CACHE, `${month}-${sourcesDigest()}`, createHash("sha256").update(name).digest("hex"));
  if (await isThere(kept)) return kept;
  await Deno.mkdir(dirname(kept), { recursive: true });
  const making = await Deno.makeTempDir({ dir: dirname(kept), prefix: "making-" });
  try {
    await make(making);
    await Deno.chmod(making, 0o755);
    await Deno.rename(making, kept);
  } catch (error) {
    await Deno.remove(making, { recursive: true });
    // Another run was faster, or it cannot be made.
    if (!await isThere(kept)) throw error;
  }
  return kept;
}

/** Copies what a folder holds, with modes, times and symbolic links, into another. */
export async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  await runWell("cp", ["-a", `${from}/.`, to]);
}

/**
 * Writes files of a tree, whatever the umask is.
 *
 * @param root the tree's root
 * @param files by path from the root, with or without a slash in front
 */
export async function writeFiles(root: string, files: Readonly<Record<string, TreeFile>>): Promise<void> {
  for (const [path, file] of Object.entries(files)) {
    const to = join(root, path);
    await Deno.mkdir(dirname(to), { recursive: true });
    await Deno.writeTextFile(to, typeof file === "string" ? file : file.text);
    await Deno.chmod(to, typeof file === "string" ? 0o644 : file.mode);
  }
}

/**
 * Copies files within a tree or out of a work folder, with their modes.
 *
 * @param from folder of the files
 * @param to folder that they go to; made when it is not there
 * @param names their names; a name `a=b` is a file `a` that is called `b` there
 */
export async function placeFiles(from: string, to: string, names: readonly string[]): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for (const name of names) {
    const [old = "", given = old] = name.split("=");
    await Deno.copyFile(join(from, old), join(to, given));
    await Deno.chmod(join(to, given), ((await Deno.stat(join(from, old))).mode ?? 0o644) & 0o7777);
  }
}

/** Runs a shell script that has to succeed, its steps one by one, in a folder. */
export async function shell(
  cwd: string,
  script: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  return await runWell("bash", ["-euc", `umask 022\n${script}`], { cwd, env: { ...env } });
}

/** Runs `openssl` that has to succeed. */
export async function runOpenssl(args: readonly string[], stdin?: string): Promise<string> {
  return await runWell("openssl", args, stdin === undefined ? {} : { stdin });
}

function sourcesDigest(): string {
  const hash = createHash("sha256");
  for (const { name } of [...Deno.readDirSync(HERE)].toSorted((a, b) => a.name < b.name ? -1 : 1)) {
    hash.update(name).update(Deno.readFileSync(join(HERE, name)));
  }
  return hash.digest("hex").slice(0, 16);
}

async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}
