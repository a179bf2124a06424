/**
 * Reads logs from a disk or from stdin, part by part, unpacking what is compressed with gzip.
 *
 * In: a path. Out: its bytes go into a scanner. Memory stays bounded, however long the log is.
 *
 * @module
 */
import { resolve } from "node:path";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { HardwayError } from "../../shared/errors.ts";
import { groupDigits, quote } from "../../shared/text.ts";
import type { LogScanner, LogSummary } from "../../teach/diagnose/scanner.ts";
import { diskError } from "./errors.ts";

/** How much is read at a time, in bytes. */
const PART = 1 << 20;
/** How much of a compressed log is unpacked at a time, in bytes: what is lost at most where it breaks off. */
const UNPACKED = 1 << 16;
/** How much passes between two lines of a terminal, in bytes. */
const STEP = 64 << 20;

/**
 * Reads a log to its end.
 *
 * @param folder where relative paths start
 * @param path as the user named it; `-` for stdin
 * @param scanner takes the bytes
 * @param redraw draws a line of a terminal anew, where somebody watches
 * @returns what was in it; a compressed log that is broken is read as far as it goes
 * @throws {HardwayError} `file-unreadable` when it is not there, or cannot be read
 */
export async function readLog(
  folder: string,
  path: string,
  scanner: LogScanner,
  redraw?: (line: string) => void,
): Promise<LogSummary> {
  if (path === "-") return await scan(Deno.stdin.readable, path, scanner, redraw);
  let file: Deno.FsFile;
  try {
    file = await Deno.open(resolve(folder, path), { read: true });
    if ((await file.stat()).isDirectory) {
      file.close();
      throw new HardwayError("file-unreadable", `Cannot read ${quote(path)}: it is a folder, expected a log`);
    }
  } catch (error) {
    if (error instanceof HardwayError) throw error;
    throw new HardwayError("file-unreadable", diskError(error, path, "read").message);
  }
  return await scan(partsOf(file), path, scanner, redraw);
}

/** The parts of a file, larger than those that its stream has. */
function partsOf(file: Deno.FsFile): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    async pull(controller): Promise<void> {
      const part = new Uint8Array(PART);
      const got = await file.read(part);
      if (got === null) {
        file.close();
        controller.close();
      } else {
        controller.enqueue(part.subarray(0, got));
      }
    },
    cancel: () => file.close(),
  }, { highWaterMark: 0 });
}

async function scan(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  path: string,
  scanner: LogScanner,
  redraw: ((line: string) => void) | undefined,
): Promise<LogSummary> {
  let trouble: string | undefined;
  let done = 0;
  let shown = 0;
  try {
    for await (const part of await unpacked(stream)) {
      scanner.push(part);
      done += part.length;
      if (redraw !== undefined && done - shown >= STEP) {
        shown = done;
        redraw(`  ${path}: ${groupDigits(Math.floor(done / 1e6))} MB`);
      }
    }
  } catch (error) {
    // What can be read of a broken archive counts; a disk that fails does not look like a log without faults.
    if (!(error instanceof Error && "code" in error && /^Z_/.test(String(error.code)))) {
      throw new HardwayError("file-unreadable", diskError(error, path, "read").message);
    }
    trouble = "it is not whole: the compressed data is broken, or ends early";
  }
  if (shown > 0) redraw?.("");
  return scanner.end(trouble);
}

/** Without the compression, if there is one. */
async function unpacked(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<AsyncIterable<Uint8Array>> {
  const reader = stream.getReader();
  const first = await reader.read();
  reader.releaseLock();
  if (first.done) return stream;
  const { value } = first;
  const whole = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => controller.enqueue(value),
    async pull(controller): Promise<void> {
      const inner = stream.getReader();
      const next = await inner.read();
      inner.releaseLock();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
    cancel: (reason) => stream.cancel(reason),
  });
  return value[0] === 0x1f && value[1] === 0x8b ? gunzipped(whole) : whole;
}

/** Unpacks gzip: one member, or several one behind the other, as those have who append. */
function gunzipped(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncIterable<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: UNPACKED });
  // An error of either side ends the loop that reads.
  pipeline(Readable.from(stream), gunzip, () => {});
  return gunzip;
}
