/**
 * The trees of the stories in docs/diagnose.md: what `bundle` makes of one spec and a published seed, with one fault. The
 * logs beside them, in tests/fixtures/diagnose/stories, are what real components said on these trees.
 *
 * @module
 */
import { join } from "node:path";
import { bundle } from "../../mod.ts";
import { SEED } from "../run.ts";
import { copyOver } from "./foreign/inject.ts";
import { reissue, reissueInKubeconfig } from "./foreign/reissue.ts";
import { copyFolder } from "./foreign/trees.ts";

/** The cluster; its times are far apart, so that the same bytes are valid whenever a test runs. */
const SPEC = `name: lab
serviceCIDRs: [10.32.0.0/24]
podCIDRs: [10.200.0.0/16]
apiServer: { endpoint: "https://lb.kubernetes.local:6443" }
controlPlane:
  - { name: server, addresses: [10.240.0.10], dnsNames: [server.kubernetes.local] }
validity: { notBefore: 2026-01-01T00:00:00Z, ca: 100y, leaf: 50y }
`;
const PKI = "var/lib/kubernetes/pki";
const OVER = { notBefore: "2026-01-01T00:00:00Z", notAfter: "2026-11-20T00:00:00Z" };

/** What is done to a tree. */
export const STORIES: Readonly<Record<string, (tree: string, set: string) => Promise<void>>> = {
  kubelet: async (tree, set) => {
    const by = { ca: "pki/ca.crt", caTree: set, changes: OVER };
    await reissue(tree, "var/lib/kubelet/pki/kubelet-client.crt", by);
    await reissueInKubeconfig(tree, "var/lib/kubelet/kubeconfig", by);
  },
  balancer: async (tree, set) => {
    const names = ["kubernetes", "kubernetes.default", "kubernetes.default.svc"];
    const dns = [...names, "kubernetes.default.svc.cluster.local", "server", "server.kubernetes.local"];
    const sans = [...dns.map((name) => `DNS:${name}`), "IP:10.32.0.1", "IP:10.240.0.10", "IP:127.0.0.1"];
    await reissue(tree, `${PKI}/apiserver.crt`, { ca: "pki/ca.crt", caTree: set, changes: { sans } });
  },
  swapped: async (tree) => {
    await copyOver(tree, "etc/etcd/pki/ca.crt", `${PKI}/ca.crt`);
  },
};

/**
 * Makes a folder with a tree for each story, named after it.
 *
 * @returns the whole set, with the keys of its CAs
 */
export async function makeStories(folder: string): Promise<string> {
  const work = join(folder, "set");
  await Deno.mkdir(work);
  await Deno.writeTextFile(join(work, "cluster.yaml"), SPEC);
  await Deno.writeTextFile(join(work, "cluster.seed"), `${SEED}\n`, { mode: 0o600 });
  await bundle({ folder: work });
  const set = join(work, "out/lab");
  for (const [name, harm] of Object.entries(STORIES)) {
    await copyFolder(join(set, "hosts/server"), join(folder, name));
    await harm(join(folder, name), set);
  }
  return set;
}
