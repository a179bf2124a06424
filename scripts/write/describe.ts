/**
 * What a plan makes, counted for a report.
 *
 * @module
 */
import type { CertificateEntry, Plan } from "../plan/types.ts";
import type { Spec } from "../spec/types.ts";
import { notesOf } from "./notes.ts";
import type { Cluster } from "./prepare.ts";
import type { ProvisionReport } from "./report.ts";
import type { TreeResult } from "./tree_run.ts";

/** What a report needs beside what became of the tree. */
export interface ReportContext {
  readonly isDryRun: boolean;
  readonly isPruning: boolean;
  /** Whether an archive was made instead of a tree. */
  readonly isTar: boolean;
  /** The clock, in Unix seconds. */
  readonly now: number;
  /** How long it took. */
  readonly seconds: number;
}

/** Puts the report of one cluster together. */
export function reportOf(cluster: Cluster, result: TreeResult, context: ReportContext): ProvisionReport {
  const { spec, plan, only, place } = cluster;
  const { isDryRun, isPruning, isTar, now, seconds } = context;
  const name = `${place.outName}/${plan.cluster}`;
  return {
    ...describeCluster(spec, plan, only, place.specName),
    folder: isTar ? `${name}.tar` : name,
    seed: place.seed.shown,
    isNewSeed: cluster.isNewSeed,
    isDryRun,
    isPruning,
    changes: result.changes,
    stale: result.stale,
    fixedFolders: result.folders.map((folder) => folder === "" ? name : `${name}/${folder}`),
    right: result.right,
    manifestChanges: result.manifestChanges,
    hasWork: result.manifestChanges || result.folders.length > 0,
    notes: notesOf(cluster, name, now),
    endsSoon: endingSoon(plan, only, now),
    seconds,
  };
}

/** The part of a report that the spec alone decides. */
function describeCluster(
  spec: Spec,
  plan: Plan,
  only: (id: string) => boolean,
  specName: string,
): Pick<
  ProvisionReport,
  | "cluster"
  | "kubernetesVersion"
  | "machines"
  | "controlPlanes"
  | "workers"
  | "keys"
  | "spec"
  | "authorities"
  | "keyPairs"
  | "kubeconfigs"
> {
  const { ca, leaf } = spec.keys;
  return {
    cluster: plan.cluster,
    kubernetesVersion: `1.${spec.kubernetesMinor}`,
    machines: [
      ...new Set([...spec.controlPlane, ...spec.workers, ...spec.etcdMembers].map((machine) => machine.name)),
    ],
    controlPlanes: spec.controlPlane.length,
    workers: spec.workers.length,
    keys: ca === leaf ? ca : `${ca} CAs, ${leaf} leaves`,
    spec: specName,
    ...summarize(plan, only),
  };
}

/** Counts what a plan makes, by authority. */
function summarize(
  plan: Plan,
  only: (id: string) => boolean,
): Pick<ProvisionReport, "authorities" | "keyPairs" | "kubeconfigs"> {
  const entries = plan.entries.filter((entry) => only(entry.id));
  const authorities = plan.entries.filter((entry): entry is CertificateEntry =>
    entry.kind === "certificate" && entry.isAuthority
  );
  return {
    authorities: authorities.flatMap((ca) => {
      const leaves = entries.filter((entry): entry is CertificateEntry =>
        entry.kind === "certificate" && entry.issuer === ca.id && !entry.isAuthority
      );
      if (leaves.length === 0 && !only(ca.id)) return [];
      const until = leaves.reduce((soonest, leaf) => Math.min(soonest, leaf.notAfter), ca.notAfter);
      return [{ name: ca.authority, certificates: leaves.length, until, caUntil: ca.notAfter }];
    }),
    keyPairs: entries.filter((entry) => entry.kind === "key-pair").length,
    kubeconfigs: entries.filter((entry) => entry.kind === "kubeconfig").length,
  };
}

/** How long before its end a certificate is spoken of, in seconds. */
const SOON = 30 * 86400;

/** Finds what has ended or ends within 30 days. */
function endingSoon(
  plan: Plan,
  only: (id: string) => boolean,
  now: number,
): { id: string; notAfter: number }[] {
  return plan.entries
    .flatMap((entry) =>
      entry.kind === "certificate" && only(entry.id) && entry.notAfter <= now + SOON ? [entry] : []
    )
    .map(({ id, notAfter }) => ({ id, notAfter }))
    .sort((a, b) => a.notAfter - b.notAfter);
}
