/**
 * Holds a document's plain value against the definition: what does not fit becomes a problem with its place, and
 * what fits goes on, so that the other checks can say all they have to say in the same run.
 *
 * @module
 */
import { z } from "../shared/npm/zod.ts";
import type { Problem } from "../shared/problem.ts";
import { describeMiss, nearest } from "../shared/suggest.ts";
import { quote } from "../shared/text.ts";
import { specDefinition, type SpecInput } from "./definition.ts";
import type { Path, SpecDocument } from "./document.ts";
import { maskSecrets } from "./secrets.ts";

/** A value of which any part may be missing because it was refused. What was refused is there as undefined. */
export type Partly<T> = T extends readonly (infer U)[] ? (Partly<U> | undefined)[]
  : T extends object ? { [K in keyof T]?: Partly<T[K]> | undefined }
  : T;

/** What fits, and what does not. */
export interface Shaped {
  readonly value: Partly<SpecInput>;
  readonly problems: readonly Problem[];
  /** Whether every machine, member, user and certificate kept its name. */
  readonly hasAllNames: boolean;
}

/** Lists whose items have names that ids are made of, with the length of their items' paths. */
const NAMED_LISTS: Readonly<Record<string, number>> = {
  controlPlane: 2,
  workers: 2,
  etcd: 3,
  users: 2,
  certificates: 2,
};

/** Holds the document against the definition. */
export function shape(document: SpecDocument): Shaped {
  // Without the code that zod would generate for each mapping: for one document, making it takes longer than it saves.
  const result = specDefinition.safeParse(document.value, { jitless: true });
  const unseen = unseenPatterns(document);
  if (result.success && unseen.length === 0) return { value: result.data, problems: [], hasAllNames: true };
  const problems: Problem[] = [];
  let hasAllNames = true;
  const value = deepCopy(document.value);
  for (const path of unseen) {
    problems.push(document.problem(path, describeMiss("__proto__", undefined), "key"));
    remove(value, path);
  }
  for (const issue of result.error?.issues ?? []) {
    for (const leaf of leavesOf(issue, document.value)) {
      const path = leaf.path as Path;
      problems.push(...describe(document, leaf, path));
      for (const bad of leaf.code === "unrecognized_keys" ? leaf.keys.map((key) => [...path, key]) : [path]) {
        remove(value, bad);
      }
      const itemLength = NAMED_LISTS[String(path[0])];
      const isWhole = path.length === 0 || (itemLength !== undefined && path.length <= itemLength);
      if (leaf.code !== "unrecognized_keys" && (isWhole || path.at(-1) === "name")) hasAllNames = false;
    }
  }
  return { value: (isMapping(value) ? value : {}) as Partly<SpecInput>, problems, hasAllNames };
}

/** Where any key may stand, zod passes over `__proto__`; as a pattern it matches nothing. */
function unseenPatterns(document: SpecDocument): Path[] {
  return [["validity", "overrides"], ["generations"]].flatMap((path) => {
    const mapping = valueAt(document.value, path);
    return isMapping(mapping) && Object.hasOwn(mapping, "__proto__") ? [[...path, "__proto__"]] : [];
  });
}

/** A union's issue is replaced by the issues of the one option that was meant: a list for a list. */
function leavesOf(issue: z.core.$ZodIssue, root: unknown): z.core.$ZodIssue[] {
  if (issue.code !== "invalid_union" || !Array.isArray(valueAt(root, issue.path as Path))) return [issue];
  const option = issue.errors.find((issues) => issues.some((inner) => inner.path.length > 0));
  return option?.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })) ?? [issue];
}

function describe(document: SpecDocument, issue: z.core.$ZodIssue, path: Path): Problem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => document.problem([...path, key], describeKey(key, path), "key"));
  }
  const name = formatPath(path);
  const parent = valueAt(document.value, path.slice(0, -1));
  if (path.length > 0 && isMapping(parent) && !Object.hasOwn(parent, String(path.at(-1)))) {
    const where = path.length === 1 ? "" : ` in ${formatPath(path.slice(0, -1))}`;
    return [document.problem(path, `Missing key "${path.at(-1)}"${where}: expected ${issue.message}`)];
  }
  return [
    document.problem(path, `Cannot use ${document.describe(path)} as ${name}: expected ${issue.message}`),
  ];
}

function describeKey(key: string, path: Path): string {
  const shown = quote(maskSecrets(key));
  const keys = keysAt(path);
  const meant = nearest(key, keys);
  return `Unknown key ${shown}: ${
    meant === undefined ? `expected one of ${keys.join(", ")}` : `did you mean "${meant}"?`
  }`;
}

/** The keys that the definition knows at a path. */
function keysAt(path: Path): string[] {
  let schema: unknown = specDefinition;
  for (const step of path) {
    schema = unwrap(schema);
    if (schema instanceof z.ZodArray) schema = schema.element;
    else if (schema instanceof z.ZodObject) schema = schema.shape[String(step)];
  }
  schema = unwrap(schema);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function unwrap(schema: unknown): unknown {
  if (schema instanceof z.ZodOptional) return unwrap(schema.unwrap());
  // Of several forms the one with keys.
  if (schema instanceof z.ZodUnion) return schema.options.find((one) => one instanceof z.ZodObject) ?? schema;
  return schema;
}

/** Whether a key was given and refused: then no default may stand for it. */
export function isRefused<T extends object>(mapping: T | undefined, key: keyof T): boolean {
  return mapping !== undefined && Object.hasOwn(mapping, key) && mapping[key] === undefined;
}

/** Writes a path as `controlPlane[0].addresses[1]`. */
export function formatPath(path: Path): string {
  if (path.length === 0) return "the spec";
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (/^[A-Za-z]\w*$/.test(step)) text += text === "" ? step : `.${step}`;
    else text += `[${quote(maskSecrets(step))}]`;
  }
  return text;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (Array.isArray(value) && typeof step === "number") value = value[step];
    else if (isMapping(value) && Object.hasOwn(value, String(step))) value = value[String(step)];
    else return undefined;
  }
  return value;
}

/** A deep copy that keeps mappings without a prototype. */
function deepCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(deepCopy);
  if (!isMapping(value)) return value;
  const copy: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(value)) copy[key] = deepCopy(value[key]);
  return copy;
}

/** Takes the value at a path out; its place stays, so that indexes still name the source and no default stands in. */
function remove(root: unknown, path: Path): void {
  const parent = valueAt(root, path.slice(0, -1));
  const step = path.at(-1);
  if (Array.isArray(parent) && typeof step === "number") parent[step] = undefined;
  else if (isMapping(parent)) parent[String(step)] = undefined;
}
