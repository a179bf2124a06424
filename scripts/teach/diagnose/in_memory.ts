/**
 * `diagnose` over bytes: no file and no clock needed.
 *
 * @module
 */
import { gatherInMemory } from "../../inspect/gather_in_memory.ts";
import type { FilesInMemory, LookInMemory } from "../../inspect/in_memory.ts";
import { encodeUtf8 } from "../../shared/encoding.ts";
import { diagnoseGathered } from "./diagnose.ts";
import type { Diagnosis } from "./diagnosis.ts";
import { Groups } from "./groups.ts";
import { LogScanner } from "./scanner.ts";

/** What diagnosing files in memory needs. */
export interface DiagnoseInMemory extends LookInMemory {
  /** Logs by name; a name may say which program's log it is, such as `kube-apiserver.log`. */
  readonly logs?: FilesInMemory;
}

/**
 * Finds the causes of what logs say, in files.
 *
 * @param files by path, as `verifyFiles` takes them; none to read logs alone
 * @param options when, and the logs; without logs it is foretold what they will say
 * @returns causes, the surest first
 * @example
 * ```ts
 * import { diagnoseFiles } from "../../../mod.ts";
 *
 * const log = "Unable to connect to the server: x509: certificate signed by unknown authority\n";
 * const [cause] = diagnoseFiles({}, { at: 1767225600, logs: { "kubectl.log": log } });
 * console.log(cause?.family); // unknown-authority
 * ```
 */
export function diagnoseFiles(files: FilesInMemory, options: DiagnoseInMemory): Diagnosis[] {
  const { at, logs } = options;
  const hasFiles = (files instanceof Map ? files.size : Object.keys(files).length) > 0;
  const gathered = hasFiles ? gatherInMemory(files, options) : undefined;
  if (logs === undefined) return diagnoseGathered(undefined, gathered, at);
  const groups = new Groups();
  for (const [name, content] of logs instanceof Map ? logs : Object.entries(logs)) {
    const scanner = new LogScanner(name, at, groups);
    scanner.push(typeof content === "string" ? encodeUtf8(content) : content);
    scanner.end();
  }
  return diagnoseGathered(groups.list(), gathered, at);
}
