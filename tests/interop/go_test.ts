/**
 * Go's crypto/x509, the verifier of every Kubernetes component, judges every tree: chains, names, the shape to the
 * byte, signatures and serials made again, keys by filippo.io/keygen, the manifest, and kubeconfigs by client-go.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Judged, judgedTrees, SEED } from "./judged.ts";
import { certificateOf, forge, treeNamed, withCopy } from "./tamper.ts";
import { goCommand, runWell, testWith } from "./tools.ts";

interface Report {
  readonly counts: Readonly<Record<string, number>>;
  readonly findings: readonly { readonly code: string; readonly path: string; readonly message: string }[];
}

const judge = await goCommand("judge");
const forger = await goCommand("forge");
const trees = await judgedTrees();

async function ask(judgePath: string, tree: Judged): Promise<Report> {
  return JSON.parse(await runWell(judgePath, [tree.folder, tree.spec, SEED])) as Report;
}

for (const tree of trees) {
  testWith([judge], `Go finds nothing to object to in the tree ${tree.name}`, async (_, judgePath = "") => {
    const report = await ask(judgePath, tree);
    assert.deepEqual(report.findings, []);
    // Each kind of statement was made, of every certificate.
    for (
      const code of ["chain", "chain-refused", "host", "signature-again", "serial", "key-derivation", "twin"]
    ) {
      assert.ok((report.counts[code] ?? 0) > 0, `no statement on ${code}`);
    }
    assert.equal(report.counts["twin"], tree.certificates.length);
  });
}

/** Fault, tree, certificate, and what the judge has to say of it. */
const FAULTS: readonly (readonly [fault: string, tree: string, id: string, code: string])[] = [
  ["signature", "lab", "apiserver", "signature"],
  ["signature", "rsa-2048", "admin", "signature"],
  ["signature", "ed25519", "ca", "signature"],
  ["random-nonce", "lab", "apiserver", "signature-again"],
  ["random-nonce", "p384", "ca", "signature-again"],
  ["serial", "lab", "admin", "serial"],
  ["serial-long", "lab", "admin", "serial"],
  ["serial-negative", "lab", "admin", "parse"],
  ["version-2", "lab", "admin", "version"],
  ["extension-order", "lab", "kube-proxy", "extension-order"],
  ["no-authority-key-id", "lab", "ca", "authorityKeyIdentifier"],
  ["no-subject-key-id", "lab", "kube-proxy", "subjectKeyIdentifier"],
  ["key-id", "rsa-2048", "ca", "subjectKeyIdentifier"],
  ["authority-key-id", "rsa-2048", "apiserver", "authorityKeyIdentifier"],
  ["path-length", "ed25519", "etcd-ca", "basicConstraints"],
  ["leaf-is-ca", "lab", "scheduler", "basicConstraints"],
  ["ca-is-leaf", "lab", "etcd-ca", "chain"],
  ["constraints-uncritical", "lab", "scheduler", "basicConstraints"],
  ["key-encipherment", "lab", "apiserver", "keyUsage"],
  ["key-encipherment", "rsa-4096", "apiserver", "keyUsage"],
  ["key-encipherment", "rsa-2048", "admin", "keyUsage"],
  ["ca-without-cert-sign", "lab", "front-proxy-ca", "signature"],
  ["no-purpose", "lab", "user/jane@example.org", "chain-refused"],
  ["purpose-order", "lab", "etcd-peer/etcd-0", "extKeyUsage"],
  ["other-purpose", "lab", "apiserver", "chain"],
  ["no-names", "lab", "kubelet-server/lonely", "host"],
  ["names-critical", "lab", "apiserver", "subjectAltName"],
  ["name-order", "lab", "apiserver", "subjectAltName"],
  ["name-twice", "lab", "apiserver", "subjectAltName"],
  ["name-missing", "lab", "extra/ingress", "host"],
  ["name-upper-case", "lab", "kubelet-server/lonely", "subjectAltName"],
  ["subject-printable", "lab", "kube-proxy", "subject"],
  ["subject-order", "lab", "kube-proxy", "subject"],
  ["subject-empty", "lab", "kube-proxy", "subject"],
  ["subject-other", "lab", "kube-proxy", "subject"],
  ["second-longer", "lab", "kube-proxy", "validity"],
  ["ended", "lab", "kube-proxy", "chain"],
  ["early-generalized", "lab", "kube-proxy", "validity"],
  ["algorithm-without-null", "rsa-2048", "kube-proxy", "algorithm"],
  ["algorithm-with-null", "lab", "kube-proxy", "algorithm"],
];

