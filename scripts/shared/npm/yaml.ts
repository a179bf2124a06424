/**
 * Seam for the `yaml` package: the only file that imports it. It stands for `@std/yaml`, which is published on
 * JSR only and gives no positions of nodes.
 *
 * @module
 */
export {
  Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseAllDocuments,
  parseDocument,
  visit,
} from "npm:yaml@2.9.1";
export type { Alias, Node, Pair, Scalar, YAMLMap } from "npm:yaml@2.9.1";
