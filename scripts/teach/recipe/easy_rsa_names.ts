/**
 * Names for easy-rsa's files: in go ids, out comes a plain and unique name for each, which its scripts can hold.
 *
 * @module
 */

/**
 * Gives each id a name.
 *
 * @param ids such as `kubelet-server/node-0` or `user/jane doe`
 * @returns names of a-z, A-Z, 0-9, `.` and `-`, by id
 */
export function easyRsaNames(ids: Iterable<string>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const used = new Set<string>();
  for (const id of ids) {
    const base = id.replace(/[^A-Za-z0-9.]+/g, "-").replace(/-$/, "");
    let name = base;
    // Some file systems take upper and lower case for the same.
    for (let number = 2; used.has(name.toLowerCase()); number++) name = `${base}-${number}`;
    used.add(name.toLowerCase());
    names.set(id, name);
  }
  return names;
}
