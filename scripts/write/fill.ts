/**
 * The files of the PKI that bundles copy: on the disk, where they must be right or are made when they are missing, or,
 * for a dry run, in memory.
 *
 * @module
 */
import { issuePlan } from "../issue/issue.ts";
import { pathsOf } from "../plan/paths.ts";
import { isKeyed } from "../plan/types.ts";
import type { Host } from "../render/hosts.ts";
import type { Renderer } from "../render/render.ts";
import { loadNativeDigest } from "../shared/digest.ts";
import { makePause } from "../shared/pause.ts";
import { renderFiles } from "./files.ts";
import { Hands } from "./hands.ts";
import type { Cluster } from "./prepare.ts";
import { TreeRun } from "./tree_run.ts";

/** Whose files are needed. */
export interface FillJob {
  readonly cluster: Cluster;
  readonly renderer: Renderer;
  /** The machines that are wanted. */
  readonly hosts: readonly Host[];
  readonly isDryRun: boolean;
  /** How many workers there may be. Default: the number of cores. */
  readonly jobs?: number | undefined;
  readonly signal?: AbortSignal;
  /** Called once when another run holds the tree. */
  readonly onWait?: () => void;
}

/**
 * Makes what is missing of the PKI; what stands there must be right. When no machine is left out, all of it counts.
 *
 * @param cores of this computer
 * @returns how many files were missing
 * @throws {HardwayError} `refused` when something is not right, `locked`, `disk` or `interrupted`
 */
export async function fillPki(job: FillJob, cores: number): Promise<number> {
  const { cluster: { plan, seed, given, place }, renderer, hosts, isDryRun, signal, onWait } = job;
  const ids = neededIds(job);
  const only = hosts.length === renderer.hosts.length ? () => true : (id: string) => ids.has(id);
  const hands = new Hands(Math.min(job.jobs ?? cores, 4 * cores), makePause(signal), signal);
  try {
    const run = new TreeRun({
      plan,
      only,
      seed,
      given,
      out: place.out,
      outName: place.outName,
      isDryRun,
      isFilling: true,
      isRecheck: false,
      isForced: false,
      isPruning: false,
      signal,
      onWait,
    });
    run.check();
    await hands.hire([
      plan.entries.flatMap((entry) => isKeyed(entry) && only(entry.id) ? [entry.keyAlgorithm] : []),
    ]);
    const { changes } = await hands.with(0, (crew) => run.run(crew, 0));
    return changes.filter(({ action }) => action === "new").length;
  } finally {
    hands.close();
  }
}

/** Makes the files that machines need, and writes none. */
export async function makePki(job: FillJob): Promise<Map<string, Uint8Array>> {
  const { cluster: { plan, seed, given }, signal } = job;
  await loadNativeDigest();
  const ids = neededIds(job);
  const only = (id: string): boolean => ids.has(id);
  const wanted = new Set(plan.entries.filter(({ id }) => only(id)).flatMap(pathsOf));
  const files = new Map<string, Uint8Array>();
  const issued = issuePlan(plan, seed, { only, ...(signal && { signal }) });
  const secrets = { cluster: plan.cluster, entropy: seed.entropy, given };
  for await (const { path, bytes } of renderFiles(plan, issued, secrets, only)) {
    if (wanted.has(path)) files.set(path, bytes);
  }
  return files;
}

function neededIds({ renderer, hosts }: FillJob): ReadonlySet<string> {
  return new Set(hosts.flatMap((host) => renderer.idsOf(host)));
}
