/**
 * What the figures were taken on.
 *
 * @module
 */
import { findProgram, run } from "../interop/tools.ts";

/** Cores, programs and where files go. */
export interface Machine {
  readonly cores: number;
  /** Such as `deno 2.9.6`. */
  readonly versions: readonly string[];
  /** Such as `ext4`. */
  readonly fileSystem: string;
}

/** Looks at this machine. */
export async function describeMachine(folder: string): Promise<Machine> {
  const versions = [
    `deno ${Deno.version.deno}`,
    await firstMatch("go", ["version"], /\bgo\d\S*/),
    await firstMatch("openssl", ["version"], /^\w+ \S+/),
  ];
  return {
    cores: navigator.hardwareConcurrency,
    versions: versions.filter((version) => version !== undefined),
    fileSystem: await firstMatch("df", ["--output=fstype", folder], /\S+\s*$/) ?? "an unknown file system",
  };
}

async function firstMatch(
  name: string,
  args: readonly string[],
  pattern: RegExp,
): Promise<string | undefined> {
  const tool = findProgram(name, name);
  if ("missing" in tool) return undefined;
  return pattern.exec((await run(tool.path, args)).stdout)?.[0].trim();
}
