/**
 * What definitions are made of: lists, mappings and numbers that say what they wanted.
 *
 * @module
 */
import { z } from "../shared/npm/zod.ts";

/** A list that says what it wanted and refuses null. */
export function list<T extends z.ZodType>(item: T, of: string): z.ZodArray<T> {
  return z.array(item, { error: `a list of ${of}` });
}

/** A mapping with exactly these keys. */
export function mapping<T extends z.ZodRawShape>(shape: T): z.ZodObject<T, z.core.$strict> {
  return z.strictObject(shape, { error: `a mapping with ${Object.keys(shape).join(", ")}` });
}

/** A whole number between two others. */
export function integer(low: number, high: number): z.ZodNumber {
  const error = `a whole number from ${low} to ${high}`;
  return z.int({ error }).min(low, { error }).max(high, { error });
}
