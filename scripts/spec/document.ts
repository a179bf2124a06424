/**
 * YAML text to plain values, with the place of every value. Takes bytes and a file name, gives a {@linkcode
 * SpecDocument}; knows YAML and nothing of clusters.
 *
 * @module
 */
import { decodeUtf8 } from "../shared/encoding.ts";
import { isAlias, isMap, isScalar, isSeq, type Node, parseDocument } from "../shared/npm/yaml.ts";
import type { Problem } from "../shared/problem.ts";
import { escapeControls, quote } from "../shared/text.ts";
import { maskSecrets } from "./secrets.ts";

/** Where a value stands: keys and indexes from the root. */
export type Path = readonly (string | number)[];

/** The largest document, in bytes. */
export const MAX_BYTES = 8 * 1024 * 1024;
/** How many values all aliases together may stand for. */
const MAX_ALIASED = 100_000;
/** How many items a list, and how many keys a mapping may have. */
const MAX_ITEMS = 100_000;
const MAX_KEYS = 10_000;
/** How much of a long line is shown before and behind a place, in characters. */
const EXCERPT_BEFORE = 40;
const EXCERPT_AFTER = 80;
/** How deep mappings and lists may be nested. */
const MAX_DEPTH = 64;

interface Span {
  readonly start: number;
  readonly end: number;
}

/** A parsed document. */
export class SpecDocument {
  /** The file's name as typed. */
  readonly file: string;
  /** Plain values; mappings have no prototype, so that a key such as `__proto__` is only a key. */
  readonly value: unknown;
  /** What is wrong with the document as YAML; when there is any, `value` is not to be used. */
  readonly problems: readonly Problem[];
  readonly #text: string;
  readonly #lineStarts: number[] = [0];
  readonly #root: Node | null;
  readonly #aliases: ReadonlyMap<Node, Node>;
  #masked: string | undefined;
  #lastColumn = { lineStart: -1, offset: 0, column: 1 };

  /**
   * @param text the document; a byte order mark is skipped
   * @param file the name for messages
   */
  constructor(text: string, file: string) {
    this.file = file;
    this.#text = text.startsWith("\ufeff") ? text.slice(1) : text;
    for (let at = this.#text.indexOf("\n"); at >= 0; at = this.#text.indexOf("\n", at + 1)) {
      this.#lineStarts.push(at + 1);
    }
    const reader = new Reader(this.#text);
    this.value = reader.value;
    this.#root = reader.root;
    this.#aliases = reader.aliases;
    this.problems = reader.faults.map((fault) =>
      this.#problemAt({ start: fault.start, end: fault.end }, fault.message)
    );
  }

  /**
   * Makes a problem about the value at a path; where there is none, about the nearest parent.
   *
   * @param path the value
   * @param message the sentence
   * @param target `key` points at the mapping's key in place of its value
   */
  problem(path: Path, message: string, target: "key" | "value" = "value"): Problem {
    return this.#problemAt(this.#spanOf(path, target), message);
  }

  /** How a message shows the value at a path: as it stands in the source when it is plain, else quoted. */
  describe(path: Path): string {
    let node: Node | null | undefined = this.#root;
    for (const step of path) node = this.#child(node, step)?.value;
    if (node !== null && node !== undefined) node = this.#resolve(node);
    if (isScalar(node)) {
      if (typeof node.value === "string") return quote(maskSecrets(node.value));
      return escapeControls(maskSecrets(node.source ?? String(node.value))) || "nothing";
    }
    return isMap(node) ? "a mapping" : isSeq(node) ? "a list" : "nothing";
  }

  #resolve(node: Node): Node {
    return this.#aliases.get(node) ?? node;
  }

