/**
 * Scripts of a POSIX shell, such as follow `sh -c`, cut into simple commands and words. Nothing is run: variables whose
 * values are known are replaced, and whatever a script would compute stays as text.
 *
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
 *
 * @module
 */
import type { Word } from "./invocation.ts";

/** A simple command. */
export interface ShellCommand {
  /** Without redirections, and without words that only steer the shell, such as `then`. */
  readonly words: readonly Word[];
  /** All variables that are known, those that the script sets among them. */
  readonly variables: ReadonlyMap<string, string>;
}

/** How much text variables may add to a script; values that hold others could grow without end. */
const MAX_ADDED = 1024 * 1024;

const STEERING: ReadonlySet<string> = new Set(
  ["if", "then", "elif", "else", "fi", "while", "until", "do", "done", "{", "}", "!", "time"],
);
const REDIRECTION = /<<<|<<-?|<>|<&|<|>>|>&|>\||>/y;
const PLAIN = /[^\s\\'"`$#;&|()<>]+/y;
const PLAIN_IN_QUOTES = /[^\\"`$]+/y;
const ASSIGNMENT = /^([A-Za-z_]\w*)=([\s\S]*)$/;
/** Its beginning, in the script. */
const BEGUN_ASSIGNMENT = /[A-Za-z_]\w*=/y;
const NAME = /[A-Za-z_]\w*/y;

/**
 * Cuts a script.
 *
 * @param script any text; what is left open ends with the text
 * @param variables known before it begins
 * @param line where it stands, for each word; undefined when that is not known
 */
export function readScript(
  script: string,
  variables: ReadonlyMap<string, string> = new Map(),
  line?: number,
): ShellCommand[] {
  return new Cutter(script, variables, line).run();
}

class Cutter {
  readonly #text: string;
  readonly #line: number | undefined;
  readonly #variables: Map<string, string>;
  readonly #commands: ShellCommand[] = [];
  #words: { text: string; isQuoted: boolean }[] = [];
  #word: string | undefined;
  #isQuoted = false;
  #isTarget = false;
  /** Whether the word sets a variable: asked once a word, as a word can grow very long. */
  #isAssignment: boolean | undefined;
  /** Where the word begins, if that is without quotation marks. */
  #start = -1;
  #at = 0;
  #added = 0;

  constructor(text: string, variables: ReadonlyMap<string, string>, line: number | undefined) {
    this.#text = text;
    this.#line = line;
    this.#variables = new Map(variables);
  }

  run(): ShellCommand[] {
    const text = this.#text;
    while (this.#at < text.length) {
      const isFirst = this.#word === undefined;
      const plain = this.#match(PLAIN);
      if (plain !== undefined) {
        if (isFirst) this.#start = this.#at - plain.length;
        this.#add(plain);
        continue;
      }
      const character = text.charAt(this.#at);
      switch (character) {
        case "\\":
          // A continued line is as if it were not there.
          if (text.charAt(this.#at + 1) !== "\n") {
            this.#add(text.charAt(this.#at + 1));
            this.#isQuoted = true;
          }
          this.#at += 2;
          break;
        case "'": {
          const end = text.indexOf("'", this.#at + 1);
          this.#add(text.slice(this.#at + 1, end === -1 ? undefined : end));
          this.#isQuoted = true;
          this.#at = end === -1 ? text.length : end + 1;
          break;
        }
        case '"':
          this.#readQuoted();
          break;
        case "$":
        case "`":
          this.#readValue(false);
          break;
        case "#":
          // Behind a value that is empty or ends with a blank it is no comment.
          if (this.#word === undefined && /^$|[\s;&|()<>]/.test(text.charAt(this.#at - 1))) {
            this.#skipComment();
          } else {
            this.#add("#");
            this.#at++;
          }
          break;
        case "<":
        case ">":
          this.#readRedirection();
          break;
        case "&":
          // In bash both outputs go where &> says.
          if (text.charAt(this.#at + 1) === ">") {
            this.#endWord();
            this.#at++;
            this.#readRedirection();
            break;
          }
          this.#endCommand();
          this.#at++;
          break;
        case "\n":
        case ";":
        case "|":
        case "(":
        case ")":
          this.#endCommand();
          this.#at++;
          break;
        default:
          this.#endWord();
          this.#at++;
      }
    }
    this.#endCommand();
    return this.#commands;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #isInAssignment(): boolean {
    BEGUN_ASSIGNMENT.lastIndex = Math.max(this.#start, 0);
    return this.#isAssignment ??= this.#start !== -1 && BEGUN_ASSIGNMENT.test(this.#text);
  }

  #add(text: string): void {
    this.#word = (this.#word ?? "") + text;
  }

  #skipComment(): void {
    const end = this.#text.indexOf("\n", this.#at);
    this.#at = end === -1 ? this.#text.length : end;
  }

  #readQuoted(): void {
    const text = this.#text;
    this.#add("");
    this.#isQuoted = true;
    this.#at++;
    while (this.#at < text.length) {
      const plain = this.#match(PLAIN_IN_QUOTES);
      if (plain !== undefined) {
        this.#add(plain);
        continue;
      }
      const character = text.charAt(this.#at);
      if (character === '"') {
        this.#at++;
        return;
      }
      if (character === "\\") {
        const next = text.charAt(this.#at + 1);
        if (next !== "\n") this.#add(/[$`"\\]/.test(next) ? next : `\\${next}`);
        this.#at += 2;
      } else this.#readValue(true);
    }
  }

  /** At `$` or a backquote: a variable that is known, or text that stays. */
  #readValue(isInQuotes: boolean): void {
    const text = this.#text;
    const start = this.#at;
    const next = text.charAt(start + 1);
    if (text.charAt(start) === "`") this.#at = endOf(text, start + 1, "`");
    else if (next === "(") this.#at = endOf(text, start + 2, ")");
    else if (next === "{") this.#at = endOf(text, start + 2, "}");
    else {
      NAME.lastIndex = start + 1;
      const length = NAME.exec(text)?.[0].length ?? (/[\d@*#?$!-]/.test(next) ? 1 : 0);
      this.#at = start + 1 + length;
    }
    const whole = text.slice(start, this.#at);
    const name = /^\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))$/.exec(whole);
    const value = name === null ? undefined : this.#variables.get(name[1] ?? name[2] ?? "");
    if (value === undefined || this.#added + value.length > MAX_ADDED) {
      this.#add(whole);
      return;
    }
    this.#added += value.length;
    if (isInQuotes || this.#isInAssignment()) this.#add(value);
    else this.#addFields(value);
  }

  /** Outside of quotes a value is cut at blanks. */
  #addFields(value: string): void {
    const fields = value.split(/[ \t\n]+/);
    for (const [index, field] of fields.entries()) {
      if (index > 0) this.#endWord();
      if (field !== "") this.#add(field);
    }
  }

  #readRedirection(): void {
    // A number right in front says which file is meant.
    if (!this.#isQuoted && /^\d+$/.test(this.#word ?? "")) this.#word = undefined;
    this.#endWord();
    this.#match(REDIRECTION);
    this.#isTarget = true;
  }

  #endWord(): void {
    if (this.#word !== undefined) {
      if (!this.#isTarget) this.#words.push({ text: this.#word, isQuoted: this.#isQuoted });
      this.#isTarget = false;
    }
    this.#word = undefined;
    this.#isQuoted = false;
    this.#isAssignment = undefined;
    this.#start = -1;
  }

  #endCommand(): void {
    this.#endWord();
    this.#isTarget = false;
    const words = this.#words;
    this.#words = [];
    let first = 0;
    while (words[first]?.isQuoted === false && STEERING.has(words[first]?.text ?? "")) first++;
    const isExport = /^(?:export|readonly|local)$/.test(words[first]?.text ?? "");
    if (isExport) first++;
    for (; first < words.length; first++) {
      const [, name, value = ""] = ASSIGNMENT.exec(words[first]?.text ?? "") ?? [];
      if (name === undefined) break;
      this.#variables.set(name, value);
    }
    if (isExport || first === words.length) return;
    this.#commands.push({
      words: words.slice(first).map(({ text }) => ({ text, line: this.#line })),
      variables: this.#variables,
    });
  }
}

/** The offset behind what closes here; quotes and nested pairs are passed over. */
function endOf(text: string, from: number, close: ")" | "}" | "`"): number {
  const open = close === ")" ? "(" : close === "}" ? "{" : undefined;
  let depth = 1;
  let quote = "";
  for (let at = from; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "\\" && quote !== "'") at++;
    else if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === close) {
      depth--;
      if (depth === 0) return at + 1;
    } else if (character === open) depth++;
    else if (close !== "`" && (character === "'" || character === '"')) quote = character;
  }
  return text.length;
}
