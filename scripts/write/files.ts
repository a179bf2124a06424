/**
 * From keys and certificates to files: what goes where, with which mode, and what the manifest says of it. Nothing
 * is written here.
 *
 * @module
 */
import type { Issued, IssuedCertificate, IssuedKeyPair } from "../issue/issue.ts";
import type { KeyedEntry } from "../issue/issued.ts";
import type { CertificateEntry, DocumentEntry, KeyPairEntry, KubeconfigEntry, Plan } from "../plan/types.ts";
import { makePause } from "../shared/pause.ts";
import { digestHex } from "../shared/digest.ts";
import { encodeUtf8 } from "../shared/encoding.ts";
import { encodePem } from "../shared/pem.ts";
import { formatTime } from "../shared/time.ts";
import type { DocumentSecrets } from "./document_secrets.ts";
import { renderKubeconfig } from "./kubeconfig.ts";
import type { ManifestFile } from "./manifest.ts";
import { formatSubject } from "./subject.ts";

/** One file to write. */
export interface OutputFile {
  readonly path: string;
  /** 0o600 for whatever holds a secret, 0o644 for the rest. */
  readonly mode: number;
  readonly bytes: Uint8Array;
  /** What the manifest says of it. */
  readonly record: ManifestFile;
}

const SECRET = "0600";
const PUBLIC = "0644";

/**
 * Turns issued entries into files, in the plan's order.
 *
 * @param plan what was planned; its kubeconfigs are rendered as soon as their client is there
 * @param issued what the issue stage gives
 * @param secrets what documents take their secrets from
 * @param only the ids that are wanted
 */
export async function* renderFiles(
  plan: Plan,
  issued: AsyncIterable<Issued>,
  secrets: DocumentSecrets,
  only: (id: string) => boolean = () => true,
): AsyncGenerator<OutputFile> {
  const documents = Map.groupBy(
    plan.entries.filter((entry) => entry.kind === "document").filter(({ id }) => only(id)),
    (entry) => entry.of,
  );
  const behind = async (entry: KeyedEntry, publicPart: Uint8Array): Promise<OutputFile[]> => {
    const own = documents.get(entry.id);
    if (own === undefined) return [];
    const { documentFiles } = await import("./documents.ts");
    return await documentFiles(own, entry, publicPart, secrets, makePause());
  };
  const kubeconfigs = new Map(
    plan.entries.flatMap((entry) =>
      entry.kind === "kubeconfig" && only(entry.id) ? [[entry.client, entry]] : []
    ),
  );
  const issuers = new Map(
    plan.entries.flatMap((entry) =>
      entry.kind === "certificate" && entry.isAuthority ? [[entry.id, formatSubject(entry.subject)]] : []
    ),
  );
  const authorities = new Map<string, Uint8Array>();
  for await (const item of issued) {
    if (item.kind === "key-pair") {
      if (item.selected) yield* keyPairFiles(item);
      yield* await behind(item.entry, encodePem("PUBLIC KEY", item.spki));
      continue;
    }
    const { entry } = item;
    const pem = pemOf(item);
    if (entry.isAuthority) authorities.set(entry.id, pem.certificate);
    if (item.selected) yield* certificateFiles(item, issuers.get(entry.issuer) ?? "", pem);
    yield* await behind(entry, pem.certificate);
    const kubeconfig = kubeconfigs.get(entry.id);
    if (kubeconfig === undefined) continue;
    const authority = authorities.get(entry.issuer) ?? new Uint8Array(0);
    yield kubeconfigFile(
      kubeconfig,
      entry,
      renderKubeconfigOf(plan.cluster, kubeconfig, { authority, ...pem }),
    );
  }
}

/** A certificate and its key as PEM. */
export interface PemPair {
  readonly certificate: Uint8Array;
  /** Secret. */
  readonly key: Uint8Array;
}

/** Writes a certificate and its key as PEM. */
export function pemOf(item: Pick<IssuedCertificate, "certificate" | "pkcs8">): PemPair {
  return {
    certificate: encodePem("CERTIFICATE", item.certificate),
    key: encodePem("PRIVATE KEY", item.pkcs8),
  };
}

