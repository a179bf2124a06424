/**
 * Each fault that tests put into a tree is what it says, and nothing else: OpenSSL's words about a certificate before
 * and after differ in the expected lines only.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { HARD_WAY_TOOLS, hardWayJumpbox, hardWayNode, hardWayServer } from "./foreign/hard_way.ts";
import { editKubeconfig, readKubeconfig, setMode, swapFiles } from "./foreign/inject.ts";
import { K3S_TOOLS, k3sTree } from "./foreign/k3s.ts";
import { MMUMSHAD_TOOLS, mmumshadTree } from "./foreign/older_hard_way.ts";
import { type Changes, reissue, reissueInKubeconfig, reissuer, writeCrl } from "./foreign/reissue.ts";
import { withTree } from "./foreign/trees.ts";
import { run, runWell, testWith } from "./tools.ts";

const DATA = "var/lib/kubernetes";
const CA = `${DATA}/ca.crt`;
const LEAF = `${DATA}/kube-api-server.crt`;
const KEY = `${DATA}/kube-api-server.key`;
const CONFIG = `${DATA}/kube-scheduler.kubeconfig`;

/** OpenSSL's lines about a certificate, with the signature as one of them. */
async function describe(root: string, path: string): Promise<string[]> {
  const text = await runWell("openssl", ["x509", "-noout", "-text", "-in", join(root, path)]);
  const lines = text.split("\n").map((line) => line.trim());
  const at = lines.findIndex((line) => line.startsWith("Signature Value"));
  return lines.slice(0, at);
}

/** Lines that go, behind `-`, and that come, behind `+`. */
function differences(before: readonly string[], after: readonly string[]): string[] {
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `-${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+${line}`),
  ];
}

/** The algorithm stands inside and outside of what is signed. */
function twice(line: string): string[] {
  return [line, line];
}

/** What changes, and the differences. */
const CASES: readonly (readonly [title: string, Changes, readonly (string | RegExp)[]])[] = [
  ["nothing", {}, []],
  ["notAfter", { notAfter: "2026-01-02T03:04:05Z" }, [
    /^-Not After/,
    "+Not After : Jan  2 03:04:05 2026 GMT",
  ]],
  ["notBefore, after 2049", { notBefore: "2050-01-02T03:04:05Z" }, [
    /^-Not Before/,
    "+Not Before: Jan  2 03:04:05 2050 GMT",
  ]],
  ["the common name", { subject: { cn: "other" } }, [
    "-Subject: CN = kubernetes, C = US, ST = Washington, L = Seattle",
    "+Subject: C = US, ST = Washington, L = Seattle, CN = other",
  ]],
  ["organizations", { subject: { organizations: ["a", "b"] } }, [
    "-Subject: CN = kubernetes, C = US, ST = Washington, L = Seattle",
    "+Subject: O = a, O = b, CN = kubernetes, C = US, ST = Washington, L = Seattle",
  ]],
  ["the issuer's name", { issuerName: { cn: "nobody" } }, [
    "-Issuer: C = US, ST = Washington, L = Seattle, CN = CA",
    "+Issuer: C = US, ST = Washington, L = Seattle, CN = nobody",
  ]],
  ["names", { sans: ["DNS:a.example", "IP:10.1.2.3", "IP:fd00::1", "email:a@b", "URI:https://c"] }, [
    /^-IP Address:127\.0\.0\.1, /,
    "+DNS:a.example, IP Address:10.1.2.3, IP Address:FD00:0:0:0:0:0:0:1, email:a@b, URI:https://c",
  ]],
  ["no names", { sans: "none" }, ["-X509v3 Subject Alternative Name:", /^-IP Address:127/]],
  ["purposes", { eku: ["clientAuth", "1.2.3"] }, [
    "-TLS Web Client Authentication, TLS Web Server Authentication",
    "+TLS Web Client Authentication, 1.2.3",
  ]],
  ["no purposes", { eku: "none" }, ["-X509v3 Extended Key Usage:", /^-TLS Web Client/]],
  ["usages", { ku: ["digitalSignature", "decipherOnly"] }, [
    "-Digital Signature, Key Encipherment",
    "+Digital Signature, Decipher Only",
  ]],
  ["no usages", { ku: "none" }, ["-X509v3 Key Usage: critical", "-Digital Signature, Key Encipherment"]],
  ["a leaf that is a CA", { isCa: true }, ["-CA:FALSE", "+CA:TRUE"]],
  ["a path length", { maxPathLength: 0 }, ["-CA:FALSE", "+CA:TRUE, pathlen:0"]],
  ["no constraints", { noConstraints: true }, ["-X509v3 Basic Constraints:", "-CA:FALSE"]],
  ["serial 0", { serial: "0" }, ["-Serial Number:", /^-([0-9a-f]{2}:){19}/, "+Serial Number: 0 (0x0)"]],
  ["a negative serial", { serial: "-5" }, [
    "-Serial Number:",
    /^-([0-9a-f]{2}:){19}/,
    "+Serial Number: -5 (-0x5)",
  ]],
  ["a hash of SHA-1", { signatureHash: "sha1" }, [
    ...twice("-Signature Algorithm: sha256WithRSAEncryption"),
    ...twice("+Signature Algorithm: sha1WithRSAEncryption"),
  ]],
  ["a hash of MD5", { signatureHash: "md5" }, [
    ...twice("-Signature Algorithm: sha256WithRSAEncryption"),
    ...twice("+Signature Algorithm: md5WithRSAEncryption"),
  ]],
  ["no identifier of its own key", { noSubjectKeyId: true }, [
    "-X509v3 Subject Key Identifier:",
    /^-[0-9A-F:]{59}$/,
  ]],
  ["no identifier of the CA's key", { noAuthorityKeyId: true }, [
    "-X509v3 Authority Key Identifier:",
    /^-[0-9A-F:]{59}$/,
  ]],
  ["another identifier of the CA's key", { authorityKeyId: "0badcafe" }, [
    /^-[0-9A-F:]{59}$/,
    "+0B:AD:CA:FE",
  ]],
  ["an unknown critical extension", { unknownCritical: true }, ["+2.5.29.9999: critical", "+.."]],
];

