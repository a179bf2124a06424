/**
 * One file: what kind of file it is, and everything that is in it.
 *
 * In: bytes. Out: items, programs that it starts with their flags, and what could not be read. Nothing is followed yet.
 *
 * @module
 */
import type { Configuration } from "./flags/component_configuration.ts";
import type { Invocation } from "./flags/invocation.ts";
import type { Item, TokenItem } from "./item.ts";
import { readToken } from "./tokens/json_web_token.ts";
import { readInvocationLines } from "./flags/manifest_lines.ts";
import { broken, scanDer, scanPem, textOf } from "./scan_der.ts";
import { scanObject } from "./scan_objects.ts";
import { looksLikePolicies, policyFaults } from "./tokens/abac.ts";
import { looksLikeTokenFile, readPasswordFile, readTokenFile } from "./tokens/token_file.ts";
import { isUnit, readUnit } from "./flags/unit.ts";
import { parseDocuments } from "./yaml_values.ts";

/** What is said of a file that is simply not there; a link that leads nowhere is told of in other words. */
export const NO_SUCH_FILE = "no such file";

/** A file as it was found. */
export interface FoundFile {
  /** As this machine sees it. */
  readonly path: string;
  /** Undefined when it is not there or cannot be read. */
  readonly bytes: Uint8Array | undefined;
  /** Permission bits; undefined when they are not known. */
  readonly mode: number | undefined;
  /** The same for every path of one file. */
  readonly identity: string;
  /** Why there are no bytes. */
  readonly trouble: Fault | undefined;
}

/** What is wrong with a file as a whole. */
export interface Fault {
  readonly code: "missing-file" | "unparsable";
  /** In plain words, without content of the file. */
  readonly message: string;
  /** From 1. */
  readonly line?: number | undefined;
  /** Whether the user asked for this very path. */
  readonly isAsked?: boolean;
}

/** What a file holds. */
export interface Scan {
  readonly path: string;
  readonly mode: number | undefined;
  readonly identity: string;
  readonly items: readonly Item[];
  readonly invocations: readonly Invocation[];
  readonly configurations: readonly Configuration[];
  readonly faults: readonly Fault[];
  /** Whether it is of a kind that is known here. */
  readonly isKnown: boolean;
  /** What it was read from, where it is of a known kind; to compare it with what it should be. */
  readonly bytes: Uint8Array | undefined;
}

/** What a file is said to be by the flag that names it, where its content does not tell. */
export type Hint = "token-file" | "password-file" | undefined;

/** What a scan may ask for. */
export interface ScanOptions {
  readonly hint?: Hint;
  /** For PKCS#12 and encrypted keys. */
  readonly password?: string | undefined;
  /** Gives the text of a file that a unit names, such as its EnvironmentFile. */
  readonly readText?: (path: string) => string | undefined;
  /** Drop-ins of a unit, in their order. */
  readonly dropIns?: readonly string[];
}

const NOTHING: Pick<Scan, "items" | "invocations" | "configurations" | "faults" | "isKnown"> = {
  items: [],
  invocations: [],
  configurations: [],
  faults: [],
  isKnown: false,
};

/** How deep things are looked for in things: a kubeconfig in a Secret holds certificates. */
const MAX_NESTING = 4;

/**
 * Looks into a file.
 *
 * @param file its bytes, or why there are none
 */
export function scan(file: FoundFile, options: ScanOptions = {}): Scan {
  const { path, mode, identity, bytes, trouble } = file;
  const found = bytes === undefined
    ? { ...NOTHING, faults: trouble === undefined ? [] : [trouble] }
    : scanBytes(bytes, path, options);
  return { path, mode, identity, bytes: found.isKnown ? bytes : undefined, ...found };
}

type Content = Omit<Scan, "path" | "mode" | "identity" | "bytes">;

function scanBytes(bytes: Uint8Array, path: string, options: ScanOptions): Content {
  if (bytes.length === 0) return NOTHING;
  const fromDer = scanDer(bytes, undefined, options.password);
  if (fromDer.length > 0) return itemsOnly(fromDer);
  // Programs and archives are not text; nothing that is looked for holds a zero byte.
  if (bytes.subarray(0, 4096).includes(0)) return NOTHING;
  return scanText(textOf(bytes), path, options);
}

function itemsOnly(items: readonly Item[]): Content {
  return { ...NOTHING, items, isKnown: items.length > 0 };
}

