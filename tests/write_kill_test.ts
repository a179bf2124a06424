/**
 * A kill at every single step: each call that changes the disk is once the last one that a run makes. What stands there
 * then, half a file at a temporary name included, is what the next run finds.
 */
import assert from "node:assert/strict";
import { provision, provisionInMemory, type ProvisionOptions } from "../mod.ts";
import { withDeathAfter } from "./death.ts";
import { differences, look, sh, spec, tree, withFolder, withSpec } from "./run.ts";

function make(folder: string, options: ProvisionOptions = {}): Promise<unknown> {
  return provision({ folder, now: () => 1_800_000_000, jobs: 1, ...options });
}

function write(folder: string, text: string): void {
  Deno.writeTextFileSync(`${folder}/cluster.yaml`, text);
}

function restore(folder: string): void {
  assert.equal(sh('cd "$1" && rm -rf out && cp -a base out', folder).code, 0);
}

const NODES =
  "workers: [{ name: node-0, addresses: [10.240.0.20] }, { name: node-1, addresses: [10.240.0.21] }]";
const A = spec(NODES);
/** Against A: one certificate changes, four files and a kubeconfig leave, five are new. */
const B = spec(`apiServer: { certSANs: [b.example.org] }\n${NODES.replaceAll("node-1", "node-2")}`);

Deno.test("a first run that is killed at any step, the birth of its seed included, is completed by the next", async () => {
  const small = spec().replace(/^validity.*\n/m, "");
  let steps = 0;
  for (let isDone = false; !isDone; steps += steps < 24 ? 1 : 5) {
    await withFolder(async (folder) => {
      write(folder, small);
      isDone = await withDeathAfter(steps, () => make(folder));
      await make(folder);
      const line = /^HARDWAY.*$/m.exec(Deno.readTextFileSync(`${folder}/cluster.seed`))?.[0] ?? "";
      const { files } = await provisionInMemory(small, line);
      const found = look(`${folder}/out/lab`);
      const paths = Object.keys(found).filter((path) => found[path]?.content !== "folder");
      assert.deepEqual(paths.sort(), [...files.keys()].sort(), `step ${steps}`);
      for (const [path, { mode, text }] of files) {
        assert.equal(Deno.readTextFileSync(`${folder}/out/lab/${path}`), text, `step ${steps}: ${path}`);
        assert.equal(found[path]?.mode, `0${mode.toString(8)}`);
      }
      assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), [
        "cluster.seed",
        "cluster.yaml",
        "out",
      ]);
    });
  }
  assert.ok(steps > 140, `${steps} steps`);
});

Deno.test("a change of the spec with --prune that is killed at any step is completed by the next run", async () => {
  await withSpec(B, async (clean) => {
    await make(clean);
    const whole = tree(`${clean}/out`);
    await withSpec(A, async (folder) => {
      await make(folder);
      assert.equal(sh('cd "$1" && cp -a out base', folder).code, 0);
      write(folder, B);
      let steps = 0;
      for (let isDone = false; !isDone; steps++) {
        restore(folder);
        isDone = await withDeathAfter(steps, () => make(folder, { prune: true }));
        await make(folder, { prune: true });
        assert.deepEqual(differences(tree(`${folder}/out`), whole), [], `step ${steps}`);
      }
      assert.ok(steps > 30, `${steps} steps`);
    });
  });
});

Deno.test("a killed run may be followed by that of any other spec: nothing is taken for foreign", async () => {
  const [b, c, d] = ["b", "c", "d"].map((name) =>
    spec(`${NODES}\napiServer: { certSANs: [${name}.example.org] }\nadmin: { group: ${name} }`)
  ) as [string, string, string];
  await withSpec(d, async (clean) => {
    await make(clean);
    const whole = tree(`${clean}/out`);
    await withSpec(A, async (folder) => {
      await make(folder);
      assert.equal(sh('cd "$1" && cp -a out base', folder).code, 0);
      let deaths = 0;
      // Each run changes three files, and dies before its end in most of these.
      for (let first = 0; first < 24; first += 2) {
        for (let second = first / 2 % 5; second < 24; second += 5) {
          restore(folder);
          write(folder, b);
          deaths += await withDeathAfter(first, () => make(folder)) ? 0 : 1;
          write(folder, c);
          deaths += await withDeathAfter(second, () => make(folder)) ? 0 : 1;
          write(folder, d);
          await make(folder);
          assert.deepEqual(differences(tree(`${folder}/out`), whole), [], `steps ${first} and ${second}`);
        }
      }
      assert.ok(deaths > 70, `${deaths} deaths`);
    });
  });
});

Deno.test("a killed run may be followed by the old spec, or by one with --only, and then by the whole", async () => {
  await withSpec(A, async (folder) => {
    await make(folder);
    const old = tree(`${folder}/out`);
    assert.equal(sh('cd "$1" && cp -a out base', folder).code, 0);
    await withSpec(B, async (clean) => {
      await make(clean);
      const whole = tree(`${clean}/out`);
      for (let steps = 0; steps < 40; steps += 3) {
        restore(folder);
        write(folder, B);
        await withDeathAfter(steps, () => make(folder));
        write(folder, A);
        await make(folder, { prune: true });
        assert.deepEqual(differences(tree(`${folder}/out`), old), [], `step ${steps}`);

        restore(folder);
        write(folder, B);
        await withDeathAfter(steps, () => make(folder));
        await make(folder, { only: ["admin"] });
        assert.deepEqual(Object.keys(tree(`${folder}/out`)).filter((path) => /tmp|pending/.test(path)), []);
        await make(folder, { prune: true });
        assert.deepEqual(differences(tree(`${folder}/out`), whole), [], `step ${steps} and --only`);
      }
    });
  });
});

Deno.test("a run with --force that is killed at any step is completed by the same run", async () => {
  await withSpec(A, async (folder) => {
    await make(folder);
    const whole = tree(`${folder}/out`);
    for (const path of ["ca.key", "ca.crt"]) {
      Deno.writeTextFileSync(`${folder}/out/lab/pki/${path}`, "mine\n");
    }
    assert.equal(sh('cd "$1" && cp -a out base', folder).code, 0);
    let steps = 0;
    for (let isDone = false; !isDone; steps++) {
      restore(folder);
      isDone = await withDeathAfter(steps, () => make(folder, { force: true }));
      await make(folder, { force: true });
      assert.deepEqual(differences(tree(`${folder}/out`), whole), [], `step ${steps}`);
    }
    assert.ok(steps > 10, `${steps} steps`);
  });
});