  #child(
    node: Node | null | undefined,
    step: string | number,
  ): { key?: Node; value: Node | null } | undefined {
    if (node === null || node === undefined) return undefined;
    const target = this.#resolve(node);
    if (isSeq(target) && typeof step === "number") {
      const item = target.items[step];
      return item === undefined ? undefined : { value: item as Node };
    }
    if (!isMap(target)) return undefined;
    // The last one of a doubled key is the one that a problem is about.
    const pair = target.items.findLast((item) =>
      isScalar(item.key) && String(item.key.value) === String(step)
    );
    return pair === undefined ? undefined : { key: pair.key as Node, value: pair.value as Node | null };
  }

  #spanOf(path: Path, target: "key" | "value"): Span {
    let node: Node | null = this.#root;
    let span: Span = spanOfNode(node) ?? { start: 0, end: 0 };
    for (const [index, step] of path.entries()) {
      const child = this.#child(node, step);
      if (child === undefined) break;
      const last = index === path.length - 1;
      span = (last && target === "key" ? undefined : spanOfNode(child.value)) ?? spanOfNode(child.key) ??
        span;
      node = child.value;
    }
    return span;
  }

  #problemAt(span: Span, message: string): Problem {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= span.start) low = middle;
      else high = middle - 1;
    }
    const lineStart = this.#lineStarts[low] ?? 0;
    const lineEnd = (this.#lineStarts[low + 1] ?? this.#text.length + 1) - 1;
    this.#masked ??= maskSecrets(this.#text);
    const windowStart = Math.max(lineStart, span.start - EXCERPT_BEFORE);
    const end = Math.min(Math.max(span.end, span.start), lineEnd, span.start + EXCERPT_AFTER);
    const excerpt = {
      before: this.#masked.slice(windowStart, span.start).toWellFormed(),
      meant: this.#masked.slice(span.start, end).replace(/\r$/, "").toWellFormed(),
      after: this.#masked.slice(end, Math.min(lineEnd, end + EXCERPT_AFTER)).replace(/\r$/, "")
        .toWellFormed(),
      isCut: windowStart > lineStart,
    };
    return {
      file: this.file,
      line: low + 1,
      column: this.#columnOf(lineStart, span.start),
      message,
      excerpt,
    };
  }

  /** Columns count code points. Problems come mostly in order, so counting goes on where the last one ended. */
  #columnOf(lineStart: number, offset: number): number {
    const last = this.#lastColumn;
    const resume = last.lineStart === lineStart && last.offset <= offset;
    let column = resume ? last.column : 1;
    for (let i = resume ? last.offset : lineStart; i < offset; i++) {
      // The second half of a surrogate pair is no character of its own.
      if ((this.#text.charCodeAt(i) & 0xfc00) !== 0xdc00) column++;
    }
    this.#lastColumn = { lineStart, offset, column };
    return column;
  }
}

/**
 * Reads a document from bytes.
 *
 * @returns the document, or the one problem that keeps it from being read, at 1:1
 */
export function readDocument(bytes: Uint8Array, file: string): SpecDocument | Problem {
  if (bytes.length > MAX_BYTES) {
    return unreadable(file, `expected at most 8 MiB, found ${bytes.length} bytes`);
  }
  try {
    return new SpecDocument(decodeUtf8(bytes), file);
  } catch (error) {
    if (error instanceof TypeError) return unreadable(file, "expected UTF-8 text");
    if (error instanceof RangeError) return unreadable(file, tooDeep);
    throw error;
  }
}

const tooDeep = `expected at most ${MAX_DEPTH} levels of mappings and lists`;

function unreadable(file: string, detail: string): Problem {
  return { file, line: 1, column: 1, message: `Cannot read the document: ${detail}` };
}

function spanOfNode(node: Node | null | undefined): Span | undefined {
  const range = node?.range;
  return range === undefined || range === null ? undefined : { start: range[0], end: range[1] };
}

interface Fault extends Span {
  readonly message: string;
}

/** Walks one YAML document into plain values. */
class Reader {
  readonly faults: Fault[] = [];
  readonly aliases = new Map<Node, Node>();
  readonly root: Node | null = null;
  readonly value: unknown = null;
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  #aliased = 0;
  #inAlias = 0;

