/**
 * One template: read once, checked against the names that it may use, filled for each machine.
 *
 * @module
 */
import { HardwayError } from "../shared/errors.ts";
import { formatProblems, type Problem } from "../shared/problem.ts";
import { nearest } from "../shared/suggest.ts";
import { escapeControls, quote } from "../shared/text.ts";
import { Lines } from "../spec/lines.ts";
import { cutText } from "./placeholders.ts";
import { findMisplaced } from "./shell_words.ts";
import { fillLines, type Reader } from "./text_form.ts";
import { fillTrees, parseTrees, renderJson, renderYaml, type Trees } from "./tree_form.ts";
import type { Values } from "./types.ts";

/** The text of a template, and where it was read. */
export interface TemplateSource {
  /** Path under `templates/`, such as `units/etcd.service`. */
  readonly name: string;
  /** How messages name its file. */
  readonly shown: string;
  readonly text: string;
  /** SHA-256 of the file, when the user gave it in place of ours. */
  readonly override?: string;
}

type Form = "yaml" | "json" | Reader;

const FORMS: readonly (readonly [ending: string, form: Form])[] = [
  [".yaml", "yaml"],
  [".conf", "json"],
  [".service", "unit"],
  [".sh", "shell"],
  [".jsonl", "json lines"],
];

/** A template. */
export class Template {
  readonly source: TemplateSource;
  readonly #form: Form;
  readonly #trees: Trees;
  readonly #lines: Lines;

  /**
   * @param source its text
   * @throws {HardwayError} `usage` when it is not in the form that its name promises, with the place
   */
  constructor(source: TemplateSource) {
    this.source = source;
    this.#lines = new Lines(source.text);
    this.#form = FORMS.find(([ending]) => source.name.endsWith(ending))?.[1] ?? "plain";
    this.#trees = [];
    if (source.text.trim() === "") {
      throw templateError([this.#problem(0, "Cannot use this as a template: it is empty")]);
    }
    const misplaced = this.#form === "shell" ? findMisplaced(cutText(source.text)) : undefined;
    if (misplaced !== undefined) throw templateError([this.#problem(misplaced.offset, misplaced.message)]);
    if (this.#form !== "yaml" && this.#form !== "json") return;
    const parsed = parseTrees(source.text);
    if ("fault" in parsed) {
      const { offset, message } = parsed.fault;
      throw templateError([
        this.#problem(offset, `Cannot use this as a template: expected YAML, ${message}`),
      ]);
    }
    this.#trees = parsed.trees;
  }

  /**
   * Finds placeholders that stand for nothing.
   *
   * @param values of one machine: every name is in it, also of what is absent there
   */
  check(values: Values): Problem[] {
    return cutText(this.source.text).flatMap((piece) => {
      if (piece.kind === "text" || values.has(piece.name)) return [];
      const meant = nearest(piece.name, values.keys());
      const hint = meant === undefined ? "" : `, did you mean ${quote(`\${${meant}}`)}?`;
      const found = this.source.text.slice(piece.start, Math.min(piece.end, piece.start + 80));
      return [this.#problem(piece.start, `Unknown placeholder ${quote(escapeControls(found))}${hint}`)];
    });
  }

  /**
   * Fills the template for one machine.
   *
   * @param values of `check`
   * @param isProven whether it was filled with the same values before: then what comes out is not read again
   * @throws {HardwayError} `usage` when what comes out is not what its reader takes
   */
  fill(values: Values, isProven = false): string {
    try {
      return this.#fill(values, isProven);
    } catch (error) {
      if (!(error instanceof TypeError) && !(error instanceof RangeError)) throw error;
      throw templateError([this.#problem(0, `Cannot render this template: ${error.message}`)]);
    }
  }

  #fill(values: Values, isProven: boolean): string {
    switch (this.#form) {
      case "yaml":
        return renderYaml(fillTrees(this.#trees, values), isProven);
      case "json":
        return renderJson(fillTrees(this.#trees, values));
      case "unit": {
        const text = fillLines(this.source.text, values, "unit");
        this.#checkContinuations(text);
        return text;
      }
      default:
        return fillLines(this.source.text, values, this.#form);
    }
  }

  /** A line that was to be continued, and whose continuation went with an absent value, would swallow what follows. */
  #checkContinuations(text: string): void {
    const lines = text.split("\n");
    const broken = lines.findIndex((line, index) =>
      line.endsWith("\\") && /^\s*$|^\[/.test(lines[index + 1] ?? "")
    );
    if (broken < 0) return;
    const offset = this.source.text.indexOf(lines[broken]?.trim().split("=")[0] ?? "");
    throw templateError([
      this.#problem(Math.max(0, offset), "A continued line is followed by nothing: expected another line"),
    ]);
  }

  #problem(offset: number, message: string): Problem {
    const { line, column } = this.#lines.placeOf(offset);
    return { file: this.source.shown, line, column, message };
  }
}

/** The error for templates that cannot be used. */
export function templateError(problems: readonly Problem[]): HardwayError {
  return new HardwayError("usage", formatProblems(problems), problems);
}
