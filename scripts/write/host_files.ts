/**
 * From what the render stage says of a machine to files: under `hosts/`, as a tree or as one archive.
 *
 * @module
 */
import { archivePath, hostPath } from "../render/paths.ts";
import type { HostFile } from "../render/render.ts";
import { digestHex } from "../shared/digest.ts";
import { encodeUtf8, joinBytes } from "../shared/encoding.ts";
import { tarEnd, tarHeader, tarPadding } from "../shared/tar.ts";
import { formatMode, type OutputFile } from "./files.ts";
import type { ManifestFile } from "./manifest.ts";

/** Gives the bytes of a file of `out/<cluster>`. */
export type ReadCopied = (path: string) => Uint8Array;

/** The files of one machine as a tree. */
export function treeFiles(host: string, files: readonly HostFile[], read: ReadCopied): OutputFile[] {
  return files.map((file) => outputFile(hostPath(host, file.to), file, bytesOf(file, read)));
}

/**
 * The same as one archive. It names files only: whoever unpacks it keeps every folder as it was, and makes missing ones.
 *
 * @param mtime the seed's creation, in Unix seconds
 */
export function archiveFile(
  host: string,
  files: readonly HostFile[],
  read: ReadCopied,
  mtime: number,
): OutputFile {
  const bytes = joinBytes([
    ...files.flatMap((file) => {
      const content = bytesOf(file, read);
      const header = tarHeader({ path: file.to, mode: file.mode, size: content.length, mtime });
      return [header, content, tarPadding(content.length)];
    }),
    tarEnd(),
  ]);
  const path = archivePath(host);
  const record: ManifestFile = {
    path,
    mode: "0600",
    sha256: digestHex(bytes),
    id: `host/${host}`,
    kind: "archive",
    generation: 1,
  };
  return { path, mode: 0o600, bytes, record };
}

/** A file of ours at a path of its own, such as a manifest to apply. */
export function outputFile(path: string, file: HostFile, bytes: Uint8Array): OutputFile {
  const mode = formatMode(file.mode) as ManifestFile["mode"];
  const sha256 = digestHex(bytes);
  const record: ManifestFile = file.kind === "copy"
    ? { path, mode, sha256, id: file.id, kind: file.part, generation: file.generation }
    : {
      path,
      mode,
      sha256,
      id: `template/${file.template.name}`,
      kind: "configuration",
      generation: 1,
      ...(file.template.override !== undefined && { override: file.template.override }),
    };
  return { path, mode: file.mode, bytes, record };
}

/** The bytes of a file. */
export function bytesOf(file: HostFile, read: ReadCopied): Uint8Array {
  return file.kind === "copy" ? read(file.from) : encodeUtf8(file.text);
}
