/**
 * What the rules about kubeconfigs share: what one holds, where it stands, and who is given it.
 *
 * @module
 */
import type { KeyItem } from "../item.ts";
import { currentOf, type KubeconfigCluster, type Reference } from "../kubeconfig.ts";
import type { Facts, Placed, PlacedCertificate, Program } from "./facts.ts";
import { usesOf } from "./facts.ts";
import { type Finding, finding } from "./findings.ts";
import { nearestPrograms } from "./nearest.ts";
import { describe } from "./rules_certificates.ts";

/** A kubeconfig where it stands. */
export type PlacedKubeconfig = Facts["kubeconfigs"][number];

/** The certificates of a reference: embedded ones by their place, others by the use of their file. */
export function certificatesAt(
  one: PlacedKubeconfig,
  reference: Reference | undefined,
  facts: Facts,
): readonly PlacedCertificate[] {
  if (reference === undefined) return [];
  const at = placeOf(one, reference);
  if (reference.file === undefined) {
    return facts.certificatesOf(one.scan).filter(({ item }) => isAt(item.inside, at));
  }
  const use = facts.uses.find(({ owner, flag }) => owner === one.path && flag === at);
  return use === undefined ? [] : facts.certificatesOf(use.scan);
}

/** The key of a reference, in the same way. */
export function keyAt(
  one: PlacedKubeconfig,
  reference: Reference | undefined,
  facts: Facts,
): Placed<KeyItem> | undefined {
  if (reference === undefined) return undefined;
  const at = placeOf(one, reference);
  if (reference.file === undefined) {
    return facts.keys.find(({ path, item }) => path === one.path && isAt(item.inside, at));
  }
  const use = facts.uses.find(({ owner, flag }) => owner === one.path && flag === at);
  return use === undefined
    ? undefined
    : facts.keys.find(({ scan, item }) => scan.identity === use.scan.identity && item.isPrivate);
}

function placeOf(one: PlacedKubeconfig, reference: Reference): string {
  return one.item.inside === undefined ? reference.at : `${one.item.inside} ${reference.at}`;
}

function isAt(inside: string | undefined, at: string): boolean {
  return inside === at || inside?.startsWith(`${at} line `) === true;
}

/** The program that is given a kubeconfig as its own; not those that only check others with it. */
export function ownerOf(one: PlacedKubeconfig, facts: Facts): Program | undefined {
  return facts.programs.find((program) =>
    ["kubeconfig", "clientConnection.kubeconfig"].some((setting) =>
      usesOf(program, setting).some(({ scan }) => scan.identity === one.scan.identity)
    )
  );
}

/** Whom the API servers that are nearest trust with clients. */
export function clientAuthorities(one: PlacedKubeconfig, facts: Facts): PlacedCertificate[] | undefined {
  const found = nearestPrograms(facts, "kube-apiserver", one.path).flatMap((program) =>
    usesOf(program, "client-ca-file").flatMap(({ scan }) => [...facts.certificatesOf(scan)])
  );
  return found.length === 0 ? undefined : found;
}

/** Says that what is embedded is no longer what a file holds. */
export function staleFinding(embedded: PlacedCertificate, file: PlacedCertificate): Finding {
  const message = `${describe(embedded)} that is embedded differs from the one in ${file.path}`;
  return finding(
    "kubeconfig-stale",
    embedded.path,
    embedded.flag,
    message,
    "Make the kubeconfig again, or refer to the file.",
  );
}

/** Whether a program on a machine is given a kubeconfig for this cluster: then it means the API server there. */
export function isOwn(one: PlacedKubeconfig, cluster: KubeconfigCluster, facts: Facts): boolean {
  const current = currentOf(one.item.kubeconfig).cluster;
  return (current === undefined || current === cluster) && ownerOf(one, facts) !== undefined;
}
