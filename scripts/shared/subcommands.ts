/**
 * Commands that have commands of their own: which flags each of them takes.
 *
 * @module
 */
import { HardwayError } from "./errors.ts";
import type { Flags } from "./flags.ts";
import { nearest } from "./suggest.ts";
import { quote } from "./text.ts";
import { parseTime } from "./time.ts";

/** The subcommands of a command, and the flags that each takes. */
export type SubcommandTable = Readonly<Record<string, readonly string[]>>;

/** Reads what stands on the command line of such a command. */
export class Subcommands<Table extends SubcommandTable> {
  readonly #command: string;
  readonly #table: Table;

  /**
   * @param command its name, for messages
   * @param table the subcommands
   */
  constructor(command: string, table: Table) {
    this.#command = command;
    this.#table = table;
  }

  /** Makes an error of the command line. */
  usage(message: string): HardwayError {
    return new HardwayError("usage", `${this.#command}: ${message}`);
  }

  /**
   * Finds the subcommand.
   *
   * @throws {HardwayError} `usage` when there is none of the name
   */
  checkWord(word: string | undefined): keyof Table & string {
    const known = Object.keys(this.#table);
    const found = known.find((one) => one === word);
    if (found !== undefined) return found;
    if (word === undefined) throw this.usage(`Missing subcommand: expected ${known.join(", ")}`);
    const meant = nearest(word, known);
    const hint = meant === undefined ? `expected ${known.join(", ")}` : `did you mean ${meant}?`;
    throw this.usage(`Unknown subcommand ${quote(word)}: ${hint}`);
  }

  /**
   * Says that a subcommand takes the flags that are given.
   *
   * @throws {HardwayError} `usage` for one that it does not take
   */
  checkFlags<Name extends string>(subcommand: keyof Table & string, flags: Flags<Name>): void {
    const taken: readonly string[] = this.#table[subcommand] ?? [];
    for (const name of Object.keys(flags) as Name[]) {
      if (flags[name].length > 0 && !taken.includes(name)) {
        throw this.usage(
          `${subcommand} has no flag --${name}: expected ${taken.map((one) => `--${one}`).join(", ")}`,
        );
      }
    }
  }

  /**
   * Reads the moment that counts; undefined for now.
   *
   * @param text of `--at`
   * @throws {HardwayError} `usage` for a time that is none
   */
  readMoment(text: string | undefined): number | undefined {
    if (text === undefined) return undefined;
    const at = parseTime(text);
    if (at !== undefined) return at;
    const wanted = "expected a time such as 2027-01-01T00:00:00Z, or a date";
    throw this.usage(`Cannot use ${quote(text)} as --at: ${wanted}`);
  }
}

/** A property for a value that is there. */
export function optional<Name extends string>(
  name: Name,
  value: string | undefined,
): { [Key in Name]?: string } {
  return (value === undefined ? {} : { [name]: value }) as { [Key in Name]?: string };
}
