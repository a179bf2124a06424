/**
 * YAML and JSON that anyone wrote, as plain values: every document of a text, within limits. Unlike a spec's, a
 * document here may hold what Kubernetes does not know; only what cannot be parsed at all is refused.
 *
 * @module
 */
import { isAlias, isMap, isScalar, isSeq, type Node, parseAllDocuments } from "../shared/npm/yaml.ts";
import { overload } from "../spec/reader.ts";

/** The longest text that is parsed, in characters. */
const MAX_LENGTH = 16 * 1024 * 1024;
/** How many values all aliases of a document together may stand for. */
const MAX_ALIASED = 100_000;
/** How deep mappings and lists may be nested. */
const MAX_DEPTH = 100;

/** A mapping; without a prototype, so that a key such as `__proto__` is only a key. */
export type Mapping = Readonly<Record<string, unknown>>;

/** The documents of a text, or why there are none. */
export type Documents =
  | { readonly values: readonly unknown[] }
  | { readonly reason: string; readonly line: number | undefined };

/** Whether a value is a mapping. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The text at a key; undefined for anything else. */
export function textAt(value: unknown, key: string): string | undefined {
  if (!isMapping(value)) return undefined;
  const found = value[key];
  return typeof found === "string" ? found : undefined;
}

/** The value at the end of a path of keys and indexes. */
export function valueAt(value: unknown, ...path: readonly (string | number)[]): unknown {
  let at = value;
  for (const step of path) {
    if (typeof step === "number") at = Array.isArray(at) ? at[step] : undefined;
    else at = isMapping(at) ? at[step] : undefined;
  }
  return at;
}

/**
 * Parses a text.
 *
 * @param text YAML of any number of documents, or JSON
 */
export function parseDocuments(text: string): Documents {
  if (text.length > MAX_LENGTH) return { reason: "more text than a manifest has", line: undefined };
  const excess = overload(text);
  if (excess !== undefined) return { reason: excess, line: undefined };
  const documents = parseAllDocuments(text, {
    version: "1.2",
    schema: "core",
    merge: true,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "silent",
  });
  if (!Array.isArray(documents)) return { values: [] };
  const values: unknown[] = [];
  for (const { errors, contents } of documents) {
    const [error] = errors;
    if (error !== undefined) {
      // The parser's own words may quote what it stumbled over, and that may be a secret.
      return { reason: "no YAML that can be parsed", line: lineOf(text, error.pos[0]) };
    }
    const plain = new Plain();
    try {
      values.push(plain.read(contents as Node | null, 0));
    } catch (fault) {
      if (!(fault instanceof TooMuch)) throw fault;
      return { reason: fault.message, line: undefined };
    }
  }
  return { values };
}

function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line++;
  return line;
}

/** A document goes past a limit. */
class TooMuch extends Error {}

/** Makes plain values of one document's nodes. */
class Plain {
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  #aliased = 0;
  #inAlias = 0;

  read(node: Node | null, depth: number): unknown {
    if (node === null) return null;
    if (depth > MAX_DEPTH) throw new TooMuch(`more than ${MAX_DEPTH} levels of mappings and lists`);
    if (this.#inAlias > 0 && ++this.#aliased > MAX_ALIASED) {
      throw new TooMuch(`aliases that stand for more than ${MAX_ALIASED} values`);
    }
    if (isAlias(node)) return this.#readAlias(node.source, depth);
    const { anchor } = node as { readonly anchor?: string };
    if (anchor !== undefined) this.#anchors.set(anchor, node);
    if (isScalar(node)) return node.value;
    this.#open.add(node);
    const value = isSeq(node)
      ? node.items.map((item) => this.read(item as Node | null, depth + 1))
      : this.#readMap(node, depth);
    this.#open.delete(node);
    return value;
  }

  #readAlias(source: string, depth: number): unknown {
    const target = this.#anchors.get(source);
    if (target === undefined || this.#open.has(target)) throw new TooMuch("an alias of nothing before it");
    this.#inAlias++;
    const value = this.read(target, depth + 1);
    this.#inAlias--;
    return value;
  }

  #readMap(node: Node, depth: number): Mapping {
    const map: Record<string, unknown> = Object.create(null);
    if (!isMap(node)) return map;
    for (const pair of node.items) {
      const key = pair.key as Node | null;
      const name = isScalar(key) ? String(key.value) : undefined;
      const value = this.read(pair.value as Node | null, depth + 1);
      if (name === "<<" && isMapping(value)) {
        for (const [inner, merged] of Object.entries(value)) map[inner] ??= merged;
      } else if (name !== undefined) {
        map[name] = value;
      }
    }
    return map;
  }
}
