/**
 * Bundles on disk, as a user gets them.
 *
 * @module
 */
import { join } from "node:path";
import { bundle, type BundleOptions, type BundleReport, type SpecInput } from "../../../mod.ts";
import { SEED } from "../judged.ts";

/** Makes the bundles of a cluster in a folder that goes afterwards. */
export async function withBundles(
  spec: SpecInput,
  body: (hosts: string, report: BundleReport) => Promise<void>,
  options: Pick<BundleOptions, "tar"> = {},
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(folder, "cluster.seed"), `${SEED}\n`, { mode: 0o600 });
    await Deno.writeTextFile(join(folder, "cluster.yaml"), JSON.stringify(spec));
    const report = await bundle({ folder, ...options });
    await body(join(folder, report.folder), report);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Every file below a folder, by its path in it, sorted. */
export async function listFiles(folder: string, below = ""): Promise<string[]> {
  const paths: string[] = [];
  for await (const entry of Deno.readDir(join(folder, below))) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory) paths.push(...await listFiles(folder, path));
    else paths.push(path);
  }
  return paths.sort();
}
