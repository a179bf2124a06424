/**
 * OpenSSL and GnuTLS judge how private and public keys are read: they write them in every form that they have, and say
 * which public key belongs to each.
 *
 * @module
 */
import assert from "node:assert/strict";
import { DerError } from "../../scripts/inspect/der/der.ts";
import { findPemBlocks, type PemBlock } from "../../scripts/inspect/der/pem_blocks.ts";
import type { PrivateKeyFacts } from "../../scripts/inspect/keys/private_key_forms.ts";
import {
  openPrivateKey,
  readPrivateKey,
  readPrivateKeyBlock,
} from "../../scripts/inspect/keys/private_keys.ts";
import { readPublicKeyBlock } from "../../scripts/inspect/keys/public_keys.ts";
import { findProgram, run, runWell, testWith } from "./tools.ts";

const openssl = findProgram("openssl", "openssl");
const certtool = findProgram("certtool", "gnutls-bin");
const keygen = findProgram("ssh-keygen", "openssh-client");

const ec = (
  curve: string,
): string[] => ["genpkey", "-algorithm", "ec", "-pkeyopt", `ec_paramgen_curve:${curve}`];
const RSA = ["genpkey", "-algorithm", "rsa", "-pkeyopt", "rsa_keygen_bits:1032"];
const DSA = ["genpkey", "-genparam", "-algorithm", "dsa", "-pkeyopt", "dsa_paramgen_bits:1024"];

