/**
 * systemd units: which programs of Kubernetes and etcd a service starts, with which flags.
 *
 * https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html
 *
 * @module
 */
import { readEnvironmentFile } from "./environment_file.ts";
import type { Invocation, Word } from "./invocation.ts";
import { startedBy } from "./programs.ts";
import { type Assignment, isBlank, readAssignments } from "./unit_lines.ts";
import { expandWords, readWord, readWords } from "./unit_words.ts";

/** What a unit is read with. */
export interface UnitOptions {
  /** Texts of `NAME.service.d/*.conf`, in the order in which systemd takes them. */
  readonly dropIns?: readonly string[];
  /** Gives the text of an environment file; undefined when it is not there. */
  readonly readFile?: (path: string) => string | undefined;
}

/** The most environment files that are read, and the most characters of all of them. */
const MAX_FILES = 64;
const MAX_LENGTH = 4 * 1024 * 1024;

/** Whether a text is a systemd unit: its first line that is no comment is a section that units have. */
export function isUnit(text: string): boolean {
  const first = /^\ufeff?(?:[ \t]*(?:[#;][^\n\r]*)?[\n\r])*[ \t]*\[([A-Z][A-Za-z]*)\][ \t]*(?:[\n\r]|$)/.exec(
    text,
  );
  return first !== null && (first[1] === "Unit" || first[1] === "Install" || first[1] === "Service");
}

/**
 * Finds the programs of Kubernetes and etcd that a unit starts.
 *
 * @param text the whole unit
 * @param options its drop-ins, and how its environment files are found
 * @returns none for units of other programs
 */
export function readUnit(text: string, options: UnitOptions = {}): Invocation[] {
  const service = new Service();
  for (const [index, source] of [text, ...options.dropIns ?? []].entries()) {
    for (const assignment of readAssignments(source)) {
      if (assignment.section === "Service") service.assign(assignment, index === 0);
    }
  }
  const { environment, unread } = service.environment(options.readFile ?? (() => undefined));
  return service.commands.flatMap(({ words, isExpanded }) => {
    const started = startedBy(isExpanded ? expandWords(words, environment) : words, environment);
    return started.map((program): Invocation => ({
      ...program,
      mounts: [],
      directory: service.directory,
      unread,
    }));
  });
}

/** A command of `ExecStart=`. */
interface Command {
  readonly words: readonly Word[];
  /** Whether variables in it are replaced. */
  readonly isExpanded: boolean;
}

/** What the assignments of a service leave behind. */
class Service {
  commands: Command[] = [];
  directory: string | undefined;
  #set: string[] = [];
  #files: string[] = [];

  assign({ key, value, lineAt }: Assignment, isOwn: boolean): void {
    switch (key) {
      case "ExecStart":
        // An empty one takes back all before it.
        if (value === "") this.commands = [];
        else this.commands.push(...readCommands(value, isOwn ? lineAt : () => undefined));
        break;
      case "Environment":
        if (value === "") this.#set = [];
        else this.#set.push(...readWords(value).map(({ text }) => text.replaceAll("%%", "%")));
        break;
      case "EnvironmentFile":
        if (value === "") this.#files = [];
        else this.#files.push(value.replaceAll("%%", "%"));
        break;
      case "WorkingDirectory": {
        const folder = value.replace(/^-/, "").replaceAll("%%", "%");
        this.directory = folder.startsWith("/") ? folder : undefined;
        break;
      }
    }
  }

  /** Files win over what stands in the unit, and later ones over earlier ones. */
  environment(
    readFile: (path: string) => string | undefined,
  ): { readonly environment: ReadonlyMap<string, string>; readonly unread: readonly string[] } {
    const environment = new Map<string, string>();
    for (const text of this.#set) {
      const equals = text.indexOf("=");
      const name = text.slice(0, equals);
      if (equals > 0 && /^[A-Za-z_]\w*$/.test(name)) environment.set(name, text.slice(equals + 1));
    }
    const unread: string[] = [];
    let length = 0;
    for (const named of this.#files.slice(0, MAX_FILES)) {
      const path = named.replace(/^-/, "");
      const text = path.startsWith("/") ? readFile(path) : undefined;
      length += text?.length ?? 0;
      if (text !== undefined && length <= MAX_LENGTH) {
        for (const [name, value] of readEnvironmentFile(text)) environment.set(name, value);
      } else if (!named.startsWith("-") || text !== undefined) unread.push(path);
    }
    return { environment, unread };
  }
}

/** The commands of one `ExecStart=`; a word `;` stands between two. */
function readCommands(value: string, lineAt: (offset: number) => number | undefined): Command[] {
  const commands: Command[] = [];
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
