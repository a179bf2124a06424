/**
 * Whether what stands on the disk is what would be made, found out without making it. Two things together prove it:
 * each file has the digest that the manifest of this seed gives it, so it is what hardway wrote for this id and
 * generation; and the certificate says to the byte what the plan says, its issuer's key included. What is trusted is
 * the manifest; `--recheck` trusts nothing and makes everything again.
 *
 * @module
 */
import { recognizeCertificate } from "../issue/certificate.ts";
import { hasFormOf } from "../issue/key_forms.ts";
import { formatSerial } from "../issue/serial.ts";
import type { Unit } from "../plan/units.ts";
import { digestHex } from "../shared/digest.ts";
import { equalBytes } from "../shared/encoding.ts";
import { decodePem } from "../shared/pem.ts";
import {
  certificateFiles,
  keyPairFilesOf,
  kubeconfigFile,
  type OutputFile,
  renderKubeconfigOf,
  renderOrderedRecord,
} from "./files.ts";
import type { AuthorityFacts } from "./maker.ts";
import { formatSubject } from "./subject.ts";

/** What proving needs of a disk. */
export interface GlanceTree {
  /** A regular file with its mode, undefined when it is not there or something else is. */
  glance(path: string): { readonly mode: number; readonly bytes: Uint8Array } | undefined;
}

/** What was found out. */
export interface Proof {
  /** Whether everything of the unit stands there as it should. */
  readonly isRight: boolean;
  /** Of a CA whose own files do: its leaves need not be made again because a document behind it is. */
  readonly facts?: AuthorityFacts;
}

const UNPROVEN: Proof = { isRight: false };

/**
 * Proves a unit.
 *
 * @param tree where it stands
 * @param unit what it should be
 * @param lines what the stored manifest says of its files, in their order
 * @param issuer what is known of its CA; a CA itself needs nothing
 * @param cluster the cluster's name
 * @param makeDocuments makes the unit's documents; they are short, so that they are made again and compared
 * @returns whether it is right; of a CA that is, whatever stands behind it, what is known now
 */
export async function proveUnit(
  tree: GlanceTree,
  unit: Unit,
  lines: readonly string[],
  issuer: AuthorityFacts | undefined,
  cluster: string,
  makeDocuments: (publicPart: Uint8Array) => Promise<readonly OutputFile[]>,
): Promise<Proof> {
  const { entry, kubeconfig } = unit;
  // Only its own files show whether the certificate is the right one.
  if (!unit.isWanted) return UNPROVEN;
  if (entry.kind === "key-pair") {
    const [key, publicKey] = [tree.glance(entry.keyPath), tree.glance(entry.publicKeyPath)];
    if (key === undefined || publicKey === undefined) return UNPROVEN;
    const spki = decodePem("PUBLIC KEY", text(publicKey.bytes));
    if (spki === undefined || !hasFormOf(entry.keyAlgorithm, spki)) return UNPROVEN;
    const files = keyPairFilesOf(entry, key.bytes, publicKey.bytes);
    const documents = seeDocuments(tree, await makeDocuments(publicKey.bytes));
    if (documents === undefined) return UNPROVEN;
    return { isRight: areRight([...files, ...documents.files], [key, publicKey, ...documents.seen], lines) };
  }
  if (issuer === undefined && !entry.isAuthority) return UNPROVEN;
  const [certificate, key] = [tree.glance(entry.certificatePath), tree.glance(entry.keyPath)];
  if (certificate === undefined || key === undefined) return UNPROVEN;
  const der = decodePem("CERTIFICATE", text(certificate.bytes));
  const found = der && recognizeCertificate(der, entry, entry.isAuthority ? undefined : issuer?.part);
  if (der === undefined || found === undefined || !hasFormOf(entry.keyAlgorithm, found.spki)) {
    return UNPROVEN;
  }
  const pem = { certificate: certificate.bytes, key: key.bytes };
  const subject = issuer?.subject ?? formatSubject(entry.subject);
  const details = { entry, serial: formatSerial(found.serial), fingerprint: digestHex(der) };
  const files = certificateFiles(details, subject, pem);
  const seen = [certificate, key];
  if (kubeconfig !== undefined) {
    const there = tree.glance(kubeconfig.path);
    const authority = entry.isAuthority ? pem.certificate : issuer?.pem;
    if (there === undefined || authority === undefined) return UNPROVEN;
    const wanted = renderKubeconfigOf(cluster, kubeconfig, { authority, ...pem });
    if (!equalBytes(wanted, there.bytes)) return UNPROVEN;
    files.push(kubeconfigFile(kubeconfig, entry, there.bytes));
    seen.push(there);
  }
  if (!areRight(files, seen, lines)) return UNPROVEN;
  const documents = seeDocuments(tree, await makeDocuments(pem.certificate));
  const isRight = documents !== undefined &&
    areRight(documents.files, documents.seen, lines.slice(files.length));
  return entry.isAuthority
    ? { isRight, facts: { part: found.isSignedBy, pem: pem.certificate, subject } }
    : { isRight };
}

interface Seen {
  readonly mode: number;
}

/** Documents with what stands at their paths; undefined when one has other bytes. */
function seeDocuments(
  tree: GlanceTree,
  files: readonly OutputFile[],
): { readonly files: readonly OutputFile[]; readonly seen: readonly Seen[] } | undefined {
  const seen: Seen[] = [];
  for (const { path, bytes } of files) {
    const there = tree.glance(path);
    if (there === undefined || !equalBytes(bytes, there.bytes)) return undefined;
    seen.push(there);
  }
  return { files, seen };
}

/** Whether files as they stand there have the modes and the lines that the manifest gives them. */
function areRight(
  files: readonly OutputFile[],
  seen: readonly { readonly mode: number }[],
  lines: readonly string[],
): boolean {
  return files.every((file, index) =>
    file.mode === seen[index]?.mode && renderOrderedRecord(file.record) === lines[index]
  );
}

const latin1 = new TextDecoder("latin1");

/** PEM is ASCII; what is not is no PEM of ours. */
function text(bytes: Uint8Array): string {
  return latin1.decode(bytes);
}
