/**
 * The manifest: what stands in a tree, by whom and with which content. It holds no secret. A manifest on disk is
 * untrusted input: anybody could have edited it.
 *
 * @module
 */
import { decodeUtf8 } from "../shared/encoding.ts";
import { HardwayError } from "../shared/errors.ts";
import { z } from "../shared/npm/zod.ts";
import { compareText, escapeControls, quote } from "../shared/text.ts";
import { isPathOfOurs } from "../plan/paths.ts";
import { BUNDLE_MANIFESTS, HOSTS, isBundlePath } from "../render/paths.ts";

export { renderOrderedRecord } from "./files.ts";

const hex = (length: number): z.ZodString => z.string().regex(new RegExp(`^[0-9a-f]{${length}}$`));
const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

const manifestFile = z.strictObject({
  path: z.string().refine((path) => isPathOfOurs(path) || isBundlePath(path)),
  mode: z.enum(["0600", "0644", "0755"]),
  sha256: hex(64),
  id: z.string().max(200),
  kind: z.enum(["certificate", "key", "public-key", "kubeconfig", "document", "configuration", "archive"]),
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
  /** Configurations from a template of the user's only: SHA-256 of that file. */
  override: hex(64).optional(),
  /** Its entry left the spec; the file stays until it is pruned. */
  stale: z.literal(true).optional(),
  /** In a pending manifest only: digests that an interrupted run may have left at this path. */
  supersedes: z.array(hex(64)).optional(),
});

const manifest = z.strictObject({
  version: z.literal(1),
  cluster: z.string(),
  seedId: hex(16),
  /** In a shard's manifest only: which of how many, the digest of the plan, and whether it is the whole cluster. */
  shard: z.string().regex(/^\d+\/\d+$/).optional(),
  plan: hex(64).optional(),
  isWhole: z.boolean().optional(),
  files: z.array(manifestFile),
});

/** What a manifest says of one file. */
export type ManifestFile = Readonly<z.output<typeof manifestFile>>;

/** What the manifest of a shard says of itself. */
export interface ShardPart {
  /** Which of how many, such as `2/8`. */
  readonly shard: string;
  /** Digest of the plan that all shards must share. */
  readonly plan: string;
  /** Whether this shard alone makes the cluster, as shards of a fleet do. */
  readonly isWhole: boolean;
}

/** A whole manifest; `files` are sorted by path. */
export interface Manifest {
  readonly version: 1;
  readonly cluster: string;
  /** Names the seed without giving it away: 16 hexadecimal digits. */
  readonly seedId: string;
  /** In the manifest of a shard only. */
  readonly part?: ShardPart | undefined;
  readonly files: readonly ManifestFile[];
}

/** Name of the manifest in a tree. */
export const MANIFEST = "manifest.json";
/** Name of the intended manifest while a run is under way. */
export const PENDING_MANIFEST = "manifest.pending.json";

/** Names of the manifests of a run. */
export interface ManifestNames {
  /** What stands there when it is over. */
  readonly final: string;
  /** What stands there while it is under way. */
  readonly pending: string;
}

/** The manifests of a run that makes a whole tree. */
export const WHOLE_TREE: ManifestNames = { final: MANIFEST, pending: PENDING_MANIFEST };

/** The manifests of bundles. */
export const BUNDLES: ManifestNames = {
  final: `${HOSTS}/${BUNDLE_MANIFESTS.final}`,
  pending: `${HOSTS}/${BUNDLE_MANIFESTS.pending}`,
};

/** The manifests of one shard. */
export function shardManifests(index: number, count: number): ManifestNames {
  const base = `manifest.shard-${index}-of-${count}`;
  return { final: `${base}.json`, pending: `${base}.pending.json` };
}

/** Mode of both. */
export const MANIFEST_MODE = 0o644;

/** The keys of a file in the order in which they are written, whoever made the record. */
const KEYS = Object.keys(manifestFile.shape);

/** Renders what a manifest says of one file: one line, so that a line-based diff shows what changed. */
export function renderRecord(file: ManifestFile): string {
  return JSON.stringify(file, KEYS);
}

/** Whose tree a manifest is of. */
export type ManifestHead = Omit<Manifest, "files">;

/** One file in a manifest: its path, and the line that says all of it. */
export interface ManifestLine {
  readonly path: string;
  readonly line: string;
}

/** How many lines are handed on at once: a manifest of a large cluster has tens of megabytes. */
const LINES_A_PART = 2000;

/**
 * Renders a manifest in parts.
 *
 * @param head whose tree
 * @param lines of `renderRecord`, sorted by path
 */
export function* renderManifestParts(head: ManifestHead, lines: readonly ManifestLine[]): Generator<string> {
  yield `${renderHead(head)}\n`;
  for (let start = 0; start < lines.length; start += LINES_A_PART) {
    const part = lines.slice(start, start + LINES_A_PART).map(({ line }) => line).join(",\n");
    yield start + LINES_A_PART < lines.length ? `${part},\n` : `${part}\n`;
  }
  // Between the brackets of no file at all there is an empty line.
  yield lines.length === 0 ? "\n]}\n" : "]}\n";
}

