/**
 * Faults that need no signature, put into a tree: texts, flags, kubeconfigs, modes, files that are gone, swapped or
 * joined. Each fails when it changes nothing.
 *
 * @module
 */
import assert from "node:assert/strict";
import { dirname, join, resolve } from "node:path";
import { Document, parseDocument } from "../../../scripts/shared/npm/yaml.ts";

/** The parts of a kubeconfig that tests change. */
export interface Kubeconfig {
  "current-context"?: string;
  readonly clusters: { name: string; readonly cluster: Record<string, string> }[];
  readonly users: { name: string; readonly user: Record<string, string> }[];
  readonly contexts: { name: string; readonly context: Record<string, string> }[];
}

/**
 * Where a path of a machine is on this one: symbolic links lead within the tree, as they would there.
 *
 * @param tree the tree's root
 * @param path from the root, with or without a slash in front; the file need not be there
 */
export function realPath(tree: string, path: string): string {
  const at = join(tree, path);
  let target: string;
  try {
    target = Deno.readLinkSync(at);
  } catch {
    return at;
  }
  return realPath(tree, resolve("/", dirname(path), target));
}

/**
 * Changes the text of a file.
 *
 * @param tree the tree's root
 * @param path where the file is, from the root
 * @param edit what is replaced by what (the first one only), or a function of the text
 * @throws AssertionError when nothing changes
 */
export async function editText(
  tree: string,
  path: string,
  edit: readonly [string | RegExp, string] | ((text: string) => string),
): Promise<void> {
  const file = realPath(tree, path);
  const old = await Deno.readTextFile(file);
  const text = typeof edit === "function" ? edit(old) : old.replace(edit[0], () => edit[1]);
  assert.notEqual(text, old, `${path} stays as it is`);
  await Deno.writeTextFile(file, text);
}

/**
 * Sets, adds or removes a flag in a unit or a static pod of one flag a line, as `--flag=value`.
 *
 * @param tree the tree's root
 * @param path where the unit or the manifest is, from the root
 * @param flag such as `--client-ca-file`
 * @param value its value; undefined removes the flag
 * @throws AssertionError when nothing changes, or where the file has no flags
 */
export async function setFlag(
  tree: string,
  path: string,
  flag: string,
  value: string | undefined,
): Promise<void> {
  await editText(tree, path, (text) => {
    const lines = text.split("\n");
    const isFlag = (line: string, start = flag): boolean =>
      new RegExp(`^\\s*(- )?${start}(?![\\w-])`).test(line);
    const at = lines.findIndex((line) => isFlag(line));
    if (at >= 0 && value !== undefined) {
      lines[at] = (lines[at] ?? "").replace(
        /(--[\w-]+)([= ]\S*)?/,
        (_, name: string, old = "=") => `${name}${old.startsWith(" ") ? " " : "="}${value}`,
      );
    } else if (at >= 0) {
      const isLast = !(lines[at] ?? "").trimEnd().endsWith("\\");
      lines.splice(at, 1);
      if (isLast) lines[at - 1] = (lines[at - 1] ?? "").replace(/\s*\\$/, "");
    } else if (value !== undefined) {
      const first = lines.findIndex((line) => isFlag(line, "--[a-z][\\w-]*"));
      assert.ok(first >= 0, `${path} has no flags`);
      const [, indent = ""] = (lines[first] ?? "").match(/^(\s*(?:- )?)/) ?? [];
      const isContinued = (lines[first - 1] ?? "").trimEnd().endsWith("\\");
      lines.splice(first, 0, `${indent}${flag}=${value}${isContinued ? " \\" : ""}`);
    }
    return lines.join("\n");
  });
}

/** Reads a kubeconfig of a tree. */
export async function readKubeconfig(tree: string, path: string): Promise<Kubeconfig> {
  return parseDocument(await Deno.readTextFile(realPath(tree, path))).toJS() as Kubeconfig;
}

/**
 * Changes a kubeconfig; its mode stays.
 *
 * @param tree the tree's root
 * @param path where the kubeconfig is, from the root
 * @param edit changes the document in place
 * @throws AssertionError when nothing changes
 */
export async function editKubeconfig(
  tree: string,
  path: string,
  edit: (config: Kubeconfig) => void,
): Promise<void> {
  const file = realPath(tree, path);
  const config = await readKubeconfig(tree, path);
  const old = JSON.stringify(config);
  edit(config);
  assert.notEqual(JSON.stringify(config), old, `${path} stays as it is`);
  await Deno.writeTextFile(file, new Document(config).toString({ lineWidth: 0 }));
}

/** Gives a file or folder of a tree another mode. */
export async function setMode(tree: string, path: string, mode: number): Promise<void> {
  await Deno.chmod(realPath(tree, path), mode);
}

/** Removes a file or folder of a tree; of a link, the link. */
export async function removePath(tree: string, path: string): Promise<void> {
  await Deno.remove(join(tree, path), { recursive: true });
}

/** Swaps what two files of a tree hold, such as two keys; modes stay. */
export async function swapFiles(tree: string, a: string, b: string): Promise<void> {
  const [first, second] = [realPath(tree, a), realPath(tree, b)];
  const [one, other] = [await Deno.readFile(first), await Deno.readFile(second)];
  assert.notDeepEqual(one, other, `${a} and ${b} hold the same`);
  await Deno.writeFile(first, other);
  await Deno.writeFile(second, one);
}

/** Writes over a file of a tree, or makes it, with what another holds; the mode of a file that is there stays. */
export async function copyOver(tree: string, path: string, from: string): Promise<void> {
  await Deno.writeFile(realPath(tree, path), await Deno.readFile(realPath(tree, from)));
}

/** Makes a bundle: what another file of the tree holds follows in this one. */
export async function appendFile(tree: string, path: string, from: string): Promise<void> {
  await Deno.writeFile(realPath(tree, path), await Deno.readFile(realPath(tree, from)), { append: true });
}
