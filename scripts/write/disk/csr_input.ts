/**
 * Reads what `csr` works with: a request as a manifest or as plain PKCS#10, a cluster's spec and seed, a CA of files.
 *
 * @module
 */
import { basename, dirname, join, resolve } from "node:path";
import { latin1 } from "../../inspect/certificate/names.ts";
import { Authorities } from "../../issue/authority.ts";
import { authoritiesOf } from "../../issue/issue.ts";
import { parseSeed, type Seed } from "../../issue/seed.ts";
import { type Loaded, loadPlan } from "../../plan/load.ts";
import { encodeUtf8 } from "../../shared/encoding.ts";
import { HardwayError } from "../../shared/errors.ts";
import { makePause } from "../../shared/pause.ts";
import { escapeControls } from "../../shared/text.ts";
import { MAX_BYTES } from "../../spec/document.ts";
import { parseSpec } from "../../spec/read.ts";
import type { Signer } from "../../spec/types.ts";
import { ownAuthority, readAuthority } from "../../identity/csr/authority.ts";
import type { SigningAuthority } from "../../identity/csr/certificate.ts";
import { GoError } from "../../identity/csr/go_error.ts";
import { decodeGoPem } from "../../identity/csr/go_pem.ts";
import { pathOf, placeOf, readManifest } from "../../identity/csr/manifest.ts";
import { type ApiRefusal, type CsrObject, decodeObject } from "../../identity/csr/object.ts";
import { remedyOf } from "../../identity/csr/remedies.ts";
import { shorten } from "../../identity/csr/show.ts";
import { customSigner } from "../../identity/csr/signers.ts";
import { unknownFields } from "../../identity/csr/unknown_fields.ts";
import type { ClusterPlace, PlainTerms } from "../csr/options.ts";
import { seedBeside } from "../cluster_seed.ts";
import { readInput } from "./input.ts";
import { readSeedFile, readSeedFromStdin } from "./seed_file.ts";

/** A request in a file. */
export interface CsrFile {
  readonly path: string;
  readonly shown: string;
  /** The text of a manifest and its values; undefined for plain PKCS#10. */
  readonly manifest: { readonly text: string; readonly value: unknown } | undefined;
  readonly object: CsrObject;
  /** Fields that the API does not know. */
  readonly unknown: readonly string[];
}

/**
 * Reads a request.
 *
 * @param folder that relative paths start from
 * @throws {HardwayError} `file-unreadable` with file and place when it is none
 */
export async function readCsrFile(folder: string, shown: string, terms: PlainTerms = {}): Promise<CsrFile> {
  const path = resolve(folder, shown);
  const bytes = await readInput(path, shown);
  if (bytes.length > MAX_BYTES) throw fault(shown, 1, 1, "more bytes than a request has");
  const plain = latin1(bytes);
  if (bytes[0] === 0x30 && bytes[1] !== undefined && bytes[1] >= 0x80) {
    throw fault(shown, 1, 1, "DER: expected PEM, such as openssl req -inform DER gives");
  }
  if (/^-----BEGIN /m.test(plain) && !/^\s*(?:kind|apiVersion|metadata|spec)\s*:/m.test(plain)) {
    return { path, shown, manifest: undefined, object: plainObject(shown, bytes, terms), unknown: [] };
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw fault(shown, 1, 1, "no text in UTF-8");
  }
  const manifest = readManifest(text);
  if ("reason" in manifest) throw fault(shown, manifest.line, manifest.column, manifest.reason);
  const decoded = decodeObject(manifest.value);
  if ("refusal" in decoded) throw refusalError(decoded.refusal, { shown, text });
  return { path, shown, manifest, object: decoded.object, unknown: unknownFields(manifest.value) };
}

function plainObject(shown: string, bytes: Uint8Array, terms: PlainTerms): CsrObject {
  return {
    name: basename(shown).replace(/(?<=.)\.[^.]*$/, ""),
    generateName: "",
    labels: {},
    annotations: {},
    request: bytes,
    signerName: terms.signerName ?? "",
    usages: terms.usages ?? [],
    expirationSeconds: terms.expirationSeconds,
    username: "",
    groups: [],
    conditions: [],
    certificate: new Uint8Array(),
  };
}

function fault(shown: string, line: number, column: number, message: string): HardwayError {
  return new HardwayError("file-unreadable", `${escapeControls(shown)}:${line}:${column}: ${message}`);
}

/**
 * Makes an error of what the API server refuses: a line for each fault, with its place.
 *
 * @param file the manifest; without a text the places are those of a plain request, its first line. Undefined for what
 * the command line asks for.
 */
export function refusalError(
  refusal: ApiRefusal,
  file?: { readonly shown: string; readonly text?: string | undefined },
): HardwayError {
  const causes = refusal.causes.length > 0
    ? refusal.causes.map(({ field, message }) => ({
      path: pathOf(field),
      message: `${field}: ${shorten(message)}`,
    }))
    : [{ path: refusal.path ?? [], message: refusal.message }];
  const lines = causes.map(({ path, message }) => {
    const { line, column } = file?.text === undefined ? { line: 1, column: 1 } : placeOf(file.text, path);
    const place = file === undefined ? "csr" : `${escapeControls(file.shown)}:${line}:${column}`;
    return { line, column, text: `${place}: ${escapeControls(message)}` };
  });
  lines.sort((a, b) => a.line - b.line || a.column - b.column);
  const remedy = causes.map(({ message }) => remedyOf(message)).find((found) => found !== undefined);
  const texts = lines.map((one) => one.text);
  if (remedy !== undefined) texts.push(`Remedy: ${remedy}`);
  return new HardwayError(file === undefined ? "usage" : "file-unreadable", texts.join("\n"));
}

