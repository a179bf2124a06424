/**
 * Walks one YAML document into plain values, within fixed limits, and says what is wrong with it as YAML.
 *
 * @module
 */
import { isAlias, isMap, isScalar, isSeq, type Node, parseDocument } from "../shared/npm/yaml.ts";
import { cut, escapeControls, quote } from "../shared/text.ts";
import { maskSecrets } from "./secrets.ts";

/** How many values all aliases together may stand for. */
const MAX_ALIASED = 100_000;
/** How many items a list, and how many keys a mapping may have. */
const MAX_ITEMS = 100_000;
const MAX_KEYS = 10_000;
/** How long a text may be: a private key fits, so that it is refused by the field it was pasted into. */
const MAX_TEXT = 16_384;
/** How deep mappings and lists may be nested. */
const MAX_DEPTH = 64;
/** How many lines and commas together a document may have, and how deep its brackets may seem: see {@linkcode overload}. */
const MAX_LINES = 1_000_000;
const MAX_BRACKETS = 512;
/** How much of the parser's own words is shown, in characters. */
const MAX_ERROR = 200;

const TOO_DEEP = `expected at most ${MAX_DEPTH} levels of mappings and lists`;
/** The end of the sentence about a document that overflows the parser's stack: by depth, or by the length of one text. */
export const TOO_MUCH = `${TOO_DEEP}, and at most ${MAX_TEXT} characters in a text`;

/** A piece of the text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Something wrong with a piece of the text. */
export interface Fault extends Span {
  readonly message: string;
}

const TOP: Span = { start: 0, end: 0 };

/** The piece of the text that a node stands for. */
export function spanOfNode(node: Node | null | undefined): Span | undefined {
  const range = node?.range;
  return range === undefined || range === null ? undefined : { start: range[0], end: range[1] };
}

/** One document, read. */
export class Reader {
  /** In the order of finding; when there are any, `value` is not to be used. */
  readonly faults: Fault[] = [];
  /** What each alias stands for. */
  readonly aliases = new Map<Node, Node>();
  readonly root: Node | null = null;
  /** Plain values; mappings have no prototype. */
  readonly value: unknown = null;
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  #aliased = 0;
  #inAlias = 0;

  constructor(text: string) {
    const excess = overload(text);
    if (excess !== undefined) {
      this.#fault(TOP, `Cannot read the document: ${excess}`);
      return;
    }
    const document = parseDocument(text, {
      version: "1.2",
      schema: "core",
      merge: false,
      uniqueKeys: false,
      prettyErrors: false,
      // Not "silent": that would also keep quiet about a second document.
      logLevel: "error",
    });
    const errors = [...document.errors, ...document.warnings];
    // The parser catches its own overflows, and they have no place of their own.
    if (errors.some((error) => /call stack|stack overflow/i.test(error.message))) {
      this.#fault(TOP, `Cannot read the document: ${TOO_MUCH}`);
      return;
    }
    for (const { code, message, pos: [start, end] } of errors) {
      const span = { start, end };
      if (code === "MULTIPLE_DOCS") {
        this.#fault(span, "Cannot read the document: expected one document, found another");
      } else if (code === "TAG_RESOLVE_FAILED") {
        this.#fault(span, describeTag(text.slice(start, end)));
      } else {
        this.#fault(span, `Cannot read the YAML: ${quoteError(message)}`);
      }
    }
    if (document.directives?.yaml.explicit === true && document.directives.yaml.version !== "1.2") {
      this.#fault(TOP, `Cannot read YAML ${document.directives.yaml.version}: expected YAML 1.2`);
    }
    this.root = document.contents as Node | null;
    if (this.faults.length === 0) this.value = this.#read(this.root, 0);
  }

  #fault(span: Span, message: string): void {
    this.faults.push({ start: span.start, end: span.end, message });
  }

  #read(node: Node | null, depth: number): unknown {
    if (node === null) return null;
    const span = spanOfNode(node) ?? TOP;
    if (depth > MAX_DEPTH) {
      this.#fault(span, `Cannot use this value: ${TOO_DEEP}`);
      return null;
    }
    if (this.#inAlias > 0 && ++this.#aliased > MAX_ALIASED) {
      if (this.#aliased === MAX_ALIASED + 1) {
        const wanted = `expected at most ${MAX_ALIASED} values from all of them`;
        this.#fault(span, `Cannot expand the aliases: ${wanted}`);
      }
      return null;
    }
    if (isAlias(node)) return this.#readAlias(node, depth, span);
    if (node.tag !== undefined) this.#fault(span, describeTag(node.tag));
    const anchor = (node as { anchor?: string }).anchor;
    if (anchor !== undefined) this.#anchors.set(anchor, node);
    const excess = excessOf(node);
    if (excess !== undefined) {
      this.#fault(span, `Cannot use this value: expected at most ${excess}`);
      return null;
    }
    if (isScalar(node)) return node.value;
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
      this.#fault(span, `Cannot use the alias ${quote(maskSecrets(`*${node.source}`))}: expected ${wanted}`);
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
      const span = spanOfNode(key) ?? spanOfNode(pair.value as Node | null) ?? TOP;
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

function describeTag(tag: string): string {
  const short = tag.replace(/^tag:yaml\.org,2002:/, "!!");
  return `Cannot use the tag ${quote(maskSecrets(short))}: expected a value without a tag`;
}

/** The parser's words: escaped, as they may hold pieces of the document, and without their full stop. */
function quoteError(message: string): string {
  // The parser quotes the token that it stumbled over, which may be a secret; the excerpt below shows the place.
  const bare = message.replace(/ in YAML stream: [\s\S]*$/, "").replace(/\.$/, "");
  return cut(escapeControls(maskSecrets(bare)), MAX_ERROR);
}

/** What a node has too many of. */
function excessOf(node: Node): string | undefined {
  if (isSeq(node) && node.items.length > MAX_ITEMS) return `${MAX_ITEMS} items in a list`;
  if (isMap(node) && node.items.length > MAX_KEYS) return `${MAX_KEYS} keys in a mapping`;
  const isLong = isScalar(node) && typeof node.value === "string" && node.value.length > MAX_TEXT;
  return isLong ? `${MAX_TEXT} characters in a text` : undefined;
}

/**
 * What a document has too much of for the parser, which would take minutes over it: two upper bounds that cost one
 * pass, quotes and comments left out of account.
 */
export function overload(text: string): string | undefined {
  let depth = 0;
  let deepest = 0;
  let lines = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5b || code === 0x7b) deepest = Math.max(deepest, ++depth);
    else if ((code === 0x5d || code === 0x7d) && depth > 0) depth--;
    else if (code === 0x0a || code === 0x2c) lines++;
  }
  if (deepest > MAX_BRACKETS) return TOO_DEEP;
  return lines > MAX_LINES ? `expected at most ${MAX_LINES} lines and commas, found ${lines}` : undefined;
}
