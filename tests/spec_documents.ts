/**
 * Documents for the tests of the spec and plan stages, and what these stages say of them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Loaded, loadPlan } from "../scripts/plan/load.ts";
import type { CertificateEntry, KubeconfigEntry } from "../scripts/plan/types.ts";
import { HardwayError } from "../scripts/shared/errors.ts";
import { formatProblemLine, type Problem } from "../scripts/shared/problem.ts";

/** The creation of the tests' seeds: 2026-01-01T00:00:00Z. */
export const CREATED = 1767225600;

const NAME = "name: lab\n";
const CONTROL_PLANE = "controlPlane: [{ name: server, addresses: [10.240.0.10] }]\n";

/** The smallest cluster, and more lines from line 3 on. */
export function lab(rest = ""): string {
  return NAME + CONTROL_PLANE + rest;
}

/** The smallest cluster with another name. */
export function nameIs(name: string): string {
  return `name: ${name}\n${CONTROL_PLANE}`;
}

/** The smallest cluster with other control planes. */
export function cpIs(controlPlane: string): string {
  return `${NAME}controlPlane: ${controlPlane}\n`;
}

/** The smallest cluster with one worker. */
export function worker(keys: string): string {
  return lab(`workers: [{ ${keys} }]\n`);
}

/** The smallest cluster with one user. */
export function user(keys: string): string {
  return lab(`users: [{ ${keys} }]\n`);
}

/** The smallest cluster with one further certificate. */
export function cert(keys: string): string {
  return lab(`certificates: [{ ${keys} }]\n`);
}

/** Reads, plans and checks a document named c.yaml. */
export function load(document: string | Uint8Array, patterns: readonly string[] = []): Loaded {
  const bytes = typeof document === "string" ? new TextEncoder().encode(document) : document;
  return loadPlan(bytes, "c.yaml", CREATED, patterns);
}

/** The refusal of a document. */
export function refusal(document: string | Uint8Array, patterns: readonly string[] = []): HardwayError {
  try {
    load(document, patterns);
  } catch (error) {
    assert(error instanceof HardwayError, `The document is a bug of ours: ${error}`);
    assert.equal(error.code, "spec-invalid");
    assert.equal(error.exitCode, 2);
    return error;
  }
  throw new assert.AssertionError({ message: "The document is taken, and should not be" });
}

/** The problems of a document, as `line:column: message`. */
export function problemsOf(document: string | Uint8Array, patterns: readonly string[] = []): string[] {
  return refusal(document, patterns).problems.map(lineOf);
}

function lineOf(problem: Problem): string {
  return formatProblemLine(problem).replace(/^c\.yaml:/, "");
}

/** A planned certificate. */
export function certificateOf(loaded: Loaded, id: string): CertificateEntry {
  const entry = loaded.plan.entries.find((item) => item.id === id);
  assert(entry?.kind === "certificate", `There is no certificate ${id}`);
  return entry;
}

/** A planned kubeconfig. */
export function kubeconfigOf(loaded: Loaded, id: string): KubeconfigEntry {
  const entry = loaded.plan.entries.find((item) => item.id === id);
  assert(entry?.kind === "kubeconfig", `There is no kubeconfig ${id}`);
  return entry;
}

/** `count` texts that follow each other. */
export function repeat(count: number, make: (index: number) => string, separator = ""): string {
  return Array.from({ length: count }, (_, index) => make(index)).join(separator);
}
