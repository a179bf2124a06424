/**
 * What a second run takes for right without making it again: whatever changed in the spec or on the disk, the tree is
 * in the end what a first run would have made.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { provision } from "../mod.ts";
import { OwnHand } from "../scripts/write/hand.ts";
import { differences, sh, spec, tree, withSpec } from "./run.ts";

const NODES =
  `workers: [{ name: node-0, addresses: [10.240.0.20] }, { name: node-1, addresses: [10.240.0.21] }]
users: [{ name: jane, groups: [dev] }]
`;
const BASE = spec(NODES);

/** Changes of a spec, each of which changes other files. */
const CHANGES: readonly (readonly [string, (text: string) => string])[] = [
  ["a SAN", (text) => `${text}apiServer: { certSANs: [x.example.org] }\n`],
  ["the endpoint", (text) => `${text}apiServer: { endpoint: "https://lb.example.org" }\n`],
  ["a group", (text) => text.replace("groups: [dev]", "groups: [ops]")],
  ["the order of groups", (text) => text.replace("groups: [dev]", "groups: [dev, a]")],
  ["a machine's address", (text) => text.replace("10.240.0.21", "10.240.0.99")],
  ["the leaves' validity", (text) => text.replace("leaf: 50y", "leaf: 49y")],
  ["a CA's validity", (text) => text.replace("ca: 100y", "ca: 99y")],
  ["the start", (text) => text.replace("2026-01-01", "2026-02-01")],
  ["a key's generation", (text) => `${text}generations: { "kubelet-server/node-1": 2 }\n`],
  ["a CA's generation", (text) => `${text}generations: { ca: 2 }\n`],
  ["the leaves' algorithm", (text) => text.replace("leaf: Ed25519", "leaf: ECDSA-P256")],
  ["the CAs' algorithm", (text) => text.replace("ca: Ed25519", "ca: ECDSA-P256")],
  [
    "the service account's algorithm",
    (text) => text.replace("leaf: Ed25519", "leaf: Ed25519, serviceAccount: ECDSA-P384"),
  ],
  ["the naming of files", (text) => `${text}files: { naming: pem }\n`],
  ["the admin's group", (text) => `${text}admin: { group: ops }\n`],
  [
    "one usage",
    (text) => `${text}certificates: [{ name: x, sans: [x.example.org], usages: [server, client] }]\n`,
  ],
];

for (const [what, change] of CHANGES) {
  Deno.test(`a second run sees that ${what} changed, and makes what a first run would`, async () => {
    const before = what === "one usage"
      ? `${BASE}certificates: [{ name: x, sans: [x.example.org], usages: [server] }]\n`
      : BASE;
    const after = change(BASE);
    assert.notEqual(after, before);
    await withSpec(before, async (folder) => {
      await provision({ folder });
      Deno.writeTextFileSync(`${folder}/cluster.yaml`, after);
      assert.equal((await provision({ folder, prune: true })).hasWork, true);
      assert.equal((await provision({ folder })).hasWork, false);
      assert.equal((await provision({ folder, recheck: true })).hasWork, false);
      await provision({ folder, out: "fresh" });
      assert.deepEqual(differences(tree(`${folder}/out`), tree(`${folder}/fresh`)), []);
    });
  });
}

Deno.test("a run with nothing to do makes no key, and one with one thing to do makes that one", async () => {
  await withSpec(BASE, async (folder) => {
    await provision({ folder });
    const made: string[][] = [];
    const make = OwnHand.prototype.make;
    OwnHand.prototype.make = function (cluster, batch, units, old): ReturnType<typeof make> {
      made.push(units.map(({ entry }) => entry.id));
      return make.call(this, cluster, batch, units, old);
    };
    try {
      await provision({ folder });
      assert.equal(made.length, 0);
      Deno.removeSync(`${folder}/out/lab/kubeconfig/node-1.kubeconfig`);
      await provision({ folder });
      assert.deepEqual(made.flat(), ["kubelet-client/node-1"]);
      await provision({ folder, recheck: true });
      assert.equal(made.flat().length, 1 + 20);
    } finally {
      OwnHand.prototype.make = make;
    }
  });
});

