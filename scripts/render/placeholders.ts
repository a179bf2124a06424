/**
 * Placeholders of templates: `${name}` stands for a value, `$${` for the characters `${`.
 *
 * @module
 */

/** A piece of a template's text. */
export type Piece =
  | {
    readonly kind: "text";
    readonly text: string;
    /** Whether it was written `$${`, a character longer than it is. */
    readonly isEscape?: true;
  }
  | { readonly kind: "hole"; readonly name: string; readonly start: number; readonly end: number };

/** Cuts a text at its placeholders. */
export function cutText(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(/\$\$\{|\$\{([^}\n]*)\}?/g)) {
    const [all, name] = match;
    if (match.index > from) pieces.push({ kind: "text", text: text.slice(from, match.index) });
    from = match.index + all.length;
    if (name === undefined) pieces.push({ kind: "text", text: "${", isEscape: true });
    // One that is never closed has the name of nothing.
    else pieces.push({ kind: "hole", name: all.endsWith("}") ? name : "", start: match.index, end: from });
  }
  if (from < text.length) pieces.push({ kind: "text", text: text.slice(from) });
  return pieces;
}
