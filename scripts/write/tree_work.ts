/**
 * What the hands of a run do for one tree: prove what stands there, make the rest, write it.
 *
 * @module
 */
import { Authorities } from "../issue/authority.ts";
import { BATCH, cutBatches } from "../issue/issue.ts";
import type { KeyMaterial } from "../issue/private_key.ts";
import { isRsa } from "../issue/rsa_key.ts";
import type { Plan } from "../plan/types.ts";
import { pathsOfUnit, selectUnits, type Unit } from "../plan/units.ts";
import type { Done } from "./compare.ts";
import type { Hand } from "./hand.ts";
import type { Crew } from "./crew.ts";
import type { OldLines } from "./judge.ts";
import type { Known } from "./known.ts";
import type { AuthorityFacts, FolderModes, Ground, Pick } from "./maker.ts";

/** What is wanted of the hands. */
export interface Wanted {
  readonly plan: Plan;
  /** The ids that are wanted. */
  readonly only: (id: string) => boolean;
  /** Whether everything is made again. */
  readonly isRecheck: boolean;
  /** Told of every certificate and key pair twice: when it is made or proven, and when it is written. */
  readonly onStep?: ((steps: number) => void) | undefined;
}

/** What the hands do for one tree. */
export class TreeWork {
  readonly #job: Wanted;
  readonly #ground: Ground;
  readonly #known: Known;
  readonly #crew: Crew;
  readonly #number: number;
  readonly #pause: () => Promise<void>;
  /** Which hands hold which batch. */
  readonly #places = new WeakMap<Unit, { readonly batch: number; readonly unit: number }>();
  readonly #holders: { readonly hand: Hand; readonly batch: number; readonly size: number }[] = [];

  /**
   * @param job what is wanted
   * @param ground what its batches have in common
   * @param known what its manifests say
   * @param crew who does it
   * @param number of this cluster among those of the hands
   * @param pause awaited between batches; throws when the run is interrupted
   */
  constructor(
    job: Wanted,
    ground: Ground,
    known: Known,
    crew: Crew,
    number: number,
    pause: () => Promise<void>,
  ) {
    this.#job = job;
    this.#ground = ground;
    this.#known = known;
    this.#crew = crew;
    this.#number = number;
    this.#pause = pause;
  }

