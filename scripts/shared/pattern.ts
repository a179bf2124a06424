/**
 * Patterns over ids: `*` matches any run of characters, also `/`; everything else matches itself.
 *
 * @module
 */

/**
 * Compiles one pattern.
 *
 * @param pattern such as `apiserver`, `kubelet-*` or `*`
 * @returns a predicate over ids
 */
export function compilePattern(pattern: string): (id: string) => boolean {
  if (!pattern.includes("*")) return (id) => id === pattern;
  const pieces = pattern.split("*");
  const first = pieces[0] ?? "";
  const last = pieces.at(-1) ?? "";
  const middle = pieces.slice(1, -1);
  // Plain searching and no regular expression: a hostile pattern cannot make it slow.
  return (id) => {
    if (id.length < first.length + last.length || !id.startsWith(first) || !id.endsWith(last)) return false;
    const end = id.length - last.length;
    let position = first.length;
    for (const piece of middle) {
      const found = id.indexOf(piece, position);
      if (found < 0 || found + piece.length > end) return false;
      position = found + piece.length;
    }
    return true;
  };
}
