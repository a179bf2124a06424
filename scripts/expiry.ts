/**
 * `expiry`: everything that ends, the soonest first.
 *
 * In: paths of anything that holds PKI. Out: one row for each certificate, CA, CRL and token, also those that are
 * embedded; for people, calendars and monitoring. Nothing is written.
 *
 * @module
 */
import { ENDING_FORMS, formatEndings } from "./inspect/ending_forms.ts";
import { type Ending, endingsOf } from "./inspect/endings.ts";
import { makeRows } from "./inspect/rows.ts";
import { runCommand, type Shell } from "./shared/command.ts";
import { loadNativeDigest } from "./shared/digest.ts";
import { type CommandDefinition, type Flags, pickForm } from "./shared/flags.ts";
import { count, cut, escapeControls } from "./shared/text.ts";
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

/** What `expiry` takes. */
export type ExpiryOptions = LookOptions;

/**
 * Finds what ends.
 *
 * @returns the soonest first
 * @throws {HardwayError} `file-unreadable` when the password's file cannot be read, `usage` when the root is no folder
 */
export async function expiry(options: ExpiryOptions = {}): Promise<Ending[]> {
  await loadNativeDigest();
  return endingsOf(makeRows(await gatherPaths(options), options.at ?? now()));
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}

const COMMAND = {
  name: "expiry",
  summary: "everything that ends, the soonest first.",
  operands: LOOK_OPERANDS,
  flags: {
    within: { value: "DURATION", help: "exit with 1 when something ends within it; default 30d" },
    ...LOOK_FLAGS,
    output: { value: ENDING_FORMS.join("|"), short: "o", help: "form of the report; default table" },
  },
} as const satisfies CommandDefinition<string>;

async function main(
  flags: Flags<keyof typeof COMMAND.flags>,
  shell: Shell,
  operands: readonly string[],
): Promise<number> {
  const form = pickForm(COMMAND.name, ENDING_FORMS, flags.output[0]);
  const within = parseWithin(COMMAND.name, flags.within[0] ?? "30d");
  const options = lookOptions(COMMAND.name, flags, shell.folder, operands);
  const at = options.at ?? now();
  await loadNativeDigest();
  const gathered = await gatherPaths(options, shell.redraw);
  const rows = makeRows(gathered, at);
  const endings = endingsOf(rows);
  const columns = tableColumns(shell.columns);
  shell.print(formatEndings(endings, form, { at, within, columns }));
  // What cannot be read has no end to show, and must not pass for something without one.
  const unread = rows.filter(({ problems }) =>
    problems.some((text) => /^(?:missing-file|unparsable):/.test(text))
  );
  const files = [...new Set(unread.map(({ path }) => path))];
  if (files.length > 0) {
    const others = files.length > 1 ? ` and ${count(files.length - 1, "more file")}` : "";
    shell.warn(`Cannot read ${cut(escapeControls(files[0] ?? ""), 80)}${others}: inspect says why`);
  } else hintAtNothing(gathered, shell);
  return endings.some(({ residualSeconds }) => residualSeconds <= within) ? 1 : 0;
}

if (import.meta.main) await runCommand(COMMAND, Deno.args, main);
