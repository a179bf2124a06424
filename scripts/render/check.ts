/**
 * What a spec may say, and no bundles can be made for.
 *
 * @module
 */
import { quote } from "../shared/text.ts";
import { specError } from "../spec/read.ts";
import type { Spec } from "../spec/types.ts";
import { ADMIN, type Host } from "./hosts.ts";
import { isManifestName } from "./paths.ts";
import { RELEASES } from "./releases.ts";

/**
 * Refuses a release whose units are not known.
 *
 * @throws {HardwayError} `spec-invalid`
 */
export function checkRelease(spec: Spec): void {
  if (RELEASES.has(spec.kubernetesMinor)) return;
  const minors = [...RELEASES.keys()];
  const range = `1.${Math.min(...minors)} to 1.${Math.max(...minors)}`;
  throw specError([
    spec.problem(
      ["kubernetesVersion"],
      `Cannot make bundles for Kubernetes 1.${spec.kubernetesMinor}: expected ${range}`,
    ),
  ]);
}

/**
 * Refuses machines whose folder would have the name of the workstation's, of a manifest, or of another's archive.
 *
 * @throws {HardwayError} `spec-invalid`
 */
export function checkNames(spec: Spec, hosts: readonly Host[]): void {
  const problems = hosts.flatMap(({ name, member }) =>
    member === undefined || !(name === ADMIN || name.endsWith(".tar") || isManifestName(name))
      ? []
      : [spec.problem(
        [...member.path, "name"],
        `Cannot make a bundle for a machine with the name ${quote(name)}: expected another, as ${
          name === ADMIN ? "the workstation has it" : "a file has it"
        }`,
      )]
  );
  if (problems.length > 0) throw specError(problems);
}
