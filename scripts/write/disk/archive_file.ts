/**
 * One large file beside the trees, `out/<cluster>.tar`: written in parts to a temporary name and renamed when it is
 * whole. Like a tree it is never a link's target, and what stands there and is not ours stays.
 *
 * @module
 */
import { equalBytes } from "../../shared/encoding.ts";
import { HardwayError } from "../../shared/errors.ts";
import { escapeControls } from "../../shared/text.ts";
import { describeKind, diskError } from "./errors.ts";
import { isFolderBehindLinks, lstatIfAny, makeFolders, removeIfAny, syncFolder } from "./raw.ts";

/** How much is written or compared at once, in bytes. */
const PART = 1 << 20;
const MODE = 0o600;

/** The file, by its place. */
export class ArchiveFile {
  readonly #folder: string;
  readonly #path: string;
  readonly #temporary: string;
  readonly #shown: string;

  /**
   * @param out absolute path of the output folder
   * @param name of the file
   * @param shownOut how messages name `out`
   */
  constructor(out: string, name: string, shownOut: string) {
    this.#folder = out.replace(/\/+$/, "");
    this.#path = `${this.#folder}/${name}`;
    this.#temporary = `${this.#folder}/.hardway-${name}.tmp`;
    this.#shown = `${shownOut}/${name}`;
  }

  /** Makes the output folder where it is missing. */
  ensureFolder(): void {
    this.#attempt("use", () => isFolderBehindLinks(this.#folder) || makeFolders(this.#folder));
  }

  /**
   * The beginning of what stands there.
   *
   * @param length how many bytes at most
   * @returns undefined when nothing is there
   * @throws {HardwayError} `refused` when it is no regular file
   */
  head(length: number): Uint8Array | undefined {
    const info = this.#attempt("read", () => lstatIfAny(this.#path));
    if (info === undefined) return undefined;
    if (!info.isFile) {
      const reason = `it is ${describeKind(info)}, expected a regular file`;
      throw new HardwayError("refused", `Cannot write ${escapeControls(this.#shown)}: ${reason}`);
    }
    return this.#attempt("read", () => {
      using file = Deno.openSync(this.#path, { read: true });
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, file.readSync(bytes) ?? 0);
    });
  }

  /** Whether what stands there has exactly these contents. */
  async holds(parts: AsyncIterable<Uint8Array>): Promise<boolean> {
    using file = this.#attempt("read", () => Deno.openSync(this.#path, { read: true }));
    const there = new Uint8Array(PART);
    for await (const part of gather(parts)) {
      let got = 0;
      for (let read: number | null = 1; got < part.length && read !== null && read > 0; got += read ?? 0) {
        read = this.#attempt("read", () => file.readSync(there.subarray(got, part.length)));
      }
      if (!equalBytes(part, there.subarray(0, got))) return false;
    }
    return this.#attempt("read", () => file.readSync(there.subarray(0, 1))) === null;
  }

  /** Writes contents whole or not at all, and flushes them to the disk. */
  async write(parts: AsyncIterable<Uint8Array>): Promise<void> {
    // What a killed run left.
    this.#attempt("write", () => removeIfAny(this.#temporary));
    try {
      using file = this.#attempt(
        "write",
        () => Deno.openSync(this.#temporary, { write: true, createNew: true, mode: MODE }),
      );
      this.#attempt("write", () => Deno.chmodSync(this.#temporary, MODE));
      for await (const part of gather(parts)) {
        this.#attempt("write", () => {
          for (let written = 0; written < part.length;) written += file.writeSync(part.subarray(written));
        });
      }
      this.#attempt("write", () => file.syncSync());
    } catch (error) {
      removeIfAny(this.#temporary);
      throw error;
    }
    this.#attempt("write", () => {
      Deno.renameSync(this.#temporary, this.#path);
      syncFolder(this.#folder);
    });
  }

  #attempt<Result>(doing: string, action: () => Result): Result {
    try {
      return action();
    } catch (error) {
      throw diskError(error, this.#shown, doing);
    }
  }
}

/** Puts small parts together, as each call to the system costs the same; equal streams give equal parts. */
async function* gather(parts: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(PART);
  let filled = 0;
  for await (const part of parts) {
    for (let offset = 0; offset < part.length;) {
      const taken = Math.min(PART - filled, part.length - offset);
      buffer.set(part.subarray(offset, offset + taken), filled);
      filled += taken;
      offset += taken;
      if (filled < PART) continue;
      yield buffer;
      filled = 0;
    }
  }
  if (filled > 0) yield buffer.subarray(0, filled);
}
