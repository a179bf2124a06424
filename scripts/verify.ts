/**
 * `verify`: what is wrong with PKI that anyone made, before a component finds out.
 *
 * In: paths of anything that holds PKI, and maybe the spec that it should follow. Out: findings, each with a code, a
 * place and what helps. Nothing is written.
 *
 * @module
 */
import type { Gathered } from "./inspect/gather.ts";
import { FINDING_FORMS, formatFindings } from "./inspect/verify/finding_forms.ts";
import { compareFindings, type Finding } from "./inspect/verify/findings.ts";
import { SOON, verifyGathered } from "./inspect/verify/verify.ts";
import { runCommand, type Shell } from "./shared/command.ts";
import { loadNativeDigest } from "./shared/digest.ts";
import { HardwayError } from "./shared/errors.ts";
import { type CommandDefinition, type Flags, pickForm } from "./shared/flags.ts";
import {
  gatherPaths,
  hintAtNothing,
  LOOK_FLAGS,
  LOOK_OPERANDS,
  lookOptions,
  parseWithin,
  tableColumns,
} from "./write/disk/look.ts";
import type { LookOptions } from "./write/look_options.ts";
import { compareWithSpec } from "./write/disk/compare_spec.ts";

/** What `verify` takes. */
export interface VerifyOptions extends LookOptions {
  /** Path of the spec that the files should follow. */
  readonly spec?: string;
  /** Path of its seed, `-` for stdin: then the bytes are compared. */
  readonly seed?: string;
  /** How many seconds before its end something ends soon. Default: 30 days. */
  readonly within?: number;
}

/**
 * Judges files.
 *
 * @returns findings, the worst first
 * @throws {HardwayError} `spec-invalid`, `seed-invalid`, `file-unreadable` when the spec, the seed or the password's file
 * cannot be read, `usage` when the root is no folder
 */
export async function verify(options: VerifyOptions = {}): Promise<Finding[]> {
  return (await judge(options)).findings;
}

async function judge(
  options: VerifyOptions,
  redraw?: (line: string) => void,
): Promise<{ readonly gathered: Gathered; readonly findings: Finding[]; readonly files: number }> {
  await loadNativeDigest();
  const gathered = await gatherPaths(options, redraw);
  const at = options.at ?? Math.floor(Date.now() / 1000);
  const own = verifyGathered(gathered, at, options.within ?? SOON);
  const against = options.spec === undefined ? [] : await compareWithSpec(gathered, {
    folder: options.folder ?? Deno.cwd(),
    spec: options.spec,
    seed: options.seed,
  });
  const files = new Set(
    [...gathered.scans, ...gathered.uses.map(({ scan }) => scan)].map(({ path }) => path),
  );
  return { gathered, findings: [...own, ...against].sort(compareFindings), files: files.size };
}

const COMMAND = {
  name: "verify",
  summary: "what is wrong with PKI that anyone made.",
  operands: LOOK_OPERANDS,
  flags: {
    spec: { value: "FILE", help: "the spec that the files should follow" },
    seed: { value: "FILE", help: "its seed, - for stdin: the bytes are compared too" },
    ...LOOK_FLAGS,
    within: { value: "DURATION", help: "what ends soon, such as 30d or 12h; default 30d" },
    strict: { help: "exit with 1 for a warning too" },
    output: { value: FINDING_FORMS.join("|"), short: "o", help: "form of the report; default table" },
  },
} as const satisfies CommandDefinition<string>;

async function main(
  flags: Flags<keyof typeof COMMAND.flags>,
  shell: Shell,
  operands: readonly string[],
): Promise<number> {
  const form = pickForm(COMMAND.name, FINDING_FORMS, flags.output[0]);
  const [spec, seed, within] = [flags.spec[0], flags.seed[0], flags.within[0]];
  if (seed !== undefined && spec === undefined) {
    throw new HardwayError("usage", "verify: Cannot use --seed: expected --spec with it");
  }
  const { gathered, findings, files } = await judge({
    ...lookOptions(COMMAND.name, flags, shell.folder, operands),
    ...(spec !== undefined && { spec }),
    ...(seed !== undefined && { seed }),
    ...(within !== undefined && { within: parseWithin(COMMAND.name, within) }),
  }, shell.redraw);
  const columns = tableColumns(shell.columns);
  shell.print(formatFindings(findings, files, form, columns, shell.isColored));
  hintAtNothing(gathered, shell);
  const isBad = findings.some(({ severity }) =>
    severity === "error" || (flags.strict.length > 0 && severity === "warning")
  );
  return isBad ? 1 : 0;
}

if (import.meta.main) await runCommand(COMMAND, Deno.args, main);
