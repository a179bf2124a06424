/**
 * Keys and signatures against published vectors and against the platform, and the DER writer under them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { Buffer } from "node:buffer";
import * as der from "../scripts/issue/der.ts";
import { DerWriter } from "../scripts/issue/der_writer.ts";
import { fromBytes } from "../scripts/issue/field.ts";
import { deriveP256Scalar, p256KeyOf } from "../scripts/issue/p256_key.ts";
import { p384KeyOf } from "../scripts/issue/p384_key.ts";
import { makeKey, signatureAlgorithm } from "../scripts/issue/keys.ts";
import { isPrime } from "../scripts/issue/primes.ts";
import { concatBytes, encodeUtf8, toHex } from "../scripts/shared/encoding.ts";
import { makePause } from "../scripts/shared/pause.ts";
import { KEY_ALGORITHMS } from "../scripts/spec/scalars.ts";

const KEY_SEED = Uint8Array.from({ length: 48 }, (_, index) => 200 - index);

// RFC 6979 appendices A.2.5 and A.2.6: r and s of SHA-256 on P-256 and of SHA-384 on P-384.
const RFC6979 = [
  {
    algorithm: "ECDSA-P256",
    scalar: "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
    publicKey: "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6" +
      "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
    signatures: {
      sample: [
        "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
        "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
      ],
      test: [
        "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367",
        "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083",
      ],
    },
  },
  {
    algorithm: "ECDSA-P384",
    scalar: "6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d8" +
      "96d5724e4c70a825f872c9ea60d2edf5",
    publicKey: "04ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64" +
      "def8f0ea9055866064a254515480bc13" +
      "8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1" +
      "288b231c3ae0d4fe7344fd2533264720",
    signatures: {
      sample: [
        "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c" +
        "81a648152e44acf96e36dd1e80fabe46",
        "99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94f" +
        "a329c145786e679e7b82c71a38628ac8",
      ],
      test: [
        "8203b63d3c853e8d77227fb377bcf7b7b772e97892a80f36ab775d509d7a5feb" +
        "0542a7f0812998da8f1dd3ca3cf023db",
        "ddd0760448d42d8a43af45af836fce4de8be06b485e9b61b827c2f13173923e0" +
        "6a739f040649a667bf3b828246baa5a5",
      ],
    },
  },
] as const;

for (const { algorithm, scalar, publicKey, signatures } of RFC6979) {
  Deno.test(`A key of ${algorithm} signs as RFC 6979 says, without making s low`, () => {
    const bytes = Uint8Array.fromHex(scalar);
    const key = algorithm === "ECDSA-P256" ? p256KeyOf(fromBytes(bytes)) : p384KeyOf(bytes);
    assert.equal(toHex(key.publicKey), publicKey);
    for (const message of ["sample", "test"] as const) {
      const [r, s] = signatures[message].map((hex) => der.integer(BigInt(`0x${hex}`)));
      assert.ok(r !== undefined && s !== undefined);
      const signature = key.sign(encodeUtf8(message));
      assert.equal(toHex(signature), toHex(der.sequence(r, s)));
      assert.ok(key.verify(encodeUtf8(message), signature));
      assert.ok(!key.verify(encodeUtf8("other"), signature));
    }
  });
}

// RFC 8032 section 7.1, tests 1 to 3: secret key, public key, message, signature.
const RFC8032 = [
  [
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "",
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b" +
    "d25bf5f0595bbe24655141438e7a100b",
  ],
  [
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "72",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c" +
    "387b2eaeb4302aeeb00d291612bb0c00",
  ],
  [
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    "af82",
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659" +
    "4a7c15e9716ed28dc027beceea1ec40a",
  ],
] as const;

Deno.test("makeKey gives Ed25519 keys that sign as RFC 8032 says", async () => {
  for (const [secret, publicKey, message, signature] of RFC8032) {
    const seed = Uint8Array.fromHex(secret + "00".repeat(16));
    const key = await makeKey("Ed25519", seed);
    assert.equal(toHex(key.publicKey), publicKey);
    assert.equal(toHex(key.sign(Uint8Array.fromHex(message))), signature);
  }
});

for (const algorithm of KEY_ALGORITHMS) {
  Deno.test(`makeKey makes ${algorithm} keys that the platform reads, and that sign and verify with it`, async () => {
    const key = await makeKey(algorithm, KEY_SEED);
    assert.equal(key.algorithm, algorithm);
    const secret = createPrivateKey({ key: Buffer.from(key.pkcs8), format: "der", type: "pkcs8" });
    const open = createPublicKey({ key: Buffer.from(key.spki), format: "der", type: "spki" });
    assert.deepEqual(createPublicKey(secret).export({ format: "jwk" }), open.export({ format: "jwk" }));
    const digest = algorithm === "Ed25519" ? null : algorithm === "ECDSA-P384" ? "sha384" : "sha256";
    const message = encodeUtf8("message");
    const signature = key.sign(message);
    assert.equal(toHex(key.sign(message)), toHex(signature));
    assert.ok(verify(digest, message, open, signature));
    assert.ok(key.verify(message, new Uint8Array(sign(digest, message, secret))));
    assert.ok(!key.verify(encodeUtf8("massage"), signature));
    assert.deepEqual((await makeKey(algorithm, KEY_SEED)).pkcs8, key.pkcs8);
  });
}

Deno.test("makeKey lets timers run during the search for RSA primes, and stops when aborted", async () => {
  const controller = new AbortController();
  const reason = new Error("stop");
  let ticks = 0;
  const timer = setInterval(() => (ticks += 1) === 2 && controller.abort(reason), 1);
  await assert.rejects(makeKey("RSA-4096", new Uint8Array(48), makePause(controller.signal)), reason);
  clearInterval(timer);
});

Deno.test("signatureAlgorithm has NULL parameters for RSA and none for the others", () => {
  const rsa = "300d06092a864886f70d01010b0500";
  assert.deepEqual(KEY_ALGORITHMS.map((algorithm) => toHex(signatureAlgorithm(algorithm))), [
    rsa,
    rsa,
    rsa,
    "300a06082a8648ce3d040302",
    "300a06082a8648ce3d040303",
    "300506032b6570",
  ]);
});

Deno.test("deriveP256Scalar draws a second scalar when the first is out of range", () => {
  // From the specification's test vectors, where the retry has its own entry.
  const scalar = deriveP256Scalar(Uint8Array.fromHex("b432f9be30890480298218510559aed7"));
  assert.match(scalar.toString(16), /^8e33078565bd7d1f9f/);
});

Deno.test("isPrime knows large primes, composites without small factors and strong pseudoprimes", async () => {
  const pause = makePause();
  const [p, q] = [2n ** 521n - 1n, 2n ** 607n - 1n];
  for (const prime of [p, q, 2n ** 1279n - 1n, 2n ** 255n - 19n]) assert.ok(await isPrime(prime, pause));
  // 2^523-1 and 2^1277-1 have large factors only, and pass Miller-Rabin with base 2 as all such numbers do.
  for (const composite of [p * q, p * p, 2n ** 523n - 1n, 3n * p, 16381n * q, 2n ** 1277n - 1n]) {
    assert.ok(!await isPrime(composite, pause));
  }
});

Deno.test("element and DerWriter write lengths in the shortest form", () => {
  const writer = new DerWriter();
  for (
    const [length, header] of [
      [0, "0400"],
      [0x7f, "047f"],
      [0x80, "048180"],
      [0xff, "0481ff"],
      [0x100, "04820100"],
      [0xffff, "0482ffff"],
      [0x10000, "0483010000"],
    ] as const
  ) {
    const contents = new Uint8Array(length).fill(0xee);
    const bytes = der.octetString(contents);
    writer.begin();
    writer.put(Uint8Array.of(5, 0));
    const before = writer.length;
    writer.put(contents.subarray(1));
    writer.put(contents.subarray(0, 1));
    writer.wrap(0x04, before);
    assert.deepEqual(writer.take(), concatBytes(bytes, Uint8Array.of(5, 0)));
    assert.equal(toHex(bytes.subarray(0, header.length / 2)), header);
    assert.equal(bytes.length, header.length / 2 + length);
    assert.ok(bytes.subarray(header.length / 2).every((byte) => byte === 0xee));
  }
});

Deno.test("the DER writer encodes each type as X.690 says", () => {
  const cases: readonly (readonly [Uint8Array, string])[] = [
    [der.integer(0n), "020100"],
    [der.integer(127n), "02017f"],
    [der.integer(128n), "02020080"],
    [der.integer(256n), "02020100"],
    [der.integer(Uint8Array.of(0, 0, 0x80)), "02020080"],
    [der.integer(Uint8Array.of(0, 0)), "020100"],
    [der.integer(Uint8Array.of()), "020100"],
    [der.oid("2.5.4.3"), "0603550403"],
    [der.oid("1.2.840.113549.1.1.11"), "06092a864886f70d01010b"],
    [der.utf8String("\u00e9"), "0c02c3a9"],
    [der.nothing(), "0500"],
    [der.boolean(true), "0101ff"],
    [der.boolean(false), "010100"],
    [der.bitString(Uint8Array.of(0xa0), 5), "030205a0"],
    [der.set(der.sequence()), "31023000"],
    [der.explicit(3, der.nothing()), "a3020500"],
    [der.implicit(7, Uint8Array.of(1)), "870101"],
    [der.time(Date.UTC(2049, 11, 31, 23, 59, 59) / 1000), `170d${toHex(encodeUtf8("491231235959Z"))}`],
    [der.time(Date.UTC(2050, 0, 1) / 1000), `180f${toHex(encodeUtf8("20500101000000Z"))}`],
    [der.time(-631152000), `170d${toHex(encodeUtf8("500101000000Z"))}`],
    [der.time(-631152001), `180f${toHex(encodeUtf8("19491231235959Z"))}`],
    [der.time(Date.UTC(9999, 11, 31, 23, 59, 58) / 1000), `180f${toHex(encodeUtf8("99991231235958Z"))}`],
  ];
  for (const [bytes, hex] of cases) assert.equal(toHex(bytes), hex);
});
