/**
 * Without a log, `diagnose` foretells the faults that the cluster test puts into trees: it names the same file. What only
 * a running cluster shows (tokens, addresses, keys that are gone) is listed.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { diagnose } from "../../mod.ts";
import { ROWS } from "./cluster/diagnose/rows.ts";
import { ourSetFolder, ourTree } from "./foreign/ours.ts";
import { reissuer } from "./foreign/reissue.ts";
import { withTree } from "./foreign/trees.ts";
import { testWith } from "./tools.ts";

/** Of these nothing is to be seen in files alone. */
const UNSEEN: ReadonlySet<string> = new Set([
  "tokens have another issuer",
  "a token is for another audience",
  "a bootstrap token is over",
  "the API server looks for an address that nodes do not have",
  "the key of encryption is too short",
  "the key that encrypted what is stored is gone",
]);

async function serverTree(folder: string): Promise<void> {
  await ourTree(folder, "hard-way");
  const admin = "var/lib/kubernetes/admin.kubeconfig";
  await Deno.copyFile(
    join(await ourSetFolder("hard-way"), "out/lab/kubeconfig/admin.kubeconfig"),
    join(folder, admin),
  );
}

testWith([reissuer], "a fault is foretold from the files alone", async (t) => {
  await t.step("a healthy tree", async () => {
    await withTree(
      serverTree,
      async (tree) => assert.deepEqual(await diagnose({ paths: [tree], root: tree }), []),
    );
  });
  for (const row of ROWS) {
    await t.step(row.title, async () => {
      await withTree(serverTree, async (tree) => {
        await row.harm(tree);
        const found = await diagnose({ paths: [tree], root: tree });
        const places = found.map(({ code, path }) => `${code} ${path?.replace(`${tree}/`, "")}`);
        assert.equal(places.includes(`${row.code} ${row.path}`), !UNSEEN.has(row.title), places.join("\n"));
      });
    });
  }
});
