/**
 * The disk's part of a first run, and nothing else: as many folders and files as a set has, of the same sizes, under
 * temporary names and renamed, by two workers under the permissions of the task. What it takes no certificate could make
 * shorter.
 *
 *     deno run [flags of the task] write.ts FOLDER MACHINES
 *
 * @module
 */

/** Bytes of a machine's files: two certificates with their keys. */
const FILES = {
  "kubelet.crt": 770,
  "kubelet.key": 241,
  "kubelet-client.crt": 750,
  "kubelet-client.key": 241,
};
/** Bytes of its kubeconfig. */
const KUBECONFIG = 2600;
const WORKERS = 2;

interface Part {
  readonly folder: string;
  readonly first: number;
  readonly machines: number;
}

// A worker's own global scope, which the types of a main thread do not know.
const scope = globalThis as unknown as {
  onmessage: ((event: MessageEvent<Part>) => void) | null;
  postMessage(answer: string): void;
};

function writeFile(folder: string, name: string, size: number): void {
  const temporary = `${folder}/.hardway-${name}.tmp`;
  Deno.writeFileSync(temporary, new Uint8Array(size), { createNew: true, mode: 0o600 });
  Deno.renameSync(temporary, `${folder}/${name}`);
}

function writePart({ folder, first, machines }: Part): void {
  for (let number = first; number < machines; number += WORKERS) {
    const machine = `${folder}/pki/kubelet/pool-${number}`;
    Deno.mkdirSync(machine, { mode: 0o700 });
    for (const [name, size] of Object.entries(FILES)) writeFile(machine, name, size);
    writeFile(`${folder}/kubeconfig`, `pool-${number}.kubeconfig`, KUBECONFIG);
  }
}

if (import.meta.main) {
  const [folder = "", machines = "0"] = Deno.args;
  for (const part of ["pki/kubelet", "kubeconfig"]) Deno.mkdirSync(`${folder}/${part}`, { recursive: true });
  await Promise.all(Array.from({ length: WORKERS }, async (_, first) => {
    const worker = new Worker(import.meta.url, { type: "module" });
    await new Promise((resolve) => {
      worker.onmessage = resolve;
      worker.postMessage({ folder, first, machines: Number(machines) } satisfies Part);
    });
    worker.terminate();
  }));
} else {
  scope.onmessage = ({ data }) => {
    writePart(data);
    scope.postMessage("done");
  };
}
