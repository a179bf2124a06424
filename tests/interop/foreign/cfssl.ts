/**
 * A small PKI by cfssl, run as it is.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildGo, runWell, type Tool } from "../tools.ts";
import { copyTree, writeFiles } from "./trees.ts";

const BENCH = fileURLToPath(new URL("../../bench/", import.meta.url));

/** What {@linkcode cfsslTree} needs: both programs are built by Go, as the contest of `tests/bench/` does. */
export const CFSSL_TOOLS: readonly Tool[] = await Promise.all(
  ["cfssl", "cfssljson"].map((name) => buildGo(BENCH, name, `github.com/cloudflare/cfssl/cmd/${name}`)),
);

/**
 * Makes `root/pki/` as guides with cfssl do: `ca.pem`, `ca-key.pem`, `ca.csr`, `ca-csr.json`, `ca-config.json`, and
 * `<name>.pem`, `<name>-key.pem`, `<name>.csr`, `<name>-csr.json` for kubernetes, admin and node-0.
 *
 * @param folder where it goes
 */
export async function cfsslTree(folder: string): Promise<void> {
  const [cfssl = "", cfssljson = ""] = CFSSL_TOOLS.map((tool) => {
    if ("missing" in tool) throw new Error(tool.missing);
    return tool.path;
  });
  await copyTree(folder, "cfssl", async (root) => {
    const home = join(root, "root/pki");
    const usages = ["signing", "key encipherment", "server auth", "client auth"];
    await writeFiles(home, {
      "ca-config.json": json({
        signing: { default: { expiry: "8760h" }, profiles: { kubernetes: { usages, expiry: "8760h" } } },
      }),
      ...request("ca", "Kubernetes", "Kubernetes"),
      ...request("kubernetes", "kubernetes", "Kubernetes"),
      ...request("admin", "admin", "system:masters"),
      ...request("node-0", "system:node:node-0", "system:nodes"),
    });
    await cut(home, cfssl, ["gencert", "-initca", "ca-csr.json"], cfssljson, "ca");
    const hosts: Readonly<Record<string, string>> = {
      kubernetes: "10.32.0.1,10.240.0.10,127.0.0.1,kubernetes.default",
      admin: "",
      "node-0": "node-0,10.240.0.20",
    };
    for (const [name, host] of Object.entries(hosts)) {
      await cut(
        home,
        cfssl,
        [
          ...["gencert", "-ca=ca.pem", "-ca-key=ca-key.pem", "-config=ca-config.json", "-profile=kubernetes"],
          ...host === "" ? [] : [`-hostname=${host}`],
          `${name}-csr.json`,
        ],
        cfssljson,
        name,
      );
    }
  });
}

async function cut(
  cwd: string,
  cfssl: string,
  words: readonly string[],
  cfssljson: string,
  name: string,
): Promise<void> {
  const made = await runWell(cfssl, words, { cwd });
  await runWell(cfssljson, ["-bare", name], { cwd, stdin: made });
}

function request(name: string, cn: string, organization: string): Record<string, string> {
  const names = [{ C: "US", L: "Portland", O: organization, OU: "The Hard Way", ST: "Oregon" }];
  return { [`${name}-csr.json`]: json({ CN: cn, key: { algo: "ecdsa", size: 256 }, names }) };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
