/**
 * Derivation v1 (design, section 4): from the seed's entropy and a label to a key seed, and nothing else, so that
 * a key depends on its id and generation only.
 *
 * @module
 */
import { encodeUtf8 } from "../shared/encoding.ts";
import { HmacKey } from "./hmac.ts";
import { DIGEST_LENGTH } from "../shared/sha256/sha256.ts";

/** The salt of every HKDF. It names the version: another derivation gets another salt. */
const SALT = encodeUtf8("hardway/v1");

/** Bytes of a key seed. */
export const KEY_SEED_LENGTH = 48;

/** The extract step's HMAC, whose key is the salt. */
const EXTRACT = new HmacKey(SALT);

/** HKDF-SHA-256 (RFC 5869) with derivation v1's salt, for many outputs from one secret. */
export class Hkdf {
  readonly #prk: HmacKey;

  /** @param secret input keying material */
  constructor(secret: Uint8Array) {
    this.#prk = new HmacKey(EXTRACT.mac(secret));
  }

  /**
   * The expand step (section 2.3).
   *
   * @param info the label, encoded as UTF-8
   * @param length number of bytes wanted, at most 8160
   * @throws {RangeError} when more bytes are wanted
   */
  expand(info: string, length: number): Uint8Array<ArrayBuffer> {
    if (length > 255 * DIGEST_LENGTH) {
      throw new RangeError(`Cannot derive ${length} bytes: expected 8160 at most`);
    }
    const label = encodeUtf8(info);
    const bytes = new Uint8Array(length);
    let block = new Uint8Array(0);
    for (let offset = 0, number = 1; offset < length; offset += DIGEST_LENGTH, number++) {
      block = this.#prk.mac(block, label, Uint8Array.of(number));
      bytes.set(block.subarray(0, length - offset), offset);
    }
    return bytes;
  }

  /**
   * Derives the seed of one key; the secret is an authority's seed.
   *
   * @param id the entry's id, such as `kubelet-server/node-0`
   * @param generation from 1
   * @returns 48 bytes
   */
  keySeed(id: string, generation: number): Uint8Array<ArrayBuffer> {
    return this.expand(`key:${id}#${generation}`, KEY_SEED_LENGTH);
  }
}

/**
 * Derives bytes from a secret that is used once.
 *
 * @param secret input keying material
 * @param info the label, encoded as UTF-8
 * @param length number of bytes wanted
 */
export function deriveBytes(secret: Uint8Array, info: string, length: number): Uint8Array {
  return new Hkdf(secret).expand(info, length);
}

/**
 * Derives the seed of one authority. Whoever holds it can remake that authority's part and nothing else.
 *
 * @param entropy the seed's 32 bytes
 * @param cluster the cluster's name
 * @param authority the authority's name, such as `kubernetes`
 * @returns 32 bytes
 */
export function deriveAuthoritySeed(entropy: Uint8Array, cluster: string, authority: string): Uint8Array {
  return deriveBytes(entropy, `authority:${cluster}/${authority}`, 32);
}

/**
 * Derives the seed of one key.
 *
 * @param authoritySeed 32 bytes of `deriveAuthoritySeed`
 * @param id the entry's id, such as `kubelet-server/node-0`
 * @param generation from 1
 * @returns 48 bytes
 */
export function deriveKeySeed(authoritySeed: Uint8Array, id: string, generation: number): Uint8Array {
  return new Hkdf(authoritySeed).keySeed(id, generation);
}

/** The authority of secrets that are no keys of certificates. */
const CREDENTIALS = "credentials";

/**
 * Derives bytes of a secret that is no key of a certificate (design, section 10): a token, a password, a key for etcd.
 *
 * @param entropy the seed's 32 bytes
 * @param cluster the cluster's name
 * @param id such as `encryption/key1`
 * @param generation from 1
 * @param length number of bytes, at most 8160; those of a shorter one begin a longer one
 */
export function deriveSecret(
  entropy: Uint8Array,
  cluster: string,
  id: string,
  generation: number,
  length = 48,
): Uint8Array {
  return deriveBytes(
    deriveAuthoritySeed(entropy, cluster, CREDENTIALS),
    `secret:${id}#${generation}`,
    length,
  );
}
