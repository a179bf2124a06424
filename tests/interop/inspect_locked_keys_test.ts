/**
 * OpenSSL judges how encrypted PKCS#8 is opened: it writes each encryption that it has.
 *
 * @module
 */
import assert from "node:assert/strict";
import { PasswordError } from "../../scripts/inspect/keys/password_kdf.ts";
import { findPemBlocks } from "../../scripts/inspect/der/pem_blocks.ts";
import { openPrivateKey, readPrivateKey } from "../../scripts/inspect/keys/private_keys.ts";
import { findProgram, forEach, run, runWell, testWith } from "./tools.ts";

const openssl = findProgram("openssl", "openssl");

function bytes(pem: string): Uint8Array {
  const last = findPemBlocks(pem).at(-1);
  assert.ok(last?.bytes !== undefined, pem);
  return last.bytes;
}

/** Encryptions of PKCS#8, as arguments of `openssl pkcs8 -topk8`. */
const ENCRYPTIONS: readonly (readonly string[])[] = [
  ...["aes-128-cbc", "aes-192-cbc", "aes-256-cbc", "des3"].flatMap((cipher) =>
    ["hmacWithSHA1", "hmacWithSHA224", "hmacWithSHA256", "hmacWithSHA384", "hmacWithSHA512"].map((prf) => [
      "-v2",
      cipher,
      "-v2prf",
      prf,
    ])
  ),
  ...["PBE-SHA1-3DES", "PBE-SHA1-2DES", "PBE-SHA1-RC2-128", "PBE-SHA1-RC2-40"].map((scheme) => [
    ...["-v1", scheme, "-provider", "legacy", "-provider", "default"],
  ]),
];

testWith(
  [openssl],
  "encrypted PKCS#8 is opened in each encryption, with the right password only",
  async (_, program = "") => {
    const curve = ["-pkeyopt", "ec_paramgen_curve:P-256"];
    const pem = await runWell(program, ["genpkey", "-algorithm", "ec", ...curve]);
    const spki = bytes(await runWell(program, ["pkey", "-pubout"], { stdin: pem }));
    await forEach(ENCRYPTIONS, async (args) => {
      for (const password of ["correct horse", "pässwörd"]) {
        const made = await run(program, ["pkcs8", "-topk8", ...args, "-passout", `pass:${password}`], {
          stdin: pem,
        });
        if (made.code !== 0 && args.includes("legacy")) return;
        assert.equal(made.code, 0, made.stderr);
        const der = bytes(made.stdout);
        assert.deepEqual(readPrivateKey(der), {
          form: "PKCS#8",
          isEncrypted: true,
          algorithm: undefined,
          spki: undefined,
          publicPart: "none",
        });
        // PKCS#12's schemes take UTF-16, of which OpenSSL's pkcs8 makes what its terminal gives.
        if (args.includes("-v1") && password !== "correct horse") continue;
        assert.deepEqual(openPrivateKey(der, password), {
          form: "PKCS#8",
          isEncrypted: true,
          algorithm: "ECDSA-P256",
          spki,
          publicPart: "derived",
        }, args.join(" "));
        assert.throws(() => openPrivateKey(der, `${password}x`), PasswordError);
      }
    });
    const slow = await runWell(program, ["pkcs8", "-topk8", "-iter", "1000", "-passout", "pass:a"], {
      stdin: pem,
    });
    const der = bytes(slow);
    const at = der.findIndex((octet, i) =>
      octet === 2 && der[i + 1] === 2 && der[i + 2] === 3 && der[i + 3] === 0xe8
    );
    // 2 octets become 4: the lengths around grow by 2.
    const hostile = Uint8Array.of(
      ...der.subarray(0, at),
      2,
      4,
      0x7f,
      0xff,
      0xff,
      0xff,
      ...der.subarray(at + 4),
    );
    for (let i = 0; i < at; i++) {
      const length = der[i + 1] ?? 0;
      if (der[i] === 0x30 && length < 0x80 && i + 2 + length > at && i > 2) hostile[i + 1] = length + 2;
    }
    hostile[2] = (hostile[2] ?? 0) + 2;
    assert.throws(() => openPrivateKey(hostile, "a"), /2147483647 iterations, expected at most 10000000/);
  },
);
