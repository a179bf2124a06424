/**
 * YAML text to plain values, with the place of every value. Takes bytes and a file name, gives a {@linkcode
 * SpecDocument}; knows YAML and nothing of clusters.
 *
 * @module
 */
import { decodeUtf8 } from "../shared/encoding.ts";
import {
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
} from "../shared/npm/yaml.ts";
import type { Problem } from "../shared/problem.ts";
import { cut, escapeControls, quote } from "../shared/text.ts";
import { Lines } from "./lines.ts";
import { Reader, type Span, spanOfNode, TOO_MUCH } from "./reader.ts";
import { maskSecrets, stars } from "./secrets.ts";

/** Where a value stands: keys and indexes from the root. */
export type Path = readonly (string | number)[];

/** The largest document, in bytes. */
export const MAX_BYTES = 8 * 1024 * 1024;
/** How much of a long line is shown before and behind a place, in characters. */
const EXCERPT_BEFORE = 40;
const EXCERPT_AFTER = 80;
/** How much of a value that is no text is shown, in characters. */
const MAX_SHOWN = 80;

/** Keys of a user whose values are secrets when they are given by mistake: files hold those. */
const SECRET_KEYS = ["token", "password"] as const;

/** true, false and nothing are no secrets. */
function isHidden({ value }: Scalar): boolean {
  return value !== null && typeof value !== "boolean";
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
  readonly #lines: Lines;
  readonly #root: Node | null;
  readonly #aliases: ReadonlyMap<Node, Node>;
  readonly #pairs = new Map<Node, ReadonlyMap<string, Pair>>();
  readonly #shown = new Map<Node, string>();
  #masked: string | undefined;
  #hidden: ReadonlySet<Node> | undefined;

  /**
   * @param text the document; a byte order mark is skipped
   * @param file the name for messages
   */
  constructor(text: string, file: string) {
    this.file = file;
    this.#text = text.startsWith("\ufeff") ? text.slice(1) : text;
    this.#lines = new Lines(this.#text);
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
      if (this.#secrets().has(node)) return typeof node.value === "string" ? "text" : "a number";
      // Kept, as a thousand aliases may stand for one long text.
      const shown = this.#shown.get(node) ?? describeScalar(node);
      this.#shown.set(node, shown);
      return shown;
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
    const pair = this.#pairsOf(target).get(String(step));
    return pair === undefined ? undefined : { key: pair.key as Node, value: pair.value as Node | null };
  }

  /** A mapping's pairs by key; the last one of a doubled key is the one that a problem is about. */
  #pairsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
    const known = this.#pairs.get(map);
    if (known !== undefined) return known;
    const pairs = new Map(
      map.items.flatMap((pair) => isScalar(pair.key) ? [[String(pair.key.value), pair]] : []),
    );
    this.#pairs.set(map, pairs);
    return pairs;
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

  /** Whatever stands where people's tokens and passwords are asked for may be one, also where an alias has it again. */
  #secrets(): ReadonlySet<Node> {
    if (this.#hidden !== undefined) return this.#hidden;
    const seen = new Set<Node>();
    const found = new Set<Node>();
    const hide = (given: Node | null | undefined): void => {
      const node = given && this.#resolve(given);
      if (node === null || node === undefined || seen.has(node)) return;
      seen.add(node);
      if (isMap(node)) {
        for (const { key, value } of node.items) {
          if (isScalar(key) && key.value === "valueFile") continue;
          hide(key as Node | null);
          hide(value as Node | null);
        }
      } else if (isSeq(node)) { for (const item of node.items) hide(item as Node); }
      else if (isScalar(node) && isHidden(node)) found.add(node);
    };
    const users = this.#child(this.#root, "users")?.value;
    const list = users && this.#resolve(users);
    for (const item of isSeq(list) ? list.items : []) {
      const user = this.#resolve(item as Node);
      // Of a doubled key both values may be secrets.
      for (const { key, value } of isMap(user) ? user.items : []) {
        if (isScalar(key) && SECRET_KEYS.some((one) => one === key.value)) hide(value as Node | null);
      }
    }
    this.#hidden = found;
    return found;
  }

  /** The text for excerpts. */
  #mask(): string {
    const spans = [...this.#secrets()].flatMap((node) => spanOfNode(node) ?? []);
    let masked = "";
    let end = 0;
    const plain = maskSecrets(this.#text);
    for (const span of spans.sort((a, b) => a.start - b.start)) {
      masked += plain.slice(end, span.start) + stars(plain.slice(span.start, span.end));
      end = span.end;
    }
    return masked + plain.slice(end);
  }

  #problemAt(span: Span, message: string): Problem {
    const { line, column, start: lineStart, end: lineEnd } = this.#lines.placeOf(span.start);
    this.#masked ??= this.#mask();
    const windowStart = Math.max(lineStart, span.start - EXCERPT_BEFORE);
    const end = Math.min(Math.max(span.end, span.start), lineEnd, span.start + EXCERPT_AFTER);
    const excerpt = {
      before: this.#masked.slice(windowStart, span.start).toWellFormed(),
      meant: this.#masked.slice(span.start, end).replace(/\r$/, "").toWellFormed(),
      after: this.#masked.slice(end, Math.min(lineEnd, end + EXCERPT_AFTER)).replace(/\r$/, "")
        .toWellFormed(),
      isCut: windowStart > lineStart,
    };
    return { file: this.file, line, column, message, excerpt };
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
  let text: string;
  try {
    text = decodeUtf8(bytes);
  } catch {
    return unreadable(file, "expected UTF-8 text");
  }
  try {
    return new SpecDocument(text, file);
  } catch (error) {
    if (error instanceof RangeError) return unreadable(file, TOO_MUCH);
    throw error;
  }
}

function unreadable(file: string, detail: string): Problem {
  return { file, line: 1, column: 1, message: `Cannot read the document: ${detail}` };
}

function describeScalar({ value, source }: Scalar): string {
  if (typeof value === "string") return quote(maskSecrets(value));
  return cut(escapeControls(maskSecrets(source ?? String(value))), MAX_SHOWN) || "nothing";
}
