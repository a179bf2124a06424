/** The bytes of every file for fixed specs and a published seed: see tests/golden/update.ts. */
import assert from "node:assert/strict";
import { ALGORITHMS, makeSums, specFile, sumsFile } from "./golden/golden.ts";
import { provisionIn, sh, withFolder, writeSeed } from "./run.ts";

for (const algorithm of ALGORITHMS) {
  Deno.test(`the golden tree of ${algorithm} has the bytes that it always had`, async () => {
    assert.equal(await makeSums(algorithm), Deno.readTextFileSync(sumsFile(algorithm)));
  });
}

Deno.test("sha256sum finds the golden tree in what provision writes, and nothing beside it", async () => {
  await withFolder(async (folder) => {
    writeSeed(folder, undefined, "golden.seed");
    await provisionIn(folder, ["--spec", specFile("ECDSA-P256"), "--seed", "golden.seed"]);
    const sums = sumsFile("ECDSA-P256");
    const checked = sh('cd "$1/out/golden" && sha256sum --strict --quiet -c "$2"', folder, sums);
    assert.deepEqual(checked, { code: 0, stdout: "", stderr: "" });
    const count = sh('find "$1/out/golden" -type f | wc -l', folder).stdout.trim();
    assert.equal(count, String(Deno.readTextFileSync(sums).trimEnd().split("\n").length));
  });
});
