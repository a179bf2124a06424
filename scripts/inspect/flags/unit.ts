/**
 * systemd units: which programs of Kubernetes and etcd a service starts, with which flags.
 *
 * https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html
 *
 * @module
 */
import { readEnvironmentFile } from "./environment_file.ts";
import type { Invocation } from "./invocation.ts";
import { startedBy } from "./programs.ts";
import { readCommands, type UnitCommand } from "./unit_commands.ts";
import { type Assignment, readAssignments } from "./unit_lines.ts";
import { expandWords, readWords } from "./unit_words.ts";

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

/** What the assignments of a service leave behind. */
class Service {
  commands: UnitCommand[] = [];
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
