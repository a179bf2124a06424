/**
 * Seam for the `zod` package: the only file that imports it.
 *
 * @module
 */
export { z } from "npm:zod@4.6.7";