testWith(
  [...HARD_WAY_TOOLS, reissuer],
  "a certificate signed again differs in what was asked for",
  async (t) => {
    for (const [title, changes, expected] of CASES) {
      await t.step(title, async () => {
        await withTree(hardWayServer, async (root) => {
          const before = await describe(root, LEAF);
          await reissue(root, LEAF, { ca: CA, changes });
          const found = differences(before, await describe(root, LEAF));
          assert.equal(found.length, expected.length, found.join("\n"));
          for (const [index, line] of found.entries()) {
            const wanted = expected[index];
            if (wanted instanceof RegExp) assert.match(line, wanted);
            else assert.equal(line, wanted);
          }
          // It is the CA's signature whatever the rest says.
          if (changes.issuerName !== undefined) return;
          const words = ["-no_check_time", "-partial_chain", "-ignore_critical", "-auth_level", "0"];
          const { code, stderr } = await run("openssl", [
            ...["verify", ...words, "-CAfile", join(root, CA), join(root, LEAF)],
          ]);
          if (changes.authorityKeyId === undefined) assert.equal(code, 0, stderr);
        });
      });
    }
  },
);

testWith([...HARD_WAY_TOOLS, reissuer], "signatures and keys of others", async () => {
  const verify = (root: string): ReturnType<typeof run> =>
    run("openssl", ["verify", "-CAfile", join(root, CA), join(root, LEAF)]);
  const keys = async (root: string): Promise<boolean> =>
    await runWell("openssl", ["x509", "-noout", "-pubkey", "-in", join(root, LEAF)]) ===
      await runWell("openssl", ["pkey", "-pubout", "-in", join(root, KEY)]);
  await withTree(hardWayServer, async (root) => {
    const before = await describe(root, LEAF);
    await reissue(root, LEAF, { ca: CA, changes: { signWith: KEY } });
    assert.deepEqual(differences(before, await describe(root, LEAF)), []);
    assert.match((await verify(root)).stderr, /signature failure/);
    await reissue(root, LEAF, { ca: CA, changes: {} });
    assert.equal((await verify(root)).code, 0);
    await reissue(root, LEAF, { ca: CA, changes: { spoilSignature: true } });
    assert.match((await verify(root)).stderr, /signature failure/);
    for (
      const [keyAlgorithm, words] of [["rsa1024", "(1024 bit)"], ["p521", "(521 bit)"], [
        "ed25519",
        "ED25519",
      ]] as const
    ) {
      await reissue(root, LEAF, { ca: CA, changes: { keyAlgorithm } });
      assert.ok((await describe(root, LEAF)).join("\n").includes(words), keyAlgorithm);
      assert.ok(await keys(root), keyAlgorithm);
    }
    await swapFiles(root, KEY, `${DATA}/service-accounts.key`);
    assert.ok(!await keys(root));
  });
});

