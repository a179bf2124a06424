/**
 * Arguments of `explain`: flags of Kubernetes' programs among them are what is asked about, and none of its own.
 *
 * @module
 */
import { FLAGS } from "../../inspect/flags/flag_table.ts";
import { nearest } from "../../shared/suggest.ts";
import { flagsNamed } from "./settings.ts";

/**
 * Puts the flags that are asked about behind `--`, where no flag is read as one of the command.
 *
 * @param args as given
 * @param own flags of the command itself, without dashes
 */
export function flagsAsOperands(args: readonly string[], own: readonly string[]): string[] {
  const end = args.indexOf("--");
  const before = end < 0 ? args : args.slice(0, end);
  const asked = (arg: string): boolean => isAsked(arg, own);
  return [
    ...before.filter((arg) => !asked(arg)),
    "--",
    ...before.filter(asked),
    ...(end < 0 ? [] : args.slice(end + 1)),
  ];
}

/** A known flag, or one that is nearer to a known one than to the command's own. */
function isAsked(arg: string, own: readonly string[]): boolean {
  const name = /^--([^=]+)/.exec(arg)?.[1];
  if (name === undefined || own.includes(name)) return false;
  if (flagsNamed(name).length > 0) return true;
  return nearest(name, own) === undefined && nearest(name, FLAGS.map(({ flag }) => flag)) !== undefined;
}
