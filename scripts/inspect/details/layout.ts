/**
 * How OpenSSL lays out what an extension says: lists on one line or one item a line, bits by their names.
 *
 * @module
 */
import { DerError, Reader, TAG, type Value } from "../der/der.ts";
import { readOid } from "../der/der_values.ts";
import { longName } from "./objects.ts";

/** What stands before each line of an extension's content. */
const INDENT = " ".repeat(16);

/** What OpenSSL writes for a list without items: a line of its own follows. */
const NO_ITEMS = `${INDENT}<EMPTY>\n`;

/** A line of an extension, further in by a number of columns. */
export function indented(text: string, columns = 0): string {
  return INDENT + " ".repeat(columns) + text;
}

/** Items with commas between them. */
export function onOneLine(items: readonly string[]): string {
  return items.length === 0 ? NO_ITEMS : indented(items.join(", "));
}

/** Items on lines of their own. */
export function onLines(items: readonly string[]): string {
  return items.length === 0 ? NO_ITEMS : items.map((item) => indented(item)).join("\n");
}

/**
 * Reads a SEQUENCE OF.
 *
 * @param value reader of the sequence
 * @throws {DerError} when it is none, or an item cannot be read
 */
export function readItems<Item>(value: Reader, readItem: (list: Reader) => Item): Item[] {
  const list = value.enter(TAG.sequence, "a list");
  const items: Item[] = [];
  while (!list.isAtEnd) items.push(readItem(list));
  return items;
}

/**
 * Takes an object identifier by its long name.
 *
 * @throws {DerError} when the next value is none
 */
export function takeObject(reader: Reader): string {
  return longName(readOid(reader.take(TAG.oid, "an object identifier")));
}

/**
 * Names of the bits that are set. Unused bits do not count: OpenSSL takes them for zero.
 *
 * @param value a BIT STRING, or one with an implicit tag
 * @param names of the bits, the first bit first
 * @throws {DerError} when it has no sound number of unused bits
 */
export function bitNames({ content, at }: Value, names: readonly string[]): string[] {
  const unused = content[0];
  if (unused === undefined || unused > 7 || (unused > 0 && content.length === 1)) {
    throw new DerError(at, "a bit string without a sound number of unused bits");
  }
  const used = (content.length - 1) * 8 - unused;
  return names.filter((_, bit) => bit < used && ((content[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0);
}
