/**
 * One timed run of a program: seconds from exec to exit, and the most memory it held.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { findProgram, run } from "../interop/tools.ts";

/** What one run took. */
export interface Sample {
  /** From exec to exit. */
  readonly seconds: number;
  /** The most memory held (max RSS); undefined where nothing measures it. */
  readonly mebibytes?: number;
}

/** A program and its arguments. */
export type CommandLine = readonly [string, ...string[]];

/** A program that failed: its figures would mean nothing. */
export class ProgramFailed extends Error {}

const LAUNCHER = fileURLToPath(new URL("timed.py", import.meta.url));
const PYTHON = findProgram("python3", "python3");

/** Why no memory can be measured here, if so: Deno does not tell what its children held. */
export const MEMORY_MISSING = "missing" in PYTHON ? PYTHON.missing : undefined;

/**
 * Runs a program to its end.
 *
 * @param folder its working folder
 * @throws {ProgramFailed} when it exits with anything but 0
 */
export async function measure([program, ...args]: CommandLine, folder: string): Promise<Sample> {
  // What was written before is not paid for by this run.
  await run("sync", []);
  const isLaunched = "path" in PYTHON;
  const start = performance.now();
  const result = isLaunched
    ? await run(PYTHON.path, [LAUNCHER, program, ...args], { cwd: folder })
    : await run(program, args, { cwd: folder });
  const seconds = (performance.now() - start) / 1000;
  if (result.code !== 0) throw new ProgramFailed(`${program} ${args.join(" ")} fails\n${result.stderr}`);
  return isLaunched ? JSON.parse(result.stdout) as Sample : { seconds };
}
