/**
 * How a line of the catalogue is renewed, by hardway and by kubeadm.
 *
 * @module
 */
import { fillName } from "../../plan/paths.ts";
import type { CatalogueEntry } from "../../plan/templates.ts";
import type { EntryFacts } from "./facts_shape.ts";

/**
 * The steps, each a sentence.
 *
 * @param name of the machine or person; undefined for all of them
 */
export function renewalOf(entry: CatalogueEntry, facts: EntryFacts, name?: string): string[] {
  const template = entry.kind === "kubeconfig" ? entry.client : entry.id;
  const id = name === undefined ? template : fillName(template, name);
  const times = "move validity.notBefore in the spec";
  const key = `raise its number in generations (${id})`;
  if (entry.kind === "document") {
    const again = facts.restart.length === 0 ? "" : `, and restart ${facts.restart.join(", ")}`;
    return [
      `hardway: change the spec; run provision and bundle, copy or apply${again}.`,
      ...(facts.renewal ?? []),
    ];
  }
  const change = entry.kind === "key-pair" ? `hardway: ${key}` : `hardway: ${times}, or for a new key ${key}`;
  const restart = facts.restart.length === 0 ? "" : `, and restart ${facts.restart.join(", ")}`;
  const own = `${change}; run provision and bundle, copy${restart}.`;
  const theirs = facts.kubeadm === undefined
    ? []
    : [`kubeadm: kubeadm certs renew ${facts.kubeadm}${restart}.`];
  return [own, ...theirs, ...(facts.renewal ?? [])];
}
