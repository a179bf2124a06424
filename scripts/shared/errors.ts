/**
 * The one error class of hardway, with a stable code for programs, sentences for people and an exit code for
 * the shell.
 *
 * @module
 */
import type { Problem } from "./problem.ts";

/** What programs branch on. The message is for people and may change; the code does not. */
export type ErrorCode =
  | "spec-invalid"
  | "usage"
  | "seed-invalid"
  | "file-unreadable"
  | "disk"
  | "refused"
  | "locked"
  | "interrupted";

const EXIT_CODES: Readonly<Record<ErrorCode, number>> = {
  "spec-invalid": 2,
  usage: 2,
  "seed-invalid": 2,
  "file-unreadable": 2,
  disk: 2,
  refused: 3,
  locked: 3,
  interrupted: 130,
};

/** Any failure that is not a bug of ours. */
export class HardwayError extends Error {
  /** The stable code. */
  readonly code: ErrorCode;
  /** One entry for each problem of a spec or of the patterns, sorted by place; otherwise empty. */
  readonly problems: readonly Problem[];

  /**
   * @param code what programs branch on
   * @param message what people read: one or more whole lines
   * @param problems the problems behind it, when it is about a document
   */
  constructor(code: ErrorCode, message: string, problems: readonly Problem[] = []) {
    super(message);
    this.name = "HardwayError";
    this.code = code;
    this.problems = problems;
  }

  /** The exit code of a command that ends with this error (design, section 6). */
  get exitCode(): number {
    return EXIT_CODES[this.code];
  }
}
