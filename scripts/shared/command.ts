/**
 * The shell around every command's main line: where the caller stands, what is a terminal, signals, exit codes. Only
 * the guarded main lines of commands use it; a command's own function does not.
 *
 * @module
 */
import denoJson from "../../deno.json" with { type: "json" };
import { ROOT } from "./assets.ts";
import { HardwayError } from "./errors.ts";
import { type CommandDefinition, COMMON_FLAGS, type Flags, formatHelp, parseFlags } from "./flags.ts";
import { cutToWidth } from "./text.ts";

/** The version, as deno.json has it. */
export const VERSION: string = denoJson.version;

/** Exit code of a bug of ours. */
const EXIT_BUG = 70;

/** What a main line gets to work with. */
export interface Shell {
  /** Folder that relative paths start from. */
  readonly folder: string;
  /** Ends with the reason when a signal came. */
  readonly signal: AbortSignal;
  /**
   * Has signals heard from now on, to end in good order. Until then they end the process at once, as they should while
   * it reads and computes and has written nothing: a busy or waiting thread would not hear them.
   */
  readonly hearSignals: () => void;
  /** Columns of the terminal, 80 when unknown. */
  readonly columns: number;
  readonly isColored: boolean;
  /** Data: to stdout. */
  readonly print: (text: string) => void;
  /** Talk: to stderr, unless --quiet was given. */
  readonly say: (text: string) => void;
  /** Whether --quiet was given. */
  readonly isQuiet: boolean;
  /** What must be heard once: to stderr, with --quiet too. */
  readonly warn: (text: string) => void;
  /** Redraws one line of a terminal's stderr; undefined where nobody watches. */
  readonly redraw: ((line: string) => void) | undefined;
}

/**
 * Runs a command's main line and exits with its code.
 *
 * @param command its flags
 * @param args as given
 * @param main does the work; returns the exit code
 */
export async function runCommand<Name extends string>(
  command: CommandDefinition<Name>,
  args: readonly string[],
  main: (flags: Flags<Name>, shell: Shell, operands: readonly string[]) => Promise<number>,
): Promise<void> {
  Deno.exit(await runToCode(command, args, main));
}

async function runToCode<Name extends string>(
  command: CommandDefinition<Name>,
  args: readonly string[],
  main: (flags: Flags<Name>, shell: Shell, operands: readonly string[]) => Promise<number>,
): Promise<number> {
  const interrupt = new AbortController();
  let exitCode = 130;
  const hearSignals = (): void => {
    for (const [name, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
      Deno.addSignalListener(name, () => {
        exitCode = code;
        interrupt.abort(
          new HardwayError("interrupted", "Interrupted: run the same command again to complete it"),
        );
      });
    }
  };
  try {
    const all: CommandDefinition<string> = { ...command, flags: { ...command.flags, ...COMMON_FLAGS } };
    const { flags, operands } = parseFlags(all, args);
    if (flags["help"]?.length) return print(formatHelp(all));
    if (flags["version"]?.length) return print(`hardway ${VERSION}`);
    return await main(flags as Flags<Name>, makeShell(flags, interrupt.signal, hearSignals), operands);
  } catch (error) {
    if (!(error instanceof HardwayError)) {
      writeAll(Deno.stderr, describeBug(error));
      return EXIT_BUG;
    }
    writeAll(Deno.stderr, `${error.message}\n`);
    return error.code === "interrupted" ? exitCode : error.exitCode;
  }
}

function print(text: string): number {
  writeAll(Deno.stdout, `${text}\n`);
  return 0;
}

function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  let rest = new TextEncoder().encode(text);
  try {
    while (rest.length > 0) rest = rest.subarray(stream.writeSync(rest));
  } catch (error) {
    // Nobody reads on: no reason to end, or to end in another way.
    if (error instanceof Deno.errors.BrokenPipe || stream === Deno.stderr) return;
    const reason = error instanceof Error ? error.message : String(error);
    throw new HardwayError("disk", `Cannot write the output: ${reason}`);
  }
}

function makeShell(flags: Flags<string>, signal: AbortSignal, hearSignals: () => void): Shell {
  const isQuiet = (flags["quiet"]?.length ?? 0) > 0;
  const isTerminal = Deno.stderr.isTerminal();
  const width = columns();
  const isColored = Deno.stdout.isTerminal() && (flags["no-color"]?.length ?? 0) === 0 &&
    (env("NO_COLOR") ?? "") === "";
  return {
    folder: callerFolder(),
    signal,
    hearSignals,
    columns: width,
    isColored,
    print: (text) => void (isQuiet || print(text)),
    say: (text) => void (isQuiet || writeAll(Deno.stderr, `${text}\n`)),
    isQuiet,
    warn: (text) => writeAll(Deno.stderr, `${text}\n`),
    redraw: isQuiet || !isTerminal
      ? undefined
      : (line) => writeAll(Deno.stderr, `\r${cutToWidth(line, width - 1)}\x1b[K`),
  };
}

/** A variable, or undefined where it is not set or not granted. */
function env(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch {
    return undefined;
  }
}

function columns(): number {
  const given = Number(env("COLUMNS"));
  if (Number.isInteger(given) && given >= 20 && given <= 1000) return given;
  try {
    return Deno.consoleSize().columns;
  } catch {
    return 80;
  }
}

/**
 * The folder that the caller's relative paths start from. `deno task` runs in our root and leaves the caller's folder
 * in INIT_CWD; anywhere else that variable is somebody else's.
 */
function callerFolder(): string {
  const here = Deno.cwd();
  const given = env("INIT_CWD");
  if (given === undefined || !given.startsWith("/") || ROOT.protocol !== "file:") return here;
  try {
    const isOurRoot = Deno.realPathSync(here) === Deno.realPathSync(ROOT);
    return isOurRoot && Deno.statSync(given).isDirectory ? given : here;
  } catch {
    return here;
  }
}

function describeBug(error: unknown): string {
  const stack = error instanceof Error ? error.stack ?? error.message : String(error);
  return `This is a bug of hardway ${VERSION}. Please report it, with the lines below, as CONTRIBUTING.md says.\n${stack}\n`;
}
