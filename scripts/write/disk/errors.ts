/**
 * What the operating system said about a file, as one sentence for people.
 *
 * @module
 */
import { HardwayError } from "../../shared/errors.ts";
import { escapeControls } from "../../shared/text.ts";

/** What a code of errno(3) means to a person. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EBUSY: "it is in use",
  EDQUOT: "the disk quota is used up",
  EEXIST: "something with this name exists already",
  EFBIG: "the file would be too large",
  EINVAL: "the file system does not take this name or operation",
  EIO: "input/output error, the device may be failing",
  EISDIR: "it is a folder",
  ELOOP: "too many symbolic links",
  EMFILE: "too many open files",
  EMLINK: "too many links",
  ENAMETOOLONG: "the name is too long for the file system",
  ENFILE: "too many open files in the whole system",
  ENOENT: "no such file or folder",
  ENOLCK: "the file system does not support locks",
  ENOSPC: "no space left on the device",
  ENOSYS: "the file system does not support it",
  ENOTDIR: "a file stands where a folder belongs",
  ENOTEMPTY: "the folder is not empty",
  ENOTSUP: "the file system does not support it",
  EOPNOTSUPP: "the file system does not support it",
  EPERM: "the operation is not permitted",
  EROFS: "the file system is read-only",
  ESTALE: "the file is gone from its server",
  EXDEV: "it lies on another file system",
};

/**
 * Turns an error of a file operation into one sentence, such as
 * `Cannot write out/lab/pki/ca.crt: no space left on the device`.
 *
 * @param error what was caught
 * @param path the path to name, as the user knows it
 * @param doing what was attempted, such as `write` or `change the mode of`
 * @returns an error with the code `disk`
 * @throws the error itself when it does not come from the operating system or from Deno's permissions: then it is
 * a bug, or a {@linkcode HardwayError} that already says what it has to say
 */
export function diskError(error: unknown, path: string, doing: string): HardwayError {
  const reason = reasonOf(error, path);
  if (reason === undefined) throw error;
  return new HardwayError("disk", `Cannot ${doing} ${escapeControls(path)}: ${reason}`);
}

/**
 * The errno(3) name of an error of the operating system.
 *
 * @returns such as `ENOSPC`, or undefined when the error is of another kind
 */
export function errnoOf(error: unknown): string | undefined {
  // A path with a NUL byte gives a TypeError with EINVAL, though the operating system never saw it: a bug.
  if (!(error instanceof Error) || error instanceof TypeError || !("code" in error)) return undefined;
  return typeof error.code === "string" && /^E[A-Z0-9]+$/.test(error.code) ? error.code : undefined;
}

/** What is neither missing nor a regular file, in words that follow "it is". */
export type Kind =
  | "a symbolic link"
  | "a folder"
  | "a FIFO"
  | "a socket"
  | "a block device"
  | "a character device"
  | "a regular file"
  | "of an unknown kind";

/** Names what stands at a path. */
export function describeKind(info: Deno.FileInfo): Kind {
  if (info.isSymlink) return "a symbolic link";
  if (info.isDirectory) return "a folder";
  if (info.isFifo === true) return "a FIFO";
  if (info.isSocket === true) return "a socket";
  if (info.isBlockDevice === true) return "a block device";
  if (info.isCharDevice === true) return "a character device";
  return info.isFile ? "a regular file" : "of an unknown kind";
}

function reasonOf(error: unknown, path: string): string | undefined {
  if (error instanceof Deno.errors.NotCapable) {
    const access = /^Requires (read|write) access/.exec(error.message)?.[1] ?? "read and --allow-write";
    return `Deno has no permission for it, expected --allow-${access} for ${escapeControls(path)}`;
  }
  const errno = errnoOf(error);
  // These two say that we passed rubbish to the system.
  if (!(error instanceof Error) || errno === undefined || errno === "EBADF" || errno === "EFAULT") {
    return undefined;
  }
  const reason = REASONS[errno];
  if (reason !== undefined) return reason;
  const words = /^(.+?) \(os error \d+\)/.exec(error.message)?.[1];
  return words === undefined ? errno : `${escapeControls(words)} (${errno})`;
}
