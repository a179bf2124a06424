/**
 * OpenSSL judges how PBMAC1 of PKCS#12 is checked, by computing its keys and values; and what is refused.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { element, integer, nothing, octetString, oid, sequence } from "../../scripts/issue/der.ts";
import { contextTag, DerError, Reader, TAG } from "../../scripts/inspect/der/der.ts";
import { PasswordError } from "../../scripts/inspect/keys/password_kdf.ts";
import { readPkcs12 } from "../../scripts/inspect/keys/pkcs12.ts";
import { type Content, expectAll, withContent, write } from "./pkcs12_files.ts";
import { findProgram, runWell, testWith } from "./tools.ts";

const openssl = findProgram("openssl", "openssl");

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
      const plain = await write(
        program,
        content,
        ["-nomac", "-keypbe", "NONE", "-certpbe", "NONE"],
        "secret",
      );
      assert.ok(plain !== undefined);
      for (const [prf, digest] of [["SHA256", "SHA256"], ["SHA512", "SHA256"], ["SHA1", "SHA512"]] as const) {
        const der = await withPbmac1(program, content, plain, prf, digest);
        const found = readPkcs12(der, "secret");
        expectAll(found, content, false, prf);
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
