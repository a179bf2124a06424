/**
 * What a recipe is made of.
 *
 * @module
 */
import type { CertificateEntry, KubeconfigEntry, Plan } from "../../plan/types.ts";
import type { Spec } from "../../spec/types.ts";

/** The tools that a recipe can be for, as `--as` names them. */
export const RECIPE_TOOLS = ["openssl", "cfssl", "easyrsa", "kubeadm"] as const;

/** One of them. */
export type RecipeTool = typeof RECIPE_TOOLS[number];

/** What every recipe is made of: nothing in it is secret. */
export interface RecipeInput {
  readonly spec: Spec;
  readonly plan: Plan;
  /** Whether an id was asked for. */
  readonly only: (id: string) => boolean;
  /** hardway's version, for the script's head. */
  readonly version: string;
  /** The command that printed the script, for its head. */
  readonly line: string;
  /** Whether the start of the certificates is the moment of the call, as the spec does not say it. */
  readonly isStartNow: boolean;
}

/** What an exact recipe has besides: what only the secret can tell. */
export interface ExactFacts {
  /**
   * The serial of a certificate.
   *
   * @returns hexadecimal, an even count of digits
   */
  readonly serialOf: (entry: CertificateEntry) => string;
  /**
   * The SHA-256 of a file, lower-case hexadecimal.
   *
   * @throws when the tree has no such file
   */
  readonly digestOf: (path: string) => string;
  /**
   * The text of a kubeconfig as `provision` writes it, with nothing where the three base64 values stand.
   */
  readonly frameOf: (entry: KubeconfigEntry) => string;
}