function renderHead({ cluster, seedId, part }: ManifestHead): string {
  const own = part === undefined
    ? ""
    : `"shard":"${part.shard}","plan":"${part.plan}","isWhole":${part.isWhole},`;
  return `{"version":1,"cluster":${JSON.stringify(cluster)},"seedId":"${seedId}",${own}"files":[`;
}

/** Renders a whole manifest. */
export function renderManifest(manifest: Manifest): string {
  const lines = manifest.files.map((file) => ({ path: file.path, line: renderRecord(file) }));
  return [...renderManifestParts(manifest, sortLines(lines))].join("");
}

/** Sorts lines as a manifest has them. */
export function sortLines<Line extends ManifestLine>(lines: Line[]): Line[] {
  return lines.sort((a, b) => compareText(a.path, b.path));
}

/** A manifest as it was found: whose it is, and a line for each path. */
export interface StoredManifest extends ManifestHead {
  /**
   * Lines by path. A line is not yet known to be what hardway writes: whoever uses it for more than holding it against
   * a line of our own reads it with `parseRecord`.
   */
  readonly lines: ReadonlyMap<string, string>;
}

/**
 * Reads a manifest from disk, quickly when it has the very form that `renderManifest` gives it.
 *
 * @param bytes its content
 * @param name its path for messages
 * @throws {HardwayError} `refused` when it is not a manifest of ours; what `parseRecord` refuses in the lines is seen
 * only there
 */
export function readManifest(bytes: Uint8Array, name: string): StoredManifest {
  let text: string;
  try {
    text = decodeUtf8(bytes);
  } catch {
    throw refuseManifest(name, "it is not JSON");
  }
  return readLines(text, name) ?? readDocument(text, name);
}

const HEAD =
  /^\{"version":1,"cluster":("[^"\\\n]*"),"seedId":"([0-9a-f]{16})",(?:"shard":"(\d+\/\d+)","plan":"([0-9a-f]{64})","isWhole":(true|false),)?"files":\[\n/;
const LINE_START = '{"path":"';

function readLines(text: string, name: string): StoredManifest | undefined {
  const head = HEAD.exec(text);
  if (head === null || !text.endsWith("\n]}\n")) return undefined;
  const [all, cluster = "", seedId = "", shard, plan, isWhole] = head;
  const lines = new Map<string, string>();
  const last = text.length - "\n]}\n".length;
  for (let start = all.length; start < last;) {
    const newline = text.indexOf("\n", start);
    const end = newline < last ? newline - 1 : last;
    if (
      !text.startsWith(LINE_START, start) || text[end - 1] !== "}" || (newline < last && text[end] !== ",")
    ) {
      return undefined;
    }
    const quote = text.indexOf('"', start + LINE_START.length);
    const path = text.slice(start + LINE_START.length, quote);
    if (path.includes("\\")) return undefined;
    if (lines.has(path)) throw refuseManifest(name, "it names a path twice");
    lines.set(path, text.slice(start, end));
    start = newline + 1;
  }
  return {
    version: 1,
    cluster: JSON.parse(cluster),
    seedId,
    part: partOf(shard, plan, isWhole === "true"),
    lines,
  };
}

/** The same for a manifest that somebody has laid out anew. */
function readDocument(text: string, name: string): StoredManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuseManifest(name, "it is not JSON");
  }
  const result = manifest.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw refuseManifest(name, `${issue?.path.join(".") || "it"} is not what hardway writes`);
  }
  const lines = new Map(result.data.files.map((file) => [file.path, renderRecord(file)]));
  if (lines.size !== result.data.files.length) throw refuseManifest(name, "it names a path twice");
  const { version, cluster, seedId, shard, plan, isWhole } = result.data;
  return { version, cluster, seedId, part: partOf(shard, plan, isWhole ?? false), lines };
}

function partOf(
  shard: string | undefined,
  plan: string | undefined,
  isWhole: boolean,
): ShardPart | undefined {
  return shard === undefined || plan === undefined ? undefined : { shard, plan, isWhole };
}

/**
 * Reads what a stored manifest says of one file.
 *
 * @param line of `StoredManifest`
 * @param name the manifest's path for messages
 * @throws {HardwayError} `refused` when it is not exactly what hardway writes, with a path that the catalogue can make
 */
export function parseRecord(line: string, name: string): ManifestFile {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw refuseManifest(name, "it is not JSON");
  }
  const result = manifestFile.safeParse(value);
  if (result.success) return result.data;
  const key = result.error.issues[0]?.path.join(".") || "form";
  const path = value !== null && typeof value === "object" && "path" in value ? String(value.path) : "";
  throw refuseManifest(name, `the ${key} of ${quote(path)} is not what hardway writes`);
}

/** The refusal of a manifest that is not what hardway writes. */
export function refuseManifest(name: string, reason: string): HardwayError {
  return new HardwayError(
    "refused",
    `Refused: cannot trust ${
      escapeControls(name)
    }: ${reason}\nNothing was changed. Move the file away; files that are right stay as they are.`,
  );
}
