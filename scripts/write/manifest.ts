/**
 * The manifest: what stands in a tree, by whom and with which content. It holds no secret. A manifest on disk is
 * untrusted input: anybody could have edited it.
 *
 * @module
 */
import { decodeUtf8 } from "../shared/encoding.ts";
import { HardwayError } from "../shared/errors.ts";
import { z } from "../shared/npm/zod.ts";
import { compareText, escapeControls } from "../shared/text.ts";
import { isPathOfOurs } from "../plan/paths.ts";

const hex = (length: number): z.ZodString => z.string().regex(new RegExp(`^[0-9a-f]{${length}}$`));
const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

const manifestFile = z.strictObject({
  path: z.string().refine(isPathOfOurs),
  mode: z.enum(["0600", "0644"]),
  sha256: hex(64),
  id: z.string().max(200),
  kind: z.enum(["certificate", "key", "public-key", "kubeconfig"]),
  generation: z.int().min(1),
  /** Certificates only: RFC 4514 names, hexadecimal serial, RFC 3339 times, bare names, SHA-256 of the DER. */
  subject: z.string().optional(),
  issuer: z.string().optional(),
  serial: z.string().regex(/^([0-9a-f]{2}){1,20}$/).optional(),
  notBefore: time.optional(),
  notAfter: time.optional(),
  sans: z.array(z.string()).optional(),
  fingerprint: hex(64).optional(),
  /** Kubeconfigs only: the API server's URL. */
  server: z.string().optional(),
  /** Its entry left the spec; the file stays until it is pruned. */
  stale: z.literal(true).optional(),
  /** In a pending manifest only: digests that an interrupted run may have left at this path. */
  supersedes: z.array(hex(64)).optional(),
});

const manifest = z.strictObject({
  version: z.literal(1),
  cluster: z.string(),
  seedId: hex(16),
  files: z.array(manifestFile).max(1_000_000),
});

/** What a manifest says of one file. */
export type ManifestFile = Readonly<z.output<typeof manifestFile>>;

/** A whole manifest; `files` are sorted by path. */
export interface Manifest {
  readonly version: 1;
  readonly cluster: string;
  /** Names the seed without giving it away: 16 hexadecimal digits. */
  readonly seedId: string;
  readonly files: readonly ManifestFile[];
}

/** Name of the manifest in a tree. */
export const MANIFEST = "manifest.json";
/** Name of the intended manifest while a run is under way. */
export const PENDING_MANIFEST = "manifest.pending.json";
/** Mode of both. */
export const MANIFEST_MODE = 0o644;

/** The keys of a file in the order in which they are written, whoever made the record. */
const KEYS = Object.keys(manifestFile.shape);

/** Renders a manifest: one line for each file, sorted by path, so that a line-based diff shows what changed. */
export function renderManifest(manifest: Manifest): string {
  const files = manifest.files.toSorted((a, b) => compareText(a.path, b.path));
  const head = `{"version":1,"cluster":${
    JSON.stringify(manifest.cluster)
  },"seedId":"${manifest.seedId}","files":[`;
  return `${head}\n${files.map((file) => JSON.stringify(file, KEYS)).join(",\n")}\n]}\n`;
}

/**
 * Reads a manifest from disk.
 *
 * @param bytes its content
 * @param name its path for messages
 * @throws {HardwayError} `refused` when it is not exactly a manifest of ours, with paths that the catalogue can make
 */
export function parseManifest(bytes: Uint8Array, name: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(decodeUtf8(bytes));
  } catch {
    throw refuse(name, "it is not JSON");
  }
  const result = manifest.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw refuse(name, `${issue?.path.join(".") || "it"} is not what hardway writes`);
  }
  const paths = new Set(result.data.files.map((file) => file.path));
  if (paths.size !== result.data.files.length) throw refuse(name, "it names a path twice");
  return result.data;
}

function refuse(name: string, reason: string): HardwayError {
  return new HardwayError(
    "refused",
    `Refused: cannot trust ${
      escapeControls(name)
    }: ${reason}\nNothing was changed. Move the file away; files that are right stay as they are.`,
  );
}
