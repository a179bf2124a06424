/**
 * The files of plan entries, and the shapes that paths of ours can have.
 *
 * @module
 */
import { isMachineName } from "../spec/scalars.ts";
import { isUserName } from "../spec/names.ts";
import { CATALOGUE } from "./catalogue.ts";
import type { CatalogueEntry } from "./templates.ts";
import type { PlanEntry } from "./types.ts";

/** Fills a name into a template's text. */
export function fillName(template: string, name: string): string {
  const hole = template.indexOf("<name>");
  return hole < 0 ? template : template.slice(0, hole) + name + template.slice(hole + "<name>".length);
}

/** Path of a kubeconfig under out/<cluster>: its id with the ending. */
export function kubeconfigPath(id: string): string {
  return `${id}.kubeconfig`;
}

/** Paths of a certificate and its key under out/<cluster>, for a naming of files. */
export function certificatePaths(base: string, naming: "crt" | "pem"): { certificate: string; key: string } {
  return naming === "crt"
    ? { certificate: `pki/${base}.crt`, key: `pki/${base}.key` }
    : { certificate: `pki/${base}.pem`, key: `pki/${base}-key.pem` };
}

/** Paths of a key pair without certificate; they are the same in both namings. */
export function keyPairPaths(base: string): { key: string; publicKey: string } {
  return { key: `pki/${base}.key`, publicKey: `pki/${base}.pub` };
}

/** The paths that an entry writes, under out/<cluster>. */
export function pathsOf(entry: PlanEntry): string[] {
  switch (entry.kind) {
    case "certificate":
      return [entry.certificatePath, entry.keyPath];
    case "key-pair":
      return [entry.keyPath, entry.publicKeyPath];
    case "kubeconfig":
    case "document":
      return [entry.path];
  }
}

/** One path with a hole for a name, or without. */
interface Shape {
  readonly before: string;
  readonly after: string;
  /** Whether a name may stand in the hole; absent when the path has none. */
  readonly isName?: (name: string) => boolean;
}

const SHAPES: readonly Shape[] = CATALOGUE.flatMap((entry) =>
  templatePaths(entry).map((path) => {
    const hole = path.indexOf("<name>");
    if (hole < 0) return { before: path, after: "" };
    const isName = entry.per === "user" || entry.per === "extra" ? isUserName : isMachineName;
    return { before: path.slice(0, hole), after: path.slice(hole + "<name>".length), isName };
  })
);

function templatePaths(entry: CatalogueEntry): string[] {
  if (entry.kind === "kubeconfig") return [kubeconfigPath(entry.id)];
  if (entry.kind === "document") return [entry.path];
  if (entry.kind === "key-pair") return Object.values(keyPairPaths(entry.base));
  return (["crt", "pem"] as const).flatMap((naming) => Object.values(certificatePaths(entry.base, naming)));
}

/**
 * Whether a path is one that the catalogue can make. Manifests on disk are untrusted: this keeps a planted one from
 * naming any other file.
 */
export function isPathOfOurs(path: string): boolean {
  return SHAPES.some(({ before, after, isName }) => {
    if (isName === undefined) return path === before;
    if (path.length <= before.length + after.length || !path.startsWith(before) || !path.endsWith(after)) {
      return false;
    }
    return isName(path.slice(before.length, path.length - after.length));
  });
}
