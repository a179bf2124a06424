/**
 * `inspect`: what certificates, keys and credentials there are, who uses them, and when they end.
 *
 * In: paths of anything that holds PKI, whoever made it. Out: the guide's health-check table. Nothing is written, and
 * no file ends the run.
 *
 * @module
 */
import { describeGathered } from "./inspect/describe.ts";
import { formatRows, ROW_FORMS } from "./inspect/row_forms.ts";
import type { Row } from "./inspect/row.ts";
import { makeRows } from "./inspect/rows.ts";
import { runCommand, type Shell } from "./shared/command.ts";
import { loadNativeDigest } from "./shared/digest.ts";
import { type CommandDefinition, type Flags, pickForm } from "./shared/flags.ts";
import {
  gatherPaths,
  hintAtNothing,
  LOOK_FLAGS,
  LOOK_OPERANDS,
  lookOptions,
  tableColumns,
} from "./write/disk/look.ts";
import type { LookOptions } from "./write/look_options.ts";

/** What `inspect` takes. */
export type InspectOptions = LookOptions;

/**
 * Looks into files.
 *
 * @returns one row for each thing, in the order of the paths and of the flags that name them
 * @throws {HardwayError} `file-unreadable` when the password's file cannot be read, `usage` when the root is no folder
 */
export async function inspect(options: InspectOptions = {}): Promise<Row[]> {
  await loadNativeDigest();
  return makeRows(await gatherPaths(options), options.at ?? Math.floor(Date.now() / 1000));
}

const COMMAND = {
  name: "inspect",
  summary: "what certificates, keys and credentials there are, and when they end.",
  operands: LOOK_OPERANDS,
  flags: {
    ...LOOK_FLAGS,
    details: { help: "show each thing in full; a certificate as openssl x509 -text does" },
    output: { value: ROW_FORMS.join("|"), short: "o", help: "form of the table; default table" },
  },
} as const satisfies CommandDefinition<string>;

async function main(
  flags: Flags<keyof typeof COMMAND.flags>,
  shell: Shell,
  operands: readonly string[],
): Promise<number> {
  const options = lookOptions(COMMAND.name, flags, shell.folder, operands);
  const form = pickForm(COMMAND.name, ROW_FORMS, flags.output[0]);
  if (flags.details.length > 0) {
    shell.print(describeGathered(await gatherPaths(options)));
    return 0;
  }
  const columns = tableColumns(shell.columns);
  await loadNativeDigest();
  const gathered = await gatherPaths(options, shell.redraw);
  shell.print(formatRows(makeRows(gathered, options.at ?? Math.floor(Date.now() / 1000)), form, columns));
  hintAtNothing(gathered, shell);
  return 0;
}

if (import.meta.main) await runCommand(COMMAND, Deno.args, main);
