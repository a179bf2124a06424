/**
 * OpenSSL, GnuTLS and Java's keytool judge how PKCS#12 is read: they write it with every protection that they have.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { DerError } from "../../scripts/inspect/der/der.ts";
import { PasswordError } from "../../scripts/inspect/keys/password_kdf.ts";
import { readPkcs12 } from "../../scripts/inspect/keys/pkcs12.ts";
import { bytes, expectAll, withContent, write } from "./pkcs12_files.ts";
import { findProgram, run, runWell, testWith } from "./tools.ts";

const openssl = findProgram("openssl", "openssl");
const certtool = findProgram("certtool", "gnutls-bin");
const keytool = findProgram("keytool", "default-jre-headless");

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
    for (const cipher of ["aes-256", "3des"]) {
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

testWith(
  [certtool, openssl],
  "no password and the empty one are two, and both are tried",
  async (_, gnutls = "", program = "") => {
    await withContent(program, async (content) => {
      const at = (name: string): string => join(content.folder, name);
      for (const password of ["--null-password", "--empty-password"]) {
        await runWell(gnutls, [
          ...["--to-p12", "--load-certificate", at("leaf.pem"), "--load-privkey", at("key.pem"), "--outder"],
          ...["--p12-name", "a", password, "--outfile", at("out.p12")],
        ]);
        const der = await Deno.readFile(at("out.p12"));
        for (const given of ["", undefined]) {
          const found = readPkcs12(der, given);
          assert.deepEqual(found.keys.map(({ spki }) => spki), [content.spki]);
          assert.deepEqual([found.integrity, found.needsPassword], ["checked", false]);
        }
      }
    });
  },
);

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