  constructor(text: string) {
    if (flowDepth(text) > MAX_DEPTH) {
      this.#fault({ start: 0, end: 0 }, `Cannot read the document: ${tooDeep}`);
      return;
    }
    const document = parseDocument(text, {
      version: "1.2",
      schema: "core",
      merge: false,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: "silent",
    });
    for (const error of [...document.errors, ...document.warnings]) {
      const message = error.code === "MULTIPLE_DOCS"
        ? "Cannot read the document: expected one document, found another"
        : `Cannot read the YAML: ${escapeControls(maskSecrets(error.message)).replace(/\.$/, "")}`;
      this.#fault({ start: error.pos[0], end: error.pos[1] }, message);
    }
    if (document.directives?.yaml.explicit === true && document.directives.yaml.version !== "1.2") {
      this.#fault(
        { start: 0, end: 0 },
        `Cannot read YAML ${document.directives.yaml.version}: expected YAML 1.2`,
      );
    }
    this.root = document.contents as Node | null;
    if (this.faults.length === 0) this.value = this.#read(this.root, 0);
  }

  #fault(span: Span, message: string): void {
    this.faults.push({ start: span.start, end: span.end, message });
  }

  #read(node: Node | null, depth: number): unknown {
    if (node === null) return null;
    const span = spanOfNode(node) ?? { start: 0, end: 0 };
    if (depth > MAX_DEPTH) {
      this.#fault(span, `Cannot use this value: ${tooDeep}`);
      return null;
    }
    if (this.#inAlias > 0 && ++this.#aliased > MAX_ALIASED) {
      if (this.#aliased === MAX_ALIASED + 1) {
        this.#fault(
          span,
          `Cannot expand the aliases: expected at most ${MAX_ALIASED} values from all of them`,
        );
      }
      return null;
    }
    if (isAlias(node)) return this.#readAlias(node, depth, span);
    if (node.tag !== undefined) {
      this.#fault(span, `Cannot use the tag ${quote(node.tag)}: expected a value without a tag`);
    }
    const anchor = (node as { anchor?: string }).anchor;
    if (anchor !== undefined) this.#anchors.set(anchor, node);
    if (isScalar(node)) return node.value;
    const tooMany = isSeq(node) ? node.items.length > MAX_ITEMS : isMap(node) && node.items.length > MAX_KEYS;
    if (tooMany) {
      const wanted = isSeq(node) ? `${MAX_ITEMS} items in a list` : `${MAX_KEYS} keys in a mapping`;
      this.#fault(span, `Cannot use this value: expected at most ${wanted}`);
      return null;
    }
    this.#open.add(node);
    const value = isSeq(node)
      ? node.items.map((item) => this.#read(item as Node | null, depth + 1))
      : this.#readMap(node, depth);
    this.#open.delete(node);
    return value;
  }

  #readAlias(node: Node & { source: string }, depth: number, span: Span): unknown {
    const target = this.aliases.get(node) ?? this.#anchors.get(node.source);
    if (target === undefined || this.#open.has(target)) {
      const wanted = target === undefined
        ? "an anchor before it"
        : "an anchor that does not hold its own alias";
      this.#fault(span, `Cannot use the alias ${quote(`*${node.source}`)}: expected ${wanted}`);
      return null;
    }
    this.aliases.set(node, target);
    this.#inAlias++;
    const value = this.#read(target, depth);
    this.#inAlias--;
    return value;
  }

  #readMap(node: Node, depth: number): unknown {
    const map: Record<string, unknown> = Object.create(null);
    if (!isMap(node)) return map;
    for (const pair of node.items) {
      const key = pair.key as Node | null;
      const span = spanOfNode(key) ?? spanOfNode(pair.value as Node | null) ?? { start: 0, end: 0 };
      if (!isScalar(key) || typeof key.value !== "string") {
        this.#fault(span, "Cannot use this key: expected text");
        continue;
      }
      this.#read(key, depth + 1);
      if (Object.hasOwn(map, key.value)) {
        this.#fault(span, `Duplicate key ${quote(maskSecrets(key.value))}: expected it once`);
        continue;
      }
      map[key.value] = this.#read(pair.value as Node | null, depth + 1);
    }
    return map;
  }
}

/**
 * The deepest nesting of flow brackets, quotes and comments left out of account: an upper bound that costs one
 * pass, where the parser's own recursion would take seconds before it gives up.
 */
function flowDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5b || code === 0x7b) deepest = Math.max(deepest, ++depth);
    else if ((code === 0x5d || code === 0x7d) && depth > 0) depth--;
  }
  return deepest;
}
