/**
 * Faults put into copies of trees, so that each judge is seen to fail: a judge that accepts everything is none.
 *
 * @module
 */
import { join, relative } from "node:path";
import type { Judged, JudgedCertificate } from "./judged.ts";
import { runWell } from "./tools.ts";

/** Copies a tree, file modes included, and calls with the copy; the copy is removed. */
export async function withCopy(tree: Judged, work: (copy: Judged) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "hardway-tampered-" });
  try {
    await copyFolder(tree.folder, folder);
    const move = (path: string): string => join(folder, relative(tree.folder, path));
    const moveCertificate = (item: JudgedCertificate): JudgedCertificate => ({
      ...item,
      path: move(item.path),
      keyPath: move(item.keyPath),
      authority: move(item.authority),
    });
    await work({
      ...tree,
      folder,
      certificates: tree.certificates.map(moveCertificate),
      kubeconfigs: tree.kubeconfigs.map((item) => ({
        ...item,
        path: move(item.path),
        client: moveCertificate(item.client),
        authority: move(item.authority),
      })),
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function copyFolder(from: string, to: string): Promise<void> {
  for await (const entry of Deno.readDir(from)) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory) {
      await Deno.mkdir(target, { mode: 0o700 });
      await copyFolder(source, target);
    } else {
      await Deno.copyFile(source, target);
    }
  }
}

/** Finds a tree by name. */
export function treeNamed(trees: readonly Judged[], name: string): Judged {
  const tree = trees.find((item) => item.name === name);
  if (tree === undefined) throw new Error(`No tree "${name}"`);
  return tree;
}

/** Finds a certificate by id. */
export function certificateOf(tree: Judged, id: string): JudgedCertificate {
  const certificate = tree.certificates.find((item) => item.id === id);
  if (certificate === undefined) throw new Error(`No certificate "${id}" in "${tree.name}"`);
  return certificate;
}

/** Puts one fault into a certificate and signs it again, by the Go command `forge`; returns the certificate. */
export async function forge(
  forgePath: string,
  fault: string,
  tree: Judged,
  id: string,
): Promise<JudgedCertificate> {
  const certificate = certificateOf(tree, id);
  const authority = tree.certificates.find((item) => item.path === certificate.authority);
  await runWell(forgePath, [fault, certificate.path, authority?.keyPath ?? ""]);
  return certificate;
}
