/**
 * The authorities of a run: in go a plan's CAs and the seed, out come their seeds, keys and certificates, each made
 * once and only when something asks for it.
 *
 * @module
 */
import type { AuthorityName } from "../plan/templates.ts";
import type { CertificateEntry, KeyPairEntry, Plan } from "../plan/types.ts";
import { issueCertificate, type Issuer, keyIdentifier, type SignedCertificate } from "./certificate.ts";
import { deriveAuthoritySeed, deriveKeySeed } from "./derive.ts";
import type { KeyPool } from "./key_pool.ts";
import { makeKey } from "./keys.ts";
import type { KeyMaterial, PrivateKey } from "./private_key.ts";
import { isRsa, rsaKeyOf } from "./rsa_key.ts";
import type { Seed } from "./seed.ts";

/** A certificate together with its key. */
export interface CertifiedKey {
  readonly key: KeyMaterial;
  readonly certificate: SignedCertificate;
}

/** A CA that can sign. */
interface Authority extends Issuer, CertifiedKey {
  readonly key: PrivateKey;
  /** Whether the signature of one of its leaves was found good. */
  isProven: boolean;
}

/** Everything that a run's keys and signatures come from. */
export class Authorities {
  readonly #cluster: string;
  readonly #entropy: Uint8Array;
  readonly #pause: () => Promise<void>;
  readonly #make: typeof makeKey;
  readonly #entries = new Map<string, CertificateEntry>();
  readonly #seeds = new Map<AuthorityName, Uint8Array>();
  readonly #made = new Map<string, Authority>();
  readonly #ahead = new Map<string, Promise<KeyMaterial>>();

  /**
   * @param plan its CAs, and the cluster's name for their seeds
   * @param seed the secret
   * @param pause awaited during long work
   * @param make makes keys; tests hand in one whose signatures are wrong
   */
  constructor(plan: Plan, seed: Seed, pause: () => Promise<void>, make = makeKey) {
    this.#cluster = plan.cluster;
    this.#entropy = seed.entropy;
    this.#pause = pause;
    this.#make = make;
    for (const entry of plan.entries) {
      if (entry.kind === "certificate" && entry.isAuthority) this.#entries.set(entry.id, entry);
    }
  }

  /**
   * Has a pool make an entry's key ahead of its time.
   *
   * @param entry any entry that this object will be asked for
   * @param pool where it is made
   */
  prepare(entry: CertificateEntry | KeyPairEntry, pool: KeyPool): void {
    // Other CA keys are made here: they are quick, and are needed with all that they can do.
    if (entry.kind === "certificate" && entry.isAuthority && !isRsa(entry.keyAlgorithm)) return;
    if (!this.#ahead.has(entry.id)) {
      this.#ahead.set(entry.id, pool.make(entry.keyAlgorithm, this.#keySeed(entry)));
    }
  }

  /** Makes the key of an entry, or takes the one that was made ahead. */
  makeKey(entry: CertificateEntry | KeyPairEntry): Promise<KeyMaterial> {
    const ahead = this.#ahead.get(entry.id);
    this.#ahead.delete(entry.id);
    return ahead ?? this.#make(entry.keyAlgorithm, this.#keySeed(entry), this.#pause);
  }

  /**
   * Makes key and certificate of an entry, a CA's or a leaf's.
   *
   * @throws {Error} when a signature of ours does not verify, or the plan lacks the issuer: a bug of ours
   */
  async certify(entry: CertificateEntry): Promise<CertifiedKey> {
    const issuer = await this.#authority(entry.issuer);
    if (entry.isAuthority) return issuer;
    const key = await this.makeKey(entry);
    const certificate = issueCertificate(entry, key, this.#keySeed(entry), issuer);
    // One is enough: what could go wrong is the platform, not the leaf.
    if (!issuer.isProven) {
      proveSignature(entry, certificate, issuer.key);
      issuer.isProven = true;
    }
    return { key, certificate };
  }

  async #authority(id: string): Promise<Authority> {
    const known = this.#made.get(id);
    if (known !== undefined) return known;
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new Error(`The plan has no CA with the id ${id}`);
    if (entry.issuer !== id) throw new Error(`The CA ${id} is not self-signed`);
    const keySeed = this.#keySeed(entry);
    const ahead = this.#ahead.get(id);
    this.#ahead.delete(id);
    const key = ahead !== undefined && isRsa(entry.keyAlgorithm)
      ? await rsaKeyOf(entry.keyAlgorithm, await ahead)
      : await this.#make(entry.keyAlgorithm, keySeed, this.#pause);
    const issuer: Issuer = { subject: entry.subject, key, keyIdentifier: keyIdentifier(key) };
    const certificate = issueCertificate(entry, key, keySeed, issuer);
    proveSignature(entry, certificate, key);
    const authority: Authority = { ...issuer, certificate, isProven: false };
    this.#made.set(id, authority);
    return authority;
  }

  #keySeed(entry: CertificateEntry | KeyPairEntry): Uint8Array {
    let seed = this.#seeds.get(entry.authority);
    if (seed === undefined) {
      seed = deriveAuthoritySeed(this.#entropy, this.#cluster, entry.authority);
      this.#seeds.set(entry.authority, seed);
    }
    return deriveKeySeed(seed, entry.id, entry.generation);
  }
}

/**
 * Checks a signature that was just made, as a fault in it would otherwise be found on the machines.
 *
 * @throws {Error} when it does not verify
 */
export function proveSignature(
  entry: CertificateEntry,
  certificate: SignedCertificate,
  signer: PrivateKey,
): void {
  if (!signer.verify(certificate.signed, certificate.signature)) {
    throw new Error(`The signature of ${entry.id} by ${entry.issuer} does not verify`);
  }
}
