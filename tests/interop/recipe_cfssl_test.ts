/**
 * The recipe for cfssl, run by cfssl 1.6.5 and judged by Go.
 *
 * @module
 */
import { CFSSL_TOOLS } from "./foreign/cfssl.ts";
import {
  compare,
  cookWell,
  inFolder,
  inOneRdn,
  judge,
  kubectl,
  look,
  openssl,
  pathOf,
  provisionIn,
  type SpecName,
  SPECS,
} from "./recipe.ts";
import { testWith } from "./tools.ts";

for (const name of Object.keys(SPECS) as SpecName[]) {
  testWith(
    [...CFSSL_TOOLS, openssl, kubectl, judge],
    `the recipe for cfssl makes the set of ${name}, to the second`,
    async () => {
      await inFolder(async (folder) => {
        const tree = await provisionIn(folder, SPECS[name]);
        const kitchen = await cookWell(folder, { as: "cfssl" }, pathOf(kubectl, ...CFSSL_TOOLS));
        // cfssl puts all groups of a subject into one RDN.
        compare(await look(kitchen), await look(tree), {
          found: (_, { subject }) => ({ subject: inOneRdn(subject) }),
          expected: (_, { subject }) => ({ subject: inOneRdn(subject) }),
        });
      });
    },
  );
}
