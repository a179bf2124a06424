/**
 * `inspect`, `verify` and `expiry` over bytes: no file and no clock needed.
 *
 * @module
 */
import { encodeUtf8 } from "../shared/encoding.ts";
import { type Ending, endingsOf } from "./endings.ts";
import { type Files, gather, type Gathered } from "./gather.ts";
import type { Row } from "./row.ts";
import { makeRows } from "./rows.ts";
import type { FoundFile } from "./scan.ts";
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

/** Gathers files in memory, as the commands gather those of a disk. */
export function gatherInMemory(files: FilesInMemory, { password }: LookInMemory): Gathered {
  const entries = files instanceof Map ? [...files] : Object.entries(files);
  const found = new Map<string, FoundFile>(entries.map(([path, content]) => [path, {
    path,
    bytes: typeof content === "string" ? encodeUtf8(content) : content,
    mode: undefined,
    identity: path,
    trouble: undefined,
  }]));
  const lookUp = (path: string): FoundFile =>
    found.get(path) ?? {
      path,
      bytes: undefined,
      mode: undefined,
      identity: path,
      trouble: { code: "missing-file", message: "no such file" },
    };
  const access: Files = {
    named: (path) => lookUp(normalize(path)),
    beside: (owner, name) => lookUp(normalize(`${owner.slice(0, owner.lastIndexOf("/") + 1)}${name}`)),
    dropIns: (unit) =>
      [...found.keys()].filter((path) => path.startsWith(`${unit}.d/`) && path.endsWith(".conf")).sort()
        .map(lookUp),
  };
  return gather(found.values(), access, password);
}

/** A path without `.`, `..` and doubled slashes. */
function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return (path.startsWith("/") ? "/" : "") + parts.join("/");
}
