/**
 * The recipe for easy-rsa, run by Debian's easy-rsa and judged by Go.
 *
 * @module
 */
import assert from "node:assert/strict";
import { EASY_RSA_TOOLS } from "./foreign/easy_rsa.ts";
import {
  compare,
  cookWell,
  inFolder,
  judge,
  kubectl,
  look,
  pathOf,
  provisionIn,
  type SpecName,
  SPECS,
} from "./recipe.ts";
import { testWith } from "./tools.ts";

const DAY = 86400;

for (const name of Object.keys(SPECS) as SpecName[]) {
  testWith(
    [...EASY_RSA_TOOLS, kubectl, judge],
    `the recipe for easy-rsa makes the set of ${name}; certificates begin when it runs and last whole days`,
    async () => {
      await inFolder(async (folder) => {
        const tree = await provisionIn(folder, SPECS[name]);
        const start = Math.floor(Date.now() / 1000);
        const kitchen = await cookWell(folder, { as: "easyrsa" }, pathOf(kubectl));
        const end = Math.ceil(Date.now() / 1000);
        const [got, want] = [await look(kitchen), await look(tree)];
        compare(got, want, {
          found: (path, { notBefore, notAfter }) => {
            assert.ok(notBefore >= start && notBefore <= end, path);
            return { notBefore: 0, notAfter: notAfter - notBefore };
          },
          expected: (_, { notBefore, notAfter }) => ({
            notBefore: 0,
            notAfter: Math.ceil((notAfter - notBefore) / DAY) * DAY,
          }),
        });
        for (const [path, { signature }] of Object.entries(want.certificates)) {
          assert.equal(got.certificates[path]?.signature, signature, path);
        }
      });
    },
  );
}
