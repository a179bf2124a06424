/**
 * YAML and JSON templates: values are put into the parsed document, never into its text, so no value can break out of
 * its place.
 *
 * @module
 */
import { parseAllDocuments, stringify } from "../shared/npm/yaml.ts";
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

/** Parses YAML of one or more documents; JSON is YAML. */
export function parseTrees(text: string): { readonly trees: Trees } | { readonly fault: TreeFault } {
  const documents = parseAllDocuments(text, { prettyErrors: false });
  const trees: unknown[] = [];
  for (const document of documents) {
    const [error] = document.errors;
    if (error !== undefined) return { fault: { offset: error.pos[0], message: error.message } };
    try {
      trees.push(document.toJS({ maxAliasCount: MAX_ALIASES }));
    } catch (error) {
      const message = error instanceof Error ? error.message : "unreadable";
      return { fault: { offset: document.range[0], message } };
    }
  }
  return trees.length === 0 ? { fault: { offset: 0, message: "it is empty" } } : { trees };
}

/** What takes its item or its key with it. */
const ABSENT = Symbol("absent");
type Filled = Value | typeof ABSENT;

/** Fills the values in. In a list, an item that is a list, or in whose text a list stands, becomes one item for each. */
export function fillTrees(trees: Trees, values: Values): Value[] {
  return trees.map((tree) => {
    const filled = fill(tree, values);
    return filled === ABSENT ? undefined : filled;
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
    const whole = values.get(first.name);
    return whole === undefined ? undefined : { whole };
  }
  if (!pieces.some(({ kind }) => kind === "hole")) {
    return { whole: pieces.map((piece) => piece.kind === "text" ? piece.text : "").join("") };
  }
  const rows = expand(pieces.map((piece) => piece.kind === "text" ? piece.text : values.get(piece.name)));
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

/** Writes trees as YAML that readers of YAML 1.1 and 1.2 read alike. */
export function renderYaml(trees: readonly Value[]): string {
  const texts = trees.map((tree) =>
    stringify(tree, { version: "1.1", lineWidth: 0, indentSeq: false, aliasDuplicateObjects: false })
  );
  return texts.join("---\n");
}

/** Writes a tree as JSON. */
export function renderJson(trees: readonly Value[]): string {
  return `${JSON.stringify(trees[0], null, 2)}\n`;
}