testWith(
  [...HARD_WAY_TOOLS, reissuer],
  "a node's certificate is signed by the CA of another tree",
  async () => {
    await withTree(hardWayNode, async (root) => {
      const leaf = "var/lib/kubelet/kubelet.crt";
      const before = await describe(root, leaf);
      const ca = "root/kubernetes-the-hard-way/ca.crt";
      await reissue(root, leaf, {
        ca,
        caTree: await hardWayJumpbox(),
        changes: { sans: ["IP:10.240.0.20"] },
      });
      assert.deepEqual(differences(before, await describe(root, leaf)), [
        "-DNS:node-0, IP Address:127.0.0.1",
        "+IP Address:10.240.0.20",
      ]);
      await runWell("openssl", ["verify", "-CAfile", join(root, "var/lib/kubelet/ca.crt"), join(root, leaf)]);
    });
  },
);

testWith(
  [...K3S_TOOLS, reissuer],
  "what follows a certificate in its file stays, and the mode; a CA signs itself",
  async () => {
    await withTree(k3sTree, async (root) => {
      const tls = "var/lib/rancher/k3s/server/tls";
      const [leaf, ca] = [`${tls}/serving-kube-apiserver.crt`, `${tls}/server-ca.crt`];
      await setMode(root, leaf, 0o640);
      await reissue(root, leaf, { ca, changes: { subject: { cn: "x" } } });
      const text = await Deno.readTextFile(join(root, leaf));
      assert.ok(text.endsWith(await Deno.readTextFile(join(root, ca))));
      assert.equal(((await Deno.stat(join(root, leaf))).mode ?? 0) & 0o7777, 0o640);
      await reissue(root, ca, {
        ca,
        changes: { permittedNames: ["DNS:example.org"], notAfter: "2040-01-01T00:00:00Z" },
      });
      await runWell("openssl", ["verify", "-CAfile", join(root, ca), join(root, ca)]);
      const { stderr } = await run("openssl", ["verify", "-CAfile", join(root, ca), join(root, leaf)]);
      assert.match(stderr, /permitted subtree violation/);
    });
  },
);

testWith(
  [...MMUMSHAD_TOOLS, reissuer],
  "a certificate of version 1 stays one until it gets an extension",
  async () => {
    await withTree(mmumshadTree, async (root) => {
      const [leaf, ca] = [`${DATA}/pki/kube-scheduler.crt`, `${DATA}/pki/ca.crt`];
      await reissue(root, leaf, { ca, changes: { subject: { cn: "x" } } });
      assert.ok((await describe(root, leaf)).includes("Version: 1 (0x0)"));
      await reissue(root, leaf, { ca, changes: { eku: ["serverAuth"] } });
      assert.ok((await describe(root, leaf)).includes("Version: 3 (0x2)"));
      await runWell("openssl", ["verify", "-CAfile", join(root, ca), join(root, leaf)]);
    });
  },
);

testWith([...HARD_WAY_TOOLS, reissuer], "kubeconfigs and CRLs", async () => {
  await withTree(hardWayServer, async (root) => {
    const before = await readKubeconfig(root, CONFIG);
    await reissueInKubeconfig(root, CONFIG, { ca: CA, changes: { subject: { organizations: ["wrong"] } } });
    const after = await readKubeconfig(root, CONFIG);
    const user = after.users[0]?.user ?? {};
    await Deno.writeFile(join(root, "a.crt"), Uint8Array.fromBase64(user["client-certificate-data"] ?? ""));
    assert.ok((await describe(root, "a.crt")).includes(
      "Subject: O = wrong, CN = system:kube-scheduler, C = US, ST = Washington, L = Seattle",
    ));
    user["client-certificate-data"] = before.users[0]?.user["client-certificate-data"] ?? "";
    assert.deepEqual(after, before);
    await editKubeconfig(root, CONFIG, ({ clusters: [first] }) => {
      if (first !== undefined) first.cluster["server"] = "https://other:6443";
    });
    const view = [
      "config",
      "view",
      "--kubeconfig",
      join(root, CONFIG),
      "-o",
      "jsonpath={.clusters[0].cluster.server}",
    ];
    assert.equal(await runWell("kubectl", view), "https://other:6443");
    const untouched = (): void => {};
    await assert.rejects(editKubeconfig(root, CONFIG, untouched), /stays as it is/);

    await writeCrl(root, `${DATA}/ca.crl`, { ca: CA, revoked: [LEAF] });
    const check = (path: string): ReturnType<typeof run> =>
      run("openssl", [
        ...["verify", "-crl_check", "-CAfile", join(root, CA), "-CRLfile", join(root, `${DATA}/ca.crl`)],
        join(root, path),
      ]);
    assert.match((await check(LEAF)).stderr, /certificate revoked/);
    assert.equal((await check(`${DATA}/service-accounts.crt`)).code, 0);
  });
});
