/**
 * A whole PKI in memory, in one call and without a file: for tests that need certificates with a pinned seed.
 *
 * @module
 */
import { issuePlan } from "../issue/issue.ts";
import { parseSeed, seedId } from "../issue/seed.ts";
import { loadPlan } from "../plan/load.ts";
import type { Plan } from "../plan/types.ts";
import { decodeUtf8, encodeUtf8 } from "../shared/encoding.ts";
import type { SpecInput } from "../spec/definition.ts";
import { renderFiles } from "./files.ts";
import { readGiven } from "./given.ts";
import { MANIFEST, type Manifest, MANIFEST_MODE, renderManifest } from "./manifest.ts";

/** One file of a tree in memory. */
export interface MemoryFile {
  /** 0o600 for whatever holds a secret, 0o644 for the rest. */
  readonly mode: number;
  /** PEM, YAML or JSON. */
  readonly text: string;
}

/** What `out/<cluster>` would hold. */
export interface MemoryTree {
  readonly plan: Plan;
  readonly manifest: Manifest;
  /** By path under `out/<cluster>`, such as `pki/apiserver.crt`; `manifest.json` is among them. */
  readonly files: ReadonlyMap<string, MemoryFile>;
  /**
   * The text of one file.
   *
   * @throws {RangeError} when there is no such path
   */
  readonly text: (path: string) => string;
}

/** What can be left out. */
export interface InMemoryOptions {
  /** Ids or patterns to make. Default: everything. */
  readonly only?: readonly string[];
  /** The spec's name in messages. Default: `cluster.yaml`. */
  readonly file?: string;
  /** What the files hold that the spec names as valueFile, by the name that the spec gives them. Secret. */
  readonly valueFiles?: Readonly<Record<string, string>>;
  /** Ends the work early. */
  readonly signal?: AbortSignal;
}

/**
 * Makes the files of a cluster without touching a disk: the same bytes that `provision` writes.
 *
 * @param spec the YAML text of a spec, or the same as an object
 * @param seed the line of a seed file, `HARDWAY-SEED-1...`
 * @throws {HardwayError} `spec-invalid` or `seed-invalid`
 * @example
 * ```ts
 * import { provisionInMemory } from "../../mod.ts";
 *
 * const seed = "HARDWAY-SEED-1QYQQQQQQD92MJQQQQYPQXPQ9QCRSSZG2PVXQ6RS0ZQG3YYC5Z5TPWXQERGD3C8G7RU92MX23";
 * const spec = { name: "lab", controlPlane: [{ name: "server", addresses: ["10.240.0.10"] }] };
 * const lab = await provisionInMemory(spec, seed);
 * console.log(lab.text("pki/apiserver.crt").split("\n")[0]); // -----BEGIN CERTIFICATE-----
 * ```
 */
export async function provisionInMemory(
  spec: string | SpecInput,
  seed: string,
  options: InMemoryOptions = {},
): Promise<MemoryTree> {
  const parsed = parseSeed(seed, "seed");
  // JSON is YAML: an object goes the same way as a document, and its messages have places in that text.
  const text = typeof spec === "string" ? spec : JSON.stringify(spec, null, 2);
  const { plan, spec: loaded, only } = loadPlan(
    encodeUtf8(text),
    options.file ?? "cluster.yaml",
    parsed.created,
    options.only ?? [],
  );
  const issued = issuePlan(plan, parsed, { only, ...(options.signal && { signal: options.signal }) });
  const given = readGiven(loaded, (name) => {
    const files = options.valueFiles ?? {};
    const text = Object.hasOwn(files, name) ? files[name] : undefined;
    return text ?? { reason: "expected it among the valueFiles of the call" };
  });
  const secrets = { cluster: plan.cluster, entropy: parsed.entropy, given };
  const rendered = await Array.fromAsync(renderFiles(plan, issued, secrets, only));
  const manifest: Manifest = {
    version: 1,
    cluster: plan.cluster,
    seedId: seedId(parsed),
    files: rendered.map((file) => file.record),
  };
  const files = new Map(
    rendered.map((file) => [file.path, { mode: file.mode, text: decodeUtf8(file.bytes) }]),
  );
  files.set(MANIFEST, { mode: MANIFEST_MODE, text: renderManifest(manifest) });
  return {
    plan,
    manifest,
    files,
    text: (path) => {
      const file = files.get(path);
      if (file === undefined) throw new RangeError(`No file "${path}" in the tree of "${plan.cluster}"`);
      return file.text;
    },
  };
}
