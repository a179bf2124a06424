/**
 * Gathers bytes as the commands gather the files of a disk.
 *
 * In: files by path. Out: all that is in them, and every use of one by another.
 *
 * @module
 */
import { encodeUtf8 } from "../shared/encoding.ts";
import { type Files, gather, type Gathered } from "./gather.ts";
import type { FilesInMemory, LookInMemory } from "./in_memory.ts";
import type { FoundFile } from "./scan.ts";

/** Gathers files in memory, as the commands gather those of a disk. */
export function gatherInMemory(files: FilesInMemory, { password }: LookInMemory): Gathered {
  const entries = files instanceof Map ? [...files] : Object.entries(files);
  const found = new Map<string, FoundFile>(entries.map(([path, content]) => [path, {
    path,
    bytes: typeof content === "string" ? encodeUtf8(content) : content,
    mode: undefined,
    identity: path,
    trouble: undefined,
  }]));
  const lookUp = (path: string): FoundFile =>
    found.get(path) ?? {
      path,
      bytes: undefined,
      mode: undefined,
      identity: path,
      trouble: { code: "missing-file", message: "no such file" },
    };
  const access: Files = {
    named: (path) => lookUp(normalize(path)),
    beside: (owner, name) => lookUp(normalize(`${owner.slice(0, owner.lastIndexOf("/") + 1)}${name}`)),
    dropIns: (unit) =>
      [...found.keys()].filter((path) => path.startsWith(`${unit}.d/`) && path.endsWith(".conf")).sort()
        .map(lookUp),
  };
  return gather(found.values(), access, password);
}

/** A path without `.`, `..` and doubled slashes. */
function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return (path.startsWith("/") ? "/" : "") + parts.join("/");
}
