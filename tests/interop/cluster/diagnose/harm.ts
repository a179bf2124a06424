/**
 * Faults as functions of a tree, and where its files are.
 *
 * @module
 */
import { join } from "node:path";
import { setFlag } from "../../foreign/inject.ts";
import { ourSetFolder } from "../../foreign/ours.ts";
import { type Changes, reissue, reissueInKubeconfig } from "../../foreign/reissue.ts";

/** Puts a fault into a tree. */
export type Harm = (tree: string) => Promise<void>;

/** Folders, units and kubeconfigs of a tree. */
export const K = "var/lib/kubernetes";
export const PKI = `${K}/pki`;
export const ETCD = "etc/etcd/pki";
export const KUBELET = "var/lib/kubelet";
export const UNITS = "etc/systemd/system";
export const API = `${UNITS}/kube-apiserver.service`;
export const ADMIN = `${K}/admin.kubeconfig`;
export const PAST = "2026-01-02T00:00:00Z";
export const FUTURE = "2090-01-01T00:00:00Z";

/** The set with the keys of the CAs. */
export async function set(): Promise<string> {
  return join(await ourSetFolder("hard-way"), "out/lab");
}

/** Signs a certificate of the tree again. */
export function signed(path: string, ca: string, changes: Changes): Harm {
  return async (tree) => await reissue(tree, path, { ca: `pki/${ca}.crt`, caTree: await set(), changes });
}

/** Signs the certificate in a kubeconfig again. */
export function signedInside(path: string, changes: Changes, ca = "ca"): Harm {
  return async (tree) =>
    await reissueInKubeconfig(tree, path, { ca: `pki/${ca}.crt`, caTree: await set(), changes });
}

/** A file of the whole set in the place of one of the tree. */
export function replaced(path: string, by: string): Harm {
  return async (tree) => await Deno.writeFile(join(tree, path), await Deno.readFile(join(await set(), by)));
}

/** A file with another text. */
export function written(path: string, text: string): Harm {
  return async (tree) => await Deno.writeTextFile(join(tree, path), text);
}

/** Sets a flag of a unit, or removes it. */
export const flagOf = (unit: string, flag: string, value: string | undefined): Harm => (tree) =>
  setFlag(tree, unit, flag, value);

/** One after the other. */
export function both(...all: readonly Harm[]): Harm {
  return async (tree) => {
    for (const one of all) await one(tree);
  };
}
