/**
 * OpenSSL, GnuTLS and Java's keytool judge how PKCS#12 is read: they write it with every protection that they have.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { element, integer, nothing, octetString, oid, sequence } from "../../scripts/issue/der.ts";
import { contextTag, DerError, Reader, TAG } from "../../scripts/inspect/der.ts";
import { PasswordError } from "../../scripts/inspect/password_kdf.ts";
import { findPemBlocks } from "../../scripts/inspect/pem_blocks.ts";
import { type Pkcs12, readPkcs12 } from "../../scripts/inspect/pkcs12.ts";
import { findProgram, run, runWell, testWith } from "./tools.ts";

const openssl = findProgram("openssl", "openssl");
const certtool = findProgram("certtool", "gnutls-bin");
const keytool = findProgram("keytool", "default-jre-headless");

/** What all of these files hold. */
interface Content {
  readonly folder: string;
  /** The leaf's and its authority's. */
  readonly certificates: readonly Uint8Array[];
  readonly spki: Uint8Array;
}

function bytes(pem: string): Uint8Array {
  const [first] = findPemBlocks(pem);
  assert.ok(first?.bytes !== undefined, pem);
  return first.bytes;
}

async function withContent(program: string, work: (content: Content) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const at = (name: string): string => join(folder, name);
  try {
    const config = "[req]\ndistinguished_name = dn\n[dn]\n";
    const ca = await runWell(program, [
      ...["req", "-x509", "-nodes", "-newkey", "ed25519", "-config", "/dev/stdin", "-keyout", "/dev/null"],
      ...["-subj", "/CN=authority"],
    ], { stdin: config });
    const leaf = await runWell(program, [
      ...[
        "req",
        "-x509",
        "-nodes",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-config",
        "/dev/stdin",
      ],
      ...["-keyout", at("key.pem"), "-subj", "/CN=leaf"],
    ], { stdin: config });
    await Deno.writeTextFile(at("ca.pem"), ca);
    await Deno.writeTextFile(at("leaf.pem"), leaf);
    const spki = bytes(await runWell(program, ["pkey", "-in", at("key.pem"), "-pubout"]));
    await work({ folder, certificates: [bytes(leaf), bytes(ca)], spki });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Writes a file, undefined when this OpenSSL has no such algorithm. */
async function write(
  program: string,
  { folder }: Content,
  args: readonly string[],
  password: string,
): Promise<Uint8Array | undefined> {
  const at = (name: string): string => join(folder, name);
  const { code, stderr } = await run(program, [
    ...["pkcs12", "-export", "-in", at("leaf.pem"), "-inkey", at("key.pem"), "-certfile", at("ca.pem")],
    ...[
      "-name",
      "the léaf",
      "-caname",
      "the CA",
      "-passout",
      `pass:${password}`,
      "-out",
      at("out.p12"),
      ...args,
    ],
  ]);
  if (code === 0) return await Deno.readFile(at("out.p12"));
  assert.match(stderr, /unsupported|legacy|provider/, args.join(" "));
  return undefined;
}

function expectAll(found: Pkcs12, content: Content, isEncrypted: boolean, words: string): void {
  assert.deepEqual(found.certificates, content.certificates, words);
  assert.deepEqual(found.keys, [
    { form: "PKCS#8", isEncrypted, algorithm: "ECDSA-P256", spki: content.spki, publicPart: "derived" },
  ], words);
  assert.deepEqual([found.crls, found.needsPassword], [[], false]);
}

const LEGACY = ["-provider", "legacy", "-provider", "default"];
/** Arguments of `openssl pkcs12 -export`. */
const FORMS: readonly (readonly string[])[] = [
  [],
  ["-legacy"],
  ["-legacy", "-descert"],
  ["-keypbe", "NONE", "-certpbe", "NONE"],
  ["-keypbe", "AES-256-CBC", "-certpbe", "NONE"],
  ["-keypbe", "NONE", "-certpbe", "AES-128-CBC"],
  ["-keypbe", "AES-192-CBC", "-certpbe", "DES-EDE3-CBC"],
  ["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-2DES"],
  ["-keypbe", "PBE-SHA1-RC2-128", "-certpbe", "PBE-SHA1-RC2-40", ...LEGACY],
  ["-keypbe", "PBE-SHA1-RC2-40", "-certpbe", "PBE-SHA1-RC2-128", ...LEGACY],
  ...["sha1", "sha224", "sha256", "sha384", "sha512"].map((digest) => ["-macalg", digest]),
  ["-iter", "1"],
  ["-nomaciter"],
];

testWith(
  [openssl],
  "PKCS#12 of OpenSSL is read with each protection, and with no other password",
  async (_, program = "") => {
    await withContent(program, async (content) => {
      for (const form of FORMS) {
        for (const mac of ["", "-nomac"]) {
          for (const password of ["secret", "pässwörd", ""]) {
            const args = mac === "" ? form : [...form, mac];
            const words = `${args.join(" ")} with "${password}"`;
            const der = await write(program, content, args, password);
            if (der === undefined) continue;
            // OpenSSL leaves more in the open than it is told to: it says itself what it wrote.
            const info = await run(program, [
              ...["pkcs12", "-in", join(content.folder, "out.p12"), "-info", "-noout", ...LEGACY],
              ...["-passin", `pass:${password}`],
            ]);
            assert.equal(info.code, 0, info.stderr);
            const isKeyHidden = info.stderr.includes("Shrouded Keybag");
            const areCertificatesHidden = info.stderr.includes("PKCS7 Encrypted data");
            const found = readPkcs12(der, password);
            expectAll(found, content, isKeyHidden, words);
            assert.deepEqual(found.friendlyNames, ["the léaf", "the CA"], words);
            assert.equal(found.integrity, mac === "" ? "checked" : "absent");
            const isHidden = isKeyHidden || areCertificatesHidden;
            if (mac === "" || isHidden) {
              assert.throws(
                () => readPkcs12(der, `${password}x`),
                (error) => error instanceof PasswordError || (mac !== "" && error instanceof DerError),
                words,
              );
            }
            const open = readPkcs12(der, undefined);
            if (password === "" && mac === "") expectAll(open, content, isKeyHidden, words);
            else {
              assert.deepEqual(open.certificates, areCertificatesHidden ? [] : content.certificates, words);
              assert.equal(open.needsPassword, isHidden, words);
              assert.equal(open.integrity, mac === "" ? "unchecked" : "absent", words);
              assert.equal(open.keys[0]?.spki === undefined, isKeyHidden, words);
            }
          }
        }
      }
    });
  },
);

testWith([certtool, openssl], "PKCS#12 of GnuTLS is read", async (_, gnutls = "", program = "") => {
  await withContent(program, async (content) => {
    const at = (name: string): string => join(content.folder, name);
    for (const cipher of ["aes-256", "aes-128", "3des"]) {
      await runWell(gnutls, [
        ...["--to-p12", "--load-certificate", at("leaf.pem"), "--load-privkey", at("key.pem"), "--outder"],
        ...["--load-ca-certificate", at("ca.pem"), "--p12-name", "a", "--password", "secret"],
        ...["--pkcs-cipher", cipher, "--outfile", at("out.p12")],
      ]);
      const der = await Deno.readFile(at("out.p12"));
      const found = readPkcs12(der, "secret");
      assert.deepEqual(found.certificates, content.certificates);
      assert.deepEqual(found.keys.map(({ spki }) => spki), [content.spki]);
      assert.throws(() => readPkcs12(der, "Secret"), PasswordError);
    }
  });
});

testWith([keytool, openssl], "PKCS#12 of Java's keytool is read", async (_, java = "", program = "") => {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "store.p12");
    const store = ["-keystore", path, "-storetype", "PKCS12", "-storepass", "changeit"];
    await runWell(java, [
      "-genkeypair",
      "-alias",
      "mine",
      "-keyalg",
      "EC",
      "-groupname",
      "secp256r1",
      "-dname",
      "CN=a",
      ...store,
    ]);
    const found = readPkcs12(await Deno.readFile(path), "changeit");
    const certificate = bytes(await runWell(java, ["-exportcert", "-rfc", "-alias", "mine", ...store]));
    const spki = bytes(
      await runWell(program, ["x509", "-noout", "-pubkey"], {
        stdin: `-----BEGIN CERTIFICATE-----\n${certificate.toBase64()}\n-----END CERTIFICATE-----\n`,
      }),
    );
    assert.deepEqual(found.certificates, [certificate]);
    assert.deepEqual(found.keys.map(({ spki, publicPart }) => [spki, publicPart]), [[spki, "derived"]]);
    assert.deepEqual([found.friendlyNames, found.integrity], [["mine"], "checked"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** A file without a MAC, with one of PBMAC1 (RFC 9579 section 4) whose value OpenSSL computes. */
async function withPbmac1(
  program: string,
  content: Content,
  plain: Uint8Array,
  prf: string,
  digest: string,
): Promise<Uint8Array> {
  const hmacs: Readonly<Record<string, string>> = { SHA1: "2.7", SHA256: "2.9", SHA512: "2.11" };
  const hmac = (name: string): Uint8Array => sequence(oid(`1.2.840.113549.${hmacs[name]}`), nothing());
  const body = new Reader(plain).enter(TAG.sequence, "a file");
  const [version, contents] = [body.read().whole, body.read()];
  const info = new Reader(contents.content);
  info.read();
  const { content: data } = info.enter(contextTag(0), "").take(TAG.octetString, "");
  const path = join(content.folder, "data");
  await Deno.writeFile(path, data);
  const hex = (text: string): string => text.replaceAll(":", "").trim().toLowerCase();
  const key = hex(
    await runWell(program, [
      ...[
        "kdf",
        "-keylen",
        "32",
        "-kdfopt",
        `digest:${prf}`,
        "-kdfopt",
        "pass:secret",
        "-kdfopt",
        "hexsalt:0102030405060708",
      ],
      ...["-kdfopt", "iter:1500", "PBKDF2"],
    ]),
  );
  const value = hex(
    await runWell(program, ["mac", "-digest", digest, "-macopt", `hexkey:${key}`, "-in", path, "HMAC"]),
  );
  const pbkdf2 = sequence(
    octetString(Uint8Array.fromHex("0102030405060708")),
    integer(1500n),
    integer(32n),
    hmac(prf),
  );
  const parameters = sequence(sequence(oid("1.2.840.113549.1.5.12"), pbkdf2), hmac(digest));
  const algorithm = sequence(oid("1.2.840.113549.1.5.14"), parameters);
  const mac = sequence(
    sequence(algorithm, octetString(Uint8Array.fromHex(value))),
    octetString(new Uint8Array(8)),
    integer(1n),
  );
  return sequence(version, contents.whole, mac);
}

testWith(
  [openssl],
  "PBMAC1 of RFC 9579 is checked; OpenSSL computes the keys and the values",
  async (_, program = "") => {
    await withContent(program, async (content) => {
      const plain = await write(program, content, ["-nomac"], "secret");
      assert.ok(plain !== undefined);
      for (const [prf, digest] of [["SHA256", "SHA256"], ["SHA512", "SHA256"], ["SHA1", "SHA512"]] as const) {
        const der = await withPbmac1(program, content, plain, prf, digest);
        const found = readPkcs12(der, "secret");
        expectAll(found, content, true, prf);
        assert.equal(found.integrity, "checked");
        assert.throws(() => readPkcs12(der, "secret2"), PasswordError);
      }
    });
  },
);

testWith(
  [openssl],
  "a file that asks for too much work, or is no PKCS#12, is refused with the reason",
  async (_, program = "") => {
    await withContent(program, async (content) => {
      const plain = await write(program, content, ["-nomac"], "secret");
      assert.ok(plain !== undefined);
      const body = new Reader(plain).enter(TAG.sequence, "a file");
      const [version, contents] = [body.read().whole, body.read().whole];
      const digest = sequence(
        sequence(oid("2.16.840.1.101.3.4.2.1"), nothing()),
        octetString(new Uint8Array(32)),
      );
      for (
        const [count, reason] of [
          [10_000_001n, /10000001 iterations, expected at most 10000000/],
          [2n ** 40n, /a number of iterations that is out of range/],
          [0n, /iterations of 0/],
        ] as const
      ) {
        const mac = sequence(digest, octetString(new Uint8Array(8)), integer(count));
        const der = sequence(version, contents, mac);
        assert.throws(
          () => readPkcs12(der, "secret"),
          (error) => error instanceof DerError && reason.test(error.message),
        );
      }
      assert.throws(() => readPkcs12(content.certificates[0] ?? plain, "secret"), DerError);
      assert.throws(() => readPkcs12(element(0x30), "secret"), DerError);
    });
  },
);
