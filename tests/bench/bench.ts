/**
 * `deno task bench`: time and memory against their bounds and against openssl, cfssl and a Go loop. Exit 0 when no
 * bound is missed, 1 when one is or a program fails.
 *
 * Nothing made is removed before the end (contest.ts says why): have 6 GB free, or name a folder of another disk (not
 * /dev/shm: Deno keeps /dev closed). Where the disk is slow to reuse what was removed, a second bench is only fair some
 * minutes after the first.
 *
 * @module
 */
import { resolve } from "node:path";
import { runCommand, type Shell } from "../../scripts/shared/command.ts";
import { HardwayError } from "../../scripts/shared/errors.ts";
import type { CommandDefinition, Flags } from "../../scripts/shared/flags.ts";
import { compilePattern } from "../../scripts/shared/pattern.ts";
import { count, quote } from "../../scripts/shared/text.ts";
import { runContest } from "./contest.ts";
import { describeMachine } from "./machine.ts";
import { measure, ProgramFailed } from "./measure.ts";
import { contestantsOf, type Result, resultOf } from "./results.ts";
import { type Chapter, makeChapters } from "./rows.ts";
import { formatJson, formatTable, isAllMet } from "./table.ts";

const COMMAND = {
  name: "bench",
  summary: "time and memory against their bounds and against openssl, cfssl and a Go loop.",
  flags: {
    only: { value: "PATTERN", repeatable: true, help: "rows to fill, such as 'lab*'" },
    runs: { value: "N", help: "how often each program runs; default 3 to 11, as the row says" },
    folder: { value: "DIR", help: "where files are made, not below /dev; default a temporary folder" },
    json: { help: "print JSON" },
  },
} as const satisfies CommandDefinition<string>;

type BenchFlags = Flags<keyof typeof COMMAND.flags>;

async function main(flags: BenchFlags, shell: Shell): Promise<number> {
  const runs = flags.runs[0];
  if (runs !== undefined && !/^[1-9]\d{0,2}$/.test(runs)) {
    throw usage(`Cannot use ${quote(runs)} as --runs: expected a number from 1 to 999`);
  }
  const chapters = select(makeChapters(), flags.only);
  const parent = flags.folder[0];
  const folder = Deno.makeTempDirSync({
    prefix: "hardway-bench-",
    ...(parent !== undefined && { dir: resolve(shell.folder, parent) }),
  });
  // A signal ends the bench after the run at hand, so that its files go.
  shell.hearSignals();
  try {
    const machine = await describeMachine(folder);
    const results: Result[] = [];
    for (const chapter of chapters) {
      results.push(
        ...await runChapter(chapter, runs === undefined ? undefined : Number(runs), folder, shell),
      );
    }
    shell.print(flags.json.length > 0 ? formatJson(results, machine) : formatTable(results, machine));
    return isAllMet(results) ? 0 : 1;
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/**
 * The rows that are wanted, and the contests that fill them.
 *
 * @throws {HardwayError} `usage` for a pattern that matches no row
 */
export function select(chapters: readonly Chapter[], patterns: readonly string[]): Chapter[] {
  for (const pattern of patterns) {
    if (!chapters.some(({ rows }) => rows.some((row) => compilePattern(pattern)(row.what)))) {
      const names = chapters.flatMap(({ rows }) => rows.map((row) => `  ${row.what}`));
      throw usage(`No row is called ${quote(pattern)}: expected one of\n${names.join("\n")}`);
    }
  }
  const isWanted = (what: string): boolean =>
    patterns.length === 0 || patterns.some((pattern) => compilePattern(pattern)(what));
  return chapters
    .map(({ contest, rows }) => ({ contest, rows: rows.filter((row) => isWanted(row.what)) }))
    .filter(({ rows }) => rows.length > 0);
}

async function runChapter(
  { contest, rows }: Chapter,
  runs: number | undefined,
  folder: string,
  shell: Shell,
): Promise<Result[]> {
  const rounds = runs ?? contest.rounds;
  shell.say(`${contest.name}: ${count(rounds, "run")} each`);
  try {
    const outcomes = await runContest(contest, {
      wanted: new Set(rows.flatMap(contestantsOf)),
      rounds,
      makeFolder: () => Deno.makeTempDirSync({ dir: folder }),
      measure,
      onRun: (contestant, round) => {
        shell.signal.throwIfAborted();
        shell.redraw?.(`  ${round === 0 ? "warm-up" : `run ${round} of ${rounds}`}: ${contestant.name}`);
      },
    });
    return rows.map((row) => resultOf(row, outcomes));
  } catch (error) {
    // Ctrl-C reaches the program too, which fails of it.
    shell.signal.throwIfAborted();
    if (!(error instanceof ProgramFailed)) throw error;
    // What the other contests found in a quarter of an hour is not thrown away.
    shell.warn(error.message);
    return rows.map((row) => ({ row, failed: "what failed is said above the table" }));
  } finally {
    shell.redraw?.("");
  }
}

function usage(message: string): HardwayError {
  return new HardwayError("usage", `bench: ${message}`);
}

if (import.meta.main) await runCommand(COMMAND, Deno.args, main);