function scanText(text: string, path: string, options: ScanOptions): Content {
  if (options.hint !== undefined) return itemsOnly(scanTokenFile(text, options.hint));
  if (isUnit(text)) {
    const invocations = readUnit(text, {
      dropIns: options.dropIns ?? [],
      readFile: options.readText ?? (() => undefined),
    });
    return { ...NOTHING, invocations, isKnown: invocations.length > 0 };
  }
  if (looksLikePolicies(text)) return scanPolicies(text);
  if (looksLikeObject(text)) return scanDocuments(text, options.password);
  const items = scanLoose(text, undefined, options.password);
  if (items.length > 0) return itemsOnly(items);
  if (looksLikeTokenFile(text, path.slice(path.lastIndexOf("/") + 1))) {
    return itemsOnly(scanTokenFile(text, "token-file"));
  }
  return NOTHING;
}

/** There is nothing in policies of ABAC that could be listed; a line that cannot be read keeps the API server from starting. */
function scanPolicies(text: string): Content {
  const faults = policyFaults(text).map(({ line, reason }): Fault => ({
    code: "unparsable",
    message: reason,
    line,
  }));
  return { ...NOTHING, faults, isKnown: true };
}

/** Kubernetes objects, kubeconfigs, and other YAML that holds PEM. */
function looksLikeObject(text: string): boolean {
  return /^(?:---(?:\s|$)|\s*\{|\s*["']?(?:apiVersion|kind|clusters|certs|cluster|metadata)["']?\s*:)/m.test(
    text.length > 65536 ? text.slice(0, 65536) : text,
  ) && !/^\s*-----BEGIN /.test(text);
}

function scanDocuments(text: string, password: string | undefined): Content {
  const parsed = parseDocuments(text);
  if ("reason" in parsed) {
    const invocations = readInvocationLines(text);
    const items = invocations.length > 0 ? [] : scanLoose(text, undefined, password);
    return {
      ...NOTHING,
      items,
      invocations,
      faults: [{ code: "unparsable", message: parsed.reason, line: parsed.line }],
      isKnown: true,
    };
  }
  const content = {
    items: [] as Item[],
    invocations: [] as Invocation[],
    configurations: [] as Configuration[],
  };
  let isKnown = false;
  const scanInner = (value: Uint8Array | string, inside: string): Item[] =>
    scanNested(value, inside, password, MAX_NESTING);
  for (const [index, value] of parsed.values.entries()) {
    const found = scanObject(value, scanInner);
    isKnown ||= found.isKnown || found.items.length > 0;
    // Several documents: the path says in which one, as `kubectl` counts them, from 0.
    const where = parsed.values.length === 1 ? "" : `document ${index}`;
    content.items.push(
      ...found.items.map((item) =>
        where === "" ? item : { ...item, inside: [where, item.inside].filter(Boolean).join(" ") }
      ),
    );
    content.invocations.push(...found.invocations);
    content.configurations.push(...found.configurations);
  }
  return { ...content, faults: [], isKnown };
}

/** What a value inside of an object is: bytes or text, maybe an object again. */
function scanNested(
  value: Uint8Array | string,
  inside: string,
  password: string | undefined,
  depth: number,
): Item[] {
  if (typeof value !== "string") {
    const fromDer = scanDer(value, inside, password);
    if (fromDer.length > 0) return fromDer;
  }
  const text = typeof value === "string" ? value : textOf(value);
  if (depth > 0 && looksLikeObject(text) && /clusters|apiVersion/.test(text)) {
    const parsed = parseDocuments(text);
    if ("values" in parsed) {
      return parsed.values.flatMap((one) =>
        scanObject(one, (inner, at) => scanNested(inner, at, password, depth - 1)).items
      ).map((item) => ({ ...item, inside: item.inside === undefined ? inside : `${inside} ${item.inside}` }));
    }
  }
  return scanLoose(text, inside, password);
}

/** PEM or a token. */
function scanLoose(text: string, inside: string | undefined, password: string | undefined): Item[] {
  if (text.includes("-----BEGIN ")) return scanPem(text, inside, password);
  const claims = readToken(text.trim());
  if (claims === undefined) return [];
  return [{
    kind: "token",
    inside,
    form: claims.serviceAccount === undefined ? "token" : "service account token",
    user: claims.subject,
    groups: [],
    expires: claims.expires,
    claims,
  }];
}

function scanTokenFile(text: string, hint: "token-file" | "password-file"): Item[] {
  const form = hint === "token-file" ? "static token" : "password";
  const { rows, problems } = hint === "token-file" ? readTokenFile(text) : readPasswordFile(text);
  return [
    ...rows.map(({ line, user, groups }): TokenItem => ({
      kind: "token",
      inside: `line ${line}`,
      form,
      user,
      groups,
      expires: undefined,
      claims: undefined,
    })),
    ...problems.map(({ line, message }) => broken(`line ${line}`, form, message)),
  ];
}