/** The two files of a certificate. */
export function certificateFiles(
  item: Pick<IssuedCertificate, "entry" | "serial" | "fingerprint">,
  issuer: string,
  pem: PemPair,
): OutputFile[] {
  const { entry } = item;
  const { id, generation } = entry;
  return [
    outputFile(entry.certificatePath, PUBLIC, pem.certificate, {
      id,
      kind: "certificate",
      generation,
      subject: formatSubject(entry.subject),
      issuer,
      serial: item.serial,
      notBefore: timeText(entry.notBefore),
      notAfter: timeText(entry.notAfter),
      sans: sansOf(entry),
      fingerprint: item.fingerprint,
    }),
    outputFile(entry.keyPath, SECRET, pem.key, { id, kind: "key", generation }),
  ];
}

/** The two files of a key pair. */
export function keyPairFiles(item: Pick<IssuedKeyPair, "entry" | "pkcs8" | "spki">): OutputFile[] {
  return keyPairFilesOf(item.entry, encodePem("PRIVATE KEY", item.pkcs8), encodePem("PUBLIC KEY", item.spki));
}

/** The same from their texts. */
export function keyPairFilesOf(entry: KeyPairEntry, key: Uint8Array, publicKey: Uint8Array): OutputFile[] {
  const { id, generation } = entry;
  return [
    outputFile(entry.keyPath, SECRET, key, { id, kind: "key", generation }),
    outputFile(entry.publicKeyPath, PUBLIC, publicKey, { id, kind: "public-key", generation }),
  ];
}

/** Renders the kubeconfig of an entry. */
export function renderKubeconfigOf(
  cluster: string,
  entry: KubeconfigEntry,
  pem: PemPair & { readonly authority: Uint8Array },
): Uint8Array {
  const { server, user, namespace, certificateAuthority } = entry;
  return renderKubeconfig({
    cluster,
    server,
    user,
    ...pem,
    ...(certificateAuthority !== undefined && { authority: encodeUtf8(certificateAuthority) }),
    ...(namespace !== undefined && { namespace }),
  });
}

/** The file of a kubeconfig. */
export function kubeconfigFile(
  entry: KubeconfigEntry,
  client: CertificateEntry,
  bytes: Uint8Array,
): OutputFile {
  return outputFile(entry.path, SECRET, bytes, {
    id: entry.id,
    kind: "kubeconfig",
    generation: client.generation,
    server: entry.server,
  });
}

/** The file of a document. */
export function documentFile({ path, mode, id }: DocumentEntry, bytes: Uint8Array): OutputFile {
  return outputFile(path, mode, bytes, { id, kind: "document", generation: 1 });
}

const times = new Map<number, string>();

/** Nearly all certificates of a cluster start and end together. */
function timeText(seconds: number): string {
  let text = times.get(seconds);
  if (text === undefined) {
    text = formatTime(seconds);
    if (times.size < 1000) times.set(seconds, text);
  }
  return text;
}

function sansOf(entry: CertificateEntry): string[] {
  return entry.addresses.length === 0
    ? [...entry.dnsNames]
    : [...entry.dnsNames, ...entry.addresses.map((address) => address.text)];
}

/**
 * Renders a record whose keys were put down in the order of the definition, as is done here: the same as `renderRecord`
 * gives, and much quicker.
 */
export function renderOrderedRecord(file: ManifestFile): string {
  return JSON.stringify(file);
}

/** The keys of `details` stand in the order of `renderRecord`: a record is written as it is. */
function outputFile(
  path: string,
  mode: ManifestFile["mode"],
  bytes: Uint8Array,
  details: Omit<ManifestFile, "path" | "mode" | "sha256">,
): OutputFile {
  const record = { path, mode, sha256: digestHex(bytes), ...details };
  return { path, mode: mode === SECRET ? 0o600 : 0o644, bytes, record };
}

/** Writes a mode as manifests have it: four octal digits. */
export function formatMode(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, "0");
}