  /** Has the hands take up the cluster for as long as an action lasts. */
  async during<Result>(
    action: () => Promise<Result>,
  ): Promise<Result & { readonly folderModes: readonly FolderModes[] }> {
    const { all } = this.#crew;
    await Promise.all(all.map((hand) => hand.open(this.#number, this.#ground)));
    const result = await action();
    const folderModes = await Promise.all(all.map((hand) => hand.close(this.#number)));
    return { ...result, folderModes };
  }

  /** Proves what stands there and makes the rest; the order of the result is the plan's. */
  async makeOrProve(): Promise<Done[]> {
    const units = selectUnits(this.#job.plan, this.#job.only);
    const done = new Map<Unit, Done>();
    const provable = this.#job.isRecheck ? [] : units.flatMap((unit) => {
      const lines = this.#linesToProve(unit);
      return lines === undefined ? [] : [{ unit, lines }];
    });
    const authorities = provable.filter(({ unit }) => isAuthority(unit));
    await this.#prove([authorities], done);
    const leaves = provable.filter(({ unit }) => !isAuthority(unit));
    await this.#prove(cutBatches(leaves, ({ unit }) => unit.entry, PROOFS), done);
    const rest = units.filter((unit) => !done.has(unit));
    await this.#makeRsaKeys(rest);
    await this.#make(rest, done);
    return units.map((unit) => done.get(unit) ?? { unit, files: [] });
  }

  /** How many certificates and key pairs are held. */
  get size(): number {
    return this.#holders.reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * Reads files out of the hands, in the order asked for.
   *
   * @param done of `makeOrProve`, nothing of it proven
   * @param paths of files
   * @param ahead how many are asked for at once
   */
  async *readAll(
    done: readonly Done[],
    paths: readonly string[],
    ahead: number,
  ): AsyncGenerator<Uint8Array, undefined> {
    const places = new Map<string, { readonly hand: Hand; readonly batch: number } & Pick>();
    const owners = new Map(this.#holders.map(({ hand, batch }) => [batch, hand]));
    for (const { unit } of done) {
      const place = this.#places.get(unit);
      const hand = place && owners.get(place.batch);
      if (place === undefined || hand === undefined) continue;
      for (const [file, path] of pathsOfUnit(unit).entries()) {
        places.set(path, { hand, batch: place.batch, unit: place.unit, file });
      }
    }
    for (let start = 0; start < paths.length; start += ahead) {
      await this.#pause();
      const asked = paths.slice(start, start + ahead).map((path) => {
        const place = places.get(path);
        if (place === undefined) throw new Error(`Nobody holds ${path}`);
        return place;
      });
      const byBatch = Map.groupBy(asked, ({ batch }) => batch);
      const found = new Map<Pick, Uint8Array>();
      await Promise.all([...byBatch].map(async ([batch, picks]) => {
        const [first] = picks;
        const contents = await first?.hand.read(
          this.#number,
          batch,
          picks.map(({ unit, file }) => ({ unit, file })),
        );
        for (const [index, pick] of picks.entries()) found.set(pick, contents?.[index] ?? new Uint8Array(0));
      }));
      for (const pick of asked) yield found.get(pick) ?? new Uint8Array(0);
    }
    return undefined;
  }

  /** Writes every batch, each by the hands that hold it. */
  async write(): Promise<void> {
    const { onStep } = this.#job;
    const byHand = Map.groupBy(this.#holders, ({ hand }) => hand);
    await this.#crew.write(byHand, async ({ hand, batch, size }) => {
      await this.#pause();
      await hand.write(this.#number, batch);
      onStep?.(size);
    });
  }

  async #prove(
    batches: Iterable<readonly { readonly unit: Unit; readonly lines: readonly string[] }[]>,
    done: Map<Unit, Done>,
  ): Promise<void> {
    const facts = new Map<string, AuthorityFacts>();
    await this.#crew.share(batches, async (hand, batch) => {
      if (batch.length === 0) return;
      await this.#pause();
      const units = batch.map(({ unit }) => unit);
      const proof = await hand.prove(this.#number, units, batch.map(({ lines }) => lines));
      for (const [id, one] of proof.facts) facts.set(id, one);
      for (const [index, { unit, lines }] of batch.entries()) {
        if (proof.proven[index] === true) done.set(unit, { unit, files: lines });
      }
      this.#job.onStep?.(proof.proven.filter(Boolean).length * 2);
    });
    if (facts.size === 0) return;
    await Promise.all(this.#crew.all.map((hand) => hand.tell(this.#number, new Map(), facts)));
  }

  /** The RSA keys of the CAs that are to sign something: each takes seconds, and all hands need it. */
  async #makeRsaKeys(units: readonly Unit[]): Promise<void> {
    const issuers = new Set(units.flatMap(({ entry }) => entry.kind === "certificate" ? [entry.issuer] : []));
    const entries = this.#ground.authorities.filter((entry) =>
      issuers.has(entry.id) && isRsa(entry.keyAlgorithm)
    );
    if (entries.length === 0) return;
    const authorities = new Authorities({ ...this.#ground, entries }, this.#pause);
    const keys = await this.#crew.share(entries, async (hand, entry): Promise<[string, KeyMaterial]> => {
      return [entry.id, await hand.makeKey(entry.keyAlgorithm, authorities.keySeed(entry))];
    });
    await Promise.all(this.#crew.all.map((hand) => hand.tell(this.#number, new Map(keys), new Map())));
  }

  async #make(units: readonly Unit[], done: Map<Unit, Done>): Promise<void> {
    const size = this.#crew.areWorkers ? 2 * BATCH : BATCH;
    await this.#crew.share(cutBatches(units, ({ entry }) => entry, size), async (hand, batch, index) => {
      await this.#pause();
      const outcomes = await hand.make(this.#number, index, batch, this.#oldLines(batch));
      this.#holders.push({ hand, batch: index, size: batch.length });
      for (const [i, unit] of batch.entries()) {
        done.set(unit, { unit, files: outcomes[i] ?? [] });
        this.#places.set(unit, { batch: index, unit: i });
      }
      this.#job.onStep?.(batch.length);
    });
  }

  /** The stored lines of a unit's files, when they alone can tell what stands there. */
  #linesToProve(unit: Unit): string[] | undefined {
    if (!unit.isWanted) return undefined;
    const { stored, pending } = this.#known;
    if (stored === undefined) return undefined;
    const lines: string[] = [];
    for (const path of pathsOfUnit(unit)) {
      const line = stored.lines.get(path);
      if (line === undefined) return undefined;
      // An interrupted run may have written something else there.
      const intended = pending?.lines.get(path);
      if (intended !== undefined && intended !== line) return undefined;
      lines.push(line);
    }
    return lines;
  }

  #oldLines(units: readonly Unit[]): OldLines[][] {
    const { stored, pending } = this.#known;
    if (stored === undefined && pending === undefined) return [];
    return units.map((unit) =>
      pathsOfUnit(unit).map((path) => ({
        stored: stored?.lines.get(path),
        pending: pending?.lines.get(path),
      }))
    );
  }
}

/** How many units are proven together: each takes a tenth of what making it does. */
const PROOFS = 256;

function isAuthority(unit: Unit): boolean {
  return unit.entry.kind === "certificate" && unit.entry.isAuthority;
}
