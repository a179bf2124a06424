/**
 * One pair of hands: everything that a thread does for the clusters of a run. The main thread has a pair when there is
 * little to do; otherwise each worker has one.
 *
 * @module
 */
import { makeKeys } from "../issue/keys.ts";
import type { KeyMaterial } from "../issue/private_key.ts";
import type { Unit } from "../plan/units.ts";
import type { KeyAlgorithm } from "../spec/scalars.ts";
import type { OldLines } from "./judge.ts";
import {
  type AuthorityFacts,
  type FolderModes,
  type Ground,
  Maker,
  type Outcome,
  type Pick,
} from "./maker.ts";

/** What proving a batch gives. */
export interface Proof {
  /** For each unit whether it is right as it stands. */
  readonly proven: readonly boolean[];
  /** What is known of the CAs among them, by id. */
  readonly facts: ReadonlyMap<string, AuthorityFacts>;
}

/** What hands can do. Everything that goes in and comes out can be sent to another thread. */
export interface Hand {
  /** Makes one key. */
  makeKey(algorithm: KeyAlgorithm, keySeed: Uint8Array): Promise<KeyMaterial>;
  /** Takes up a cluster, by a number. */
  open(cluster: number, ground: Ground): Promise<void>;
  /** Takes RSA keys and facts of its CAs. */
  tell(
    cluster: number,
    rsaKeys: ReadonlyMap<string, KeyMaterial>,
    facts: ReadonlyMap<string, AuthorityFacts>,
  ): Promise<void>;
  /** See `Maker.prove`. */
  prove(cluster: number, units: readonly Unit[], lines: readonly (readonly string[])[]): Promise<Proof>;
  /** See `Maker.make`. */
  make(
    cluster: number,
    batch: number,
    units: readonly Unit[],
    old: readonly (readonly OldLines[])[],
  ): Promise<Outcome[][]>;
  /** See `Maker.write`. */
  write(cluster: number, batch: number): Promise<void>;
  /** See `Maker.read`. */
  read(cluster: number, batch: number, picks: readonly Pick[]): Promise<Uint8Array[]>;
  /** Puts a cluster down, and says which of its folders had a wrong mode. */
  close(cluster: number): Promise<FolderModes>;
}

/** The hands of this thread. */
export class OwnHand implements Hand {
  readonly #pause: () => Promise<void>;
  readonly #makers = new Map<number, Maker>();

  /** @param pause awaited during long work */
  constructor(pause: () => Promise<void>) {
    this.#pause = pause;
  }

  async makeKey(algorithm: KeyAlgorithm, keySeed: Uint8Array): Promise<KeyMaterial> {
    const [key] = await makeKeys(algorithm, [keySeed], this.#pause);
    if (key === undefined) throw new Error("One seed gives one key");
    // Bytes only: what a key can do does not go to another thread.
    const { pkcs8, spki, publicKey } = key;
    return { pkcs8, spki, publicKey };
  }

  open(cluster: number, ground: Ground): Promise<void> {
    this.#makers.set(cluster, new Maker(ground, this.#pause));
    return Promise.resolve();
  }

  tell(
    cluster: number,
    rsaKeys: ReadonlyMap<string, KeyMaterial>,
    facts: ReadonlyMap<string, AuthorityFacts>,
  ): Promise<void> {
    const maker = this.#maker(cluster);
    maker.takeRsaKeys(rsaKeys);
    maker.takeFacts(facts);
    return Promise.resolve();
  }

  async prove(
    cluster: number,
    units: readonly Unit[],
    lines: readonly (readonly string[])[],
  ): Promise<Proof> {
    const maker = this.#maker(cluster);
    const proven = await maker.prove(units, lines);
    const ids = units.flatMap(({ entry }) =>
      entry.kind === "certificate" && entry.isAuthority ? [entry.id] : []
    );
    const facts = new Map(ids.flatMap((id) => {
      const one = maker.facts.get(id);
      return one === undefined ? [] : [[id, one] as const];
    }));
    return { proven, facts };
  }

  make(
    cluster: number,
    batch: number,
    units: readonly Unit[],
    old: readonly (readonly OldLines[])[],
  ): Promise<Outcome[][]> {
    return this.#maker(cluster).make(batch, units, old);
  }

  write(cluster: number, batch: number): Promise<void> {
    return this.#maker(cluster).write(batch);
  }

  read(cluster: number, batch: number, picks: readonly Pick[]): Promise<Uint8Array[]> {
    return Promise.resolve(this.#maker(cluster).read(batch, picks));
  }

  close(cluster: number): Promise<FolderModes> {
    const { folderModes } = this.#maker(cluster);
    this.#makers.delete(cluster);
    return Promise.resolve(folderModes);
  }

  #maker(cluster: number): Maker {
    const maker = this.#makers.get(cluster);
    if (maker === undefined) throw new Error(`Nobody opened cluster ${cluster}`);
    return maker;
  }
}
