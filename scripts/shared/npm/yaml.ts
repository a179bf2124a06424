/**
 * Seam for the `yaml` package: the only file that imports it. It stands for `@std/yaml`, which is published on
 * JSR only and gives no positions of nodes.
 *
 * The package brings its code twice, and its `exports` give Node and Deno the CommonJS form. What that needs of Node's
 * module loader takes longer to load than the rest of hardway, so the form for browsers beside it is loaded, the same code
 * as ES modules. Where it is not to be had, and in a bundle, which has it inside already, what `exports` name is.
 *
 * @module
 */
import type * as Yaml from "npm:yaml@2.9.1";

const NAME = "npm:yaml@2.9.1";
const FORM_FOR_BROWSERS = "../browser/index.js";

async function load(): Promise<typeof Yaml> {
  if (import.meta.url.endsWith(".ts")) {
    try {
      return await import(new URL(FORM_FOR_BROWSERS, import.meta.resolve(NAME)).href);
    } catch {
      // The package lies elsewhere or otherwise: the other form is as good, and slower.
    }
  }
  return await import("npm:yaml@2.9.1");
}

const yaml = await load();

export const Document: typeof Yaml.Document = yaml.Document;
export const isAlias: typeof Yaml.isAlias = yaml.isAlias;
export const isMap: typeof Yaml.isMap = yaml.isMap;
export const isScalar: typeof Yaml.isScalar = yaml.isScalar;
export const isSeq: typeof Yaml.isSeq = yaml.isSeq;
export const parseAllDocuments: typeof Yaml.parseAllDocuments = yaml.parseAllDocuments;
export const parseDocument: typeof Yaml.parseDocument = yaml.parseDocument;
export const visit: typeof Yaml.visit = yaml.visit;
export type Document = Yaml.Document;
export type ParsedDocument = Yaml.Document.Parsed;
export type { Alias, Node, Pair, Scalar, YAMLMap } from "npm:yaml@2.9.1";
