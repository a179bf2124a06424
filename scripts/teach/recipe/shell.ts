/**
 * Words, comments and here-documents of a POSIX shell script: in goes any text, out come lines that a shell reads as
 * just that text, whatever characters are in it.
 *
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
 *
 * @module
 */
import { escapeControls } from "../../shared/text.ts";

/** How wide comments are. */
const COLUMNS = 100;

/**
 * Quotes text as one word of a command line.
 *
 * @param text without NUL
 */
export function word(text: string): string {
  if (/^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*$/.test(text)) return text;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Quotes a flag and its value as one word: only the value is put in quotes. */
export function flag(name: string, value: string): string {
  return `--${name}=${/^[A-Za-z0-9_@%+=:,./-]+$/.test(value) ? value : word(value)}`;
}

/**
 * Puts an operand at the end of a command line, behind `--` when a program would take it for a flag.
 *
 * @param text any text
 */
export function operand(text: string): string {
  return text.startsWith("-") ? `-- ${word(text)}` : word(text);
}

/** Makes comment lines of sentences, broken between words. */
export function comment(...sentences: readonly string[]): string[] {
  return sentences.flatMap((sentence) => {
    const lines: string[] = [];
    let line = "#";
    for (const part of escapeControls(sentence).split(" ")) {
      if (line.length + 1 + part.length > COLUMNS && line !== "#") {
        lines.push(line);
        line = "#";
      }
      line += ` ${part}`;
    }
    return [...lines, line];
  });
}

/**
 * Writes a file by a here-document that holds its text as it is.
 *
 * @param path where to; a path of ours or quoted here
 * @param text what the file holds
 */
export function file(path: string, text: string): string[] {
  const lines = text.replace(/\n$/, "").split("\n");
  let end = "EOF";
  while (lines.includes(end)) end += "_";
  return [`cat > ${word(path)} <<'${end}'`, ...lines, end];
}

/**
 * Lays a command out over lines: the program's words on the first, then a line for each of the rest.
 *
 * @param head the first line, already quoted
 * @param rest further words or groups of words, already quoted
 */
export function command(head: string, rest: readonly string[]): string[] {
  return [head, ...rest.map((part) => `  ${part}`)]
    .map((line, index) => index < rest.length ? `${line} \\` : line);
}

/** The folder of a path. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
