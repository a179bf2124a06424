/**
 * GnuTLS judges every chain of every tree by `certtool`.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type JudgedCertificate, judgedTrees } from "./judged.ts";
import { certificateOf, forge, treeNamed, withCopy } from "./tamper.ts";
import { findProgram, forEach, goCommand, run, testWith } from "./tools.ts";

const certtool = findProgram("certtool", "gnutls-bin");
// certtool of Debian 12 has no option for the time (--attime came with GnuTLS 3.8).
const faketime = findProgram("faketime", "faketime");
const forger = await goCommand("forge");
const trees = await judgedTrees();

interface Programs {
  readonly certtool: string;
  readonly faketime: string;
}

/** TLS server and client (RFC 5280 section 4.2.1.12). */
const PURPOSES = { server: "1.3.6.1.5.5.7.3.1", client: "1.3.6.1.5.5.7.3.2" } as const;

async function accepts(
  programs: Programs,
  certificate: JudgedCertificate,
  options: readonly string[],
  authority = certificate.authority,
): Promise<boolean> {
  const at = new Date((certificate.notBefore + 60) * 1000).toISOString().replace("T", " ").replace(
    ".000Z",
    "",
  );
  const args = [at, programs.certtool, "--verify", "--verify-profile=medium"];
  const files = ["--load-ca-certificate", authority, "--infile", certificate.path];
  const { code, stdout, stderr } = await run(programs.faketime, [...args, ...files, ...options], {
    env: { TZ: "UTC" },
  });
  const verdict = /Chain verification output: (Verified\. The certificate is trusted\.|Not verified\.)/.exec(
    stdout,
  );
  assert.ok(verdict !== null, `certtool gave no verdict: ${stdout}${stderr}`);
  assert.equal(code === 0, verdict[1] !== "Not verified.", stdout);
  return code === 0;
}

for (const tree of trees) {
  testWith(
    [certtool, faketime],
    `GnuTLS verifies every chain of ${tree.name}`,
    async (_, certtool = "", faketime = "") => {
      await forEach(tree.certificates, async (certificate) => {
        const questions = certificate.isAuthority ? [[]] : [
          ...certificate.usages.map((usage) => ["--verify-purpose", PURPOSES[usage]]),
          // One of each kind; Go and OpenSSL ask for all of them.
          ...certificate.dnsNames.slice(-1).map((
            name,
          ) => ["--verify-hostname", name.replace(/^\*\./, "any.")]),
          ...certificate.addresses.slice(0, 1).map((address) => ["--verify-hostname", address]),
          ...certificate.addresses.slice(-1).map((address) => ["--verify-hostname", address]),
        ];
        for (const question of questions) {
          assert.ok(
            await accepts({ certtool, faketime }, certificate, question),
            `${certificate.path} ${question.join(" ")}`,
          );
        }
      });
    },
  );
}

testWith(
  [certtool, faketime],
  "GnuTLS refuses other CAs, names and purposes",
  async (_, certtool = "", faketime = "") => {
    for (const tree of trees) {
      const [apiserver, admin] = [certificateOf(tree, "apiserver"), certificateOf(tree, "admin")];
      assert.ok(!await accepts({ certtool, faketime }, apiserver, [], certificateOf(tree, "etcd-ca").path));
      assert.ok(
        !await accepts({ certtool, faketime }, apiserver, ["--verify-hostname", "stranger.example.net"]),
      );
      assert.ok(!await accepts({ certtool, faketime }, apiserver, ["--verify-hostname", "192.0.2.254"]));
      assert.ok(!await accepts({ certtool, faketime }, apiserver, ["--verify-purpose", PURPOSES.client]));
      assert.ok(!await accepts({ certtool, faketime }, admin, ["--verify-purpose", PURPOSES.server]));
    }
  },
);

testWith(
  [certtool, faketime, forger],
  "GnuTLS finds faults that are put into certificates",
  async (t, certtool = "", faketime = "", forgePath = "") => {
    for (
      const [fault, name, id] of [
        ["signature", "lab", "apiserver"],
        ["signature", "rsa-2048", "apiserver"],
        ["signature", "ed25519", "apiserver"],
        ["ended", "lab", "apiserver"],
        ["ca-is-leaf", "lab", "ca"],
        ["ca-without-cert-sign", "lab", "ca"],
      ] as const
    ) {
      await t.step(`${fault} in ${id} of ${name}`, async () => {
        await withCopy(treeNamed(trees, name), async (copy) => {
          await forge(forgePath, fault, copy, id);
          assert.ok(!await accepts({ certtool, faketime }, certificateOf(copy, "apiserver"), []));
        });
      });
    }
  },
);