/** A cluster of ours. */
export interface CsrCluster extends Loaded {
  readonly seed: Seed | undefined;
}

/**
 * Reads a spec and its seed; neither is ever made here.
 *
 * @param needsSeed whether a seed has to be there
 * @throws {HardwayError} `spec-invalid`, `seed-invalid`, `file-unreadable`
 */
export async function readCluster(place: ClusterPlace, needsSeed = true): Promise<CsrCluster> {
  const specName = place.spec ?? "cluster.yaml";
  const seedName = place.seed ?? seedBeside(specName);
  const bytes = await readInput(resolve(place.folder, specName), specName);
  const text = seedName === "-"
    ? await readSeedFromStdin()
    : readSeedFile(resolve(place.folder, seedName), seedName);
  if (text === undefined && (needsSeed || place.seed !== undefined)) {
    throw new HardwayError(
      "seed-invalid",
      `${escapeControls(seedName)}: no such file; it is never made here`,
    );
  }
  const seed = text === undefined ? undefined : parseSeed(text, seedName === "-" ? "stdin" : seedName);
  return { ...loadPlan(bytes, specName, seed?.created ?? 0, []), seed };
}

/** The authorities of a cluster with a seed. */
export function authoritiesIn({ plan, seed }: CsrCluster): Authorities {
  if (seed === undefined) throw new Error("A cluster without a seed has no keys");
  const source = { cluster: plan.cluster, entropy: seed.entropy, entries: authoritiesOf(plan) };
  return new Authorities(source, makePause());
}

/**
 * Reads the custom signers of a spec; a seed is not asked for.
 *
 * @throws {HardwayError} `spec-invalid`, `file-unreadable`
 */
export async function readSigners(folder: string, specName: string): Promise<readonly Signer[]> {
  const bytes = await readInput(resolve(folder, specName), specName);
  return parseSpec(bytes, specName).signers;
}

/** A CA, its certificate as DER, and the custom signers that there are. */
export interface ReadySigner {
  readonly authority: SigningAuthority;
  readonly certificate: Uint8Array;
  readonly signers: readonly Signer[];
}

/** The ids of the CAs, by the spec's words for them. */
const AUTHORITY_IDS = { kubernetes: "ca", etcd: "etcd-ca", "front-proxy": "front-proxy-ca" } as const;

/**
 * The CA that signs: that of files, or one of a cluster of ours: the kubernetes CA, or that of the custom signer.
 *
 * @param place with files only the custom signers are read from its spec, if it names one
 * @param files the CA and its key
 * @param signerName of the request
 * @throws {HardwayError} `file-unreadable` for files that are no CA, and what `readCluster` throws
 */
export async function readSigner(
  place: ClusterPlace,
  files: { readonly ca: string; readonly caKey: string } | undefined,
  signerName: string,
): Promise<ReadySigner> {
  if (files !== undefined) {
    const signers = place.spec === undefined ? [] : await readSigners(place.folder, place.spec);
    return { ...await readFilesOf(files, place.folder), signers };
  }
  const cluster = await readCluster(place);
  const { plan, seed, spec: { signers } } = cluster;
  const id = AUTHORITY_IDS[customSigner(signerName, signers)?.authority ?? "kubernetes"];
  const entry = authoritiesOf(plan).find((one) => one.id === id);
  if (entry === undefined || seed === undefined) throw new Error("Every plan has all CAs");
  const made = await authoritiesIn(cluster).get(id);
  const source = { cluster: plan.cluster, entropy: seed.entropy, notAfter: entry.notAfter };
  return { authority: ownAuthority(made, source), certificate: made.certificate, signers };
}

async function readFilesOf(
  files: { readonly ca: string; readonly caKey: string },
  folder: string,
): Promise<Omit<ReadySigner, "signers">> {
  const [certificate, key] = await Promise.all(
    [files.ca, files.caKey].map((shown) => readInput(resolve(folder, shown), shown)),
  );
  try {
    const authority = readAuthority(certificate ?? new Uint8Array(), key ?? new Uint8Array());
    if (!authority.isAuthority) throw new GoError("the certificate is no CA: it may not sign others");
    return { authority, certificate: authority.certificate.der };
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    throw new HardwayError(
      "file-unreadable",
      `error reading CA cert file "${escapeControls(files.ca)}": ${error.message}`,
    );
  }
}

/** The first certificate in the bytes of status.certificate, DER. */
export function firstCertificate(pem: Uint8Array): Uint8Array | undefined {
  for (let next = decodeGoPem(latin1(pem)); next !== undefined; next = decodeGoPem(next.rest)) {
    if (next.block.type === "CERTIFICATE") return next.block.bytes;
  }
  return undefined;
}

/** Text as the bytes of a file. */
export function textBytes(text: string): Uint8Array {
  return encodeUtf8(text);
}

/** A path as the user means it. */
export function pathIn(folder: string, ...names: readonly string[]): string {
  return resolve(folder, ...names);
}

/** A file beside another, as messages name it. */
export function beside(file: string, out: string | undefined, name: string): string {
  return join(out ?? dirname(file), name);
}
