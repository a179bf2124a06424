/**
 * One thing that is wrong with a document, and how a person sees it: `file:line:col: sentence`, the line, a caret.
 *
 * @module
 */
import { compareText, count, cutToWidth, displayWidth, escapeControls, groupDigits } from "./text.ts";

/** A piece of a source line, its secrets already masked. */
export interface Excerpt {
  /** What stands before the place, without the start of a long line. */
  readonly before: string;
  /** What is meant, up to the end of the line. */
  readonly meant: string;
  /** What stands behind it. */
  readonly after: string;
  /** Whether the start of the line is left out. */
  readonly isCut: boolean;
}

/** One problem of a document. */
export interface Problem {
  /** The file's name as the user typed it. */
  readonly file: string;
  /** From 1; 0 when the problem has no place in a file (a pattern on the command line). */
  readonly line: number;
  /** From 1, in code points. */
  readonly column: number;
  /** What was found and what was wanted, without a final full stop. */
  readonly message: string;
  /** The piece of the source line around the place. */
  readonly excerpt?: Excerpt;
}

/** Orders problems by place, then by message, so that a report never depends on the order of checks. */
export function compareProblems(a: Problem, b: Problem): number {
  return a.line - b.line || a.column - b.column || compareText(a.message, b.message);
}

/** `cluster.yaml:12:9: Cannot use ...`, one line. */
export function formatProblemLine(problem: Problem): string {
  const place = problem.line === 0 ? "" : `:${problem.line}:${problem.column}`;
  return `${escapeControls(problem.file)}${place}: ${problem.message}`;
}

/** How many problems a report spells out. */
const SHOWN = 100;

/**
 * Formats problems as a report: each with its source line and a caret, and a closing count.
 *
 * @param problems sorted problems of one document
 * @returns whole lines without a final line break
 */
export function formatProblems(problems: readonly Problem[]): string {
  const shown = problems.slice(0, SHOWN);
  const lines = shown.flatMap((problem) => [formatProblemLine(problem), ...formatExcerpt(problem)]);
  if (problems.length > SHOWN) lines.push(`... and ${groupDigits(problems.length - SHOWN)} more`);
  const files = [...new Set(problems.map((problem) => escapeControls(problem.file)))].join(", ");
  lines.push(`${count(problems.length, "problem")} in ${files}; nothing was written`);
  return lines.join("\n");
}

/** How many columns of a source line are shown. */
const EXCERPT_WIDTH = 66;

function formatExcerpt(problem: Problem): string[] {
  if (problem.excerpt === undefined) return [];
  const before = (problem.excerpt.isCut ? "..." : "") + escapeControls(problem.excerpt.before);
  const meant = escapeControls(problem.excerpt.meant);
  const line = cutToWidth(before + meant + escapeControls(problem.excerpt.after), EXCERPT_WIDTH);
  const room = displayWidth(line) - displayWidth(before);
  const carets = "^".repeat(Math.max(1, Math.min(displayWidth(meant), room)));
  const number = String(problem.line).padStart(5);
  return [`${number} | ${line}`, `      | ${" ".repeat(displayWidth(before))}${carets}`];
}
