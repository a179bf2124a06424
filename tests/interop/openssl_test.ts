/**
 * OpenSSL judges every certificate and key of every tree.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Judged, type JudgedCertificate, judgedTrees } from "./judged.ts";
import { certificateOf, forge, treeNamed, withCopy } from "./tamper.ts";
import { findProgram, forEach, goCommand, run, runWell, testWith } from "./tools.ts";

const openssl = findProgram("openssl", "openssl");
const forger = await goCommand("forge");
const trees = await judgedTrees();

const PURPOSES = { server: "sslserver", client: "sslclient" } as const;
const DAY = 86_400;
/** Many certificates in one process: starting one for each takes longer than what it does. */
const BATCH = 100;

/**
 * Lets OpenSSL verify certificates of one CA.
 *
 * @returns the paths that it refused
 */
async function refused(
  program: string,
  authority: string,
  certificates: readonly JudgedCertificate[],
  options: readonly string[],
  at = (certificates[0]?.notBefore ?? 0) + 60,
): Promise<string[]> {
  const wrong: string[] = [];
  for (let start = 0; start < certificates.length; start += BATCH) {
    const paths = certificates.slice(start, start + BATCH).map((item) => item.path);
    const args = ["verify", "-x509_strict", "-no-CApath", "-no-CAstore", "-check_ss_sig"];
    const result = await run(program, [
      ...[...args, "-attime", String(at), "-CAfile", authority],
      ...options,
      ...paths,
    ]);
    const good = new Set(result.stdout.split("\n").flatMap((line) => /^(.*): OK$/.exec(line)?.[1] ?? []));
    wrong.push(...paths.filter((path) => !good.has(path)));
    assert.equal(result.code === 0, paths.every((path) => good.has(path)), result.stderr);
  }
  return wrong;
}

function byAuthority(certificates: readonly JudgedCertificate[]): Map<string, JudgedCertificate[]> {
  return Map.groupBy(certificates, (item) => item.authority);
}

for (const tree of trees) {
  const leaves = tree.certificates.filter((item) => !item.isAuthority);

  testWith([openssl], `OpenSSL verifies every chain of ${tree.name} strictly`, async (_, program = "") => {
    for (const [authority, signed] of byAuthority(tree.certificates)) {
      assert.deepEqual(await refused(program, authority, signed, []), []);
      for (const usage of ["server", "client"] as const) {
        const [fit, unfit] = [true, false].map((isFit) =>
          signed.filter((item) => !item.isAuthority && item.usages.includes(usage) === isFit)
        );
        const purpose = ["-purpose", PURPOSES[usage]];
        assert.deepEqual(await refused(program, authority, fit ?? [], purpose), []);
        assert.deepEqual(
          await refused(program, authority, unfit ?? [], purpose),
          (unfit ?? []).map((item) => item.path),
        );
      }
    }
  });

  testWith([openssl], `OpenSSL finds every name of ${tree.name} and no other`, async (_, program = "") => {
    const questions = new Map<string, { readonly options: string[]; readonly asked: JudgedCertificate[] }>();
    for (const certificate of leaves) {
      const options = [
        ...certificate.dnsNames.map((name) => ["-verify_hostname", name.replace(/^\*\./, "any.")]),
        ...certificate.addresses.map((address) => ["-verify_ip", address]),
      ];
      for (const option of options) {
        const key = [certificate.authority, ...option].join(" ");
        const question = questions.get(key) ?? { options: option, asked: [] };
        question.asked.push(certificate);
        questions.set(key, question);
      }
    }
    assert.ok(questions.size > 10);
    await forEach(questions.values(), async ({ options, asked }) => {
      assert.deepEqual(
        await refused(program, asked[0]?.authority ?? "", asked, options),
        [],
        options.join(" "),
      );
    });
    for (const [authority, signed] of byAuthority(leaves.filter((item) => item.usages.includes("server")))) {
      for (
        const stranger of [
          ["-verify_hostname", "stranger.example.net"],
          ["-verify_ip", "192.0.2.254"],
          ["-verify_ip", "2001:db8:ffff::fe"],
        ]
      ) {
        assert.equal(
          (await refused(program, authority, signed, stranger)).length,
          signed.length,
          stranger[1],
        );
      }
    }
  });

  testWith(
    [openssl],
    `OpenSSL finds every key of ${tree.name} sound and certified`,
    async (_, program = "") => {
      await forEach(tree.certificates, async ({ path, keyPath }) => {
        assert.equal(await soundPublicKey(program, keyPath), await certifiedKey(program, path), keyPath);
      });
      const publicKey = await Deno.readTextFile(`${tree.folder}/pki/sa.pub`);
      assert.equal(await soundPublicKey(program, `${tree.folder}/pki/sa.key`), publicKey);
      await runWell(program, ["pkey", "-pubin", "-pubcheck", "-noout", "-in", `${tree.folder}/pki/sa.pub`]);
    },
  );

  testWith([openssl], `OpenSSL reads in ${tree.name} what the manifest says`, async (_, program = "") => {
    const manifest = JSON.parse(await Deno.readTextFile(`${tree.folder}/manifest.json`)) as {
      readonly files: readonly Readonly<Record<string, string>>[];
    };
    const records = manifest.files.filter((file) => file["kind"] === "certificate");
    await forEach(records, async (record) => {
      const path = `${tree.folder}/${record["path"]}`;
      const names = ["-nameopt", "RFC2253,utf8,-esc_msb"];
      const fields = [
        "-subject",
        "-issuer",
        "-serial",
        "-fingerprint",
        "-sha256",
        "-dates",
        "-dateopt",
        "iso_8601",
      ];
      const text = await runWell(program, ["x509", "-in", path, "-noout", ...fields, ...names]);
      const time = (value = ""): string => value.replace("T", " ");
      assert.deepEqual(
        text.trimEnd().split("\n").map((line) => line.replace(/^sha256 Fingerprint=/, "fingerprint=")),
        [
          `subject=${record["subject"]}`,
          `issuer=${record["issuer"]}`,
          `serial=${record["serial"]?.toUpperCase()}`,
          `fingerprint=${record["fingerprint"]?.toUpperCase().replace(/..(?=.)/g, "$&:")}`,
          `notBefore=${time(record["notBefore"])}`,
          `notAfter=${time(record["notAfter"])}`,
        ],
      );
    });
  });
}

