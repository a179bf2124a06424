/**
 * A program that does nothing: what it takes is Deno's own start and end.
 *
 * @module
 */
