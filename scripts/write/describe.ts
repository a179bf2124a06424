/**
 * What a plan makes, counted for a report.
 *
 * @module
 */
import type { CertificateEntry, Plan } from "../plan/types.ts";
import type { Spec } from "../spec/types.ts";
import type { ProvisionReport } from "./report.ts";

/** The part of a report that the spec alone decides. */
export function describeCluster(
  spec: Spec,
  plan: Plan,
  only: (id: string) => boolean,
  specName: string,
): Pick<
  ProvisionReport,
  | "cluster"
  | "kubernetesVersion"
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
export function endingSoon(
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