async function soundPublicKey(program: string, keyPath: string): Promise<string> {
  const { code, stdout, stderr } = await run(program, ["pkey", "-check", "-pubout", "-in", keyPath]);
  assert.equal(code, 0, stderr);
  assert.match(stdout + stderr, /Key is valid/);
  return stdout.replace("Key is valid\n", "");
}

function certifiedKey(program: string, path: string): Promise<string> {
  return runWell(program, ["x509", "-noout", "-pubkey", "-in", path]);
}

testWith(
  [openssl],
  "OpenSSL refuses other CAs, and certificates out of their time",
  async (_, program = "") => {
    for (const tree of trees) {
      const authorities = tree.certificates.filter((item) => item.isAuthority);
      for (const [authority, signed] of byAuthority(tree.certificates.filter((item) => !item.isAuthority))) {
        for (const other of authorities.filter((item) => item.path !== authority)) {
          assert.equal((await refused(program, other.path, signed, [])).length, signed.length, other.path);
        }
        const early = await refused(program, authority, signed, [], (signed[0]?.notBefore ?? 0) - 1);
        assert.equal(early.length, signed.length);
      }
    }
    const lab = treeNamed(trees, "lab");
    const apiserver = certificateOf(lab, "apiserver");
    // OpenSSL counts the last second itself as past, where RFC 5280 section 4.1.2.5 has it included.
    const end = apiserver.notBefore + 90 * DAY;
    assert.deepEqual(await refused(program, apiserver.authority, [apiserver], [], end - 1), []);
    assert.deepEqual(await refused(program, apiserver.authority, [apiserver], [], end + 1), [apiserver.path]);
  },
);

/** Faults that OpenSSL must find with `-x509_strict`. */
const FAULTS = [
  ["signature", "lab", "apiserver"],
  ["signature", "rsa-2048", "apiserver"],
  ["signature", "ed25519", "apiserver"],
  ["no-authority-key-id", "lab", "apiserver"],
  ["no-subject-key-id", "lab", "ca"],
  ["ca-is-leaf", "lab", "ca"],
  ["constraints-uncritical", "lab", "ca"],
  ["ca-without-cert-sign", "lab", "ca"],
  ["authority-key-id", "lab", "apiserver"],
  ["ended", "lab", "apiserver"],
  ["subject-empty", "lab", "kube-proxy"],
] as const;

testWith(
  [openssl, forger],
  "OpenSSL finds faults that are put into certificates",
  async (t, program = "", forgePath = "") => {
    for (const [fault, name, id] of FAULTS) {
      await t.step(`${fault} in ${id} of ${name}`, async () => {
        await withCopy(treeNamed(trees, name), async (copy) => {
          const { path } = await forge(forgePath, fault, copy, id);
          // A CA's fault shows in what it signed.
          const shown = id === "ca" ? certificateOf(copy, "apiserver") : { ...certificateOf(copy, id), path };
          assert.deepEqual(await refused(program, shown.authority, [shown], []), [shown.path]);
        });
      });
    }
    await t.step("a key that is another's", () => otherKey(program, treeNamed(trees, "lab")));
    await t.step("a key whose public half is not its own", () => brokenKey(program, treeNamed(trees, "lab")));
  },
);

async function otherKey(program: string, tree: Judged): Promise<void> {
  const [one, two] = [certificateOf(tree, "admin"), certificateOf(tree, "scheduler")];
  assert.notEqual(await soundPublicKey(program, one.keyPath), await certifiedKey(program, two.path));
}

async function brokenKey(program: string, tree: Judged): Promise<void> {
  await withCopy(tree, async (copy) => {
    const { keyPath } = certificateOf(copy, "admin");
    const lines = (await Deno.readTextFile(keyPath)).split("\n");
    const der = Uint8Array.fromBase64(lines.slice(1, -2).join(""));
    // A byte of the scalar: the public key beside it no longer fits.
    der[40] = (der[40] ?? 0) ^ 1;
    await Deno.writeTextFile(keyPath, [lines[0], der.toBase64(), lines.at(-2), ""].join("\n"));
    await assert.rejects(() => soundPublicKey(program, keyPath));
  });
}
