/**
 * hardway as a contestant: `deno run` with exactly the flags of the task, from exec to exit.
 *
 * @module
 */
import { join } from "node:path";
import { bundle } from "../../scripts/kit.ts";
import { HardwayError } from "../../scripts/shared/errors.ts";
import type { Tool } from "../interop/tools.ts";
import { commandLine, ROOT, writeSeed } from "../run.ts";
import type { Contestant } from "./contest.ts";
import { ProgramFailed } from "./measure.ts";

/** What all keys of a lab are, where it is possible: a service-account key cannot be Ed25519. */
export type Algorithm = "ECDSA-P256" | "Ed25519" | "RSA-2048" | "RSA-4096";

/** Clusters to make in one run. */
export interface Clusters {
  /** Their specs, in YAML; other ones for each round where that is wanted. */
  readonly specs: (round: number) => readonly string[];
  /** How many certificates they have together; a run that makes another number is refused. */
  readonly certificates: number;
}

/** The hard way's lab: three CAs and 15 leaves, each with its key, and a service-account key. */
export const LAB = { certificates: 18, keys: 19 } as const;

/**
 * The lab of templates/cluster.yaml.
 *
 * @param isFresh whether each round has another name, and so other keys: how long an RSA key takes is luck
 */
export function lab(algorithm: Algorithm = "ECDSA-P256", isFresh = false): Clusters {
  const template = Deno.readTextFileSync(join(ROOT, "templates/cluster.yaml"));
  const roles = algorithm === "Ed25519" ? "ca|leaf" : "ca|leaf|serviceAccount";
  const text = template.replace(new RegExp(`^( {2}(?:${roles}): )ECDSA-P256$`, "gm"), `$1${algorithm}`);
  return {
    specs: (round) => [isFresh ? text.replace(/^name: lab/m, `name: lab-${round}`) : text],
    certificates: LAB.certificates,
  };
}

/**
 * Clusters of one control plane and so many workers with two certificates each.
 *
 * @param workers of each cluster
 * @param algorithm of all keys
 * @param clusters how many of them
 */
export function fleet(workers: number, algorithm: Algorithm = "ECDSA-P256", clusters = 1): Clusters {
  const last = String(workers - 1).padStart(4, "0");
  const text = (number: number): string =>
    `name: fleet-${number}
keys: { ca: ${algorithm}, leaf: ${algorithm} }
controlPlane: [{ name: server, addresses: [10.240.0.10], kubelet: false }]
workers: [{ name: "pool-[${"0".repeat(last.length)}-${last}]", addresses: [10.241.0.0/16] }]
`;
  // Beside the workers' there are the lab's, less those of its own two.
  const certificates = clusters * (LAB.certificates - 2 * 2 + 2 * workers);
  return { specs: () => Array.from({ length: clusters }, (_, number) => text(number)), certificates };
}

/** How clusters are made. */
export interface OursOptions {
  readonly jobs?: number;
  readonly follows?: Contestant;
  /** Whether it is run as a bundle, as the kit holds it. */
  readonly isBundle?: boolean;
}

/** hardway making clusters. */
export function ours(name: string, clusters: Clusters, options: OursOptions = {}): Contestant {
  const { jobs, follows, isBundle } = options;
  const flags = jobs === undefined ? [] : ["--jobs", String(jobs)];
  return {
    name,
    certificates: clusters.certificates,
    ...(follows && { follows }),
    ...(isBundle === true && { programs: [makeBundle] }),
    prepare: (folder, round) => {
      Deno.mkdirSync(join(folder, "specs"), { recursive: true });
      for (const [number, spec] of clusters.specs(round).entries()) {
        Deno.writeTextFileSync(join(folder, "specs", `${number}.yaml`), spec);
      }
      if (follows === undefined) writeSeed(folder);
    },
    line: (folder, [path]) => {
      const [program, ...words] = commandLine("provision", [
        ...["--spec", join(folder, "specs"), "--seed", join(folder, "cluster.seed")],
        ...["--out", join(folder, "out"), "--quiet", ...flags],
      ]);
      const task = `${ROOT}scripts/provision.ts`;
      return [program, ...words.map((word) => path !== undefined && word === task ? path : word)];
    },
    check: (folder) => {
      const made = countCertificates(join(folder, "out"));
      if (made === clusters.certificates) return;
      throw new ProgramFailed(`${name}: ${made} certificates were made, expected ${clusters.certificates}`);
    },
  };
}

/** The modules that run as bundles beside each other. */
const BUNDLED = { "provision.js": "scripts/provision.ts", "worker.js": "scripts/write/worker.ts" } as const;

function makeBundle(): Tool {
  const folder = join(ROOT, "tests/bench/.cache/bundle");
  Deno.mkdirSync(folder, { recursive: true });
  try {
    for (const [name, module] of Object.entries(BUNDLED)) {
      Deno.writeFileSync(join(folder, name), bundle(folder, module).code);
    }
  } catch (error) {
    if (error instanceof HardwayError) return { missing: error.message };
    throw error;
  }
  return { path: join(folder, "provision.js") };
}

function countCertificates(out: string): number {
  let certificates = 0;
  for (const { name, isDirectory } of Deno.readDirSync(out)) {
    if (!isDirectory || name.startsWith(".")) continue;
    const manifest = JSON.parse(Deno.readTextFileSync(join(out, name, "manifest.json"))) as {
      readonly files: readonly { readonly kind: string }[];
    };
    certificates += manifest.files.filter((file) => file.kind === "certificate").length;
  }
  return certificates;
}
