/**
 * OpenSSL judges the text of every certificate of other people's trees, and the names of all objects that it lists.
 *
 * @module
 */
import assert from "node:assert/strict";
import { findPemBlocks } from "../../scripts/inspect/der/pem_blocks.ts";
import { longName } from "../../scripts/inspect/details/objects.ts";
import { oid, sequence, utf8String } from "../../scripts/issue/der.ts";
import { CFSSL_TOOLS, cfsslTree } from "./foreign/cfssl.ts";
import { EASY_RSA_TOOLS, easyRsaTree } from "./foreign/easy_rsa.ts";
import { HARD_WAY_TOOLS, hardWayTree } from "./foreign/hard_way.ts";
import { K3S_TOOLS, k3sTree } from "./foreign/k3s.ts";
import { KUBEADM_TOOLS, kubeadmTree } from "./foreign/kubeadm.ts";
import { MMUMSHAD_TOOLS, mmumshadTree } from "./foreign/older_hard_way.ts";
import { ourTree } from "./foreign/ours.ts";
import { minikubeTree, SMALL_TOOLS, talosTree } from "./foreign/small_trees.ts";
import { openssl, withTree } from "./foreign/trees.ts";
import { assemble, compareCertificate, extension, nameOf, versionOf } from "./openssl_text.ts";
import { forEach, runWell, testWith, type Tool } from "./tools.ts";

const TREES: readonly (readonly [string, readonly Tool[], (folder: string) => Promise<void>])[] = [
  ["kubeadm", KUBEADM_TOOLS, (folder) => kubeadmTree(folder, {})],
  ["the hard way", HARD_WAY_TOOLS, hardWayTree],
  ["the older hard way", MMUMSHAD_TOOLS, mmumshadTree],
  ["k3s", K3S_TOOLS, k3sTree],
  ["cfssl", CFSSL_TOOLS, cfsslTree],
  ["easy-rsa", EASY_RSA_TOOLS, easyRsaTree],
  ["talos", SMALL_TOOLS, talosTree],
  ["minikube", SMALL_TOOLS, minikubeTree],
  ["ours", [openssl], (folder) => ourTree(folder, "kubeadm")],
];

/** Certificates of a text, also those that stand in base64 once more, as in kubeconfigs. */
function certificatesOf(text: string): Uint8Array[] {
  const inner = (text.match(/LS0tLS1CRUdJTi[A-Za-z0-9+/=]+/g) ?? []).map((word) =>
    new TextDecoder().decode(Uint8Array.fromBase64(word))
  );
  return [text, ...inner].flatMap(findPemBlocks).flatMap(({ label, bytes }) =>
    label === "CERTIFICATE" && bytes !== undefined ? [bytes] : []
  );
}

async function readFolder(folder: string, found: Map<string, Uint8Array>): Promise<void> {
  for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) await readFolder(path, found);
    if (!isFile) continue;
    for (const der of certificatesOf(await Deno.readTextFile(path))) found.set(der.toHex(), der);
  }
}

for (const [title, tools, make] of TREES) {
  testWith(
    [openssl, ...tools],
    `OpenSSL writes the same text of certificates of ${title}`,
    async (_, program = "") => {
      await withTree(make, async (root) => {
        const found = new Map<string, Uint8Array>();
        await readFolder(root, found);
        assert.ok(found.size >= 3, String(found.size));
        await forEach(found.values(), (der) => compareCertificate(program, der));
      });
    },
  );
}

testWith([openssl], "objects have the names that OpenSSL lists", async (_, program = "") => {
  const listed = (await runWell(program, ["list", "-objects"])).trim().split("\n");
  // Later versions know more objects; those are no fault of ours.
  const isSame = (await versionOf(program)).startsWith("OpenSSL 3.0.");
  const types = new Set(listed.flatMap((line) => / ((?:[0-9]+\.)+[0-9]+)$/.exec(line)?.[1] ?? []));
  const compared = [...types].filter((type) => isSame || longName(type) !== type);
  assert.ok(compared.length > 900, String(compared.length));
  // Some objects are listed twice: what stands in certificates counts. Names have them by their short names, uses of
  // keys by their long ones.
  const subject = nameOf(...compared.map((type) => [type, utf8String("x")] as const));
  const uses = extension("2.5.29.37", sequence(...compared.map((type) => oid(type))));
  await compareCertificate(program, assemble({ subject, extensions: [uses] }));
});
