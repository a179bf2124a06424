/**
 * From keys and certificates to files: what goes where, with which mode, and what the manifest says of it. Nothing
 * is written here.
 *
 * @module
 */
import type { Issued, IssuedCertificate } from "../issue/issue.ts";
import type { KubeconfigEntry, Plan } from "../plan/types.ts";
import { encodeUtf8, toHex, toPem } from "../shared/encoding.ts";
import { sha256 } from "../shared/npm/hashes.ts";
import { formatTime } from "../shared/time.ts";
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
 * @param only the ids that are wanted
 */
export async function* renderFiles(
  plan: Plan,
  issued: AsyncIterable<Issued>,
  only: (id: string) => boolean = () => true,
): AsyncGenerator<OutputFile> {
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
  const authorities = new Map<string, string>();
  for await (const item of issued) {
    if (item.kind === "key-pair") {
      const { entry } = item;
      const common = { id: entry.id, generation: entry.generation };
      yield file(entry.keyPath, SECRET, toPem("PRIVATE KEY", item.pkcs8), { ...common, kind: "key" });
      yield file(entry.publicKeyPath, PUBLIC, toPem("PUBLIC KEY", item.spki), {
        ...common,
        kind: "public-key",
      });
      continue;
    }
    const certificate = toPem("CERTIFICATE", item.certificate);
    const key = toPem("PRIVATE KEY", item.pkcs8);
    if (item.entry.isAuthority) authorities.set(item.entry.id, certificate);
    if (item.selected) yield* certificateFiles(item, issuers.get(item.entry.issuer) ?? "", certificate, key);
    const kubeconfig = kubeconfigs.get(item.entry.id);
    if (kubeconfig === undefined) continue;
    const authority = authorities.get(item.entry.issuer) ?? "";
    yield kubeconfigFile(plan, kubeconfig, item, { authority, certificate, key });
  }
}

function certificateFiles(
  item: IssuedCertificate,
  issuer: string,
  certificate: string,
  key: string,
): OutputFile[] {
  const { entry } = item;
  const common = { id: entry.id, generation: entry.generation };
  return [
    file(entry.certificatePath, PUBLIC, certificate, {
      ...common,
      kind: "certificate",
      subject: formatSubject(entry.subject),
      issuer,
      serial: item.serial,
      notBefore: formatTime(entry.notBefore),
      notAfter: formatTime(entry.notAfter),
      sans: [...entry.dnsNames, ...entry.addresses.map((address) => address.text)],
      fingerprint: item.fingerprint,
    }),
    file(entry.keyPath, SECRET, key, { ...common, kind: "key" }),
  ];
}

function kubeconfigFile(
  plan: Plan,
  entry: KubeconfigEntry,
  client: IssuedCertificate,
  pem: { readonly authority: string; readonly certificate: string; readonly key: string },
): OutputFile {
  const text = renderKubeconfig({ cluster: plan.cluster, server: entry.server, user: entry.user, ...pem });
  return file(entry.path, SECRET, text, {
    id: entry.id,
    kind: "kubeconfig",
    generation: client.entry.generation,
    server: entry.server,
  });
}

function file(
  path: string,
  mode: ManifestFile["mode"],
  text: string,
  details: Omit<ManifestFile, "path" | "mode" | "sha256">,
): OutputFile {
  const bytes = encodeUtf8(text);
  const record = { path, mode, sha256: toHex(sha256(bytes)), ...details };
  return { path, mode: parseInt(mode, 8), bytes, record };
}

/** Writes a mode as manifests have it: four octal digits. */
export function formatMode(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, "0");
}
