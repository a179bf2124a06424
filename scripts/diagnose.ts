/**
 * `diagnose`: which file is at fault for what components say about trust and identity.
 *
 * In: logs of any component, and maybe the files that it uses. Out: causes, each with a file and what helps. Nothing is
 * written; no seed and no network is needed.
 *
 * @module
 */
import type { Gathered } from "./inspect/gather.ts";
import { runCommand, type Shell } from "./shared/command.ts";
import { loadNativeDigest } from "./shared/digest.ts";
import { HardwayError } from "./shared/errors.ts";
import { type CommandDefinition, type Flags, pickForm } from "./shared/flags.ts";
import { escapeControls } from "./shared/text.ts";
import { diagnoseGathered } from "./teach/diagnose/diagnose.ts";
import type { Diagnosis } from "./teach/diagnose/diagnosis.ts";
import { DIAGNOSIS_FORMS, formatDiagnoses } from "./teach/diagnose/forms.ts";
import { Groups } from "./teach/diagnose/groups.ts";
import { LogScanner, type LogSummary, MAX_LINE } from "./teach/diagnose/scanner.ts";
import { readLog } from "./write/disk/log_files.ts";
import {
  gatherPaths,
  hintAtNothing,
  LOOK_FLAGS,
  LOOK_OPERANDS,
  lookOptions,
  tableColumns,
} from "./write/disk/look.ts";
import type { LookOptions } from "./write/look_options.ts";
import { compareWithSpec } from "./write/disk/compare_spec.ts";

/** What `diagnose` takes. */
export interface DiagnoseOptions extends LookOptions {
  /** Paths of logs, `-` for stdin; plain or compressed with gzip. Without one it is foretold what they will say. */
  readonly logs?: readonly string[];
  /** Path of the spec that the files should follow: a file at fault that differs from it is said to. */
  readonly spec?: string;
}

/**
 * Finds the causes of what logs say.
 *
 * @returns causes, the surest first
 * @throws {HardwayError} `file-unreadable` when a log, a path or the password's file is not there or cannot be read,
 * `spec-invalid`, `usage` when the root is no folder
 */
export async function diagnose(options: DiagnoseOptions = {}): Promise<Diagnosis[]> {
  return (await work(options)).findings;
}

interface Work {
  readonly findings: Diagnosis[];
  readonly summaries: readonly LogSummary[];
  readonly dropped: number;
  readonly gathered: Gathered | undefined;
}

async function work(options: DiagnoseOptions, redraw?: (line: string) => void): Promise<Work> {
  await loadNativeDigest();
  const { logs = [], spec } = options;
  const folder = options.folder ?? Deno.cwd();
  const at = options.at ?? Math.floor(Date.now() / 1000);
  if (logs.includes("-") && options.paths?.includes("-") === true) {
    throw new HardwayError(
      "usage",
      "diagnose: Cannot read stdin twice: expected - once, as a log or as a path",
    );
  }
  const groups = new Groups();
  const summaries: LogSummary[] = [];
  for (const path of logs) {
    summaries.push(await readLog(folder, path, new LogScanner(path, at, groups), redraw));
  }
  // Logs alone are about files elsewhere, and not about those that lie here.
  const isWanted = options.paths !== undefined || options.root !== undefined || logs.length === 0;
  const gathered = isWanted ? await gatherPaths(withTree(options), redraw) : undefined;
  const missing = gathered?.scans.find(({ faults }) => faults.some(({ isAsked }) => isAsked === true));
  if (missing !== undefined) {
    const [reason] = missing.faults;
    throw new HardwayError(
      "file-unreadable",
      `Cannot read ${escapeControls(missing.path)}: ${reason?.message ?? "no such file"}`,
    );
  }
  const against = spec === undefined || gathered === undefined
    ? []
    : await compareWithSpec(gathered, { folder, spec, seed: undefined });
  const findings = diagnoseGathered(logs.length === 0 ? undefined : groups.list(), gathered, at, against);
  return { findings, summaries, dropped: groups.dropped, gathered };
}

/** A root alone is the tree that is meant. */
function withTree(options: DiagnoseOptions): DiagnoseOptions {
  const { paths, root } = options;
  return paths === undefined && root !== undefined ? { ...options, paths: [root] } : options;
}

const COMMAND = {
  name: "diagnose",
  summary: "which file is at fault for what components say.",
  operands: {
    value: LOOK_OPERANDS.value,
    help:
      "files and folders that the components use, as verify takes them; default none with --log, else the " +
      "working folder",
  },
  flags: {
    log: {
      value: "FILE",
      repeatable: true,
      help: "log of a component, - for stdin: klog, JSON, journal, docker, containerd; plain or gzip",
    },
    spec: { value: "FILE", help: "the spec that the files should follow" },
    ...LOOK_FLAGS,
    output: { value: DIAGNOSIS_FORMS.join("|"), short: "o", help: "form of the report; default table" },
  },
} as const satisfies CommandDefinition<string>;

async function main(
  flags: Flags<keyof typeof COMMAND.flags>,
  shell: Shell,
  operands: readonly string[],
): Promise<number> {
  const form = pickForm(COMMAND.name, DIAGNOSIS_FORMS, flags.output[0]);
  const [spec] = flags.spec;
  const { findings, summaries, dropped, gathered } = await work({
    ...lookOptions(COMMAND.name, flags, shell.folder, operands),
    ...(flags.log.length > 0 && { logs: flags.log }),
    ...(spec !== undefined && { spec }),
  }, shell.redraw);
  for (const summary of summaries) describePassedOver(summary, shell.say);
  if (dropped > 0) shell.say(`${dropped} more lines are of other causes: too many different ones to keep`);
  shell.print(
    formatDiagnoses(findings, summaries.length, form, tableColumns(shell.columns), shell.isColored),
  );
  if (gathered !== undefined) hintAtNothing(gathered, shell);
  return findings.length > 0 ? 1 : 0;
}

/** Says what of a log was not looked at. */
function describePassedOver(summary: LogSummary, say: (text: string) => void): void {
  const { path, bytes, isBinary, isKnown, longLines, trouble } = summary;
  const name = path === "-" ? "stdin" : escapeControls(path);
  if (bytes === 0) say(`${name}: it is empty`);
  if (isBinary) say(`${name}: it holds what is no text, which was passed over`);
  else if (isKnown === false) say(`${name}: no line has a format that is known; it was read as plain text`);
  if (longLines > 0) {
    say(
      `${name}: ${longLines} ${
        longLines === 1 ? "line is" : "lines are"
      } longer than ${MAX_LINE} characters, and cut`,
    );
  }
  if (trouble !== undefined) say(`${name}: ${trouble}`);
}

if (import.meta.main) await runCommand(COMMAND, Deno.args, main);