Deno.test("what was done to files is found without making everything again", async () => {
  const damages: readonly (readonly [string, string, "healed" | "refused"])[] = [
    ["a certificate removed", "rm pki/apiserver.crt", "healed"],
    ["a key removed", "rm pki/kubelet/node-0/kubelet.key", "healed"],
    ["a kubeconfig emptied", ": > kubeconfig/admin.kubeconfig", "healed"],
    ["a CA removed", "rm pki/ca.crt pki/ca.key", "healed"],
    ["a mode", "chmod 644 pki/ca.key", "healed"],
    ["a byte appended", "echo >> pki/apiserver.crt", "refused"],
    ["a key cut off", "truncate -s 100 pki/sa.key", "refused"],
    [
      "two nodes' keys exchanged",
      "cd pki/kubelet && mv node-0/kubelet.key x && mv node-1/kubelet.key node-0/kubelet.key && mv x node-1/kubelet.key",
      "refused",
    ],
    [
      "a public key of another algorithm",
      "openssl genpkey -algorithm ed25519 | openssl pkey -pubout > pki/sa.pub",
      "refused",
    ],
    ["a link in a file's place", "mv pki/sa.pub x && ln -s ../x pki/sa.pub", "refused"],
  ];
  await withSpec(BASE, async (folder) => {
    await provision({ folder });
    const right = tree(`${folder}/out`);
    assert.equal(sh('cp -a "$1/out" "$1/good"', folder).code, 0);
    for (const [what, line, end] of damages) {
      assert.equal(sh(`cd "$1/out/lab" && ${line}`, folder).code, 0, what);
      if (end === "healed") {
        assert.equal((await provision({ folder })).hasWork, true, what);
        assert.deepEqual(differences(tree(`${folder}/out`), right), [], what);
      } else {
        await assert.rejects(provision({ folder }), { code: "refused" }, what);
        assert.equal(sh('rm -rf "$1/out" && cp -a "$1/good" "$1/out"', folder).code, 0);
      }
    }
  });
});

Deno.test("a file that was changed together with the manifest is found by --recheck, and replaced", async () => {
  await withSpec(BASE, async (folder) => {
    await provision({ folder });
    const right = tree(`${folder}/out`);
    const [key, manifest] = [`${folder}/out/lab/pki/sa.key`, `${folder}/out/lab/manifest.json`];
    const sum = (): string => createHash("sha256").update(Deno.readFileSync(key)).digest("hex");
    const before = sum();
    Deno.writeTextFileSync(key, Deno.readTextFileSync(key).toLowerCase());
    Deno.writeTextFileSync(manifest, Deno.readTextFileSync(manifest).replace(before, sum()));
    assert.equal((await provision({ folder })).hasWork, false);
    const report = await provision({ folder, recheck: true });
    assert.deepEqual(report.changes.map(({ path, action }) => [path, action]), [["pki/sa.key", "replaced"]]);
    assert.deepEqual(differences(tree(`${folder}/out`), right), []);
  });
});

Deno.test("an interrupted run's tree is not taken for right by a stored manifest alone", async () => {
  await withSpec(BASE, async (folder) => {
    await provision({ folder });
    const root = `${folder}/out/lab`;
    assert.equal(sh('cp -a "$1" "$2"', `${folder}/out`, `${folder}/old`).code, 0);
    Deno.writeTextFileSync(`${folder}/cluster.yaml`, BASE.replace("leaf: 50y", "leaf: 40y"));
    await provision({ folder });
    const right = tree(`${folder}/out`);
    // Killed when half was written: the old manifest, the new one pending, files of both.
    Deno.renameSync(`${root}/manifest.json`, `${root}/manifest.pending.json`);
    for (const path of ["manifest.json", "pki/apiserver.crt", "pki/kubelet/node-0/kubelet.crt"]) {
      Deno.copyFileSync(`${folder}/old/lab/${path}`, `${root}/${path}`);
    }
    await provision({ folder });
    assert.deepEqual(differences(tree(`${folder}/out`), right), []);
  });
});
