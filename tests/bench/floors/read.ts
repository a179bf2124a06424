/**
 * The disk's part of a second run, and nothing else: every file of the machines of a tree is looked at and read, by two
 * workers under the permissions of the task.
 *
 *     deno run [flags of the task] read.ts FOLDER MACHINES
 *
 * @module
 */
import { share } from "./crew.ts";

const [folder = "", machines = ""] = Deno.args;
const nodes = `${folder}/pki/kubelet`;
const folders = [...Deno.readDirSync(nodes)].map(({ name }) => `${nodes}/${name}`);
const half = folders.length / 2;
const parts = [{ read: folders.slice(0, half) }, { read: [...folders.slice(half), `${folder}/kubeconfig`] }];
// Beside the machines' kubeconfigs there are those of the administrator and of three components.
await share(parts, 5 * Number(machines) + 4);
