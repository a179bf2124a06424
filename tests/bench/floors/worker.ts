/**
 * A worker of the floors: it writes or reads the files of its part, and nothing else.
 *
 * @module
 */

/** What one worker does. */
export type Part =
  | { readonly write: string; readonly first: number; readonly step: number; readonly machines: number }
  | { readonly read: readonly string[] };

/** Bytes of a machine's files: two certificates with their keys. */
const FILES = {
  "kubelet.crt": 770,
  "kubelet.key": 241,
  "kubelet-client.crt": 750,
  "kubelet-client.key": 241,
};
/** Bytes of its kubeconfig. */
const KUBECONFIG = 2600;

// A worker's own global scope, which the types of a main thread do not know.
const scope = globalThis as unknown as {
  onmessage: ((event: MessageEvent<Part>) => void) | null;
  postMessage(files: number): void;
};

function writeFile(folder: string, name: string, size: number): void {
  const temporary = `${folder}/.hardway-${name}.tmp`;
  Deno.writeFileSync(temporary, new Uint8Array(size), { createNew: true, mode: 0o600 });
  Deno.renameSync(temporary, `${folder}/${name}`);
}

function writeMachine(folder: string, number: number): number {
  const machine = `${folder}/pki/kubelet/pool-${number}`;
  Deno.mkdirSync(machine, { mode: 0o700 });
  for (const [name, size] of Object.entries(FILES)) writeFile(machine, name, size);
  writeFile(`${folder}/kubeconfig`, `pool-${number}.kubeconfig`, KUBECONFIG);
  return Object.keys(FILES).length + 1;
}

function readAll(folder: string): number {
  let files = 0;
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) files += readAll(path);
    else if (Deno.lstatSync(path).size === Deno.readFileSync(path).length) files++;
  }
  return files;
}

scope.onmessage = ({ data }) => {
  let files = 0;
  if ("read" in data) { for (const folder of data.read) files += readAll(folder); }
  else for (let i = data.first; i < data.machines; i += data.step) files += writeMachine(data.write, i);
  scope.postMessage(files);
};
