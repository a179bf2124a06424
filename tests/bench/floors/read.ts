/**
 * The disk's part of a second run, and nothing else: every file of a tree is looked at and read, by two workers under
 * the permissions of the task.
 *
 *     deno run [flags of the task] read.ts FOLDER
 *
 * @module
 */

// A worker's own global scope, which the types of a main thread do not know.
const scope = globalThis as unknown as {
  onmessage: ((event: MessageEvent<readonly string[]>) => void) | null;
  postMessage(files: number): void;
};

/** Reads every file below folders, and counts them. */
function readAll(folders: readonly string[]): number {
  let files = 0;
  for (const folder of folders) {
    for (const { name, isDirectory } of Deno.readDirSync(folder)) {
      const path = `${folder}/${name}`;
      if (isDirectory) files += readAll([path]);
      else if (Deno.readFileSync(path).length === Deno.lstatSync(path).size) files++;
    }
  }
  return files;
}

if (import.meta.main) {
  const folder = Deno.args[0] ?? "";
  const nodes = `${folder}/pki/kubelet`;
  const machines = [...Deno.readDirSync(nodes)].map(({ name }) => `${nodes}/${name}`);
  const parts = [machines.slice(0, machines.length / 2), machines.slice(machines.length / 2)];
  parts[0]?.push(`${folder}/kubeconfig`);
  await Promise.all(parts.map(async (part) => {
    const worker = new Worker(import.meta.url, { type: "module" });
    await new Promise((resolve) => {
      worker.onmessage = resolve;
      worker.postMessage(part);
    });
    worker.terminate();
  }));
} else {
  scope.onmessage = ({ data }) => scope.postMessage(readAll(data));
}
