/**
 * JSON for people: what fits on a line stands on one.
 *
 * @module
 */

/** How wide a line may be. */
const COLUMNS = 100;

/**
 * Writes a value as JSON.
 *
 * @param value plain data: objects, lists, text, numbers, booleans
 * @param indent spaces in front of its inner lines
 */
export function jsonText(value: unknown, indent = ""): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const isList = Array.isArray(value);
  const parts = (deeper: string): string[] =>
    isList
      ? value.map((item) => jsonText(item, deeper))
      : Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${jsonText(item, deeper)}`);
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  const flat = parts("").join(", ");
  const space = isList || flat === "" ? "" : " ";
  const line = `${open}${space}${flat}${space}${close}`;
  // Room for a key in front.
  if (!line.includes("\n") && indent.length + line.length <= COLUMNS - 20) return line;
  const deeper = `${indent}  `;
  return `${open}\n${parts(deeper).map((part) => `${deeper}${part}`).join(",\n")}\n${indent}${close}`;
}
