/**
 * A pattern made of several, so that each stands on a line of its own.
 *
 * @module
 */

/** What one of the patterns fits; groups of one name may stand in several of them. */
export function anyOf(...patterns: readonly RegExp[]): RegExp {
  return new RegExp(patterns.map(({ source }) => source).join("|"));
}
