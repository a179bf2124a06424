/**
 * Words of a systemd unit: how values are cut, and how `$NAME` and `${NAME}` are replaced when a program is started.
 *
 * https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html#Quoting and
 * https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#Command%20lines
 *
 * @module
 */
import { isBlank } from "./unit_lines.ts";

/** A word, and where it began. */
export interface UnitWord {
  readonly text: string;
  /** In the value, in UTF-16 units. */
  readonly offset: number;
}

/** How much text variables may add to a command line. */
const MAX_ADDED = 1024 * 1024;

const LETTERS: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  s: " ",
  "\\": "\\",
  '"': '"',
  "'": "'",
};

const NUMBERS = /x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}/y;

/** Collects a word; bytes that escapes give, and that stand side by side, are UTF-8. */
class Collector {
  #text = "";
  #bytes: number[] = [];

  text(text: string): void {
    if (this.#bytes.length > 0) this.#flush();
    this.#text += text;
  }

  byte(byte: number): void {
    this.#bytes.push(byte);
  }

  end(): string {
    this.#flush();
    return this.#text;
  }

  #flush(): void {
    this.#text += new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(this.#bytes));
    this.#bytes = [];
  }
}

/**
 * Reads one word.
 *
 * @param value the whole value
 * @param from where to begin
 * @returns the word and where to go on; undefined at the end, and for a quotation that does not end
 */
export function readWord(value: string, from: number): { word: UnitWord; next: number } | undefined {
  let start = from;
  while (start < value.length && isBlank(value, start)) start++;
  if (start >= value.length) return undefined;
  const collected = new Collector();
  let quote = "";
  let at = start;
  for (; at < value.length; at++) {
    const character = value.charAt(at);
    if (character === "\\") {
      const length = readEscape(value, at + 1, collected);
      // A backslash that means nothing stands for itself, and so does what follows it: a blank does not end the word.
      if (length === 0) collected.text(`\\${value.charAt(at + 1)}`);
      at += Math.max(length, 1);
    } else if (quote !== "") {
      if (character === quote) quote = "";
      else collected.text(character);
    } else if (character === "'" || character === '"') quote = character;
    else if (isBlank(value, at)) break;
    else collected.text(character);
  }
  if (quote !== "") return undefined;
  return { word: { text: collected.end(), offset: start }, next: at };
}

/** The length of an escape without its backslash; 0 when it is none. */
function readEscape(value: string, at: number, collected: Collector): number {
  const letter = value.charAt(at);
  if (Object.hasOwn(LETTERS, letter)) {
    collected.text(LETTERS[letter] ?? "");
    return 1;
  }
  NUMBERS.lastIndex = at;
  const found = NUMBERS.exec(value)?.[0];
  if (found === undefined) return 0;
  const isOctal = /^\d/.test(found);
  const code = isOctal ? parseInt(found, 8) : parseInt(found.slice(1), 16);
  // No word can hold a zero byte.
  if (code === 0 || code > 0x10ffff || (isOctal && code > 0xff)) return 0;
  if (isOctal || letter === "x") collected.byte(code);
  else collected.text(String.fromCodePoint(code));
  return found.length;
}

/** All words of a value; nothing behind a quotation that does not end. */
export function readWords(value: string): UnitWord[] {
  const words: UnitWord[] = [];
  for (let read = readWord(value, 0); read !== undefined; read = readWord(value, read.next)) {
    words.push(read.word);
  }
  return words;
}

/** What a variable that stands for several words is cut into: quotation marks count, escapes do not. */
function splitValue(value: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let at = 0; at < value.length; at++) {
    const character = value.charAt(at);
    if (character === "\\") {
      at++;
      word = (word ?? "") + value.charAt(at);
    } else if (quote !== "") {
      if (character === quote) quote = "";
      else word += character;
    } else if (character === "'" || character === '"') {
      quote = character;
      word ??= "";
    } else if (isBlank(value, at)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + character;
  }
  if (word !== undefined) words.push(word);
  return words;
}

/**
 * Replaces variables as systemd does: a word `$NAME` by the words of its value, `${NAME}` inside of a word by the value
 * as it is, `$$` by a dollar. A variable that is not set is empty. Values are not looked at again.
 *
 * @param words of a command line
 * @param environment by name
 */
export function expandWords<W extends { readonly text: string }>(
  words: readonly W[],
  environment: ReadonlyMap<string, string>,
): W[] {
  let added = 0;
  const valueOf = (name: string): string => {
    const value = environment.get(name) ?? "";
    added += value.length;
    return added > MAX_ADDED ? "" : value;
  };
  return words.flatMap((word) => {
    const { text } = word;
    if (!text.includes("$")) return [word];
    if (/^\$(?![{$])/.test(text)) {
      return splitValue(valueOf(text.slice(1))).map((part) => ({ ...word, text: part }));
    }
    return [{ ...word, text: expandInside(text, valueOf) }];
  });
}

/** Behind a brace that does not close all stays as it is; a colon in braces makes them mean nothing. */
function expandInside(text: string, valueOf: (name: string) => string): string {
  return text.replace(
    /\$(?:\$|\{([^:}]*)([:}]|$))/g,
    (whole, name?: string, end?: string) => whole === "$$" ? "$" : end === "}" ? valueOf(name ?? "") : whole,
  );
}
