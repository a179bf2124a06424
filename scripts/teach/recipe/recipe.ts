/**
 * The recipe stage: in goes a plan and the name of a tool, out comes the script that makes the plan with that tool.
 *
 * @module
 */
import { cfsslRecipe } from "./cfssl.ts";
import { easyRsaRecipe } from "./easy_rsa.ts";
import { kubeadmRecipe } from "./kubeadm.ts";
import { opensslRecipe } from "./openssl.ts";
import type { RecipeInput, RecipeTool } from "./recipe_input.ts";

const RECIPES: Readonly<Record<RecipeTool, (input: RecipeInput) => string>> = {
  openssl: opensslRecipe,
  cfssl: cfsslRecipe,
  easyrsa: easyRsaRecipe,
  kubeadm: kubeadmRecipe,
};

/**
 * Writes the script of a tool.
 *
 * @param tool which one
 * @param input what the script is made of
 * @returns a POSIX shell script
 */
export function recipeFor(tool: RecipeTool, input: RecipeInput): string {
  return RECIPES[tool](input);
}
