/**
 * SHA-256, HMAC, HKDF and HMAC_DRBG against the platform's OpenSSL, and HMAC_DRBG against noble's HMAC.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createHash, createHmac, hkdfSync } from "node:crypto";
import { deriveBytes, deriveKeySeed, Hkdf } from "../scripts/issue/derive.ts";
import { HmacDrbg } from "../scripts/issue/drbg.ts";
import { HmacKey } from "../scripts/issue/hmac.ts";
import { chainSha256, sha256 } from "../scripts/shared/sha256/sha256.ts";
import { concatBytes, encodeUtf8, toHex } from "../scripts/shared/encoding.ts";
import { randomNumbers } from "./random.ts";

const random = randomNumbers(256);

function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, () => random() * 256);
}

function opensslHash(message: Uint8Array): string {
  return createHash("sha256").update(message).digest("hex");
}

function opensslMac(key: Uint8Array, message: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(createHmac("sha256", key).update(message).digest("hex"));
}

/** Cuts bytes at random places; parts may be empty. */
function cut(bytes: Uint8Array): Uint8Array[] {
  const places = Array.from({ length: Math.floor(random() * 5) }, () => Math.floor(random() * bytes.length));
  places.sort((a, b) => a - b);
  return [...places, bytes.length].map((end, index) => bytes.subarray(places[index - 1] ?? 0, end));
}

Deno.test("sha256 gives OpenSSL's digest of messages of every length up to 300 bytes, whole and in parts", () => {
  for (let length = 0; length <= 300; length++) {
    const message = randomBytes(length);
    assert.equal(toHex(sha256(message)), opensslHash(message), `${length} bytes`);
    const parts = cut(message);
    assert.equal(
      toHex(sha256(...parts)),
      opensslHash(message),
      `parts of ${parts.map((p) => p.length)} bytes`,
    );
  }
});

Deno.test("sha256 gives OpenSSL's digest of long messages, and of views into larger buffers", () => {
  const buffer = randomBytes(100_000);
  for (let i = 0; i < 50; i++) {
    const start = Math.floor(random() * 50_000);
    const message = buffer.subarray(start, start + Math.floor(random() * 50_000));
    assert.equal(toHex(sha256(...cut(message))), opensslHash(message));
  }
});

Deno.test("sha256 and HmacKey take messages that do not fit into the module's memory", () => {
  const key = new HmacKey(randomBytes(20).fill(7));
  for (const length of [130_000, 130_400, 130_560, 131_072, 131_073, 262_144, 400_001]) {
    const message = randomBytes(length);
    for (const parts of [[message], cut(message)]) {
      assert.equal(toHex(sha256(...parts)), opensslHash(message), `${length} bytes`);
      assert.equal(
        toHex(key.mac(...parts)),
        toHex(opensslMac(new Uint8Array(20).fill(7), message)),
        `${length}`,
      );
    }
  }
});

Deno.test("chainSha256 hashes a digest as often as it is told to", () => {
  const first = randomBytes(32);
  let digest = first;
  for (let times = 0; times < 5; times++) {
    assert.deepEqual(chainSha256(first, times), digest);
    digest = Uint8Array.fromHex(opensslHash(digest));
  }
});

Deno.test("HmacDrbg keeps apart what several generators give in turn", () => {
  const seeds = [randomBytes(48), randomBytes(48)];
  const alone = seeds.map((seed) => {
    const drbg = new HmacDrbg(seed, encodeUtf8("x"));
    const first = drbg.generate(40);
    drbg.update();
    return [first, drbg.generate(33)];
  });
  const both = seeds.map((seed) => new HmacDrbg(seed, encodeUtf8("x")));
  const firsts = both.map((drbg) => drbg.generate(40));
  for (const drbg of both) drbg.update();
  assert.deepEqual(both.map((drbg, i) => [firsts[i], drbg.generate(33)]), alone);
});

Deno.test("HmacKey gives OpenSSL's MAC for keys of every length up to 130 bytes, many times", () => {
  for (let length = 0; length <= 130; length++) {
    const bytes = randomBytes(length);
    const key = new HmacKey(bytes);
    for (const size of [0, 32, length, Math.floor(random() * 300)]) {
      const message = randomBytes(size);
      assert.equal(toHex(key.mac(...cut(message))), toHex(opensslMac(bytes, message)), `${length}, ${size}`);
    }
  }
});

Deno.test("HmacKey keeps no part of its key's array, and gives a new array each time", () => {
  const bytes = randomBytes(32);
  const key = new HmacKey(bytes);
  const first = key.mac(encodeUtf8("message"));
  const expected = toHex(first);
  bytes.fill(0);
  first.fill(0);
  assert.equal(toHex(key.mac(encodeUtf8("message"))), expected);
});

Deno.test("deriveBytes gives OpenSSL's HKDF of every length up to 200 bytes, and of the longest", () => {
  const salt = encodeUtf8("hardway/v1");
  for (const length of [...Array(201).keys(), 255 * 32]) {
    const secret = randomBytes(length % 70);
    const info = `label \u00e9 ${"x".repeat(length % 80)}`;
    const expected = new Uint8Array(hkdfSync("sha256", secret, salt, encodeUtf8(info), length));
    assert.equal(toHex(deriveBytes(secret, info, length)), toHex(expected), `${length} bytes`);
  }
  assert.throws(() => deriveBytes(salt, "", 255 * 32 + 1), RangeError);
});

Deno.test("Hkdf gives OpenSSL's key seeds again and again from one secret", () => {
  const secret = randomBytes(32);
  const hkdf = new Hkdf(secret);
  for (const [id, generation] of [["ca", 1], ["kubelet-server/node-0", 1], ["ca", 2], ["ca", 1]] as const) {
    const info = encodeUtf8(`key:${id}#${generation}`);
    const expected = toHex(new Uint8Array(hkdfSync("sha256", secret, encodeUtf8("hardway/v1"), info, 48)));
    assert.equal(toHex(hkdf.keySeed(id, generation)), expected);
    assert.equal(toHex(deriveKeySeed(secret, id, generation)), expected);
  }
});

/** SP 800-90A section 10.1.2.2, word by word, over OpenSSL's HMAC: the key and the value after an update. */
function opensslUpdate(
  [key, value]: readonly [Uint8Array, Uint8Array],
  data: Uint8Array,
): readonly [Uint8Array, Uint8Array] {
  for (const round of data.length === 0 ? [0] : [0, 1]) {
    key = opensslMac(key, concatBytes(value, Uint8Array.of(round), data));
    value = opensslMac(key, value);
  }
  return [key, value];
}

Deno.test("HmacDrbg is SP 800-90A's over OpenSSL's HMAC, before and after an update", () => {
  for (const [seedLength, length] of [[16, 32], [32, 48], [48, 32], [48, 33], [66, 1000], [48, 0]] as const) {
    const seed = randomBytes(seedLength);
    const personalization = encodeUtf8("det ECDSA key gen P-256");
    const drbg = new HmacDrbg(seed, personalization);
    let state = opensslUpdate(
      [new Uint8Array(32), new Uint8Array(32).fill(1)],
      concatBytes(seed, personalization),
    );
    for (let round = 0; round < 3; round++) {
      let stream = "";
      while (stream.length < 2 * length) {
        const [key, value] = state;
        state = [key, opensslMac(key, value)];
        stream += toHex(state[1]);
      }
      assert.equal(toHex(drbg.generate(length)), stream.slice(0, 2 * length));
      drbg.update();
      state = opensslUpdate(state, new Uint8Array(0));
    }
  }
});
