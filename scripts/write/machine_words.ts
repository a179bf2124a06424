/**
 * A machine in words: what it is for, and the line that brings its bundle to it.
 *
 * @module
 */
import { ADMIN, type Host } from "../render/hosts.ts";
import { quoteShell } from "../render/text_form.ts";
import type { Bearer } from "../render/types.ts";

const ROLES: readonly (readonly [Bearer, string])[] = [
  ["control-plane", "control plane"],
  ["member", "etcd"],
  ["node", "node"],
  ["admin", "workstation"],
];

/** What a machine is, in words. */
export function rolesOf(host: Host): string[] {
  return ROLES.flatMap(([bearer, role]) => host.bears.has(bearer) ? [role] : []);
}

/**
 * The command line that copies a bundle to its machine. It names files only, so every folder that is there keeps its
 * owner and mode; what is missing becomes root's, and by the umask nobody else's.
 *
 * @param path the machine's folder or archive, as the caller would name it
 * @returns undefined for the workstation
 */
export function copyCommand(host: Host, path: string, isTar: boolean): string | undefined {
  if (host.name === ADMIN) return undefined;
  const address = host.member?.addresses[0]?.text ?? host.name;
  const there = `ssh root@${address} 'umask 077 && tar -C / -xpf -'`;
  // No program may take it for a flag.
  const from = quoteShell(path.startsWith("-") ? `./${path}` : path);
  if (isTar) return `${there} < ${from}`;
  return `(cd ${from} && find * -type f | tar -cf - --owner=0 --group=0 -T -) | ${there}`;
}
