/**
 * The disk's part of a first run, and nothing else: as many folders and files as a set has, of the same sizes, under
 * temporary names and renamed, by two workers under the permissions of the task. What it takes no certificate could make
 * shorter.
 *
 *     deno run [flags of the task] write.ts FOLDER MACHINES
 *
 * @module
 */
import { share } from "./crew.ts";

const [folder = "", text = ""] = Deno.args;
const machines = Number(text);
for (const part of ["pki/kubelet", "kubeconfig"]) Deno.mkdirSync(`${folder}/${part}`, { recursive: true });
await share([0, 1].map((first) => ({ write: folder, first, step: 2, machines })), 5 * machines);
