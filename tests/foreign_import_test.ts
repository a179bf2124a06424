/** mod.ts is of use to a project that knows nothing of ours: no import map, no lock, no compiler options. */
import assert from "node:assert/strict";
import { assertNoSecret, SEED, withFolder } from "./run.ts";

const MOD = new URL("../mod.ts", import.meta.url).href;

const PROGRAM = `import { type ProvisionReport, provision, provisionInMemory } from ${JSON.stringify(MOD)};

const spec = { name: "theirs", controlPlane: [{ name: "server", addresses: ["192.0.2.1"] }] };
const { files, manifest } = await provisionInMemory(spec, ${JSON.stringify(SEED)});
Deno.writeTextFileSync("cluster.yaml", JSON.stringify(spec));
const report: ProvisionReport = await provision();
const text: string = Deno.readTextFileSync("out/theirs/manifest.json");
console.log(files.size, manifest.cluster, report.isNewSeed, report.changes.length, JSON.parse(text).files.length);
`;

async function deno(cwd: string, ...args: string[]): Promise<[number, string, string]> {
  const done = await new Deno.Command(Deno.execPath(), { args, cwd, env: { NO_COLOR: "1" } }).output();
  const text = new TextDecoder();
  return [done.code, text.decode(done.stdout), text.decode(done.stderr)];
}

Deno.test("an empty foreign project imports mod.ts by its URL, type-checks it and makes a PKI", async () => {
  await withFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/deno.json`, "{}\n");
    Deno.writeTextFileSync(`${folder}/main.ts`, PROGRAM);
    const [code, , problems] = await deno(folder, "check", "--no-lock", "main.ts");
    assert.equal(code, 0, problems);
    const ran = await deno(
      folder,
      "run",
      "--no-lock",
      "--no-prompt",
      "--ignore-env",
      "--allow-read",
      "--allow-write=.",
      "main.ts",
    );
    assertNoSecret(ran.join(""));
    assert.deepEqual(ran, [0, "40 theirs true 39 39\n", ""]);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), [
      "cluster.seed",
      "cluster.yaml",
      "deno.json",
      "main.ts",
      "out",
    ]);
  });
});
