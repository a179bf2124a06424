/**
 * What the commands share that look at PKI of anyone: which files, under which root, at which moment.
 *
 * @module
 */
import { resolve } from "node:path";
import { type Files, gather, type Gathered } from "../../inspect/gather.ts";
import type { FoundFile } from "../../inspect/scan.ts";
import { concatBytes } from "../../shared/encoding.ts";
import { HardwayError } from "../../shared/errors.ts";
import type { Flag } from "../../shared/flags.ts";
import { count, groupDigits, quote } from "../../shared/text.ts";
import { parseTime, parseValidity } from "../../shared/time.ts";
import type { LookOptions } from "../look_options.ts";
import { diskError } from "./errors.ts";
import { filesBelow, findFiles, MAX_BYTES } from "./found_files.ts";
import { readInput } from "./input.ts";

/** What these commands look at. */
export const LOOK_OPERANDS = {
  value: "PATH",
  help: "files and folders of any PKI: PEM, DER, PKCS#12, kubeconfigs, manifests, units; - for stdin; " +
    "default the working folder",
} as const;

/** Flags that these commands have. */
export const LOOK_FLAGS = {
  root: { value: "DIR", help: "the folder that stands for / where a file names another" },
  at: { value: "TIME", help: "the moment that counts, RFC 3339; default now" },
  "password-file": { value: "FILE", help: "holds the password of PKCS#12 files" },
} as const satisfies Record<string, Flag>;

/**
 * Makes options of the flags and operands of a command.
 *
 * @throws {HardwayError} `usage` for a time that is none
 */
export function lookOptions(
  command: string,
  flags: Readonly<Record<keyof typeof LOOK_FLAGS, readonly string[]>>,
  folder: string,
  operands: readonly string[],
): LookOptions {
  const [root, time, passwordFile] = [flags.root[0], flags.at[0], flags["password-file"][0]];
  const at = time === undefined ? undefined : parseTime(time);
  if (time !== undefined && at === undefined) {
    const wanted = "expected a time such as 2027-01-01T00:00:00Z, or a date";
    throw new HardwayError("usage", `${command}: Cannot use ${quote(time)} as --at: ${wanted}`);
  }
  return {
    folder,
    ...(operands.length > 0 && { paths: operands }),
    ...(root !== undefined && { root }),
    ...(at !== undefined && { at }),
    ...(passwordFile !== undefined && { passwordFile }),
  };
}

/**
 * Reads everything that is to be looked at, and what it names.
 *
 * @param redraw draws a line of a terminal anew, where somebody watches
 * @throws {HardwayError} `file-unreadable` when the password's file cannot be read, `usage` when the root is no folder
 */
export async function gatherPaths(
  options: LookOptions,
  redraw?: (line: string) => void,
): Promise<Gathered> {
  const folder = options.folder ?? Deno.cwd();
  const { passwordFile, root } = options;
  const password = passwordFile === undefined
    ? undefined
    : firstLine(await readInput(resolve(folder, passwordFile), passwordFile));
  if (root !== undefined) checkRoot(resolve(folder, root), root);
  const files: Files = filesBelow(folder, root);
  const paths = options.paths ?? ["."];
  const stdin = paths.includes("-") ? await readStdin() : undefined;
  const found = foundIn(folder, paths, root, stdin);
  return gather(redraw === undefined ? found : counted(found, redraw), files, password);
}

/** Says that there was nothing to look at: an empty result must not pass for a good one. */
export function hintAtNothing(
  { scans }: Gathered,
  { say }: { readonly say: (text: string) => void },
): void {
  const hasSomething = scans.some(({ items, invocations, configurations, faults }) =>
    items.length + invocations.length + configurations.length + faults.length > 0
  );
  if (!hasSomething) {
    say(
      `Nothing to look at: no certificate, key, kubeconfig, manifest or unit in ${
        count(scans.length, "file")
      }`,
    );
  }
}

/** How many files pass between two lines of a terminal: seldom more than ten lines a second. */
const STEP = 500;

/** Says on a terminal how many files have passed, when there are many. */
function* counted(files: Iterable<FoundFile>, redraw: (line: string) => void): Generator<FoundFile> {
  let count = 0;
  for (const file of files) {
    yield file;
    if (++count % STEP === 0) redraw(`  ${groupDigits(count)} files`);
  }
  if (count >= STEP) redraw("");
}

function* foundIn(
  folder: string,
  paths: readonly string[],
  root: string | undefined,
  stdin: FoundFile | undefined,
): Generator<FoundFile> {
  for (const path of paths) {
    if (path === "-" && stdin !== undefined) yield stdin;
    else yield* findFiles(folder, path, root);
  }
}

function checkRoot(path: string, shown: string): void {
  let isFolder = false;
  try {
    isFolder = Deno.statSync(path).isDirectory;
  } catch (error) {
    throw new HardwayError(
      "usage",
      `Cannot use ${quote(shown)} as --root: ${diskError(error, shown, "read").message}`,
    );
  }
  if (!isFolder) throw new HardwayError("usage", `Cannot use ${quote(shown)} as --root: expected a folder`);
}

function firstLine(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).split(/\r?\n/)[0] ?? "";
}

/** What comes on standard input, as a file. */
export async function readStdin(): Promise<FoundFile> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const file = { path: "-", mode: undefined, identity: "-" };
  for await (const part of Deno.stdin.readable) {
    parts.push(part);
    length += part.length;
    if (length > MAX_BYTES) {
      const message = `more than the ${MAX_BYTES} bytes that are read`;
      return { ...file, bytes: undefined, trouble: { code: "unparsable", message } };
    }
  }
  return { ...file, bytes: concatBytes(...parts), trouble: undefined };
}

/**
 * Reads a duration of a flag, such as `30d` or `12h`.
 *
 * @returns seconds
 * @throws {HardwayError} `usage` for anything else
 */
export function parseWithin(command: string, text: string): number {
  const validity = text === "0" ? { seconds: 0 } : parseValidity(text);
  if (validity === undefined || !("seconds" in validity)) {
    const wanted = "expected a duration such as 30d, 12h or 1y";
    throw new HardwayError("usage", `${command}: Cannot use ${quote(text)} as --within: ${wanted}`);
  }
  return validity.seconds;
}

/** How wide a table may be: as the terminal that it goes to, 80 columns elsewhere. */
export function tableColumns(columns: number): number {
  return Deno.stdout.isTerminal() ? columns : 80;
}
