/**
 * A fault with what has to be found, as a type.
 *
 * @module
 */
import type { Code } from "../../../../mod.ts";
import type { Act } from "./acts.ts";
import type { Harm } from "./harm.ts";

/** One fault. */
export interface Row {
  readonly title: string;
  readonly family: string;
  readonly code: Code;
  /** From the tree's root. */
  readonly path: string;
  readonly act: Act;
  readonly harm: Harm;
}
