/**
 * Known answers that others published: derivation v1 by an independent implementation, and C2SP det-keygen. They
 * are read from the folder beside this repository, and skipped aloud where it is missing.
 *
 * @module
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { serialOf } from "../scripts/issue/serial.ts";
import { integer } from "../scripts/issue/der.ts";
import { deriveAuthoritySeed, deriveKeySeed } from "../scripts/issue/derive.ts";
import { toBytes32 } from "../scripts/issue/field.ts";
import { deriveP256Scalar, p256KeyOf } from "../scripts/issue/p256_key.ts";
import { deriveP384Scalar, p384KeyOf } from "../scripts/issue/p384_key.ts";
import { makeKey } from "../scripts/issue/keys.ts";
import { deriveRsaNumbers, encodeRsaPrivateKey } from "../scripts/issue/rsa_key.ts";
import { formatSeed, parseSeed } from "../scripts/issue/seed.ts";
import { toHex } from "../scripts/shared/encoding.ts";
import { bech32 } from "../scripts/shared/npm/bech32.ts";

const FOLDER = new URL("../../shared/vectors/", import.meta.url);
const ignore = !existsSync(FOLDER);
if (ignore) console.log(`Skipped the published vectors: ${FOLDER.pathname} is not there`);

interface Derivation {
  readonly entropy: string;
  readonly created: number;
  readonly cluster: string;
  readonly seedPayload: string;
  readonly seed: string;
  readonly authorities: readonly { readonly authority: string; readonly seed: string }[];
  readonly keys: readonly {
    readonly id: string;
    readonly generation: number;
    readonly authority: string;
    readonly keySeed: string;
    readonly ecdsaP256: string;
    readonly ecdsaP384: string;
    readonly ed25519: string;
    readonly rsa2048?: Readonly<Record<"p" | "q" | "n" | "d", string>>;
  }[];
  readonly serials: readonly {
    readonly keySeedOf: string;
    readonly content: string;
    readonly serial: string;
    readonly der: string;
  }[];
}

interface KeyVector {
  readonly curve: string;
  readonly bits: number;
  readonly seed: string;
  readonly private_key_pkcs8: string;
}

function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as T;
}

Deno.test({
  name: "derivation v1 gives the published seed, key seeds, scalars and RSA numbers",
  ignore,
  fn: async () => {
    const vectors = read<Derivation>("derivation-v1.json");
    const entropy = Uint8Array.fromHex(vectors.entropy);
    assert.deepEqual(parseSeed(vectors.seed, "x"), { entropy, created: vectors.created });
    assert.equal(formatSeed({ entropy, created: vectors.created }), vectors.seed);
    assert.equal(toHex(bech32.decodeToBytes(vectors.seed).bytes), vectors.seedPayload);
    assert.equal(vectors.authorities.length, 4);
    const seeds = new Map<string, Uint8Array>();
    for (const { authority, seed } of vectors.authorities) {
      const derived = deriveAuthoritySeed(entropy, vectors.cluster, authority);
      assert.equal(toHex(derived), seed);
      seeds.set(authority, derived);
    }
    let rsaKeys = 0;
    for (const key of vectors.keys) {
      const keySeed = deriveKeySeed(seeds.get(key.authority) ?? new Uint8Array(), key.id, key.generation);
      assert.equal(toHex(keySeed), key.keySeed, key.id);
      assert.equal(toHex(toBytes32(deriveP256Scalar(keySeed))), key.ecdsaP256, key.id);
      assert.equal(toHex(deriveP384Scalar(keySeed)), key.ecdsaP384, key.id);
      const edwards = await makeKey("Ed25519", keySeed);
      assert.equal(toHex(edwards.pkcs8), `302e020100300506032b657004220420${key.ed25519}`, key.id);
      if (key.rsa2048 === undefined) continue;
      rsaKeys += 1;
      const { p, q, d } = await deriveRsaNumbers(2048, keySeed);
      const expected = key.rsa2048;
      assert.deepEqual(
        [p, q, p * q, d],
        [expected.p, expected.q, expected.n, expected.d].map((hex) => BigInt(`0x${hex}`)),
      );
    }
    assert.equal(rsaKeys, 2);
  },
});

Deno.test({
  name: "serialOf gives the published serials, and integer their DER",
  ignore,
  fn: () => {
    const vectors = read<Derivation>("derivation-v1.json");
    assert.ok(vectors.serials.length >= 3);
    for (const { keySeedOf, content, serial, der } of vectors.serials) {
      const key = vectors.keys.find(({ id, generation }) => id === keySeedOf && generation === 1);
      const bytes = serialOf(Uint8Array.fromHex(key?.keySeed ?? ""), Uint8Array.fromHex(content));
      assert.equal(toHex(bytes), serial);
      assert.equal(toHex(integer(bytes)), der);
    }
  },
});

Deno.test({
  name: "det-keygen for ECDSA gives the published PKCS#8 for P-256 and P-384, also after a retry",
  ignore,
  fn: () => {
    let checked = 0;
    for (const { curve, seed, private_key_pkcs8 } of read<KeyVector[]>("det-keygen/ecdsa.json")) {
      const bytes = Uint8Array.fromBase64(seed);
      if (curve !== "secp256r1" && curve !== "secp384r1") continue;
      const key = curve === "secp256r1"
        ? p256KeyOf(deriveP256Scalar(bytes))
        : p384KeyOf(deriveP384Scalar(bytes));
      assert.equal(key.pkcs8.toBase64(), private_key_pkcs8);
      checked += 1;
    }
    assert.equal(checked, 11);
  },
});

Deno.test({
  name: "det-keygen for RSA gives the published PKCS#8 up to 4096 bits",
  ignore,
  fn: async () => {
    let checked = 0;
    for (const { bits, seed, private_key_pkcs8 } of read<KeyVector[]>("det-keygen/rsa.json")) {
      // Minutes on a slow machine, and no algorithm of ours.
      if (bits > 4096) continue;
      const numbers = await deriveRsaNumbers(bits, Uint8Array.fromBase64(seed));
      assert.equal(encodeRsaPrivateKey(numbers).toBase64(), private_key_pkcs8, `${bits} bits, seed ${seed}`);
      checked += 1;
    }
    assert.equal(checked, 20);
  },
});
