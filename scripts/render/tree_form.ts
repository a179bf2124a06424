/**
 * YAML and JSON templates: values are put into the parsed document, never into its text, so no value can break out of
 * its place.
 *
 * @module
 */
import { Document, parseAllDocuments, type ParsedDocument, visit } from "../shared/npm/yaml.ts";
import { cutText } from "./placeholders.ts";
import type { Value, Values } from "./types.ts";

/** A document that could not be understood, with the place in its text. */
export interface TreeFault {
  readonly offset: number;
  readonly message: string;
}

/** A parsed template: one tree for each document. */
export type Trees = readonly unknown[];

/** How many times aliases may be resolved: a template has no use for more. */
const MAX_ALIASES = 100;

/** Parses a template of YAML, of one or more documents; JSON is YAML. */
export function parseTrees(text: string): Parsed {
  return parse(text, findUnlike);
}

type Parsed = { readonly trees: Trees } | { readonly fault: TreeFault };

function parse(text: string, check: (document: ParsedDocument) => TreeFault | undefined): Parsed {
  const trees: unknown[] = [];
  let offset = 0;
  try {
    for (const document of parseAllDocuments(text, { prettyErrors: false })) {
      const [error] = document.errors;
      if (error !== undefined) return { fault: { offset: error.pos[0], message: reasonOf(error) } };
      offset = document.range[0];
      const unlike = check(document);
      if (unlike !== undefined) return { fault: unlike };
      // Between separators there may be nothing, or comments only.
      const tree: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
      if (tree !== null) trees.push(tree);
    }
  } catch (error) {
    return { fault: { offset, message: reasonOf(error) } };
  }
  return trees.length === 0 ? { fault: { offset: 0, message: "it is empty" } } : { trees };
}

/** Looks for what would come out as another value than its reader would have seen: `0644` is 420 for Kubernetes. */
function findUnlike(document: ParsedDocument): TreeFault | undefined {
  let fault: TreeFault | undefined;
  visit(document, {
    Scalar: (_, { value, source = "", range }) => {
      const message = unlikeness(value, source);
      if (message === undefined) return;
      fault = { offset: range?.[0] ?? 0, message };
      return visit.BREAK;
    },
  });
  return fault;
}

function unlikeness(value: unknown, source: string): string | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return undefined;
  if (typeof value !== "number" || !Number.isFinite(value)) return "it holds what JSON has no form for";
  if (/^[-+]?0[\do]/.test(source)) return "readers take an octal number differently: expected a decimal one";
  if (/^[-+]?\d+$/.test(source) && !Number.isSafeInteger(value)) {
    return "a number is too large: expected quotes";
  }
  return undefined;
}

/** The parser calls itself for each level: what is too deep for the stack is told as such. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : "unreadable";
  return /call stack/i.test(message) ? "it is nested too deeply" : message;
}

/** What takes its item or its key with it. */
const ABSENT = Symbol("absent");
type Filled = Value | typeof ABSENT;

/**
 * What a placeholder stands for.
 *
 * @throws {RangeError} for a name that stands for nothing, such as one that only YAML's own escapes spell
 */
export function valueOf(values: Values, name: string): Value {
  const value = values.get(name);
  if (value === undefined && !values.has(name)) throw new RangeError(`unknown placeholder \${${name}}`);
  return value;
}

/**
 * Fills the values in. In a list, an item that is a list, or in whose text a list stands, becomes one item for each; a
 * list that is all of a document becomes one document for each.
 */
export function fillTrees(trees: Trees, values: Values): Value[] {
  return trees.flatMap((tree): Value[] => {
    const filled = fill(tree, values);
    if (filled === ABSENT) return [undefined];
    return typeof tree === "string" && Array.isArray(filled) ? filled : [filled];
  });
}

function fill(node: unknown, values: Values): Filled {
  if (typeof node === "string") {
    const items = fillText(node, values);
    return items === undefined ? ABSENT : Array.isArray(items) ? items : items.whole;
  }
  if (Array.isArray(node)) return node.flatMap((item) => fillItem(item, values));
  if (node !== null && typeof node === "object") {
    const entries = Object.entries(node).flatMap(([key, value]): [string, Value][] => {
      const name = fill(key, values);
      const filled = fill(value, values);
      return name === ABSENT || filled === ABSENT ? [] : [[String(name), filled]];
    });
    return Object.fromEntries(entries);
  }
  return typeof node === "number" || typeof node === "boolean" ? node : null;
}

