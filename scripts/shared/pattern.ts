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

/**
 * Compiles patterns of which the last that matches wins.
 *
 * @param patterns in the document's order
 * @returns a function that gives the index of an id's last match, or -1
 */
export function compileLastMatch(patterns: readonly string[]): (id: string) => number {
  if (patterns.length === 0) return () => -1;
  // Thousands of plain ids cost one look-up; only patterns with a * are tried one by one.
  const plain = new Map(patterns.map((pattern, index) => [pattern, index]));
  const wild = patterns
    .map((pattern, index) => ({ index, isWild: pattern.includes("*"), matches: compilePattern(pattern) }))
    .filter(({ isWild }) => isWild);
  return (id) => {
    const known = plain.get(id) ?? -1;
    const later = wild.findLast(({ index, matches }) => index < known || matches(id));
    return Math.max(known, later?.index ?? -1);
  };
}
