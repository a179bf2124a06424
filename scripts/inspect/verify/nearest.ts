/**
 * Which programs a file or another program belongs to, where the trees of several machines or clusters stand side by
 * side: those that are nearest, by the folders that both have above them.
 *
 * @module
 */
import type { Facts, Program } from "./facts.ts";

/** Programs of one component, by every folder that they are below; the topmost is empty. */
type Index = ReadonlyMap<string, readonly Program[]>;

const indexes = new WeakMap<Facts, Map<string, Index>>();

/** Where a program is: its unit or manifest, else the first of its files. */
export function placeOfProgram({ owner, uses }: Program): string {
  return owner ?? uses[0]?.scan.path ?? "";
}

/**
 * The programs of a component that are nearest to a path: `hosts/a/etc/x.conf` belongs to what is below `hosts/a/`, and
 * where nothing is there, to all that is below `hosts/`.
 *
 * @param path of a file, as {@linkcode Facts} has it
 */
export function nearestPrograms(facts: Facts, component: string, path: string): readonly Program[] {
  const index = indexOf(facts, component);
  for (const folder of foldersAbove(path)) {
    const found = index.get(folder);
    if (found !== undefined) return found;
  }
  return [];
}

function indexOf(facts: Facts, component: string): Index {
  let byComponent = indexes.get(facts);
  if (byComponent === undefined) {
    byComponent = new Map();
    indexes.set(facts, byComponent);
  }
  const known = byComponent.get(component);
  if (known !== undefined) return known;
  const made = new Map<string, Program[]>();
  for (const program of facts.programs) {
    if (program.component !== component) continue;
    for (const folder of foldersAbove(placeOfProgram(program))) {
      const list = made.get(folder);
      if (list === undefined) made.set(folder, [program]);
      else list.push(program);
    }
  }
  byComponent.set(component, made);
  return made;
}

/** Every folder above a path, the innermost first; last comes the empty one, above all. */
function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
    folders.push(path.slice(0, at));
  }
  return [...folders, ""];
}