function fillItem(item: unknown, values: Values): Value[] {
  if (typeof item === "string") {
    const items = fillText(item, values);
    if (items === undefined) return [];
    if (Array.isArray(items)) return items;
    // A list that stands alone in an item goes into the list around it.
    return Array.isArray(items.whole) ? items.whole : [items.whole];
  }
  const filled = fill(item, values);
  return filled === ABSENT ? [] : [filled];
}

/** A value that stands alone keeps its type; in a text it becomes text, once for each item of a list. */
function fillText(text: string, values: Values): { readonly whole: Value } | string[] | undefined {
  const pieces = cutText(text);
  const [first] = pieces;
  if (pieces.length === 1 && first?.kind === "hole") {
    const whole = valueOf(values, first.name);
    return whole === undefined ? undefined : { whole };
  }
  if (!pieces.some(({ kind }) => kind === "hole")) {
    return { whole: pieces.map((piece) => piece.kind === "text" ? piece.text : "").join("") };
  }
  const rows = expand(
    pieces.map((piece) => piece.kind === "text" ? piece.text : valueOf(values, piece.name)),
  );
  if (rows === undefined) return undefined;
  const texts = rows.map((row) => row.join(""));
  const isList = pieces.some((piece) => piece.kind === "hole" && Array.isArray(values.get(piece.name)));
  return isList ? texts : { whole: texts[0] ?? "" };
}

/**
 * Lays values side by side as often as the lists among them have items; several lists go in step.
 *
 * @returns undefined when a value is absent
 */
export function expand(parts: readonly Value[]): string[][] | undefined {
  if (parts.some((part) => part === undefined)) return undefined;
  const lists = parts.filter((part): part is readonly Value[] => Array.isArray(part));
  const length = lists.length === 0 ? 1 : Math.min(...lists.map((list) => list.length));
  return Array.from(
    { length },
    (_, row) => parts.map((part) => asText(Array.isArray(part) ? part[row] : part)),
  );
}

function asText(value: Value): string {
  if (typeof value === "object") throw new TypeError("A mapping or a list of lists cannot stand in a text");
  return String(value);
}

/**
 * Texts that a reader may take for a number, whatever its version of YAML: Go's takes `0X1F`, `0o17` and `1e1_0` for
 * one. With two dots they are addresses, and safe.
 */
const NUMBER_LIKE = /^(?!.*\..*\.)[-+.]?\d[\w.+-]*$/;

/** What readers refuse, or take for the end of a line: controls, the line ends of Unicode, a byte order mark. */
const UNREADABLE = /[^\t\n\P{Cc}]|[\u2028\u2029\ufeff\p{Cs}]/u;

/**
 * Writes trees as YAML that readers of YAML 1.1 and 1.2 read alike, then reads it again and compares.
 *
 * @param isProven whether the same trees were written, read and compared before
 * @throws {RangeError} when there is nothing to write, or what was written does not read as it should
 */
export function renderYaml(trees: readonly Value[], isProven = false): string {
  const text = trees.map((tree) => {
    if (tree === undefined) throw new RangeError("nothing is left of a document");
    const document = new Document(tree, { version: "1.1", aliasDuplicateObjects: false });
    visit(document, {
      Scalar: (_, node) => {
        if (typeof node.value !== "string") return;
        if (UNREADABLE.test(node.value)) {
          throw new RangeError("a value holds a character that YAML cannot have");
        }
        if (NUMBER_LIKE.test(node.value)) node.type = "QUOTE_DOUBLE";
      },
    });
    return document.toString({ lineWidth: 0, indentSeq: false });
  }).join("---\n");
  if (!isProven) {
    const read = parse(text, () => undefined);
    if ("fault" in read) throw new RangeError(`what it gives is no YAML: ${read.fault.message}`);
    compareTrees(read.trees, trees);
  }
  return text;
}

/**
 * Writes a tree as JSON, then reads it again and compares.
 *
 * @throws {RangeError} when there is not exactly one document, or what was written does not read as it should
 */
export function renderJson(trees: readonly Value[]): string {
  const [tree, ...more] = trees;
  if (tree === undefined || more.length > 0) throw new RangeError("expected one document of JSON");
  const text = JSON.stringify(tree, null, 2);
  compareTrees([JSON.parse(text)], trees);
  return `${text}\n`;
}

/** Holds what was read against what was written: keys in the same order, and values of the same type. */
function compareTrees(read: Trees, written: Trees): void {
  if (JSON.stringify(read) !== JSON.stringify(written)) {
    throw new RangeError("what it gives does not read as it was meant");
  }
}
