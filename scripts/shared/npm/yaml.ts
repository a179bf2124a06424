/**
 * Seam for the `yaml` package: the only file that imports it. It stands for `@std/yaml`, which is published on
 * JSR only and gives no positions of nodes.
 *
 * @module
 */
export { isAlias, isMap, isScalar, isSeq, parseAllDocuments, parseDocument, stringify } from "npm:yaml@2.9.1";
export type { Alias, Document, Node, Pair, Scalar, YAMLMap } from "npm:yaml@2.9.1";
