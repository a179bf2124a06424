/**
 * What is made together: a key with its certificate, and the kubeconfig around them.
 *
 * @module
 */
import { pathsOf } from "./paths.ts";
import type { CertificateEntry, KeyPairEntry, KubeconfigEntry, Plan } from "./types.ts";

/** One key and everything that holds it. */
export interface Unit {
  readonly entry: CertificateEntry | KeyPairEntry;
  /** False when only its kubeconfig is wanted. */
  readonly isWanted: boolean;
  /** The kubeconfig that embeds it, when that is wanted. */
  readonly kubeconfig?: KubeconfigEntry;
}

/**
 * Selects what is to be made, in the plan's order.
 *
 * @param plan everything
 * @param only the ids that are wanted
 */
export function selectUnits(plan: Plan, only: (id: string) => boolean): Unit[] {
  const units: Unit[] = [];
  let client: CertificateEntry | undefined;
  for (const entry of plan.entries) {
    if (entry.kind !== "kubeconfig") {
      if (entry.kind === "certificate") client = entry;
      if (only(entry.id)) units.push({ entry, isWanted: true });
      continue;
    }
    // A kubeconfig stands right behind its client in every plan.
    if (client?.id !== entry.client) throw new Error(`The plan has no ${entry.client} before ${entry.id}`);
    if (!only(entry.id)) continue;
    const isWanted = units.at(-1)?.entry === client;
    if (isWanted) units.pop();
    units.push({ entry: client, isWanted, kubeconfig: entry });
  }
  return units;
}

/** The paths of a unit under out/<cluster>, in the order in which its files are made. */
export function pathsOfUnit(unit: Unit): string[] {
  return [
    ...(unit.isWanted ? pathsOf(unit.entry) : []),
    ...(unit.kubeconfig === undefined ? [] : pathsOf(unit.kubeconfig)),
  ];
}
