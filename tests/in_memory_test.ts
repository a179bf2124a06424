/** provisionInMemory gives what `provision` writes, without a disk. */
import assert from "node:assert/strict";
import { HardwayError, provisionInMemory, type SpecInput } from "../mod.ts";
import { OTHER_SEED, provisionIn, SEED, spec, withSpec } from "./run.ts";

const INPUT: SpecInput = {
  name: "lab",
  keys: { ca: "Ed25519", leaf: "Ed25519" },
  validity: { notBefore: "2026-01-01T00:00:00Z", ca: "100y", leaf: "50y" },
  controlPlane: [{ name: "server", addresses: ["10.240.0.10"], kubelet: false }],
};

function onDisk(folder: string): [string, number, string][] {
  const files: [string, number, string][] = [];
  const walk = (path: string): void => {
    for (const { name, isDirectory } of Deno.readDirSync(`${folder}/${path}`)) {
      const at = `${path}${name}`;
      if (isDirectory) walk(`${at}/`);
      else {
        const mode = (Deno.statSync(`${folder}/${at}`).mode ?? 0) & 0o7777;
        files.push([at, mode, Deno.readTextFileSync(`${folder}/${at}`)]);
      }
    }
  };
  walk("");
  return files.sort();
}

Deno.test("provisionInMemory gives exactly the files, modes and bytes that provision writes", async () => {
  const text = Deno.readTextFileSync(new URL("../templates/cluster.yaml", import.meta.url));
  await withSpec(text, async (folder) => {
    await provisionIn(folder);
    const { files } = await provisionInMemory(text, SEED);
    const inMemory = [...files].map(([path, { mode, text }]) => [path, mode, text]).sort();
    assert.deepEqual(inMemory, onDisk(`${folder}/out/lab`));
    assert.equal(files.size, 45);
  });
});

Deno.test("provisionInMemory gives what provision --only writes", async () => {
  await withSpec(spec(), async (folder) => {
    await provisionIn(folder, ["--only", "admin", "--only", "kubeconfig/admin"]);
    const { files } = await provisionInMemory(spec(), SEED, { only: ["admin", "kubeconfig/admin"] });
    assert.deepEqual(
      [...files].map(([path, { mode, text }]) => [path, mode, text]).sort(),
      onDisk(`${folder}/out/lab`),
    );
    assert.deepEqual([...files.keys()].sort(), [
      "kubeconfig/admin.kubeconfig",
      "manifest.json",
      "pki/admin.crt",
      "pki/admin.key",
    ]);
  });
});

Deno.test("provisionInMemory takes an object for a document, and a whole seed file for its line", async () => {
  const [object, document, file] = await Promise.all([
    provisionInMemory(INPUT, SEED),
    provisionInMemory(spec(), SEED),
    provisionInMemory(spec(), `# made for a test\n\n  ${SEED}\r\n`),
  ]);
  assert.deepEqual(object.files, document.files);
  assert.deepEqual(file.files, document.files);
  assert.deepEqual(object.manifest, document.manifest);
});

Deno.test("provisionInMemory tells other seeds and clusters apart in every key", async () => {
  const trees = await Promise.all([
    provisionInMemory(INPUT, SEED),
    provisionInMemory(INPUT, OTHER_SEED),
    provisionInMemory({ ...INPUT, name: "other" }, SEED),
  ]);
  const keys = trees.flatMap(({ files }) => [...files].filter(([path]) => path.endsWith(".key")));
  assert.equal(new Set(keys.map(([, { text }]) => text)).size, 3 * 14 + 3);
});

Deno.test("MemoryTree.text gives a file, and a RangeError for a path that is not there", async () => {
  const lab = await provisionInMemory(INPUT, SEED);
  assert.match(lab.text("pki/ca.crt"), /^-----BEGIN CERTIFICATE-----\n/);
  assert.throws(
    () => lab.text("pki/none.crt"),
    new RangeError('No file "pki/none.crt" in the tree of "lab"'),
  );
});

Deno.test("provisionInMemory throws every problem of a spec and of the patterns, with its place", async () => {
  const wrong = spec("worker: []\nusers: 7\n");
  await assert.rejects(provisionInMemory(wrong, SEED, { file: "my.yaml" }), (error) => {
    assert.ok(error instanceof HardwayError);
    assert.equal(error.code, "spec-invalid");
    assert.deepEqual(error.problems.map(({ file, line, column }) => [file, line, column]), [
      ["my.yaml", 5, 1],
      ["my.yaml", 6, 8],
    ]);
    return true;
  });
  await assert.rejects(provisionInMemory(INPUT, SEED, { only: ["apisever"] }), (error) => {
    assert.ok(error instanceof HardwayError);
    assert.equal(error.code, "spec-invalid");
    assert.match(error.message, /^--only: .*"apisever".*did you mean "apiserver"/);
    return true;
  });
});

Deno.test("provisionInMemory throws seed-invalid for a bad seed and never shows it", async () => {
  const wrong = `${SEED.slice(0, -1)}Q`;
  for (const seed of [wrong, "", SEED.toLowerCase(), `${SEED}\n${OTHER_SEED}`]) {
    await assert.rejects(provisionInMemory(INPUT, seed), (error) => {
      assert.ok(error instanceof HardwayError);
      assert.equal(error.code, "seed-invalid");
      assert.doesNotMatch(Deno.inspect(error), /QYQQQQQQD92/i);
      return true;
    });
  }
});

Deno.test("provisionInMemory ends with the signal's reason", async () => {
  const reason = new Error("enough");
  await assert.rejects(provisionInMemory(INPUT, SEED, { signal: AbortSignal.abort(reason) }), reason);
});

Deno.test("provisionInMemory needs no permission but to read our own files", async () => {
  const program = `
import { provisionInMemory } from ${JSON.stringify(new URL("../mod.ts", import.meta.url).href)};
const lab = await provisionInMemory(${JSON.stringify(INPUT)}, ${JSON.stringify(SEED)});
console.log(lab.files.size);`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-lock", "--no-prompt", "--ignore-env", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(program));
  await writer.close();
  const { stdout, stderr } = await child.output();
  assert.deepEqual(
    [new TextDecoder().decode(stdout), new TextDecoder().decode(stderr)],
    ["35\n", ""],
  );
});
