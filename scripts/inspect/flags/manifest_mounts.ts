/**
 * The mounts of a manifest that is no YAML, read line by line, for paths in its flags.
 *
 * @module
 */
import type { Mount } from "./invocation.ts";

/** An item of a list: its fields by their last key, `path` for `hostPath.path`. */
type Item = Map<string, string>;

/**
 * Reads `volumes` and `volumeMounts` of all containers.
 *
 * @param lines of the manifest
 */
export function mountsOfLines(lines: readonly string[]): Mount[] {
  const mounts: Item[] = [];
  const volumes: Item[] = [];
  let items: Item[] | undefined;
  let begin = 0;
  for (const line of lines) {
    const indent = line.length - line.trimStart().length;
    const content = line.trim();
    if (content === "" || content.startsWith("#")) continue;
    const section = /^(volumes|volumeMounts):$/.exec(content)?.[1];
    if (section !== undefined) {
      items = section === "volumes" ? volumes : mounts;
      begin = indent;
      continue;
    }
    const isItem = content.startsWith("- ");
    if (indent < begin || (indent === begin && !isItem)) items = undefined;
    if (items === undefined) continue;
    if (isItem) items.push(new Map());
    const [, key, value] = /^(?:- )?\s*([A-Za-z]+):\s+["']?([^"'\s]+)["']?$/.exec(content) ?? [];
    if (key !== undefined && value !== undefined) items.at(-1)?.set(key, value);
  }
  const paths = new Map(volumes.map((volume) => [volume.get("name"), volume.get("path")]));
  return mounts.flatMap((mount) => {
    const mountPath = mount.get("mountPath");
    if (mountPath === undefined) return [];
    const folder = paths.get(mount.get("name"));
    const subPath = mount.get("subPath");
    const hostPath = folder === undefined || subPath === undefined ? folder : `${folder}/${subPath}`;
    return [{ hostPath, mountPath, isReadOnly: mount.get("readOnly") === "true" }];
  });
}
