/**
 * Whether a program said what a table of messages says that it says.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Message } from "../../../scripts/teach/explain/messages.ts";

/** A message as a pattern, with anything in its holes. */
function patternOf(message: Message): RegExp {
  const parts = message.words.split(/"?<[^<>]*>"?/).map((part) =>
    part.replace(/[.*+?^$|()[\]{}\\]/g, "\\$&")
  );
  return new RegExp(parts.join("[^\\n]*?"));
}

/** Whether a program's output has a message; logs put quotation marks of their own around it. */
export function hasSaid(output: string, message: Message): boolean {
  return patternOf(message).test(output.replaceAll('\\"', '"'));
}

/** Fails with both when it has not. */
export function assertSaid(output: string, message: Message): void {
  assert.ok(hasSaid(output, message), `${message.words}\n---\n${output}`);
}
