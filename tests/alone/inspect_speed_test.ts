/**
 * How long it takes to look at ten thousand certificates: time is measured here, so nothing else may run beside it.
 */
import assert from "node:assert/strict";
import { largeSpec, run, withSpec } from "../run.ts";

const NODES = 5000;

Deno.test("ten thousand certificates are inspected in 0.5 ms each, and verified in 1.5 ms each", async () => {
  const text = largeSpec(NODES).replace("keys: { ca: Ed25519, leaf: Ed25519 }\n", "");
  await withSpec(text, async (folder) => {
    const made = await run("provision", [], { cwd: folder });
    assert.equal(made.code, 0, made.stderr);
    const certificates = `${folder}/certificates`;
    Deno.mkdirSync(certificates);
    let count = 0;
    const copy = (from: string): void => {
      for (const { name, isDirectory } of Deno.readDirSync(from)) {
        if (isDirectory) copy(`${from}/${name}`);
        else if (name.endsWith(".crt")) {
          Deno.copyFileSync(`${from}/${name}`, `${certificates}/${++count}.crt`);
        }
      }
    };
    copy(`${folder}/out/large/pki`);
    assert.ok(count >= 10_000, String(count));
    for (const [command, bound] of [["inspect", 0.5], ["verify", 1.5]] as const) {
      const start = performance.now();
      const { code, stdout, stderr } = await run(command, ["certificates", "-o", "json"], { cwd: folder });
      const each = (performance.now() - start) / count;
      console.log(`${command}: ${each.toFixed(3)} ms a certificate`);
      assert.equal(code, 0, stderr + stdout.slice(0, 2000));
      assert.ok(each <= bound, `${command}: ${each} ms a certificate, expected at most ${bound}`);
    }
  });
});
