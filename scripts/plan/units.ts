/**
 * What is made together: a key with its certificate, and the kubeconfig and documents around them.
 *
 * @module
 */
import { pathsOf } from "./paths.ts";
import {
  type CertificateEntry,
  type DocumentEntry,
  isKeyed,
  type KeyPairEntry,
  type KubeconfigEntry,
  type Plan,
} from "./types.ts";

/** One key and everything that holds it. */
export interface Unit {
  readonly entry: CertificateEntry | KeyPairEntry;
  /** False when only what is around it is wanted. */
  readonly isWanted: boolean;
  /** The kubeconfig that embeds it, when that is wanted. */
  readonly kubeconfig?: KubeconfigEntry;
  /** Documents that stand behind it and are wanted. */
  readonly documents?: readonly DocumentEntry[];
}

/**
 * Selects what is to be made, in the plan's order.
 *
 * @param plan everything
 * @param only the ids that are wanted
 */
export function selectUnits(plan: Plan, only: (id: string) => boolean): Unit[] {
  const units: Unit[] = [];
  let owner: CertificateEntry | KeyPairEntry | undefined;
  for (const entry of plan.entries) {
    if (isKeyed(entry)) {
      owner = entry;
      if (only(entry.id)) units.push({ entry, isWanted: true });
      continue;
    }
    // A kubeconfig stands right behind its client in every plan, a document behind what it is of.
    const wanted = entry.kind === "kubeconfig" ? entry.client : entry.of;
    if (owner?.id !== wanted) throw new Error(`The plan has no ${wanted} before ${entry.id}`);
    if (!only(entry.id)) continue;
    const unit: Unit = units.at(-1)?.entry === owner && units.pop() || { entry: owner, isWanted: false };
    units.push(
      entry.kind === "kubeconfig"
        ? { ...unit, kubeconfig: entry }
        : { ...unit, documents: [...unit.documents ?? [], entry] },
    );
  }
  return units;
}

/** The paths of a unit under out/<cluster>, in the order in which its files are made. */
export function pathsOfUnit(unit: Unit): string[] {
  return [
    ...(unit.isWanted ? pathsOf(unit.entry) : []),
    ...(unit.kubeconfig === undefined ? [] : pathsOf(unit.kubeconfig)),
    ...(unit.documents ?? []).map(({ path }) => path),
  ];
}
