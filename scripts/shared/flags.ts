/**
 * Command-line flags: one small table a command, read strictly, with the help text made from it.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { CALL } from "./assets.ts";
import { HardwayError } from "./errors.ts";
import { nearest } from "./suggest.ts";
import { quote } from "./text.ts";

/** One flag. */
export interface Flag {
  /** What the value is called in the help text; absent for a switch. */
  readonly value?: string;
  /** One letter that stands for it. */
  readonly short?: string;
  /** Whether it may be given more than once. */
  readonly repeatable?: boolean;
  readonly help: string;
}

/** What a command takes. */
export interface CommandDefinition<Name extends string> {
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** What stands without a flag in front of it, if anything may. */
  readonly operands?: { readonly value: string; readonly help: string };
  readonly flags: Readonly<Record<Name, Flag>>;
}

/** Flags as given: the values of each, in order; a switch has one empty value. */
export type Flags<Name extends string> = Readonly<Record<Name, readonly string[]>>;

/** The arguments of a command. */
export interface Arguments<Name extends string> {
  readonly flags: Flags<Name>;
  /** What stands without a flag in front of it, in order. */
  readonly operands: readonly string[];
}

/** Flags that every command has. */
export const COMMON_FLAGS = {
  quiet: { help: "say errors only" },
  "no-color": { help: "no colour; so does the variable NO_COLOR" },
  help: { short: "h", help: "show this help" },
  version: { help: "show the version" },
} as const satisfies Record<string, Flag>;

/** What is no argument: nothing of it is repeated. */
const SECRETS = /HARDWAY-SEED-1|AGE-SECRET-KEY-1|PRIVATE KEY-----/i;

/**
 * Reads the arguments of a command.
 *
 * @throws {HardwayError} `usage` for whatever the command does not take
 */
export function parseFlags<Name extends string>(
  command: CommandDefinition<Name>,
  args: readonly string[],
): Arguments<Name> {
  if (args.some((arg) => SECRETS.test(arg))) {
    throw usage(
      command.name,
      "Refused: a seed or a private key stands on the command line, where every process can read it: expected a file's name",
    );
  }
  const names = Object.keys(command.flags) as Name[];
  const options: Record<string, { type: "string" | "boolean"; short?: string; multiple: true }> = {};
  for (const name of names) {
    const { value, short } = command.flags[name];
    options[name] = {
      type: value === undefined ? "boolean" : "string",
      multiple: true,
      ...(short && { short }),
    };
  }
  const { tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given = Object.fromEntries(names.map((name) => [name, [] as string[]])) as Record<Name, string[]>;
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") {
      if (command.operands !== undefined) {
        operands.push(token.value);
        continue;
      }
      throw usage(command.name, `Unexpected argument ${quote(token.value)}: expected flags only`);
    }
    const name = names.find((known) => known === token.name);
    if (name === undefined) {
      const meant = nearest(token.name, names);
      const hint = meant === undefined ? "see --help" : `did you mean --${meant}?`;
      throw usage(command.name, `Unknown flag ${quote(token.rawName)}: ${hint}`);
    }
    const flag = command.flags[name];
    const value = token.value;
    if (
      flag.value !== undefined &&
      (value === undefined || value === "" || (value.startsWith("-") && value !== "-" && !token.inlineValue))
    ) {
      throw usage(command.name, `Missing value of --${name}: expected ${flag.value}`);
    }
    if (flag.value === undefined && value !== undefined) {
      throw usage(command.name, `Cannot use ${quote(value)} as --${name}: expected no value`);
    }
    if (given[name].length > 0 && flag.value !== undefined && flag.repeatable !== true) {
      throw usage(command.name, `Duplicate flag --${name}: expected it once`);
    }
    given[name].push(value ?? "");
  }
  return { flags: given, operands };
}

function usage(command: string, message: string): HardwayError {
  return new HardwayError("usage", `${command}: ${message}`);
}

/**
 * The form that `--output` asks for.
 *
 * @param command its name, for the message
 * @param forms all that there are; the first is the default
 * @param given the flag's value
 * @throws {HardwayError} `usage` for another one
 */
export function pickForm<Form extends string>(
  command: string,
  forms: readonly [Form, ...Form[]],
  given: string | undefined,
): Form {
  if (given === undefined) return forms[0];
  const form = forms.find((known) => known === given);
  if (form !== undefined) return form;
  throw usage(command, `Cannot use ${quote(given)} as --output: expected ${forms.join(", ")}`);
}

/** Renders the help text of a command, at most 80 columns wide. */
export function formatHelp<Name extends string>(command: CommandDefinition<Name>): string {
  const rows = (Object.keys(command.flags) as Name[]).map((name) => {
    const { short, value, help, repeatable } = command.flags[name];
    const head = `${short === undefined ? "    " : `-${short}, `}--${name}${
      value === undefined ? "" : ` ${value}`
    }`;
    return [head, repeatable === true ? `${help}; may be repeated` : help] as const;
  });
  const width = Math.max(...rows.map(([head]) => head.length)) + 2;
  const lines = rows.flatMap(([head, help]) => {
    const wrapped = wrap(help, 78 - width);
    return wrapped.map((line, index) => `  ${(index === 0 ? head : "").padEnd(width)}${line}`);
  });
  const { operands } = command;
  const usage = `Usage: ${CALL} ${command.name}${
    operands === undefined ? "" : ` [${operands.value}...]`
  } [flags]`;
  return [
    `${command.name}: ${command.summary}`,
    "",
    usage,
    "",
    ...(operands === undefined ? [] : [...wrap(`${operands.value}: ${operands.help}`, 78), ""]),
    ...lines,
  ].join("\n");
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
