/**
 * hardway as a contestant: `deno run` with exactly the flags of the task, from exec to exit.
 *
 * @module
 */
import { join } from "node:path";
import type { Tool } from "../interop/tools.ts";
import { commandLine, ROOT, writeSeed } from "../run.ts";
import type { Contestant } from "./contest.ts";
import { ProgramFailed } from "./measure.ts";

/** What all keys of a lab are, where it is possible: a service-account key cannot be Ed25519. */
export type Algorithm = "ECDSA-P256" | "Ed25519" | "RSA-2048" | "RSA-4096";

/** A cluster to make. */
export interface Cluster {
  /** Its spec, in YAML; another one for each round where that is wanted. */
  readonly spec: (round: number) => string;
  /** How many certificates it has; a run that makes another number is refused. */
  readonly certificates: number;
}

/** The hard way's lab: three CAs and 15 leaves, each with its key, and a service-account key. */
export const LAB = { certificates: 18, keys: 19 } as const;

/**
 * The lab of templates/cluster.yaml.
 *
 * @param isFresh whether each round has another name, and so other keys: how long an RSA key takes is luck
 */
export function lab(algorithm: Algorithm = "ECDSA-P256", isFresh = false): Cluster {
  const template = Deno.readTextFileSync(join(ROOT, "templates/cluster.yaml"));
  const roles = algorithm === "Ed25519" ? "ca|leaf" : "ca|leaf|serviceAccount";
  const text = template.replace(new RegExp(`^( {2}(?:${roles}): )ECDSA-P256$`, "gm"), `$1${algorithm}`);
  return {
    spec: (round) => isFresh ? text.replace(/^name: lab/m, `name: lab-${round}`) : text,
    certificates: LAB.certificates,
  };
}

/** One control plane and so many workers with two certificates each. */
export function fleet(workers: number, algorithm: Algorithm = "ECDSA-P256"): Cluster {
  const last = String(workers - 1).padStart(4, "0");
  const text = `name: fleet
keys: { ca: ${algorithm}, leaf: ${algorithm} }
controlPlane: [{ name: server, addresses: [10.240.0.10], kubelet: false }]
workers: [{ name: "pool-[${"0".repeat(last.length)}-${last}]", addresses: [10.241.0.0/16] }]
`;
  // Beside the workers' there are the lab's, less those of its own two.
  return { spec: () => text, certificates: LAB.certificates - 2 * 2 + 2 * workers };
}

/** How a cluster is made. */
export interface OursOptions {
  readonly jobs?: number;
  readonly follows?: Contestant;
  /** A script that is run in place of scripts/provision.ts, from the repository's root. */
  readonly script?: string;
}

/** hardway making a cluster. */
export function ours(name: string, cluster: Cluster, options: OursOptions = {}): Contestant {
  const { jobs, follows, script } = options;
  const flags = jobs === undefined ? [] : ["--jobs", String(jobs)];
  return {
    name,
    certificates: cluster.certificates,
    ...(follows && { follows }),
    ...(script !== undefined && { programs: [() => findScript(script)] }),
    prepare: (folder, round) => {
      Deno.writeTextFileSync(join(folder, "cluster.yaml"), cluster.spec(round));
      if (follows === undefined) writeSeed(folder);
    },
    line: (folder, [path]) => {
      const [program, ...words] = commandLine("provision", [
        ...["--spec", join(folder, "cluster.yaml"), "--seed", join(folder, "cluster.seed")],
        ...["--out", join(folder, "out"), "--quiet", ...flags],
      ]);
      const task = `${ROOT}scripts/provision.ts`;
      return [program, ...words.map((word) => path !== undefined && word === task ? path : word)];
    },
    check: (folder) => {
      const made = countCertificates(join(folder, "out"));
      if (made === cluster.certificates) return;
      throw new ProgramFailed(`${name}: ${made} certificates were made, expected ${cluster.certificates}`);
    },
  };
}

function findScript(script: string): Tool {
  try {
    return { path: Deno.realPathSync(join(ROOT, script)) };
  } catch {
    return { missing: `no ${script}` };
  }
}

function countCertificates(out: string): number {
  const [cluster] = [...Deno.readDirSync(out)].filter((entry) =>
    entry.isDirectory && !entry.name.startsWith(".")
  );
  const manifest = JSON.parse(Deno.readTextFileSync(join(out, cluster?.name ?? "", "manifest.json"))) as {
    readonly files: readonly { readonly kind: string }[];
  };
  return manifest.files.filter((file) => file.kind === "certificate").length;
}
