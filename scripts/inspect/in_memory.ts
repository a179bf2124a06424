/**
 * `inspect`, `verify` and `expiry` over bytes: no file and no clock needed.
 *
 * @module
 */
import { type Ending, endingsOf } from "./endings.ts";
import { gatherInMemory } from "./gather_in_memory.ts";
import type { Row } from "./row.ts";
import { makeRows } from "./rows.ts";
import type { Finding } from "./verify/findings.ts";
import { SOON, verifyGathered } from "./verify/verify.ts";

/** Files by path; text is UTF-8. A file that another names is found by its absolute path. */
export type FilesInMemory =
  | Readonly<Record<string, Uint8Array | string>>
  | ReadonlyMap<string, Uint8Array | string>;

/** What looking at files in memory needs. */
export interface LookInMemory {
  /** The moment that counts, Unix seconds. */
  readonly at: number;
  /** For PKCS#12 files. */
  readonly password?: string;
}

/** What judging them may be told besides. */
export interface VerifyInMemory extends LookInMemory {
  /** How many seconds before its end something ends soon. Default: 30 days. */
  readonly within?: number;
}

/**
 * Looks into files.
 *
 * @param files by path
 * @param options when, and with which password
 * @returns the rows of `inspect`, in the order of the files and of the flags that name them
 * @example
 * ```ts
 * import { inspectFiles, provisionInMemory } from "../../mod.ts";
 *
 * const seed = "HARDWAY-SEED-1QYQQQQQQD92MJQQQQYPQXPQ9QCRSSZG2PVXQ6RS0ZQG3YYC5Z5TPWXQERGD3C8G7RU92MX23";
 * const spec = { name: "lab", controlPlane: [{ name: "server", addresses: ["10.240.0.10"] }] };
 * const lab = await provisionInMemory(spec, seed);
 * const [row] = inspectFiles({ "apiserver.crt": lab.text("pki/apiserver.crt") }, { at: 1767225600 });
 * console.log(row?.type, row?.cn); // Server kube-apiserver
 * ```
 */
export function inspectFiles(files: FilesInMemory, options: LookInMemory): Row[] {
  return makeRows(gatherInMemory(files, options), options.at);
}

/**
 * Judges files.
 *
 * @param files by path
 * @param options when, and what ends soon
 * @returns the findings of `verify`, the worst first
 */
export function verifyFiles(
  files: FilesInMemory,
  options: VerifyInMemory,
): Finding[] {
  return verifyGathered(gatherInMemory(files, options), options.at, options.within ?? SOON);
}

/**
 * Finds what ends.
 *
 * @param files by path
 * @param options when, and with which password
 * @returns the soonest first
 */
export function endingsOfFiles(files: FilesInMemory, options: LookInMemory): Ending[] {
  return endingsOf(inspectFiles(files, options));
}
