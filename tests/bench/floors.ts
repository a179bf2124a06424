/**
 * What no program of ours can do without: Deno's start, and the disk. They are told beside the bounds, so that it can be
 * seen how far a bound that is missed could be met at all.
 *
 * @module
 */
import { join } from "node:path";
import { commandLine, ROOT } from "../run.ts";
import type { Contestant } from "./contest.ts";
import type { CommandLine } from "./measure.ts";

/** A program that does nothing. */
export function nothing(): Contestant {
  return { name: "nothing", certificates: 0, line: () => floor("nothing.ts") };
}

/** The folders and files of so many machines, without what is in them. */
export function writing(machines: number): Contestant {
  return {
    name: "writing alone",
    certificates: 2 * machines,
    line: (folder) => floor("write.ts", join(folder, "files"), String(machines)),
  };
}

/** Reading every file of so many machines that were made before. */
export function reading(machines: number, follows: Contestant): Contestant {
  return {
    name: "reading alone",
    certificates: follows.certificates,
    follows,
    line: (folder) => floor("read.ts", join(folder, "out", "fleet-0"), String(machines)),
  };
}

/** A line with exactly the flags of the task. */
function floor(script: string, ...args: readonly string[]): CommandLine {
  const [program, ...words] = commandLine("provision", args);
  const task = `${ROOT}scripts/provision.ts`;
  return [program, ...words.map((word) => word === task ? `${ROOT}tests/bench/floors/${script}` : word)];
}
