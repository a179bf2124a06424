/**
 * Command lines of a systemd service: their words, before variables are replaced.
 *
 * https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#Command%20lines
 *
 * @module
 */
import type { Word } from "./invocation.ts";
import { isBlank } from "./unit_lines.ts";
import { readWord } from "./unit_words.ts";

/** A command. */
export interface UnitCommand {
  /** The program's path first. */
  readonly words: readonly Word[];
  /** Whether variables in it are replaced. */
  readonly isExpanded: boolean;
}

/**
 * Reads the commands of one `ExecStart=`; a word `;` stands between two.
 *
 * @param value with at least one command
 * @param lineAt the line of a place in the value; places are asked for in rising order
 */
export function readCommands(value: string, lineAt: (offset: number) => number | undefined): UnitCommand[] {
  const commands: UnitCommand[] = [];
  let at = 0;
  while (at < value.length) {
    const first = readWord(value, at);
    if (first === undefined) break;
    const [, prefixes = "", path = ""] = /^([-@:+!|]*)([\s\S]*)$/.exec(first.word.text) ?? [];
    const words: Word[] = [{ text: path.replaceAll("%%", "%"), line: lineAt(first.word.offset) }];
    at = first.next;
    let isBroken = path === "";
    for (;;) {
      while (at < value.length && isBlank(value, at)) at++;
      if (at >= value.length) break;
      const isAlone = (width: number): boolean => at + width >= value.length || isBlank(value, at + width);
      if (value.charAt(at) === ";" && isAlone(1)) {
        at++;
        break;
      }
      if (value.startsWith("\\;", at) && isAlone(2)) {
        words.push({ text: ";", line: lineAt(at) });
        at += 2;
        continue;
      }
      const read = readWord(value, at);
      if (read === undefined) {
        // systemd does not take a command with a quotation that does not end.
        isBroken = true;
        at = value.length;
        break;
      }
      words.push({ text: read.word.text.replaceAll("%%", "%"), line: lineAt(read.word.offset) });
      at = read.next;
    }
    // With @ the second word is only what the program is called.
    if (prefixes.includes("@")) words.splice(1, 1);
    if (!isBroken) commands.push({ words, isExpanded: !prefixes.includes(":") });
  }
  return commands;
}