testWith(
  [judge, forger],
  "Go finds each fault that is put into a certificate",
  async (t, judgePath = "", forgePath = "") => {
    for (const [fault, name, id, code] of FAULTS) {
      await t.step(`${fault} in ${id} of ${name}`, async () => {
        await withCopy(treeNamed(trees, name), async (copy) => {
          await forge(forgePath, fault, copy, id);
          const { findings } = await ask(judgePath, copy);
          assert.ok(
            findings.some((finding) => finding.code === code),
            `no ${code} in ${JSON.stringify(findings, null, 2)}`,
          );
        });
      });
    }
  },
);

testWith(
  [judge, forger],
  "Go finds nothing in a certificate that is signed again without a fault",
  async (_, judgePath = "", forgePath = "") => {
    for (const name of ["lab", "rsa-2048", "ed25519", "p384", "late"]) {
      await withCopy(treeNamed(trees, name), async (copy) => {
        for (const id of ["ca", "apiserver", "admin"]) await forge(forgePath, "none", copy, id);
        assert.deepEqual((await ask(judgePath, copy)).findings, []);
      });
    }
  },
);

/** What is done to a copy's files, and what the judge has to say of it. */
const TAMPERINGS: Readonly<
  Record<string, readonly [(path: (id: string) => string) => Promise<void>, string]>
> = {
  "a file is missing": [(path) => Deno.remove(path("pki/apiserver.key")), "set"],
  "a file is too many": [(path) => Deno.writeTextFile(path("pki/left-over.crt"), ""), "set"],
  "a key is open to others": [(path) => Deno.chmod(path("pki/apiserver.key"), 0o644), "mode"],
  "two keys are exchanged": [async (path) => {
    await Deno.rename(path("pki/admin.key"), path("pki/x"));
    await Deno.rename(path("pki/scheduler.key"), path("pki/admin.key"));
    await Deno.rename(path("pki/x"), path("pki/scheduler.key"));
  }, "key-derivation"],
  "a certificate has CRLF": [
    (path) => edit(path("pki/admin.crt"), (text) => text.replaceAll("\n", "\r\n")),
    "pem",
  ],
  "a certificate stands twice": [(path) => edit(path("pki/admin.crt"), (text) => text + text), "pem"],
  "the public key is another's": [
    (path) => edit(path("pki/sa.pub"), (text) => text.replace(/^M(.*?)A/m, "M$1B")),
    "public-key",
  ],
  "a kubeconfig dials elsewhere": [
    (path) =>
      edit(path("kubeconfig/admin.kubeconfig"), (text) => text.replace(/server: .*/, "server: https://x:1")),
    "kubeconfig",
  ],
  "a kubeconfig's context is not there": [
    (path) =>
      edit(
        path("kubeconfig/admin.kubeconfig"),
        (text) => text.replace(/current-context: .*/, "current-context: x"),
      ),
    "kubeconfig",
  ],
  "a kubeconfig is another's": [
    (path) => Deno.copyFile(path("kubeconfig/admin.kubeconfig"), path("kubeconfig/lonely.kubeconfig")),
    "kubeconfig",
  ],
  "a hash is wrong": [
    (path) => edit(path("manifest.json"), (text) => text.replace(/"sha256":"./, '"sha256":"g')),
    "manifest",
  ],
  "the seed's id is wrong": [
    (path) => edit(path("manifest.json"), (text) => text.replace(/"seedId":"./, '"seedId":"g')),
    "manifest",
  ],
  "a name is missing in the manifest": [
    (path) => edit(path("manifest.json"), (text) => text.replace('"localhost",', "")),
    "manifest",
  ],
};

async function edit(path: string, change: (text: string) => string): Promise<void> {
  const text = await Deno.readTextFile(path);
  assert.notEqual(change(text), text, `nothing to change in ${path}`);
  await Deno.writeTextFile(path, change(text));
}

testWith([judge], "Go finds what is changed in the files of a tree", async (t, judgePath = "") => {
  for (const [name, [change, code]] of Object.entries(TAMPERINGS)) {
    await t.step(name, async () => {
      await withCopy(treeNamed(trees, "lab"), async (copy) => {
        await change((path) => `${copy.folder}/${path}`);
        const { findings } = await ask(judgePath, copy);
        assert.ok(findings.some((finding) => finding.code === code), JSON.stringify(findings, null, 2));
      });
    });
  }
});

testWith([judge], "Go finds every key wrong when the cluster has another name", async (_, judgePath = "") => {
  const lab = treeNamed(trees, "lab");
  const spec = JSON.parse(await Deno.readTextFile(lab.spec)) as { name: string };
  const renamed = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(renamed, JSON.stringify({ ...spec, name: "lab2" }));
    const { findings } = await ask(judgePath, { ...lab, spec: renamed });
    const wrong = new Set(findings.filter(({ code }) => code === "key-derivation").map(({ path }) => path));
    assert.equal(wrong.size, lab.certificates.length + 1);
    assert.ok(wrong.has(certificateOf(lab, "ca").keyPath.slice(lab.folder.length + 1)));
  } finally {
    await Deno.remove(renamed);
  }
});
