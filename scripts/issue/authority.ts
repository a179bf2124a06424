/**
 * The authorities of a cluster: in go its CAs and the seed, out come their seeds, keys and certificates, each made once
 * and only when something asks for it.
 *
 * @module
 */
import type { AuthorityName } from "../plan/templates.ts";
import type { CertificateEntry, KeyPairEntry } from "../plan/types.ts";
import {
  beginTbs,
  encodeCertificate,
  encodeContent,
  encodeTbs,
  type IssuerPart,
  issuerPart,
  SERIAL_ONE,
} from "./certificate.ts";
import { deriveAuthoritySeed, Hkdf } from "./derive.ts";
import { makeKey } from "./keys.ts";
import type { KeyMaterial, PrivateKey } from "./private_key.ts";
import { isRsa, rsaKeyOf } from "./rsa_key.ts";
import { serialOf } from "./serial.ts";

/** A CA that can sign. */
export interface Authority {
  readonly key: PrivateKey;
  /** What its certificates say of it. */
  readonly part: IssuerPart;
  /** Its own certificate, DER. */
  readonly certificate: Uint8Array;
  /** 16 bytes. */
  readonly serial: Uint8Array;
  /** The signed part of its certificate, and the bits of its signature. */
  readonly proof: { readonly tbs: Uint8Array; readonly signature: Uint8Array };
}

/** What the authorities of a cluster come from. */
export interface AuthoritySource {
  /** The cluster's name. */
  readonly cluster: string;
  /** The seed's 32 bytes. Secret. */
  readonly entropy: Uint8Array;
  /** Its CAs. */
  readonly entries: readonly CertificateEntry[];
  /** RSA keys of CAs that were made already, by id: they take seconds. Secret. */
  readonly rsaKeys?: ReadonlyMap<string, KeyMaterial> | undefined;
}

/** Everything that a cluster's keys and signatures come from. */
export class Authorities {
  readonly #source: AuthoritySource;
  readonly #pause: () => Promise<void>;
  readonly #make: typeof makeKey;
  readonly #entries: ReadonlyMap<string, CertificateEntry>;
  readonly #seeds = new Map<AuthorityName, Hkdf>();
  readonly #made = new Map<string, Authority>();

  /**
   * @param source the CAs and the secret
   * @param pause awaited during long work
   * @param make makes keys; tests hand in one whose signatures are wrong
   */
  constructor(source: AuthoritySource, pause: () => Promise<void>, make = makeKey) {
    this.#source = source;
    this.#pause = pause;
    this.#make = make;
    this.#entries = new Map(source.entries.map((entry) => [entry.id, entry]));
  }

  /**
   * Gives a CA, made and proven; on P-256 only as far as `settle` is still to say, before anything of it is used.
   *
   * @throws {Error} when its own signature does not verify, or there is no such CA: a bug of ours
   */
  async get(id: string): Promise<Authority> {
    const known = this.#made.get(id);
    if (known !== undefined) return known;
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new Error(`The plan has no CA with the id ${id}`);
    if (entry.issuer !== id) throw new Error(`The CA ${id} is not self-signed`);
    const keySeed = this.keySeed(entry);
    const ready = this.#source.rsaKeys?.get(id);
    const key = ready !== undefined && isRsa(entry.keyAlgorithm)
      ? await rsaKeyOf(entry.keyAlgorithm, ready)
      : await this.#make(entry.keyAlgorithm, keySeed, this.#pause);
    const part = issuerPart(entry.subject, entry.keyAlgorithm, key.publicKey);
    const content = encodeContent(entry, key.spki, key.publicKey, part);
    const serial = serialOf(keySeed, beginTbs(SERIAL_ONE, content), content);
    const tbs = encodeTbs(serial, content);
    const [signed] = key.batch?.signAll([tbs]) ?? [];
    const signature = signed?.signature ?? key.sign(tbs);
    const isGood = signed === undefined ? key.verify(tbs, signature) : key.batch?.verifyAll([tbs], [signed]);
    if (isGood !== true) throw new WrongSignature(entry);
    const certificate = encodeCertificate(tbs, part, signature);
    const authority = { key, part, serial, certificate, proof: { tbs, signature } };
    this.#made.set(id, authority);
    return authority;
  }

  /** Derives the 48 bytes that an entry's key comes from. */
  keySeed(entry: CertificateEntry | KeyPairEntry): Uint8Array {
    let seed = this.#seeds.get(entry.authority);
    if (seed === undefined) {
      seed = new Hkdf(deriveAuthoritySeed(this.#source.entropy, this.#source.cluster, entry.authority));
      this.#seeds.set(entry.authority, seed);
    }
    return seed.keySeed(entry.id, entry.generation);
  }
}

/** A signature that was just made and is wrong: a fault that would otherwise be found on the machines. */
export class WrongSignature extends Error {
  /** @param entry whose certificate carries it */
  constructor(entry: CertificateEntry) {
    super(`The signature of ${entry.id} by ${entry.issuer} does not verify`);
  }
}
