/**
 * Name constraints and CRL distribution points (RFC 5280 sections 4.2.1.10 and 4.2.1.13) as OpenSSL writes them.
 *
 * In: readers of the values. Out: indented lines.
 *
 * @module
 */
import { contextTag, DerError, primitiveTag, Reader, TAG, type Value } from "../der/der.ts";
import { readInteger } from "../der/der_values.ts";
import { constrainedName, printedName } from "./general_names.ts";
import { bitNames, indented, readItems } from "./layout.ts";
import { relativeNameText } from "./names.ts";

/** Reasons of revocation, the first bit first. */
const REASONS = [
  "Unused",
  "Key Compromise",
  "CA Compromise",
  "Affiliation Changed",
  "Superseded",
  "Cessation Of Operation",
  "Certificate Hold",
  "Privilege Withdrawn",
  "AA Compromise",
];

/**
 * Name constraints.
 *
 * @throws {DerError} when they cannot be read
 */
export function nameConstraintsText(value: Reader): string {
  const fields = value.enter(TAG.sequence, "name constraints");
  const lists = (["Permitted", "Excluded"] as const).flatMap((name, number) => {
    const trees = fields.enterIf(contextTag(number));
    if (trees === undefined) return [];
    const bases: string[] = [];
    while (!trees.isAtEnd) bases.push(indented(readBase(trees), 2));
    return [[...(bases.length === 0 ? [] : [indented(`${name}:`)]), ...bases].join("\n")];
  });
  fields.close("name constraints");
  return lists.join("\n");
}

function readBase(trees: Reader): string {
  const tree = trees.enter(TAG.sequence, "a name constraint");
  const base = constrainedName(tree.read());
  // Distances, which nobody uses.
  for (const number of [0, 1]) {
    const distance = tree.takeIf(primitiveTag(number));
    if (distance !== undefined) readInteger(distance);
  }
  tree.close("a name constraint");
  return base;
}

/**
 * CRL distribution points. OpenSSL 3.0 ends no line after a full name, whatever follows in the same point.
 *
 * @throws {DerError} when they cannot be read
 */
export function distributionPointsText(value: Reader): string {
  return readItems(value, (list) => {
    const point = list.enter(TAG.sequence, "a distribution point");
    const name = point.enterIf(contextTag(0));
    const nameText = name === undefined ? "" : pointNameText(name);
    const reasons = point.takeIf(primitiveTag(1));
    const reasonLines = reasons === undefined ? "" : reasonsText("Reasons:", reasons);
    const issuer = point.enterIf(contextTag(2));
    const issuerText = issuer === undefined ? "" : namesText("CRL Issuer:", issuer);
    point.close("a distribution point");
    return nameText + reasonLines + issuerText;
  }).join("\n");
}

/** Reasons of revocation below their title, each line ended. */
export function reasonsText(title: string, value: Value): string {
  return `${indented(title)}\n${indented(bitNames(value, REASONS).join(", ") || "<EMPTY>", 2)}\n`;
}

/**
 * The name of a distribution point.
 *
 * @param wrapped reader of the content of its `[0]`
 * @throws {DerError} when it cannot be read
 */
export function pointNameText(wrapped: Reader): string {
  const inner = wrapped.read();
  wrapped.close("the name of a distribution point");
  const reader = new Reader(inner.content, inner.contentAt);
  if (inner.tag === contextTag(0)) return namesText("Full Name:", reader);
  if (inner.tag !== contextTag(1)) {
    throw new DerError(inner.at, "a distribution point's name of no known kind");
  }
  return `${indented("Relative Name:")}\n${indented(relativeNameText(reader), 2)}\n`;
}

function namesText(title: string, names: Reader): string {
  const lines: string[] = [];
  while (!names.isAtEnd) lines.push(indented(printedName(names.read()), 2));
  return `${indented(title)}\n${lines.join("\n")}`;
}
