/**
 * Programs of Kubernetes and etcd and our own judges, one by one, once `build.sh` has built them.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import type { Tool } from "../tools.ts";

/** The folder that `build.sh` fills. */
export function builtFolder(): string {
  const script = fileURLToPath(new URL("build.sh", import.meta.url));
  const { stdout } = new Deno.Command("bash", { args: [script, "--where"] }).outputSync();
  return new TextDecoder().decode(stdout).trim();
}

/** A program of Kubernetes, etcd or one of `kubernetes/cmd/`. */
export function builtProgram(name: string): Tool {
  const path = join(builtFolder(), name);
  try {
    if (Deno.statSync(path).isFile) return { path };
  } catch {
    // Not built.
  }
  return { missing: `${name} is not built: run tests/interop/cluster/build.sh` };
}
