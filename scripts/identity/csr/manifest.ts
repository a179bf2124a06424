/**
 * The text of a manifest: where a field of it stands, the same text with another status, and the text of a new one.
 *
 * @module
 */
import { isMapping, parseDocuments, valueAt } from "../../inspect/yaml_values.ts";
import { Document, isMap, isScalar, type Node, parseDocument, visit } from "../../shared/npm/yaml.ts";
import type { Condition } from "./condition.ts";
import type { FieldPath } from "./object.ts";

/** A manifest, or why it is none. */
export type ReadManifest =
  | { readonly value: unknown; readonly text: string }
  | { readonly reason: string; readonly line: number; readonly column: number };

const OPTIONS = { version: "1.2", schema: "core", prettyErrors: false, logLevel: "silent" } as const;

/**
 * Reads one document of YAML or JSON.
 *
 * @param text a file's
 */
export function readManifest(text: string): ReadManifest {
  const found = parseDocuments(text);
  if (!("values" in found)) return { reason: found.reason, line: found.line ?? 1, column: 1 };
  if (found.values.length !== 1) {
    return { reason: `${found.values.length} documents, expected one`, line: 1, column: 1 };
  }
  const { errors } = parseDocument(text, OPTIONS);
  const [error] = errors;
  if (error !== undefined) {
    // The parser's own words may quote what it stumbled over.
    const reason = error.code === "DUPLICATE_KEY" ? "a key that stands twice" : "no YAML that can be parsed";
    return { reason, ...placeAt(text, error.pos[0]) };
  }
  return { value: found.values[0], text };
}

/**
 * Finds where a field stands: its value, or the nearest that there is above it.
 *
 * @returns line and column from 1
 */
export function placeOf(text: string, path: FieldPath): { readonly line: number; readonly column: number } {
  const document = parseDocument(text, OPTIONS);
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as Node | undefined;
    const offset = node?.range?.[0];
    if (offset !== undefined) return placeAt(text, offset);
  }
  return { line: 1, column: 1 };
}

function placeAt(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: Array.from(before.at(-1) ?? "").length + 1 };
}

/** Turns `spec.usages[1]` into keys and indexes. */
export function pathOf(field: string): FieldPath {
  return [...field.matchAll(/([A-Za-z]+)|\[(\d+)\]/g)].map(([, key, index]) => key ?? Number(index));
}

/** What a status becomes. */
export interface NewStatus {
  readonly conditions: readonly Condition[];
  /** Base64 of PEM; undefined to leave it as it is. */
  readonly certificate?: string;
}

/**
 * Writes a manifest with another status; all else stays in its order, with its comments.
 *
 * @param manifest one that was read and that the API server can decode
 */
export function withStatus(
  { text, value }: { readonly text: string; readonly value: unknown },
  { conditions, certificate }: NewStatus,
): string {
  const before = valueAt(value, "status");
  const { certificate: old, ...rest }: Record<string, unknown> = isMapping(before) ? before : {};
  const known = certificate ?? old;
  const status = {
    ...(known !== undefined && known !== null && { certificate: known }),
    ...rest,
    conditions: conditions.map(orderedCondition),
  };
  const json = parseJson(text);
  if (json !== undefined) {
    const indent = /^\s*\{\s*\n( +|\t)/.exec(text)?.[1] ?? "  ";
    return `${JSON.stringify({ ...json, status }, null, indent)}\n`;
  }
  const spliced = splice(text, renderStatus(status, !/^( *)[A-Za-z]+:\n\1- /m.test(text)));
  const read = readManifest(spliced);
  if ("value" in read && JSON.stringify(valueAt(read.value, "status")) === JSON.stringify(status)) {
    return spliced;
  }
  // A document in flow style, or with something behind its end: it is written anew.
  const document = parseDocument(text, OPTIONS);
  const node = document.createNode(status);
  quoteTimes(node);
  document.set("status", node);
  return document.toString({ lineWidth: 0 });
}

/** The lines of a status. */
function renderStatus(status: object, indentSeq: boolean): string {
  const document = new Document({ status }, { version: "1.1" });
  if (document.contents !== null) quoteTimes(document.contents as Node);
  return document.toString({ lineWidth: 0, indentSeq, directives: false });
}

/** Puts the lines where the status was, or at the end: all other text stays as it is. */
function splice(text: string, lines: string): string {
  const { contents } = parseDocument(text, OPTIONS);
  const pair = isMap(contents)
    ? contents.items.find(({ key }) => isScalar(key) && key.value === "status")
    : undefined;
  const key = pair?.key as Node | undefined;
  const [start] = key?.range ?? [];
  if (start === undefined) return `${text}${text.endsWith("\n") ? "" : "\n"}${lines}`;
  const end = (pair?.value as Node | null)?.range?.[1] ?? start + "status:".length;
  const isWhole = text.slice(start, end).endsWith("\n");
  return text.slice(0, start) + (isWhole ? lines : lines.trimEnd()) + text.slice(end);
}

/** YAML 1.1 has times as a kind of their own: kubectl puts them into quotes. */
function quoteTimes(root: Node): void {
  visit(root, {
    Pair: (_, { key, value }) => {
      if (isScalar(key) && /Time$/.test(String(key.value)) && isScalar(value)) value.type = "QUOTE_DOUBLE";
    },
  });
}

function parseJson(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The fields of a condition in the order of kubectl. */
function orderedCondition(condition: Condition): Record<string, string> {
  const names = ["lastTransitionTime", "lastUpdateTime", "message", "reason", "status", "type"] as const;
  return Object.fromEntries(names.flatMap((name) => {
    const value = condition[name];
    return value === undefined || value === "" ? [] : [[name, value]];
  }));
}

/** What a new manifest says. */
export interface NewManifest {
  readonly name: string;
  /** Base64 of PEM. */
  readonly request: string;
  readonly signerName: string;
  readonly usages: readonly string[];
  readonly expirationSeconds: number | undefined;
}

/** Values of a new manifest. */
export function manifestValue({ name, expirationSeconds, ...rest }: NewManifest): Record<string, unknown> {
  return {
    apiVersion: "certificates.k8s.io/v1",
    kind: "CertificateSigningRequest",
    metadata: { name },
    spec: {
      request: rest.request,
      signerName: rest.signerName,
      ...(expirationSeconds !== undefined && { expirationSeconds }),
      usages: [...rest.usages],
    },
  };
}

/** The text of a new manifest. */
export function renderManifest(manifest: NewManifest): string {
  // YAML 1.1 is what Kubernetes reads: what that takes for a number or a truth value goes into quotes.
  return new Document(manifestValue(manifest), { version: "1.1" }).toString({
    lineWidth: 0,
    indentSeq: false,
    directives: false,
  });
}
