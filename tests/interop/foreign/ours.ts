/**
 * hardway's own trees, as a machine gets them by `bundle`, with the whole set beside for its CA keys.
 *
 * @module
 */
import { join } from "node:path";
import { bundle, type SpecInput } from "../../../mod.ts";
import { SEED } from "../judged.ts";
import { copyFolder } from "./trees.ts";

/** Where things go on a machine. */
export type OurLayout = "hard-way" | "kubeadm";

/** The cluster: a control plane `server`, a node `node-0`, a user, keys of Kubernetes' usual kind. */
export function ourSpec(layout: OurLayout): SpecInput {
  return {
    name: "lab",
    files: { layout },
    serviceCIDRs: ["10.32.0.0/24"],
    podCIDRs: ["10.200.0.0/16"],
    apiServer: { endpoint: "https://server.kubernetes.local:6443" },
    controlPlane: [{ name: "server", addresses: ["10.240.0.10"], dnsNames: ["server.kubernetes.local"] }],
    workers: [{ name: "node-0", addresses: ["10.240.0.20"], podCIDR: "10.200.0.0/24" }],
    users: [{ name: "jane", groups: ["developers"] }],
    // Valid now, whenever that is, and as long as others make theirs.
    validity: { notBefore: startOfMonth(), ca: "10y", leaf: "1y" },
  };
}

function startOfMonth(): string {
  return `${new Date().toISOString().slice(0, 7)}-01T00:00:00Z`;
}

/**
 * Makes the working folder of our user: `cluster.yaml`, `cluster.seed`, `out/lab/` with `pki/`, `kubeconfig/` and
 * `hosts/<machine>/`.
 *
 * @param folder where it goes
 * @param layout where things go on a machine
 */
export async function ourSet(folder: string, layout: OurLayout): Promise<void> {
  await copyFolder(await ourSetFolder(layout), folder);
}

const made = new Map<OurLayout, Promise<string>>();

/**
 * The folder of {@linkcode ourSet}, made once a run as our sources change, for its CAs; nothing may be written there.
 */
export async function ourSetFolder(layout: OurLayout): Promise<string> {
  const folder = made.get(layout) ?? makeSet(layout);
  made.set(layout, folder);
  return await folder;
}

async function makeSet(layout: OurLayout): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "hardway-ours-" });
  globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
  await Deno.writeTextFile(join(folder, "cluster.seed"), `${SEED}\n`, { mode: 0o600 });
  await Deno.writeTextFile(join(folder, "cluster.yaml"), JSON.stringify(ourSpec(layout), undefined, 2));
  await bundle({ folder });
  return folder;
}

/**
 * Makes the tree of one machine.
 *
 * @param folder where it goes
 * @param layout where things go on a machine
 * @param machine which one; `admin` is the administrator's workstation
 */
export async function ourTree(
  folder: string,
  layout: OurLayout,
  machine: "server" | "node-0" | "admin" = "server",
): Promise<void> {
  const from = join(await ourSetFolder(layout), "out/lab/hosts", machine);
  await copyFolder(from, folder);
}
