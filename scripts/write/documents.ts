/**
 * Documents as files: what an entry's certificate or public key and the seed's secrets make of them.
 *
 * @module
 */
import { documentText } from "../identity/documents.ts";
import { Authorities } from "../issue/authority.ts";
import { issueBatch } from "../issue/batch.ts";
import type { KeyedEntry } from "../issue/issued.ts";
import type { DocumentEntry, KeyPairEntry } from "../plan/types.ts";
import { decodeUtf8, encodeUtf8 } from "../shared/encoding.ts";
import { decodePem } from "../shared/pem.ts";
import type { DocumentSecrets } from "./document_secrets.ts";
import { documentFile, type OutputFile } from "./files.ts";

/**
 * Makes the files of documents.
 *
 * @param documents of one entry
 * @param entry behind which they stand
 * @param publicPart PEM of its certificate, or of a key pair its public key
 * @param pause awaited during long work
 */
export async function documentFiles(
  documents: readonly DocumentEntry[],
  entry: KeyedEntry,
  publicPart: Uint8Array,
  secrets: DocumentSecrets,
  pause: () => Promise<void>,
): Promise<OutputFile[]> {
  const files: OutputFile[] = [];
  for (const document of documents) {
    const { content } = document;
    const keys = entry.kind === "key-pair" && "retired" in content
      ? [spkiOf(publicPart), ...await makeRetired(entry, content.retired, secrets, pause)]
      : [];
    const text = documentText(content, { ...secrets, publicPart: decodeUtf8(publicPart), keys });
    files.push(documentFile(document, encodeUtf8(text)));
  }
  return files;
}

function spkiOf(pem: Uint8Array): Uint8Array {
  const der = decodePem("PUBLIC KEY", decodeUtf8(pem));
  if (der === undefined) throw new Error("A key pair has a public key");
  return der;
}

/** Public keys of earlier generations. */
async function makeRetired(
  entry: KeyPairEntry,
  generations: readonly number[],
  { cluster, entropy }: DocumentSecrets,
  pause: () => Promise<void>,
): Promise<Uint8Array[]> {
  const authorities = new Authorities({ cluster, entropy, entries: [] }, pause);
  const earlier = generations.filter((generation) => generation !== entry.generation)
    .map((generation): KeyPairEntry => ({ ...entry, generation }));
  const made = await issueBatch(authorities, earlier, pause);
  return made.flatMap((one) => one.kind === "key-pair" ? [one.spki] : []);
}