/** Our name, OpenSSL's arguments, OpenSSL's traditional form, and whether the platform knows the algorithm. */
const KEYS: readonly (readonly [string, readonly string[], string, boolean])[] = [
  ["RSA-1032", RSA, "PKCS#1", true],
  ["RSA-2048", ["genpkey", "-algorithm", "rsa"], "PKCS#1", true],
  ["RSA-PSS-1024", ["genpkey", "-algorithm", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:1024"], "PKCS#1", true],
  ["ECDSA-P224", ec("P-224"), "SEC1", true],
  ["ECDSA-P256", ec("P-256"), "SEC1", true],
  ["ECDSA-P384", ec("P-384"), "SEC1", true],
  ["ECDSA-P521", ec("P-521"), "SEC1", true],
  ["ECDSA-secp256k1", ec("secp256k1"), "SEC1", true],
  ["ECDSA-brainpoolP256r1", ec("brainpoolP256r1"), "SEC1", false],
  ["ECDSA with explicit parameters", [...ec("P-256"), "-pkeyopt", "ec_param_enc:explicit"], "SEC1", false],
  ["Ed25519", ["genpkey", "-algorithm", "ed25519"], "PKCS#8", true],
  ["Ed448", ["genpkey", "-algorithm", "ed448"], "PKCS#8", true],
  ["X25519", ["genpkey", "-algorithm", "x25519"], "PKCS#8", true],
  ["DSA-1024", DSA, "DSA", true],
];

async function make(program: string, args: readonly string[]): Promise<string> {
  const made = await runWell(program, args);
  return args === DSA
    ? await runWell(program, ["genpkey", "-paramfile", "/dev/stdin"], { stdin: made })
    : made;
}

/** The last block: OpenSSL writes parameters in front. */
function block(pem: string): PemBlock {
  const last = findPemBlocks(pem).at(-1);
  assert.ok(last?.bytes !== undefined, pem);
  return last;
}

function bytes(pem: string): Uint8Array {
  return block(pem).bytes ?? new Uint8Array();
}

function read(pem: string): PrivateKeyFacts | undefined {
  return readPrivateKeyBlock(block(pem));
}

for (const [name, args, traditional, isKnown] of KEYS) {
  testWith(
    [openssl],
    `OpenSSL and we see the same public key in each form of ${name}`,
    async (_, program = "") => {
      const pem = await make(program, args);
      const pub = await runWell(program, ["pkey", "-pubout"], { stdin: pem });
      const facts = {
        isEncrypted: false,
        algorithm: name,
        spki: bytes(pub),
        publicPart: isKnown ? "derived" : "as-written",
      };
      const pkcs8 = await runWell(program, ["pkcs8", "-topk8", "-nocrypt"], { stdin: pem });
      assert.deepEqual(read(pkcs8), { form: "PKCS#8", ...facts });
      assert.deepEqual(readPrivateKey(bytes(pkcs8)), { form: "PKCS#8", ...facts });
      assert.deepEqual(readPublicKeyBlock(block(pub)), { form: "SPKI", algorithm: name, spki: bytes(pub) });
      if (traditional !== "PKCS#8" && !name.startsWith("RSA-PSS")) {
        const old = await runWell(program, ["pkey", "-traditional"], { stdin: pem });
        assert.deepEqual(read(old), { form: traditional, ...facts });
        const locked = await runWell(program, ["pkey", "-traditional", "-aes128", "-passout", "pass:x"], {
          stdin: pem,
        });
        assert.deepEqual(read(locked), {
          form: traditional,
          isEncrypted: true,
          algorithm: name.split("-")[0]?.split(" ")[0],
          spki: undefined,
          publicPart: "none",
        });
      }
      if (traditional === "PKCS#1" && !name.startsWith("RSA-PSS")) {
        const old = await runWell(program, ["rsa", "-RSAPublicKey_out"], { stdin: pem });
        assert.deepEqual(readPublicKeyBlock(block(old)), {
          form: "PKCS#1",
          algorithm: name,
          spki: bytes(pub),
        });
      }
      if (traditional === "SEC1") {
        // Without the public key inside, and with a compressed one.
        const bare = await runWell(program, ["ec", "-no_public"], { stdin: pem });
        const own = isKnown ? facts : { ...facts, spki: undefined, publicPart: "none" };
        assert.deepEqual(read(bare), { form: "SEC1", ...own });
        if (isKnown) {
          const short = await runWell(program, ["ec", "-conv_form", "compressed"], { stdin: pem });
          assert.ok(bytes(short).length < bytes(pem).length);
          assert.deepEqual(read(short), { form: "SEC1", ...own });
        }
      }
    },
  );
}

testWith(
  [openssl],
  "a public part that does not belong to its private part never matches; OpenSSL's check agrees",
  async (_, program = "") => {
    for (
      const [args, form] of [[ec("P-256"), []], [ec("P-521"), []], [RSA, ["-traditional"]], [DSA, [
        "-traditional",
      ]]] as const
    ) {
      const two = await Promise.all([1, 2].map(() => make(program, args)));
      const [own, other] = await Promise.all(
        two.map(async (pem) => bytes(await runWell(program, ["pkey", ...form], { stdin: pem }))),
      );
      const spki = bytes(await runWell(program, ["pkey", "-pubout"], { stdin: two[1] ?? "" }));
      const mine = bytes(await runWell(program, ["pkey", "-pubout"], { stdin: two[0] ?? "" }));
      assert.ok(own !== undefined && other !== undefined);
      const size = args === RSA ? 129 : args === DSA ? 60 : spki.length - 30;
      const forged = splice(own, mine.subarray(-size), spki.subarray(-size));
      const facts = readPrivateKey(forged);
      assert.deepEqual([facts?.spki, facts?.publicPart], [undefined, "wrong"], args.join(" "));
      const label = args === RSA ? "RSA PRIVATE KEY" : args === DSA ? "DSA PRIVATE KEY" : "PRIVATE KEY";
      const pem = `-----BEGIN ${label}-----\n${
        forged.toBase64().replace(/.{64}/g, "$&\n")
      }\n-----END ${label}-----\n`;
      const check = await run(program, ["pkey", "-check", "-noout"], { stdin: pem });
      assert.notEqual(check.code, 0, `${args.join(" ")} ${check.stdout}`);
    }
  },
);

/** Puts octets in the place of others. */
function splice(whole: Uint8Array, from: Uint8Array, to: Uint8Array): Uint8Array {
  // The last octets stay: of an RSA key they are the exponent, which both have.
  const at = whole.toHex().indexOf(from.subarray(0, -5).toHex());
  assert.ok(at > 0 && at % 2 === 0);
  const forged = Uint8Array.from(whole);
  forged.set(to.subarray(0, -5), at / 2);
  return forged;
}

testWith(
  [certtool, openssl],
  "keys that GnuTLS writes are read, encrypted ones too",
  async (_, gnutls = "", program = "") => {
    for (
      const [args, name] of [
        [["--key-type", "rsa", "--bits", "1024"], "RSA-1024"],
        [["--key-type", "ecdsa", "--curve", "secp384r1"], "ECDSA-P384"],
        [["--key-type", "eddsa"], "Ed25519"],
      ] as const
    ) {
      for (
        const form of [[], ["--pkcs8", "--password", "secret"], [
          "--pkcs8",
          "--pkcs-cipher",
          "3des-pkcs12",
          "--password",
          "secret",
        ]]
      ) {
        const text = await runWell(gnutls, ["--generate-privkey", "--no-text", ...args, ...form]);
        const [pem] = findPemBlocks(text).filter(({ label }) => label.endsWith("PRIVATE KEY"));
        assert.ok(pem?.bytes !== undefined);
        const pub = await runWell(program, ["pkey", "-pubout", "-passin", "pass:secret"], { stdin: text });
        const facts = form.length === 0 ? readPrivateKeyBlock(pem) : openPrivateKey(pem.bytes, "secret");
        assert.deepEqual([facts?.algorithm, facts?.spki], [name, bytes(pub)]);
      }
    }
  },
);

testWith([openssl], "an RSA key of three primes is taken as it is written", async (_, program = "") => {
  const pem = await runWell(program, ["genrsa", "-primes", "3", "-traditional", "2048"]);
  const spki = bytes(await runWell(program, ["pkey", "-pubout"], { stdin: pem }));
  const facts = { form: "PKCS#1", isEncrypted: false, algorithm: "RSA-2048", spki, publicPart: "as-written" };
  assert.deepEqual(read(pem), facts);
});

testWith([keygen], "keys of OpenSSH are said to be that", async (_, program = "") => {
  const folder = await Deno.makeTempDir();
  try {
    for (
      const [type, passphrase, name] of [["ed25519", "", "Ed25519"], ["ecdsa", "secret", "ECDSA-P256"], [
        "rsa",
        "",
        "RSA",
      ]] as const
    ) {
      const path = `${folder}/${type}`;
      await runWell(program, ["-q", "-t", type, "-N", passphrase, "-f", path]);
      const { form, isEncrypted, algorithm, spki } = read(await Deno.readTextFile(path)) ?? {};
      assert.deepEqual([form, isEncrypted, algorithm, spki], ["OpenSSH", passphrase !== "", name, undefined]);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("other blocks are no private keys, and broken ones are said to be, without their content", () => {
  const none = { headers: new Map<string, string>(), line: 1 };
  assert.equal(readPrivateKeyBlock({ ...none, label: "EC PARAMETERS", bytes: new Uint8Array(3) }), undefined);
  assert.equal(readPublicKeyBlock({ ...none, label: "CERTIFICATE", bytes: new Uint8Array(3) }), undefined);
  for (
    const bytes of [undefined, new Uint8Array(), Uint8Array.of(0x30, 0), Uint8Array.of(0x30, 3, 2, 1, 7)]
  ) {
    assert.throws(() => readPrivateKeyBlock({ ...none, label: "PRIVATE KEY", bytes }), DerError);
  }
  assert.equal(readPrivateKey(Uint8Array.of(0x30, 3, 2, 1, 7)), undefined);
  const twelve = Array.from({ length: 12 }, () => [2, 1, 1]).flat();
  assert.equal(readPrivateKey(Uint8Array.of(0x30, twelve.length, ...twelve)), undefined);
  // ML-DSA: known by name, its public key only where the file has it (RFC 9881).
  const seed = `300b0609608648016503040312`;
  const key = Uint8Array.fromHex(`3034020100${seed}0422${"8020"}${"00".repeat(32)}`);
  assert.deepEqual(readPrivateKey(key), {
    form: "PKCS#8",
    isEncrypted: false,
    algorithm: "ML-DSA-65",
    spki: undefined,
    publicPart: "none",
  });
});
